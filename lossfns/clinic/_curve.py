"""A curve's outline: the few numbers by which its shape is judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outline:
    """A curve in pieces of equal length, or value by value where it is short.

    Attributes
    ----------
    starts : ndarray of int, shape (n + 1,)
        Where each piece starts among the values, and where the last ends.
    middles, lows, highs : ndarray, shape (n,)
        The median of each piece, its least and its greatest value.
    """

    starts: NDArray[np.intp]
    middles: Floats
    lows: Floats
    highs: Floats

    def __len__(self) -> int:
        return len(self.middles)


def outline(values: Floats, most: int) -> Outline:
    """Return the outline of a curve in `most` pieces, or fewer if it has fewer values."""
    count = len(values)
    if count <= most:
        return Outline(np.arange(count + 1), values, values, values)
    starts = np.arange(most + 1) * count // most
    return Outline(
        starts,
        np.array([np.median(values[a:b]) for a, b in pairwise(starts)]),
        np.minimum.reduceat(values, starts[:-1]),
        np.maximum.reduceat(values, starts[:-1]),
    )


def before(shape: Outline, most: int, at: int) -> tuple[Floats, Floats]:
    """Return the level of up to `most` pieces before each piece from `at` on, and their range."""
    first = min(max(at, most), len(shape))  # from here on all windows are full
    few = [slice(max(0, place - most), place) for place in range(at, first)]
    levels = [float(np.median(shape.middles[window])) for window in few]
    ranges = [float(shape.highs[window].max() - shape.lows[window].min()) for window in few]
    if first == len(shape):
        return np.array(levels), np.array(ranges)
    middles, lows, highs = (
        np.lib.stride_tricks.sliding_window_view(values, most)[first - most : -1]
        for values in (shape.middles, shape.lows, shape.highs)
    )
    return (
        np.concatenate([levels, np.median(middles, axis=1)]),
        np.concatenate([ranges, highs.max(axis=1) - lows.min(axis=1)]),
    )


def tendency(values: Sequence[float] | Floats) -> float:
    """Return how steadily a few values rise, from -1 (each is below all before) to 1.

    Kendall's tau, with ties counted as neither.

    Examples
    --------
    >>> tendency([1.0, 2.0, 3.0]), tendency([2.0, 2.0, 2.0])
    (1.0, 0.0)
    """
    x = np.asarray(values)
    if len(x) < 2:
        return 0.0
    signs = np.sign(x[None, :] - x[:, None])
    return float(signs[np.triu_indices(len(x), 1)].mean())


def noise(values: Floats) -> float:
    """Return the standard deviation of what is no trend in a few values, by their bends.

    Examples
    --------
    >>> noise(np.array([3.0, 2.0, 1.0])), noise(np.array([1.0]))
    (0.0, 0.0)
    """
    bends = np.abs(np.diff(values, 2))
    # A bend's variance is six times a value's, and its median 0.6745 of its deviation.
    return float(np.median(bends)) / (0.6745 * math.sqrt(6)) if len(bends) else 0.0


def repeats(values: Floats, lags: range) -> Floats:
    """Return how well a curve's bends agree with those `lag` values earlier, from -1 to 1, by lag.

    A bend is what a value has more than the mean of its neighbours, so no trend repeats itself.
    """
    bends = np.diff(values, 2)
    # No single jump may decide.
    most = 3 * float(np.median(np.abs(bends)))
    bends = np.clip(bends, -most, most)
    agree = []
    for lag in lags:
        a, b = bends[lag:], bends[:-lag]
        size = float(np.sqrt((a @ a) * (b @ b)))
        agree.append(float(a @ b) / size if size else 0.0)
    return np.array(agree)
