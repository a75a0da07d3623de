"""Figures of the detection miniature: what is on a canvas, and which anchors hold the loss."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lossfns.figures.pixels import bare, draw_pixels
from lossfns.figures.style import CROSS_ENTROPY, PALETTE, Style, axes

Boxes: TypeAlias = tuple[Iterable[Iterable[float]], Iterable[object]]

TRUE_BOX: Style = {"edgecolor": PALETTE["teal"], "linestyle": "-", "linewidth": 2}
SAID_BOX: Style = {"edgecolor": PALETTE["ce"], "linestyle": "--", "linewidth": 2}
LOOKS: tuple[Style, ...] = (CROSS_ENTROPY, {"color": PALETTE["teal"], "linestyle": "-"})
NAME_WIDTH = 16  # points
POINTS = 201


def plot_canvas(
    image: ArrayLike,
    true: Boxes,
    said: Boxes = ((), ()),
    *,
    size: float = 8,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a canvas with the boxes that are there, solid, and those that a model says, dashed.

    Parameters
    ----------
    image : array_like of float, shape (rows, columns)
        Between 0 and 1.
    true, said : pair of array_like, shapes (boxes, 2) and (boxes,)
        Row and column of each upper left corner, and what the box is called: above the box for
        the true ones, below it for the others.
    size : float
        Height and width of a box.
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(4.6, 4.7))
    image = np.asarray(image)
    draw_pixels(ax, image)
    for (corners, names), look, below in ((true, TRUE_BOX, False), (said, SAID_BOX, True)):
        for number, ((top, left), name) in enumerate(zip(corners, names, strict=True)):
            ax.add_patch(Rectangle((left, top), size, size, facecolor="none", **look))
            ax.annotate(
                str(name),
                (left + size, top + size) if below else (left, top),
                (-6 - NAME_WIDTH * number, -8) if below else (6, 8),  # claims may coincide
                textcoords="offset points",
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.15", "facecolor": PALETTE["grid"], **look},
            )
    margin = 1.5
    ax.set(
        xlim=(-margin, image.shape[1] + margin),
        ylim=(image.shape[0] + margin, -margin),
        aspect="equal",
        title=title,
    )
    bare(ax)
    return ax


def plot_loss_shares(
    losses: Mapping[str, ArrayLike], labels: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Draw how much of the whole loss the background holds, its easiest anchors first.

    Parameters
    ----------
    losses : dict of str to array_like of float, shape (anchors,)
        For the name of up to two losses, the loss of each anchor.
    labels : array_like of int, shape (anchors,)
        0 for background, 1 for an object.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    background = np.asarray(labels) == 0
    shares = np.linspace(0, 1, POINTS)
    for (name, values), look in zip(losses.items(), LOOKS, strict=False):
        values = np.asarray(values)
        held = np.concatenate([[0.0], np.sort(values[background]).cumsum()]) / values.sum()
        curve = held[(shares * background.sum()).astype(int)]
        ax.plot(shares, curve, **look)
        ax.annotate(
            name,
            (shares[-1], curve[-1]),
            (6, -3),
            textcoords="offset points",
            color=look["color"],
            annotation_clip=False,
        )
    ax.set(
        xlabel="share of the background anchors, the easiest first",
        ylabel="share of the whole loss that they hold",
        xlim=(0, 1.22),
        ylim=(-0.02, 1),
        title="Who is heard? The same scores, two losses",
    )
    ax.set_xticks(np.linspace(0, 1, 6))
    return ax
