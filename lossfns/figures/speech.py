"""Figures of the speech miniature: every way to align, what a frame is asked for, three roads."""

from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
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
    sizes = 500 * shares[places, at]
    ax.scatter(at, places, s=sizes, color=PALETTE["teal"], zorder=3, clip_on=False)
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


def plot_three_roads(
    alignment: Sequence[str],
    *,
    said: Sequence[int],
    attention: ArrayLike,
    labels: Sequence[str],
) -> Figure:
    """Draw how CTC, a transducer and a decoder come from the same frames to the same labels.

    Parameters
    ----------
    alignment : sequence of str, length T
        CTC: the class of each frame.
    said : sequence of int, length T
        Transducer: how many labels it has said when it leaves each frame.
    attention : array_like, shape (places, T)
        Decoder: how much each place of the transcript looks at each frame.
    labels : sequence of str
        What the decoder says at each place; the transducer's labels come first.

    Returns
    -------
    matplotlib.figure.Figure
        With one axes for each road, the first on top.
    """
    attention = np.asarray(attention)
    frames = np.arange(len(alignment))
    figure, (strip, grid, looks) = plt.subplots(
        3, 1, sharex=True, figsize=(5.0, 4.8), height_ratios=(1, 3, 3)
    )
    for frame, spoken in enumerate(alignment):
        strip.text(frame, 0, spoken, ha="center", va="center")
    strip.vlines(np.arange(len(frames) + 1) - 0.5, -0.5, 0.5, color=PALETTE["muted"], linewidth=1)
    strip.set(yticks=[], ylim=(-0.5, 0.5), title="CTC: one class for each frame")

    heights = np.arange(max(said) + 1)
    across, up = np.meshgrid(frames, heights)
    grid.scatter(across, up, s=25, facecolor=PALETTE["paper"], edgecolor=PALETTE["muted"])
    way: list[tuple[int, int]] = []
    before = 0
    for frame, height in enumerate(said):
        way += [(frame, u) for u in range(before, height + 1)]
        for u in range(before, height):
            grid.annotate(
                labels[u],
                (frame, u + 0.5),
                (6, 0),
                textcoords="offset points",
                va="center",
                color=PALETTE["teal"],
            )
        before = height
    grid.plot(*np.transpose(way), marker="o", color=PALETTE["teal"], linestyle="-")
    grid.set(yticks=heights, ylabel="labels said", ylim=(-0.4, heights[-1] + 0.4))
    grid.set_title("transducer: up, a label; right, a blank")

    places, at = np.nonzero(attention)
    looks.scatter(at, places, s=260 * attention[places, at], color=PALETTE["violet"])
    looks.set(
        yticks=range(len(labels)),
        yticklabels=labels,
        ylim=(len(labels) - 0.5, -0.5),
        xlim=(-0.6, len(frames) - 0.4),
        xlabel="frame",
        title="decoder: each label looks at all frames",
    )
    looks.set_xticks(frames, frames + 1)
    for ax in (strip, grid, looks):
        ax.grid(False)
    return figure
