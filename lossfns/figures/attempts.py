"""Figures of chapter 2: what squared error does to a category's logits."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, Style, axes

# Corners of the simplex in the plane: the true class on top, sides of length 1.
CORNERS = np.array([[0.5, np.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])


def simplex_points(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Where distributions over three classes lie in the drawn triangle.

    Parameters
    ----------
    probabilities : array_like, shape (..., 3)
        The true class first.

    Returns
    -------
    ndarray, shape (..., 2)

    Examples
    --------
    >>> simplex_points([0, 0.5, 0.5])
    array([0.5, 0. ])
    """
    places: NDArray[np.float64] = np.asarray(probabilities, dtype=float) @ CORNERS
    return places


def plot_sigmoid_slope(logit: float = -4.5, *, ax: Axes | None = None) -> Axes:
    """Draw the sigmoid and its slope, with one logit marked on both.

    Parameters
    ----------
    logit : float
        The score to mark.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    logits = np.linspace(-8, 8, 161)
    probabilities = 1 / (1 + np.exp(-logits))
    probability = 1 / (1 + np.exp(-logit))

    ax.plot(logits, probabilities, color=PALETTE["violet"], linestyle="-.")
    ax.plot(logits, probabilities * (1 - probabilities), color=PALETTE["teal"], linestyle="-")
    ax.plot(
        [logit, logit],
        [probability, probability * (1 - probability)],
        "o",
        color=PALETTE["ink"],
        linestyle="none",
    )
    ax.annotate(
        f"z = {logit:g}: almost flat".replace("-", "−"),
        (logit, probability),
        xytext=(4, 12),
        textcoords="offset points",
        ha="right",
    )
    ax.text(3.0, 0.88, "p = σ(z)", color=PALETTE["violet"], ha="left", va="top")
    ax.text(1.5, 0.2, "slope p(1 − p)", color=PALETTE["teal"])
    ax.set(
        xlabel="score (logit) z",
        ylabel="p, and its slope",
        title="The squeeze: steep in the middle, flat at both ends",
    )
    return ax


def plot_whisper(*, ax: Axes | None = None) -> Axes:
    """Draw how loud squared error through a sigmoid is, beside the loudness we wish for.

    The label is 1. The loudness is the size of the push on the logit, 2p(1 − p)²; the wish is
    a straight line from 1 where the model is most wrong to 0 where it is right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    probabilities = np.union1d(np.linspace(0, 1, 121), [1 / 3])
    loudness = 2 * probabilities * (1 - probabilities) ** 2

    ax.plot(probabilities, 1 - probabilities, color=PALETTE["muted"], linestyle=":")
    ax.plot(probabilities, loudness, **MSE)
    for probability, name, offset, side in (
        (0.01, "p = 0.01: a whisper", (10, -4), "left"),
        (1 / 3, "p = 1/3: loudest, 8/27", (0, 12), "center"),
        (0.5, "p = 0.5", (12, 6), "left"),
    ):
        point = (probability, 2 * probability * (1 - probability) ** 2)
        ax.plot(*point, "o", color=PALETTE["ink"], linestyle="none")
        ax.annotate(name, point, xytext=offset, textcoords="offset points", ha=side)
    ax.text(0.22, 0.84, "the wish: loud when wrong", color=PALETTE["muted"])
    ax.text(0.3, 0.12, "squared error", color=PALETTE["mse"])
    ax.set(
        xlim=(-0.02, 1.02),
        ylim=(-0.03, 1.03),
        xlabel="p: the model's probability of the true answer",
        ylabel="size of the push on the logit",
        title="Squared error falls silent where the robot is most wrong",
    )
    return ax


