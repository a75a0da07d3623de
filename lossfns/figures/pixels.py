"""Small grey pictures as squares: they stay sharp, and follow the theme's ink."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import ArrayLike

from lossfns.figures.style import PALETTE

SQUARE = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) / 2
OUTLINE = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
GAP = 2  # pixels between two pictures
LARGEST_PIXEL = 0.11  # inches
FAINT = 0.01  # of a cell: what is smaller can't be seen, and a page would carry it all the same


def draw_pixels(
    ax: Axes,
    image: ArrayLike,
    *,
    left: float = 0.0,
    top: float = 0.0,
    pixel: tuple[float, float] = (1.0, 1.0),
) -> PathPatch:
    """Draw each pixel as a square in its cell, the square's area its value.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    image : array_like of float, shape (rows, columns)
        From 0, nothing drawn, to 1, the whole cell; what lies outside counts as the nearer end, and
        what is below `FAINT` as nothing.
    left, top : float
        Where the first pixel's cell begins.
    pixel : tuple of float
        Width and height of a cell; the height is negative on an axis that points up.

    Returns
    -------
    matplotlib.patches.PathPatch
        One closed outline of five points for each pixel drawn, row by row.
    """
    image = np.clip(image, 0, 1)
    rows, columns = np.nonzero(image >= FAINT)
    centres = np.stack([columns, rows], axis=1) + 0.5
    sides = np.sqrt(image[rows, columns])
    corners = centres[:, None] + sides[:, None, None] * SQUARE
    vertices = (left, top) + corners.reshape(-1, 2) * pixel
    path = Path(vertices, OUTLINE * len(rows), closed=False)
    patch = PathPatch(path, facecolor=PALETTE["ink"], edgecolor="none")
    ax.add_patch(patch)
    return patch


def plot_digits(
    images: ArrayLike,
    *,
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table of small pictures.

    Parameters
    ----------
    images : array_like of float, shape (table rows, table columns, height, width)
        Grey values between 0 and 1; all 0 leaves a place empty.
    rows, columns : sequence of str, optional
        Names at the left of the rows and above the columns.
    title : str, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default, as high as the table needs.

    Returns
    -------
    matplotlib.axes.Axes
    """
    images = np.asarray(images)
    down, across, height, width = images.shape
    pitch = np.array([width + GAP, height + GAP])
    if ax is None:
        room = 4.4 - 0.08 * max(map(len, rows or [""]))  # names take their share of the width
        inches = min(room / (across * pitch[0]), LARGEST_PIXEL)
        _, ax = plt.subplots(figsize=(5.0, 0.9 + inches * down * pitch[1]))
    for row, column in np.ndindex(down, across):
        left, top = pitch * (column, row)
        draw_pixels(ax, images[row, column], left=left, top=top)
    if rows is not None:
        ax.set_yticks(pitch[1] * np.arange(down) + height / 2, rows)
    if columns is not None:
        ax.set_xticks(pitch[0] * np.arange(across) + width / 2, columns)
    ax.set(
        xlim=(-1, across * pitch[0] - 1),
        ylim=(down * pitch[1] - 1, -1),
        aspect="equal",
        title=title,
    )
    bare(ax, names=(rows is not None, columns is not None))
    return ax


def bare(ax: Axes, *, names: tuple[bool, bool] = (False, False)) -> None:
    """Take away frame, grid and tick marks; keep the names of rows, columns or neither."""
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelleft=names[0], labeltop=names[1])
