"""Figures of the explorers: what each shows at one state, for readers without scripts."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns._validation import FloatArray
from lossfns.attempts import sigmoid_squared_error
from lossfns.classification import (
    sigmoid_binary_cross_entropy,
    sigmoid_focal_loss,
    smooth_labels,
)
from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, THIRD, Style, axes
from lossfns.information import cross_entropy, entropy


def plot_loss_against_probability(
    label: int = 1, *, probability: float | None = None, ax: Axes | None = None
) -> Axes:
    """Draw both losses of one yes-or-no guess against the probability given to "yes".

    Parameters
    ----------
    label : {1, 0}
        The true label.
    probability : float, optional
        A guess between 0 and 1, to be marked on both curves.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = plot_loss_against_probability(probability=0.01)
    >>> len(ax.lines)
    4
    """
    ax = axes(ax)
    grid = np.linspace(0.001, 0.999, 400)
    top = 5.0
    curves = [
        ("squared error", sigmoid_squared_error, MSE, "o", 0.25),
        ("cross-entropy", sigmoid_binary_cross_entropy, CROSS_ENTROPY, "D", 0.15),
    ]
    for name, loss, style, marker, place in curves:

        def height(p: FloatArray, loss: Callable[..., FloatArray] = loss) -> FloatArray:
            return loss(np.log(p / (1 - p)), np.full_like(p, label))

        ax.plot(grid, height(grid), **style)
        at = np.array([place if label == 1 else 1 - place])
        ax.annotate(
            name,
            (at[0], height(at)[0]),
            xytext=(6 if label == 1 else -6, 6),
            textcoords="offset points",
            ha="left" if label == 1 else "right",
            color=style["color"],
            fontweight="bold",
        )
        if probability is not None:
            guess = np.array([probability])
            top = max(top, 1.05 * height(guess)[0])
            ax.plot(guess, height(guess), marker, color=style["color"], markersize=8, clip_on=False)
    ax.axvspan(*((0, 0.1) if label == 1 else (0.9, 1)), color=PALETTE["grid"], alpha=0.5, zorder=0)
    ax.set(
        xlim=(0, 1),
        ylim=(0, top),
        xlabel="probability p given to the label 1",
        ylabel="loss (cross-entropy in nats)",
        title=f"True label {label}; shaded: confidently wrong",
    )
    return ax


def plot_float_losses(
    logits: ArrayLike, naive: ArrayLike, stable: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Draw a naive and a stable loss against the logit, as some dtype computed them.

    Parameters
    ----------
    logits, naive, stable : array_like, shape (n,)
        Logits in rising order, and both losses there; inf and nan leave a gap.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    looks: tuple[tuple[str, ArrayLike, Style], ...] = (
        ("stable", stable, THIRD),
        ("naive", naive, {"color": PALETTE["amber"], "linestyle": "--"}),
    )
    for name, values, style in looks:
        values = np.asarray(values, dtype=float)
        ax.plot(logits, np.where(np.isfinite(values), values, np.nan), label=name, **style)
    ax.set(
        xlabel="logit z",
        ylabel="loss in nats",
        title="Where the naive line stops, it is nan or infinite",
    )
    ax.legend()
    return ax


def plot_smoothed_loss(smoothing: float, classes: int, *, ax: Axes | None = None) -> Axes:
    """Draw cross-entropy with a one-hot and with a smoothed target.

    Parameters
    ----------
    smoothing : float, 0 to 1
        The share of the target that is spread over all classes.
    classes : int
        How many there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    p = np.linspace(0.001, 0.999, 400)
    guesses = np.column_stack([p, *[(1 - p) / (classes - 1)] * (classes - 1)])
    hard = np.eye(classes)[0]
    soft = smooth_labels(hard, smoothing)
    ax.plot(p, cross_entropy(np.tile(hard, (400, 1)), guesses), label="one-hot", **CROSS_ENTROPY)
    ax.plot(
        p,
        cross_entropy(np.tile(soft, (400, 1)), guesses),
        color=PALETTE["teal"],
        linestyle="-.",
        label="smoothed",
    )
    floor = float(entropy(soft))
    ax.axhline(floor, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.set(
        xlabel="probability of the true class (the others share the rest)",
        ylabel="loss in nats",
        ylim=(0, 5),
        title=f"ε = {smoothing:g}, K = {classes}: nothing gets below {floor:.3f}",
    )
    ax.legend()
    return ax


def plot_focal_loss(gamma: float, *, ax: Axes | None = None) -> Axes:
    """Draw focal loss beside cross-entropy, against the probability given to the truth.

    Parameters
    ----------
    gamma : float, at least 0
        How strongly easy examples are turned down.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    p = np.linspace(0.001, 0.999, 400)
    logits, labels = np.log(p / (1 - p)), np.ones_like(p)
    ax.plot(p, sigmoid_binary_cross_entropy(logits, labels), label="cross-entropy", **CROSS_ENTROPY)
    ax.plot(
        p,
        sigmoid_focal_loss(logits, labels, gamma=gamma),
        color=PALETTE["teal"],
        linestyle="-.",
        label=f"focal, γ = {gamma:g}",
    )
    ax.set(
        xlabel="probability given to the truth",
        ylabel="loss in nats",
        ylim=(0, 5),
        title="Focal loss turns down what is already right",
    )
    ax.legend()
    return ax


def plot_training_curves(
    epochs: Sequence[int],
    curves: Sequence[tuple[str, Style, ArrayLike]],
    *,
    title: str = "",
    log: bool = False,
    ylabel: str = "loss",
    ax: Axes | None = None,
) -> Axes:
    """Draw curves of a training against its epochs.

    Parameters
    ----------
    epochs : sequence of int
        Where the curves were read.
    curves : sequence of tuple (name, style, array_like)
        Line name, Matplotlib style, values; the first of a name goes to the legend.
    title : str
        What the figure shows.
    log : bool
        Whether the epochs stand on a logarithmic axis.
    ylabel : str
        What the values are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    named = set()
    for name, style, values in curves:
        label = None if name in named else name
        heights = np.asarray(values)
        ax.plot(epochs[: len(heights)], heights, label=label, **style)
        named.add(name)
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="epochs of training", ylabel=ylabel, title=title)
    ax.legend()
    return ax


def plot_own_loss(
    logits: ArrayLike,
    own: ArrayLike,
    reference: ArrayLike,
    *,
    ylabel: str = "loss",
    ax: Axes | None = None,
) -> Axes:
    """Draw a learner's values beside cross-entropy's; the last logit is marked on both.

    Parameters
    ----------
    logits, own, reference : array_like, shape (n,)
        The logits, in any order, and both values there.
    ylabel : str
        What the values are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    logits = np.asarray(logits)
    order = np.argsort(logits)
    for name, values, style, marker in (
        ("cross-entropy", np.asarray(reference), CROSS_ENTROPY, "D"),
        ("yours", np.asarray(own), {"color": PALETTE["violet"], "linestyle": "-"}, "o"),
    ):
        ax.plot(logits[order], values[order], label=name, **style)
        ax.plot(logits[-1], values[-1], marker, color=style["color"], linestyle="none")
    ax.set(xlabel="logit z", ylabel=ylabel)
    ax.legend()
    return ax
