"""Figures of chapter 6, second half: softened truths, pairs in a batch, calibration."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lossfns._validation import FloatArray
from lossfns.activations import softmax
from lossfns.classification import smooth_labels
from lossfns.figures.more_losses import SMOOTHED
from lossfns.figures.pixels import bare, draw_pixels
from lossfns.figures.style import CROSS_ENTROPY, PALETTE, axes

BINS = 10


def plot_smoothing_nudge(
    smoothing: float = 0.1, classes: int = 10, *, ax: Axes | None = None
) -> Axes:
    """Draw the push on the true class with a one-hot and with a smoothed label.

    Parameters
    ----------
    smoothing : float
        The share of the label that is spread over all classes; above 0.
    classes : int
        How many there are.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    gaps = np.linspace(-2, 10, 600)
    logits = np.zeros((len(gaps), classes))
    logits[:, 0] = gaps
    p = softmax(logits)[:, 0]
    target = smooth_labels(np.eye(classes)[0], smoothing)
    home = np.log(target[0] / target[1])
    ax.plot(gaps, 1 - p, **CROSS_ENTROPY)
    ax.plot(gaps, target[0] - p, **SMOOTHED)
    ax.axhline(0, color=PALETTE["muted"], linestyle="-", linewidth=1)
    ax.plot(home, 0, "o", color=SMOOTHED["color"], linestyle="none")
    ax.text(4.3, 0.3, "one-hot: never done", color=CROSS_ENTROPY["color"])
    ax.annotate(
        f"smoothed: home at {home:.2f}",
        (home, 0),
        xytext=(-30, -34),
        textcoords="offset points",
        color=SMOOTHED["color"],
    )
    ax.set(
        ylim=(-0.3, 1.05),
        xlabel="logit of the true class, all others at 0",
        ylabel="push upwards",
        title=f"ε = {smoothing:g}, K = {classes}: from here on it pushes back",
    )
    return ax


def plot_soft_targets(
    image: ArrayLike, targets: Mapping[str, ArrayLike], *, ax: Axes | None = None
) -> Axes:
    """Draw a picture and, beside it, the targets that go with it as bars.

    Parameters
    ----------
    image : array_like of float, shape (height, width)
        Grey values between 0 and 1.
    targets : dict of str to array_like, shape (classes,)
        A distribution for each name.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.0))
    image = np.asarray(image)
    height, width = image.shape
    picture = ax.inset_axes((0.0, 0.12, 0.26, 0.8))
    draw_pixels(picture, image)
    picture.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    bare(picture)
    bars = ax.inset_axes((0.36, 0.12, 0.64, 0.8))
    step = 0.8 / len(targets)
    looks = (("ce", None), ("teal", "///"), ("violet", "..."))
    for number, ((name, target), (colour, hatch)) in enumerate(
        zip(targets.items(), looks, strict=False)
    ):
        classes = np.arange(len(np.asarray(target)))
        bars.bar(
            classes + (number - (len(targets) - 1) / 2) * step,
            target,
            step,
            facecolor=PALETTE["paper"] if hatch else PALETTE[colour],
            edgecolor=PALETTE[colour],
            hatch=hatch,
            label=name,
        )
    bars.set_xticks(classes)
    bars.set(ylim=(0, 1.05), ylabel="target")
    bars.grid(False, axis="x")
    bars.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.98), ncols=3)
    ax.set_axis_off()
    return ax


def plot_pair_nudges(nudges: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the slopes of a batch's scores as squares: solid where pushed up, hatched where down.

    Parameters
    ----------
    nudges : array_like of float, shape (N, N)
        Row i holds what image i's scores with every text get.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(4.6, 4.6))
    nudges = np.asarray(nudges)
    size = len(nudges)
    for (row, column), nudge in np.ndenumerate(nudges):
        side = 0.9 * np.sqrt(min(abs(nudge), 1))
        up = nudge < 0
        ax.add_patch(
            Rectangle(
                (column - side / 2, row - side / 2),
                side,
                side,
                facecolor=PALETTE["teal"] if up else PALETTE["paper"],
                edgecolor=PALETTE["teal"] if up else PALETTE["ce"],
                hatch=None if up else "////",
            )
        )
        ax.annotate(
            f"{-nudge:+.2f}".replace("-", "−"),
            (column, row + side / 2),
            xytext=(0, -3),
            textcoords="offset points",
            ha="center",
            va="top",
        )
    ax.set_xticks(range(size), [f"text {n + 1}" for n in range(size)])
    ax.set_yticks(range(size), [f"image {n + 1}" for n in range(size)])
    ax.set(xlim=(-0.6, size - 0.4), ylim=(size - 0.2, -0.6), aspect="equal")
    ax.set_title("Each row: one up, the others share")
    ax.grid(False)
    return ax


def reliability(
    probabilities: ArrayLike, labels: ArrayLike, *, bins: int = BINS
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sort predictions by confidence and return what each bin promised and kept.

    Parameters
    ----------
    probabilities : array_like of float, shape (N, classes)
    labels : array_like of int, shape (N,)
    bins : int
        How many equal intervals of confidence, from 0 to 1.

    Returns
    -------
    tuple of ndarray
        For each bin that is not empty: mean confidence, share of right answers, share of examples.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.9, 0.1], [0.45, 0.55]]
    >>> for values in reliability(p, [0, 1, 1]):
    ...     print(values.round(2))
    [0.55 0.9 ]
    [1.  0.5]
    [0.33 0.67]
    """
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(where, minlength=bins)
    kept = count > 0
    promised = np.bincount(where, confidence, minlength=bins)[kept] / count[kept]
    came_true = np.bincount(where, right, minlength=bins)[kept] / count[kept]
    return promised, came_true, count[kept] / len(labels)


def plot_reliability(
    models: Mapping[str, ArrayLike], labels: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Draw, for each model, the share of right answers against the confidence it stated.

    Parameters
    ----------
    models : dict of str to array_like of float, shape (N, classes)
        Each model's probabilities for the same examples.
    labels : array_like of int, shape (N,)
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 4.0))
    ax.plot([0, 1], [0, 1], color=PALETTE["muted"], linestyle="-", linewidth=1)
    looks = (
        ("ce", "--", "o"),
        ("mse", "-", "s"),
        ("amber", (0, (5, 1)), "D"),
        ("teal", "-.", "^"),
        ("violet", ":", "v"),
    )
    for (name, probabilities), (colour, dashes, marker) in zip(models.items(), looks, strict=False):
        promised, came_true, _ = reliability(probabilities, labels)
        ax.plot(
            promised, came_true, color=PALETTE[colour], linestyle=dashes, marker=marker, label=name
        )
    ax.text(0.03, 0.3, "too timid", color=PALETTE["muted"])
    ax.text(0.68, 0.16, "too sure", color=PALETTE["muted"])
    ax.set(
        xlim=(0, 1.02),
        ylim=(0, 1.02),
        xlabel="confidence: probability of its answer",
        ylabel="share of answers that were right",
        title="What it promised, and what came true",
    )
    ax.legend(loc="upper left")
    return ax
