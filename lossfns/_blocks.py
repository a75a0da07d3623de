"""The engine of all losses: a formula walks over its arrays block by block.

NumPy runs one operation at a time over whole arrays, so a formula of ten steps moves ten large
arrays through memory. On a block that fits a processor's cache only the first read and the last
write go there, and nothing of the arrays' size is held but the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lossfns._validation import FloatArray, FloatDType, Floats

BLOCK = 2**15  # elements: in float32 an eighth of a megabyte, so that a formula's steps fit a cache
# Numbers: with small buffers NumPy does not copy a column out to the length of the rows it meets.
# They are part of the context that `np.errstate` opens, and go with it.
BUFFER = 1024
LINE = 64  # bytes that come from memory together: so wide a strip where rows do not lie in a row

Formula = Callable[..., Any]


def elementwise(formula: Formula, *arrays: FloatArray, dtype: FloatDType) -> Floats:
    """Return formula(*arrays) in `dtype`, for arrays of one shape; no zero has a minus sign.

    The formula takes blocks with at least one axis and returns a new array of their shape.
    """
    first = arrays[0]
    with np.errstate(all="ignore"):
        if first.size <= BLOCK:
            blocks = arrays if first.ndim else [array.reshape(1) for array in arrays]
            return _finished(formula(*blocks), first.shape, dtype)
        out = np.empty_like(first, dtype)
        for tile in tiles(first.shape, BLOCK):
            _store(out[tile], formula(*(array[tile] for array in arrays)))
    return out


def per_example(formula: Formula, *arrays: FloatArray, axis: int, dtype: FloatDType) -> Floats:
    """Return one value per example: `formula` takes blocks (examples, classes)."""
    rows = [classes_last(array, axis) for array in arrays]
    *shape, classes = rows[0].shape
    with np.errstate(all="ignore"):
        if rows[0].size <= BLOCK:
            values = formula(*(block.reshape(-1, classes) for block in rows))
            return _finished(values, tuple(shape), dtype)
        np.setbufsize(BUFFER)
        out = np.empty(shape, dtype)
        for tile in _examples(rows[0]):
            values = formula(*(array[tile].reshape(-1, classes) for array in rows))
            out[tile] = values.reshape(out[tile].shape)
    return out[()]


def per_class(formula: Formula, *arrays: FloatArray, axis: int, dtype: FloatDType) -> FloatArray:
    """Return a value per class: `formula` takes and returns blocks (examples, classes)."""
    rows = [classes_last(array, axis) for array in arrays]
    classes = rows[0].shape[-1]
    out = np.empty_like(arrays[0], dtype)
    target = classes_last(out, axis)
    with np.errstate(all="ignore"):
        np.setbufsize(BUFFER)
        for tile in [...] if out.size <= BLOCK else _examples(rows[0]):
            values = formula(*(array[tile].reshape(-1, classes) for array in rows))
            _store(target[tile], values.reshape(target[tile].shape))
    return out


def tiles(shape: tuple[int, ...], size: int) -> Iterator[tuple[slice, ...]]:
    """Yield slices that cut an array of this shape into pieces of at most `size` elements."""
    if not shape:
        yield ()
        return
    first, *rest = shape
    step = max(1, size // max(1, math.prod(rest)))
    for start in range(0, first, step):
        for tile in tiles(tuple(rest), size):
            yield slice(start, start + step), *tile


def classes_last(array: FloatArray, axis: int) -> FloatArray:
    """Return a view with the classes along the last axis."""
    return array if axis in (-1, array.ndim - 1) else np.moveaxis(array, axis, -1)


def _examples(rows: FloatArray) -> Iterator[tuple[slice, ...]]:
    """Yield the examples whose classes are taken together; whole rows, however long."""
    *shape, classes = rows.shape
    side_by_side = 1 if rows.strides[-1] == rows.itemsize else LINE // rows.itemsize
    return tiles(tuple(shape), max(BLOCK // max(1, classes), side_by_side))


def _finished(values: FloatArray, shape: tuple[int, ...], dtype: FloatDType) -> Floats:
    values = values.astype(dtype, copy=False)
    values += 0
    return values.reshape(shape)[()]


def _store(target: FloatArray, values: FloatArray) -> None:
    """Write values of any float dtype; too large a number becomes inf, and -0 becomes 0."""
    if values.dtype == target.dtype:
        np.add(values, 0, out=target)
    else:
        np.copyto(target, values, casting="same_kind")
        target += 0
