"""Noisy canvases with a few handwritten digits on them: where are they, and what do they say?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns.course.datasets._labelled import Images, Labels, labelled_images


class Canvases(NamedTuple):
    """Canvases with the same number of digits on each of them."""

    images: Images  # (canvases, size, size), between 0 and 1
    corners: NDArray[np.intp]  # (canvases, digits, 2): row and column of each upper left corner
    labels: Labels  # (canvases, digits)


def digit_canvases(
    images: ArrayLike,
    labels: ArrayLike,
    count: int,
    *,
    seed: int,
    digits: int = 3,
    size: int = 28,
    noise: float = 0.15,
) -> Canvases:
    """Scatter pictures of digits over noisy squares, so that no two overlap.

    Parameters
    ----------
    images : array_like of float, shape (n, rows, columns)
        Between 0 and 1.
    labels : array_like, shape (n,)
    count : int
        How many canvases to make.
    seed : int
        Decides the noise, which digits, and where.
    digits : int, default 3
        On each canvas.
    size : int, default 28
        Height and width of a canvas.
    noise : float, default 0.15
        Standard deviation of a normal number whose size is added to each pixel; what then
        exceeds 1 is cut off.

    Returns
    -------
    Canvases

    Raises
    ------
    ValueError
        If the shapes of `images` and `labels` do not fit, or a digit finds no free place.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.datasets.canvases import digit_canvases
    >>> canvases = digit_canvases(np.ones((1, 2, 2)), [7], 1, seed=1, digits=2, size=5, noise=0)
    >>> canvases.images[0]
    array([[0., 1., 1., 0., 0.],
           [0., 1., 1., 0., 0.],
           [0., 0., 0., 0., 0.],
           [0., 1., 1., 0., 0.],
           [0., 1., 1., 0., 0.]])
    >>> canvases.corners[0].tolist()
    [[0, 1], [3, 1]]
    """
    images, labels = labelled_images(images, labels)
    height, width = images.shape[1:]
    generator = np.random.default_rng(seed)
    canvases = np.abs(generator.normal(0, noise, (count, size, size)))
    chosen = generator.integers(len(images), size=(count, digits))
    corners = np.empty((count, digits, 2), dtype=np.intp)
    for canvas, own_corners, row in zip(canvases, corners, chosen, strict=True):
        free = np.ones((max(size - height + 1, 0), max(size - width + 1, 0)), dtype=bool)
        for corner, image in zip(own_corners, images[row], strict=True):
            places = np.argwhere(free)
            if not len(places):
                raise ValueError(
                    f"size must leave room for {digits} digits of {height} × {width}, got {size}"
                )
            top, left = corner[:] = places[generator.integers(len(places))]
            canvas[top : top + height, left : left + width] += image
            free[
                max(top - height + 1, 0) : top + height, max(left - width + 1, 0) : left + width
            ] = False
    return Canvases(canvases.clip(max=1), corners, labels[chosen])
