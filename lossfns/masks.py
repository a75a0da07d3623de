"""Positions that do not count: padding, a prompt, a pixel that nobody labelled.

Losses with one value per position take `where`, which means what it means in NumPy: True counts. A
position that does not count costs exactly 0 and has a slope of exactly 0, whatever stands there: it
is left out and never multiplied by 0, since 0 times nan is nan, and -100 is no class. The mean is
then over the positions that count (`masked_mean`), not over all of them.

Without `where` are the losses whose examples are not positions of a padded batch. In CLIP's and
SigLIP's, each row is an answer to all the others; a preference is about whole answers, whose
tokens' losses are masked and added up first; a CTC loss is of one sequence, cut to its length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    class_axis,
    equal_shapes,
    float_array,
    plain_array,
    scalar,
    shown,
    whole_number,
)

Found = TypeVar("Found")  # what a loss or a gradient returns


def masked_mean(
    losses: ArrayLike, where: ArrayLike, *, count: int | None = None
) -> np.floating[Any]:
    """Mean of the losses that count: their sum, divided by how many they are.

    Parameters
    ----------
    losses : array_like of float, any shape
        One per position. What stands where `where` is False is not looked at.
    where : array_like of bool, same shape
        True where a position counts.
    count : int, optional
        What to divide by instead, if `losses` are a part of a batch: how many positions count in
        the *whole* batch. The values of its parts, and their gradients, then add up to the mean of
        the whole; means of parts would not.

    Returns
    -------
    NumPy scalar
        In the dtype and unit of `losses`; the sum is taken in float64.

    Raises
    ------
    TypeError
        If `losses` are not real numbers, `where` is not boolean or `count` not an integer.
    ValueError
        If the shapes differ, nothing counts, or `count` is less than the positions that count here
        or beyond any array.

    Notes
    -----
    A mean over nothing is 0 / 0. PyTorch returns that nan, and one step later it stands in every
    weight; here it is an error. With `count`, a part in which nothing counts adds 0.

    Examples
    --------
    Two lines in a rectangle of 2 × 4 positions. The mean over all of them flatters, and would do so
    more with every position that is added to fill up:

    >>> import numpy as np
    >>> from lossfns import masked_mean
    >>> losses = np.array([[1.0, 3.0, 2.0, 6.0], [8.0, np.nan, np.nan, np.nan]])
    >>> keep = ~np.isnan(losses)
    >>> print(masked_mean(losses, keep), np.where(keep, losses, 0).mean())
    4.0 2.5

    Line by line, the mean of the two means gives the short one half the say:

    >>> means = [masked_mean(line, kept) for line, kept in zip(losses, keep)]
    >>> print(np.mean(means))
    5.5
    >>> parts = [masked_mean(line, kept, count=keep.sum()) for line, kept in zip(losses, keep)]
    >>> print(np.sum(parts))
    4.0
    """
    dtype, array, keep, divisor = _mean(losses, where, count)
    with np.errstate(all="ignore"):
        counted = array[keep].astype(np.result_type(np.float64, dtype))
        mean = counted.sum() / divisor
        if not np.isfinite(mean):  # perhaps the sum alone is too large
            mean = (counted / divisor).sum()
        return scalar(mean, dtype)


def masked_mean_grad(losses: ArrayLike, where: ArrayLike, *, count: int | None = None) -> Floats:
    """Gradient of `masked_mean` with respect to the losses: 1 / count where they count, else 0.

    What every slope of a position is multiplied by. Parameters and errors are those of
    `masked_mean`; the result has the shape of `losses`.

    Examples
    --------
    >>> from lossfns import masked_mean_grad
    >>> masked_mean_grad([1.0, 3.0, 2.0], [True, False, True])
    array([0.5, 0. , 0.5])
    """
    dtype, _, keep, divisor = _mean(losses, where, count)
    with np.errstate(all="ignore"):
        return np.where(keep, 1 / divisor, 0).astype(dtype)[()]


def kept(where: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return `where` as a boolean array of the shape of the losses."""
    array = plain_array(where, "where")
    if array.dtype != np.bool_ and (array.size or isinstance(where, np.ndarray)):
        raise TypeError(f"where must hold True and False, got dtype {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"where must have the shape of the losses, {shape}, got {array.shape}")
    return np.asarray(array, np.bool_)


def over_kept(
    loss: Callable[..., Found], where: ArrayLike, *, axis: int | None = None, **arguments: ArrayLike
) -> Found:
    """Apply a loss, or its gradient, to the positions that count, and put 0 at the others.

    Where a position is an example of several classes, they lie along `axis` of every argument.
    """
    equal_shapes(**arguments)
    arrays = {name: plain_array(value, name) for name, value in arguments.items()}
    name, first = next(iter(arrays.items()))
    if axis is None:
        keep = kept(where, first.shape)
        return scattered(loss(**{name: array[keep] for name, array in arrays.items()}), keep)
    axis = class_axis(first, name, axis)
    keep = kept(where, first.shape[:axis] + first.shape[axis + 1 :])
    rows = {name: np.moveaxis(array, axis, -1)[keep] for name, array in arrays.items()}
    return scattered(loss(**rows, axis=1), keep, axis)


def scattered(found: Found, keep: NDArray[np.bool_], axis: int = -1) -> Found:
    """Return what was found at the kept positions in its place among zeros, any classes on axis."""

    def placed(part: NDArray[Any]) -> Any:
        everywhere = np.zeros(keep.shape + part.shape[1:], part.dtype)
        everywhere[keep] = part
        return np.moveaxis(everywhere, -1, axis) if part.ndim > 1 else everywhere[()]

    result: Any = tuple(map(placed, found)) if isinstance(found, tuple) else placed(found)  # type: ignore[arg-type]
    return cast("Found", result)


def _mean(
    losses: ArrayLike, where: ArrayLike, count: int | None
) -> tuple[FloatDType, FloatArray, NDArray[np.bool_], int]:
    """Return dtype, losses, the positions that count, and what to divide by."""
    array = float_array(losses, "losses")
    keep = kept(where, array.shape)
    here = int(keep.sum())
    if count is None:
        if not here:
            raise ValueError("where must be True somewhere: the mean of nothing is 0 / 0")
        return array.dtype, array, keep, here
    whole = whole_number(count, "count")
    if not max(here, 1) <= whole <= np.iinfo(np.int64).max:
        raise ValueError(
            f"count must be positive, at least the {here} positions that count here, and no more "
            f"than an array can have, got {shown(whole)}"
        )
    return array.dtype, array, keep, whole
