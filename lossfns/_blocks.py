"""The engine of all losses: a formula walks over its arrays block by block.

NumPy runs one operation at a time over whole arrays, so a formula of ten steps moves ten large
arrays through memory. On a block that fits a processor's cache only the first read and the last
write go there, and nothing of the arrays' size is held but the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lossfns._validation import FloatArray, FloatDType, Floats

BLOCK = 2**18  # bytes of an array to take at a time: a formula holds a few of them, in a cache
# Numbers: with small buffers NumPy does not copy a column out to the length of the rows it meets.
# They are part of the context that `np.errstate` opens, and go with it.
BUFFER = 1024
LINE = 64  # bytes that come from memory together: so wide a strip where rows do not lie in a row

Formula = Callable[..., Any]


def elementwise(formula: Formula, *arrays: FloatArray, dtype: FloatDType) -> Floats:
    """Return what `formula(*arrays, out)` writes into `out`, in `dtype`, for arrays of one shape.

    The formula takes blocks with at least one axis. It may use `out` for its steps too, and leaves
    no zero with a minus sign.
    """
    out = np.empty_like(arrays[0], dtype)
    with np.errstate(all="ignore"):
        if arrays[0].nbytes > BLOCK:
            for tile in tiles(out.shape, block_of(arrays[0])):
                _fill(out[tile], formula, [array[tile] for array in arrays])
        elif out.ndim:
            _fill(out, formula, arrays)
        else:
            _fill(out.reshape(1), formula, [array.reshape(1) for array in arrays])
    return out[()]


def per_example(formula: Formula, *arrays: FloatArray, axis: int, dtype: FloatDType) -> Floats:
    """Return what `formula` makes of blocks (examples, classes): a value or a few per example."""
    rows = [classes_last(array, axis) for array in arrays]
    *shape, classes = rows[0].shape
    with np.errstate(all="ignore"):
        if rows[0].nbytes <= BLOCK:
            values = formula(*(block.reshape(-1, classes) for block in rows))
            return _finished(values, shape, dtype)
        np.setbufsize(BUFFER)
        parts = [
            formula(*(array[tile].reshape(-1, classes) for array in rows))
            for tile in _examples(rows[0])
        ]
        return _finished(np.concatenate(parts), shape, dtype)


def per_class(formula: Formula, *arrays: FloatArray, axis: int, dtype: FloatDType) -> FloatArray:
    """Return a value per class: `formula` takes and fills blocks (examples, classes)."""
    rows = [classes_last(array, axis) for array in arrays]
    classes = rows[0].shape[-1]
    out = np.empty_like(arrays[0], dtype)
    target = classes_last(out, axis)
    with np.errstate(all="ignore"):
        whole = rows[0].nbytes <= BLOCK
        if not whole:
            np.setbufsize(BUFFER)
        for tile in [...] if whole else _examples(rows[0]):
            _fill(target[tile], formula, [array[tile].reshape(-1, classes) for array in rows])
    return out


def block_of(array: NDArray[Any]) -> int:
    """Return how many of its elements to take at a time."""
    return max(1, BLOCK // array.itemsize)


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
    return tiles(tuple(shape), max(block_of(rows) // max(1, classes), side_by_side))


def _fill(target: FloatArray, formula: Formula, blocks: Sequence[FloatArray]) -> None:
    """Let a formula write into `target`, or into a block that is then copied there.

    Too large a number for the dtype of the target becomes inf there, and -0 becomes 0.
    """
    first = blocks[0]
    if target.dtype == first.dtype and target.flags.c_contiguous:
        formula(*blocks, target.reshape(first.shape))
    else:
        values = np.empty_like(first)
        formula(*blocks, values)
        np.copyto(target, values.reshape(target.shape))
        target += 0


def _finished(values: FloatArray, shape: list[int], dtype: FloatDType) -> Floats:
    values = np.asarray(values, dtype)
    values += 0
    return values.reshape((*shape, *values.shape[1:]))[()]
