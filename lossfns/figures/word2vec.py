"""Figures of negative sampling: what the scores converge to, and what few dimensions can hold."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.style import CROSS_ENTROPY, PALETTE, Style, axes

MARKS: tuple[Style, ...] = (
    {"marker": "x", "color": PALETTE["violet"], "markersize": 5},
    {"marker": "o", "color": PALETTE["ce"], "markersize": 4},
)


def plot_scores(
    shifted_pmi: ArrayLike, scores: Mapping[str, ArrayLike], *, ax: Axes | None = None
) -> Axes:
    """Draw learned scores against the shifted PMI that negative sampling asks for.

    Parameters
    ----------
    shifted_pmi : array_like, shape (pairs,)
        Logarithm of how often a pair was seen over how often it is drawn as a negative.
    scores : dict of str to array_like, shape (pairs,)
        For up to two names, the scores of the same pairs.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.8))
    shifted_pmi = np.asarray(shifted_pmi)
    ends = [shifted_pmi.min(), shifted_pmi.max()]
    ax.plot(ends, ends, color=PALETTE["muted"], linestyle=":", linewidth=1.5)
    for (name, values), mark in zip(scores.items(), MARKS, strict=False):
        ax.plot(shifted_pmi, values, linestyle="none", label=name, **mark)
    ax.legend(loc="upper left")
    ax.set(
        xlabel="shifted PMI, from counts",
        ylabel="score, learned",
        title="Each mark is a pair that occurs",
    )
    return ax


def plot_dimensions(
    dimensions: Sequence[int], losses: ArrayLike, floor: float, *, ax: Axes | None = None
) -> Axes:
    """Draw how low the loss gets with vectors of so many dimensions, above the free floor.

    Parameters
    ----------
    dimensions : sequence of int
        Lengths of the vectors.
    losses : array_like
        The loss reached with each.
    floor : float
        The least loss when every pair has a score of its own.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    ax.plot(dimensions, losses, marker="o", **CROSS_ENTROPY)
    for place, value in zip(dimensions, np.asarray(losses), strict=True):
        ax.annotate(
            f"{value:.2f}",
            (place, value),
            xytext=(6, 5),
            textcoords="offset points",
        )
    ax.axhline(floor, color=PALETTE["muted"], linestyle=":", linewidth=1.5)
    ax.annotate(
        f"a score for every pair: {floor:.4f}",
        (dimensions[0], floor),
        xytext=(0, -14),
        textcoords="offset points",
        color=PALETTE["muted"],
    )
    ax.set_xscale("log")
    ax.set_xticks(dimensions, [str(number) for number in dimensions], minor=False)
    ax.set_xticks([], minor=True)
    ax.margins(y=0.15)
    ax.set(
        xlabel="dimensions of the vectors", ylabel="nats per pair", title="Approaching the floor"
    )
    return ax


def plot_directions(
    vectors: ArrayLike,
    names: Sequence[str],
    ringed: Collection[str] = (),
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw in which direction each two-dimensional vector points, as its name above its angle.

    Names whose angles are close are stacked.

    Parameters
    ----------
    vectors : array_like, shape (N, 2)
    names : sequence of str, length N
    ringed : collection of str
        Names to draw in a ring.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 2.8))
    x, y = np.asarray(vectors, dtype=float).T
    angles = np.degrees(np.arctan2(y, x))
    room = max(np.ptp(angles), 1) / 22
    last_of_row: list[float] = []
    for k in np.argsort(angles, kind="stable"):
        free = [row for row, last in enumerate(last_of_row) if angles[k] - last >= room]
        row = free[0] if free else len(last_of_row)
        last_of_row[row : row + 1] = [angles[k]]
        is_ringed = names[k] in ringed
        color = PALETTE["violet"] if is_ringed else PALETTE["ink"]
        ax.plot(
            angles[k],
            row,
            "o",
            markersize=20,
            markerfacecolor="none",
            markeredgecolor=color if is_ringed else "none",
        )
        ax.text(angles[k], row, names[k], color=color, ha="center", va="center")
    ax.set_ylim(-0.8, len(last_of_row) - 0.2)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set(xlabel="direction of the vector, in degrees", title="Like company, like direction")
    return ax
