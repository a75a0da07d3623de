"""Figures of the CLIP miniature: pictures against words, and what the temperature is for."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from lossfns.figures.pixels import bare, draw_pixels
from lossfns.figures.style import PALETTE, THIRD, Style, axes

ABOVE: Style = {"facecolor": PALETTE["teal"], "edgecolor": PALETTE["teal"]}
BELOW: Style = {"facecolor": "none", "edgecolor": PALETTE["amber"]}
BATCHES: tuple[Style, ...] = (
    THIRD,
    {"color": PALETTE["violet"], "linestyle": ":"},
)


def plot_match(
    values: ArrayLike,
    images: ArrayLike,
    words: Sequence[str],
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table of pictures and words, a square for each pair.

    The square's area is the value's size, next to the largest in the table; it is full above zero
    and hollow below.

    Parameters
    ----------
    values : array_like of float, shape (pictures, words)
    images : array_like of float, shape (pictures, rows, columns)
        Between 0 and 1, drawn at the left.
    words : sequence of str
        Written above.
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    values, images = np.asarray(values), np.asarray(images)
    ax = axes(ax, figsize=(5.0, 0.8 + 0.4 * len(values)))
    sides = 0.92 * np.sqrt(np.abs(values) / np.abs(values).max())
    for (row, column), side in np.ndenumerate(sides):
        look = ABOVE if values[row, column] > 0 else BELOW
        corner = (column + 0.5 - side / 2, row + 0.5 - side / 2)
        ax.add_patch(Rectangle(corner, side, side, linewidth=1.2, **look))
    cell = 0.9 / images.shape[1]
    for row, image in enumerate(images):
        draw_pixels(ax, image, left=-1.2, top=row + 0.05, pixel=(cell, cell))
    ax.set_xticks(np.arange(len(words)) + 0.5, words)
    ax.set(xlim=(-1.3, len(words)), ylim=(len(values) + 0.1, -0.1), aspect="equal", title=title)
    bare(ax, names=(False, True))
    return ax


def plot_perfect_pairs(
    batch_sizes: Sequence[int] = (10, 32_768),
    marked: Sequence[float] = (1.0, 1 / 0.07, 100.0),
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the loss of perfect encoders against the factor on the cosines.

    Perfect: a picture and its text point the same way, all other pairs are at right angles.

    Parameters
    ----------
    batch_sizes : sequence of int
        Up to two numbers of pairs in a batch.
    marked : sequence of float
        Factors at which a thin line stands.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    scales = np.geomspace(0.7, 150, 200)
    for place in marked:
        ax.axvline(place, color=PALETTE["muted"], linewidth=1, linestyle="-")
    for size, look in zip(batch_sizes, BATCHES, strict=False):
        # cross-entropy of one logit `scale` among size - 1 logits of 0
        losses = np.log1p((size - 1) * np.exp(-scales))
        ax.plot(scales, losses, **look)
        ax.annotate(
            f"{size:,} pairs",
            (scales[40], losses[40]),
            (8, 6),
            textcoords="offset points",
            color=look["color"],
        )
    ax.set_xscale("log")
    ax.set_xticks(marked, [f"{place:.3g}" for place in marked])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(False, axis="x")
    ax.set(
        xlabel="factor on the cosines",
        ylabel="loss of perfect encoders (nats)",
        title="Without a factor, even perfection is punished",
    )
    return ax
