"""A curve's outline: the few numbers by which its shape is judged."""

from __future__ import annotations

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
    pieces = min(most, len(values))
    starts = np.arange(pieces + 1) * len(values) // max(pieces, 1)
    parts = [values[a:b] for a, b in pairwise(starts)]
    return Outline(
        starts,
        np.array([np.median(part) for part in parts]),
        np.array([part.min() for part in parts]),
        np.array([part.max() for part in parts]),
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
