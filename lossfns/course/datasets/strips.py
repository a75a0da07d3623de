"""Strips of handwritten digits: a stand-in for speech, read from left to right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lossfns.course.datasets._labelled import Images, Labels, labelled_images


class Strip(NamedTuple):
    """One row of digits, and what it says; where a digit begins is not written down."""

    image: Images  # (rows, columns)
    labels: Labels  # (digits,)


def digit_strips(
    images: ArrayLike,
    labels: ArrayLike,
    count: int,
    *,
    seed: int,
    digits: tuple[int, int] = (3, 5),
    widest_gap: int = 3,
) -> list[Strip]:
    """Put pictures of digits side by side, with gaps of any width up to `widest_gap`.

    Parameters
    ----------
    images : array_like of float, shape (n, rows, columns)
    labels : array_like, shape (n,)
    count : int
        How many strips to make.
    seed : int
        Decides which digits, how many and how wide the gaps.
    digits : tuple of int, default (3, 5)
        The fewest and the most in a strip.
    widest_gap : int, default 3
        In columns of zeros; there is a gap before, between and after the digits, 0 at the least.

    Returns
    -------
    list of Strip

    Raises
    ------
    ValueError
        If the shapes of `images` and `labels` do not fit, or `digits` or `widest_gap` make no
        sense.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.datasets.strips import digit_strips
    >>> images = np.ones((2, 1, 3)) * [[[1]], [[2]]]
    >>> strip = digit_strips(images, [1, 2], 1, seed=6, digits=(3, 3))[0]
    >>> strip.labels
    array([1, 2, 2])
    >>> strip.image
    array([[0., 1., 1., 1., 0., 0., 0., 2., 2., 2., 0., 2., 2., 2., 0., 0.]])
    """
    images, labels = labelled_images(images, labels)
    height, width = images.shape[1:]
    fewest, most = digits
    if not 0 <= fewest <= most:
        raise ValueError(f"digits must be the fewest and the most of a strip, got {digits}")
    if widest_gap < 0:
        raise ValueError(f"widest_gap must not be negative, got {widest_gap}")
    generator = np.random.default_rng(seed)
    strips = []
    for _ in range(count):
        chosen = generator.integers(len(images), size=generator.integers(fewest, most + 1))
        gaps = generator.integers(widest_gap + 1, size=len(chosen) + 1)
        starts = gaps[:-1].cumsum() + width * np.arange(len(chosen))
        strip = np.zeros((height, gaps.sum() + width * len(chosen)))
        for start, image in zip(starts, images[chosen], strict=True):
            strip[:, start : start + width] = image
        strips.append(Strip(strip, labels[chosen]))
    return strips
