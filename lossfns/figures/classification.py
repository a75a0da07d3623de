"""Figures of chapter 3: the two losses on both axes, softmax pushes, and the race."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns._validation import FloatArray
from lossfns.activations import sigmoid, softmax
from lossfns.attempts import sigmoid_squared_error, sigmoid_squared_error_grad
from lossfns.classification import (
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    softmax_cross_entropy_with_integer_labels_grad,
)
from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, THIRD, axes

SPAM_LOGIT = -4.5
AXIS_LABELS = {
    "probability": "probability p given to the right answer",
    "logit": "logit z of the right answer",
}
RACERS = {
    "cross_entropy": ("cross-entropy", CROSS_ENTROPY),
    "squared_error": ("squared error", MSE),
    "squared_error_on_logits": (
        "squared error on the logits",
        THIRD,
    ),
}


def _grid(against: str) -> tuple[FloatArray, FloatArray]:
    """Logits, and where they stand on the horizontal axis asked for."""
    if against not in AXIS_LABELS:
        raise ValueError(f'against must be "probability" or "logit", got {against!r}')
    if against == "logit":
        logits = np.linspace(-8, 8, 161)
        return logits, logits
    probabilities = np.concatenate([np.geomspace(1e-3, 0.02, 30), np.linspace(0.025, 0.999, 130)])
    return np.log(probabilities) - np.log1p(-probabilities), probabilities


def plot_losses(against: str = "probability", *, ax: Axes | None = None) -> Axes:
    """Draw both losses of a right answer, against its probability or against its logit.

    A dot marks the spam mail with the logit −4.5.

    Parameters
    ----------
    against : {"probability", "logit"}
        The horizontal axis.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    logits, places = _grid(against)
    ax = axes(ax)
    spam = sigmoid(SPAM_LOGIT) if against == "probability" else SPAM_LOGIT
    for loss, style in (
        (sigmoid_squared_error, MSE),
        (sigmoid_binary_cross_entropy, CROSS_ENTROPY),
    ):
        ax.plot(places, loss(logits, np.ones_like(logits)), **style)
        ax.plot(spam, loss(SPAM_LOGIT, 1), "o", color=style["color"], linestyle="none")
    if against == "probability":
        ax.text(0.10, 2.5, "cross-entropy\n−log p", color=CROSS_ENTROPY["color"])
        ax.text(0.02, 0.12, "squared error (1 − p)²", color=MSE["color"])
        ax.set(title="Against the probability: a cliff and a gentle slope", xlim=(-0.02, 1.02))
    else:
        ax.text(-3.6, 3.8, "cross-entropy\n−log σ(z)", color=CROSS_ENTROPY["color"])
        ax.text(-7.9, 1.15, "squared error\n(1 − σ(z))²", color=MSE["color"])
        ax.set(title="Against the logit: a ramp, and a plateau")
    ax.set(xlabel=AXIS_LABELS[against], ylabel="loss", ylim=(-0.15, 5.6))
    return ax


