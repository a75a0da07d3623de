"""Figures of the speech miniature: every way to align, and which class a frame is asked for."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossfns.figures.pixels import draw_pixels
from lossfns.figures.style import PALETTE, THIRD, Style, axes

LABELS = (
    {"color": PALETTE["mse"], "linestyle": "-"},
    {"color": PALETTE["amber"], "linestyle": (0, (5, 1))},
    THIRD,
    {"color": PALETTE["violet"], "linestyle": ":"},
    {"color": PALETTE["ce"], "linestyle": "--"},
)
BLANK: Style = {"color": PALETTE["muted"], "linestyle": "-", "linewidth": 1.2}
STRIP_TOP, STRIP_HEIGHT = 1.45, 0.35  # above the curves, which end at 1


def plot_trellis(paths: ArrayLike, names: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw all alignments of a label sequence as ways through a grid, left to right.

    A dot's area and a line's width show how many alignments pass there.

    Parameters
    ----------
    paths : array_like of int, shape (alignments, T)
        For each alignment and frame, the position among the labels with blanks between and around.
    names : sequence of str
        Of the positions.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(5.0, 3.0))
    paths = np.asarray(paths)
    frames = np.arange(paths.shape[1])
    for frame, (here, following) in enumerate(pairwise(paths.T)):
        steps, counts = np.unique([here, following], axis=1, return_counts=True)
        for (start, end), count in zip(steps.T, counts, strict=True):
            ax.plot(
                [frame, frame + 1],
                [start, end],
                color=PALETTE["muted"],
                linestyle="-",
                linewidth=0.4 + 5 * count / len(paths),
            )
    shares = np.stack([(paths == place).mean(axis=0) for place in range(len(names))])
    places, at = np.nonzero(shares)
    ax.scatter(at, places, s=500 * shares[places, at], color=PALETTE["teal"], zorder=3)
    ax.set_xticks(frames, frames + 1)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.grid(False)
    ax.set(xlabel="frame", title=f"{len(paths)} alignments, one spelling")
    return ax


def plot_occupancy(
    image: ArrayLike,
    occupancy: ArrayLike,
    names: Sequence[str],
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw, under a strip, how likely each class is at each frame, given what the strip says.

    Parameters
    ----------
    image : array_like of float, shape (rows, T)
        The strip; its columns are the frames.
    occupancy : array_like of float, shape (T, classes)
        Class 0 is the blank, drawn thin; classes that stay below 0.02 are left out.
    names : sequence of str
        Of all classes; a line's name stands at its peak.
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    image, occupancy = np.asarray(image), np.asarray(occupancy)
    frames = np.arange(len(occupancy)) + 0.5  # the middle of a column
    draw_pixels(ax, image, top=STRIP_TOP, pixel=(1, -STRIP_HEIGHT / len(image)))
    ax.plot(frames, occupancy[:, 0], **BLANK)
    ax.annotate(names[0], (frames[-1], occupancy[-1, 0]), (4, -3), textcoords="offset points")
    spoken = [k for k in range(1, occupancy.shape[1]) if occupancy[:, k].max() >= 0.02]
    for number, k in enumerate(sorted(spoken, key=lambda k: occupancy[:, k].argmax())):
        look = LABELS[number % len(LABELS)]
        peak = occupancy[:, k].argmax()
        ax.plot(frames, occupancy[:, k], **look)
        ax.annotate(
            names[k],
            (frames[peak], occupancy[peak, k]),
            (0, 4),
            textcoords="offset points",
            ha="center",
            color=look["color"],
        )
    ax.set_yticks([0, 0.5, 1])
    ax.set(
        xlim=(0, len(occupancy) + 3),
        ylim=(-0.03, STRIP_TOP + 0.03),
        xlabel="frame (column of the strip)",
        ylabel="occupancy",
        title=title,
    )
    return ax