def plot_attempt_nudges(
    nudges: Mapping[str, ArrayLike], classes: Sequence[str], *, ax: Axes | None = None
) -> Axes:
    """Draw the slopes at the logits, class by class, as one group of bars per class.

    Parameters
    ----------
    nudges : dict of str to array_like, shape (K,)
        For a name, the slope at each logit; the first is the shortcut's. At most three names.
    classes : sequence of str, length K
        Names of the classes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    looks: tuple[Style, ...] = (
        {"facecolor": PALETTE["paper"], "edgecolor": PALETTE["violet"], "hatch": "\\\\"},
        {"facecolor": PALETTE["mse"], "edgecolor": PALETTE["mse"]},
        {"facecolor": PALETTE["paper"], "edgecolor": PALETTE["ce"], "hatch": "//"},
    )
    places = np.arange(len(classes))
    for number, ((name, values), look) in enumerate(zip(nudges.items(), looks, strict=False)):
        bars = ax.bar(places + 0.31 * (number - 1), values, width=0.28, label=name, **look)
        ax.bar_label(
            bars,
            [f"{value:+.3f}".replace("-", "−") for value in np.asarray(values)],
            padding=2,
        )
    ax.axhline(0, color=PALETTE["muted"], linewidth=1)
    ax.set_xticks(places, classes)
    ax.grid(axis="x", visible=False)
    ax.margins(y=0.12)
    ax.legend(loc="lower right")
    ax.set(
        ylabel="slope ∂L/∂z at the logit",
        title="Below zero: training pushes the logit up",
    )
    return ax


def plot_wrong_way(
    points: Sequence[ArrayLike] = (),
    *,
    classes: Sequence[str] = ("cat", "dog", "bird"),
    ax: Axes | None = None,
) -> Axes:
    """Draw where squared error through softmax pushes a wrong class up.

    The triangle holds every distribution over three classes; its top corner is certainty in the
    true class. With sides of length 1, a wrong class is pushed up exactly outside the circle
    that has the side from that class to the true class as its diameter.

    Parameters
    ----------
    points : sequence of array_like, shape (3,)
        Distributions to mark, the true class first.
    classes : sequence of three str
        Names of the classes, the true one first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 4.2))
    top, left, right = CORNERS
    ax.fill(*CORNERS.T, facecolor="none", edgecolor=PALETTE["muted"], linewidth=1.5)
    for strong, pushed, start, hatch in (
        (left, right, 180, "///"),
        (right, left, 300, "\\\\\\"),
    ):
        angles = np.radians(np.linspace(start, start + 60, 31))
        middle = (top + pushed) / 2
        arc = middle + 0.5 * np.column_stack([np.cos(angles), np.sin(angles)])
        ax.fill(
            *np.vstack([arc, strong]).T,
            facecolor="none",
            edgecolor=PALETTE["mse"],
            hatch=hatch,
            linestyle="-",
            linewidth=1.5,
        )
        ax.plot(*middle, "+", color=PALETTE["ink"], linestyle="none", markersize=10)
    for corner, name, offset in zip(CORNERS, classes, ((0, 8), (-8, -14), (8, -14)), strict=True):
        ax.annotate(
            f"certain: {name}",
            tuple(corner),
            xytext=offset,
            textcoords="offset points",
            ha="center",
        )
    for name, x in ((classes[2], 0.0), (classes[1], 1.0)):
        ax.text(x, 0.3, f"{name} is\npushed up", color=PALETTE["mse"], ha="center")
    for point in points:
        place = simplex_points(point)
        outside = place[0] < 0.25
        ax.plot(*place, "o", color=PALETTE["ink"], linestyle="none")
        ax.annotate(
            "[" + ", ".join(f"{value:g}" for value in np.asarray(point)) + "]",
            tuple(place),
            xytext=(-30, 6) if outside else (8, 4),
            textcoords="offset points",
            ha="right" if outside else "left",
        )
    ax.set_aspect("equal")
    ax.set_xlim(-0.2, 1.2)
    ax.set_axis_off()
    ax.set_title(f"Where squared error pushes a wrong class up (truth: {classes[0]})", pad=24)
    return ax


def plot_escape(paths: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Draw the probability of the true class, step by step, for two losses.

    Parameters
    ----------
    paths : dict of str to array_like, shape (steps, K)
        For "squared error" and "cross-entropy", the probabilities at each step of training,
        the true class first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    for name, look, place in (
        ("squared error", MSE, (0.62, 0.5)),
        ("cross-entropy", CROSS_ENTROPY, (0.08, 0.5)),
    ):
        ax.plot(np.asarray(paths[name])[:, 0], **look)
        ax.text(*place, name, color=look["color"], transform=ax.transAxes)
    ax.set(
        xlabel="step",
        ylabel="probability of the true class",
        title="The same start, the same rate",
    )
    return ax