def plot_nudges(*, ax: Axes | None = None) -> Axes:
    """Draw the size of both pushes on the logit of a right answer, against that logit.

    A dot marks the spam mail with the logit −4.5.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    logits, _ = _grid("logit")
    for gradient, style in (
        (sigmoid_squared_error_grad, MSE),
        (sigmoid_binary_cross_entropy_grad, CROSS_ENTROPY),
    ):
        ax.plot(logits, -gradient(logits, np.ones_like(logits)), **style)
        spam = -gradient(SPAM_LOGIT, 1)
        ax.plot(SPAM_LOGIT, spam, "o", color=style["color"], linestyle="none")
    ax.text(-1.6, 0.86, "cross-entropy: 1 − p", color=CROSS_ENTROPY["color"])
    ax.text(-7.9, 0.33, "squared error: 2p(1 − p)²", color=MSE["color"])
    ax.set(
        xlabel=AXIS_LABELS["logit"],
        ylabel="size of the push on the logit",
        title="Who is loud when the model is wrong?",
        ylim=(-0.03, 1.06),
    )
    return ax


def plot_softmax_nudges(
    logits: ArrayLike, label: int, *, names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a softmax's probabilities as bars and the cross-entropy step on each class.

    Parameters
    ----------
    logits : array_like of float, shape (classes,)
    label : int
        The true class.
    names : sequence of str, optional
        What to write under the bars; the classes' numbers by default.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    probabilities = softmax(logits)
    nudges = softmax_cross_entropy_with_integer_labels_grad(logits, label)
    classes = np.arange(len(probabilities))
    ax.bar(classes, probabilities, width=0.55, color=PALETTE["grid"], edgecolor=PALETTE["muted"])
    ax.quiver(
        classes,
        probabilities,
        np.zeros_like(nudges),
        -nudges,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.008,
        zorder=3,
        color=PALETTE["ce"],
    )
    for place, p, nudge in zip(classes, probabilities, nudges, strict=True):
        ax.annotate(
            f"{-nudge:+.2f}".replace("-", "−"),
            (place, max(p, p - nudge)),
            xytext=(0, 4),
            textcoords="offset points",
            color=PALETTE["ce"],
            ha="center",
        )
    names = [str(name) for name in (classes if names is None else names)]
    names[label] += "\n(true)"
    ax.set_xticks(classes, names)
    ax.set(
        ylim=(0, 1.12),
        ylabel="probability",
        title="Arrows: y − p, the way each logit is pushed",
    )
    ax.grid(False, axis="x")
    return ax


def plot_race(
    accuracies: Mapping[str, ArrayLike],
    *,
    level: float = 0.9,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw test accuracy after each epoch, one line per run, epochs on a logarithmic axis.

    Parameters
    ----------
    accuracies : dict of str to array_like, shape (runs, epochs + 1)
        For the name of a loss, what `lossfns.course.race.race` returns.
    level : float
        The accuracy that the race is for; a thin line marks it.
    title : str, optional
        By default the race's level.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    ax.axhline(level, color=PALETTE["muted"], linestyle="-", linewidth=1)
    for loss, runs in accuracies.items():
        name, style = RACERS[loss]
        runs = np.asarray(runs)
        epochs = np.arange(1, runs.shape[1])
        for number, run in enumerate(runs):
            label = name if number == 0 else None
            ax.plot(epochs, run[1:], **style, linewidth=1.4, label=label)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(
        xlabel="epochs of training",
        ylabel="test accuracy",
        ylim=(-0.03, 1.03),
    )
    ax.set_title(title or f"The race to {level:.0%}", pad=38)
    ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncols=2)
    return ax


def plot_working_rates(
    finishes: Mapping[str, Mapping[str, Mapping[float, Sequence[int | None]]]],
    *,
    within: int = 30,
    ax: Axes | None = None,
) -> Axes:
    """Draw at which learning rates each loss gets there in time, a row for each loss and setting.

    A full mark is a rate at which every run arrived in time, a small cross one at which some did
    not; a line joins neighbours that did.

    Parameters
    ----------
    finishes : dict of str to dict of str to dict of float to sequence of int or None
        For each setting, for the name of each loss, for each rate: the epoch at which each run
        arrived, None for never. `lossfns.explorers.RaceExplorer.finishes` gives the inner one.
    within : int
        The number of epochs that counts as in time.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    for row, (setting, losses) in enumerate(finishes.items()):
        rates = [rate for runs in losses.values() for rate in runs]
        ax.text(min(rates), -row - 0.22, setting, color=PALETTE["muted"], ha="left", va="center")
        for height, (loss, runs) in zip((-0.48, -0.72), losses.items(), strict=False):
            name, style = RACERS[loss]
            in_time = {r: all(e is not None and e <= within for e in runs[r]) for r in runs}
            works = [height - row if in_time[rate] else np.nan for rate in runs]
            fails = [np.nan if in_time[rate] else height - row for rate in runs]
            label = name if row == 0 else None
            ax.plot(list(runs), works, **style, marker="o", label=label)
            ax.plot(list(runs), fails, "x", color=PALETTE["muted"], markersize=4)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(
        xlabel="learning rate",
        yticks=[],
        ylim=(-len(finishes) + 0.1, 0),
    )
    ax.set_title(f"Rates that reach 90 % within {within} epochs", pad=26)
    ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncols=2, fontsize=10)
    ax.grid(False, axis="y")
    return ax
