"""Argument checks shared by every loss: what came is named, and so is what was expected.

Arrays come back in the *working* dtype: at least float32 (so float16 is computed without
overflow), at least as wide as each argument, float64 for integers and booleans. Results go back
through `cast` to the dtype of the first argument.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._numerics import contiguous, sum_along

FloatDType: TypeAlias = np.dtype[np.floating[Any]]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
# An array for an array, a NumPy scalar for a single number. A type checker can't tell which; Any
# beside the array lets a caller index the one and compute with the other.
Floats: TypeAlias = FloatArray | Any

WORKING = frozenset((np.dtype(np.float32), np.dtype(np.float64)))


def plain_array(value: ArrayLike, name: str) -> NDArray[Any]:
    """Return whatever people have their numbers in as a plain array, or say why it can't be."""
    if np.ma.isMaskedArray(value) and np.ma.getmaskarray(value).any():
        raise TypeError(
            f"{name} must not hide entries behind a mask, which would be lost: "
            "give it .compressed() or .filled(value)"
        )
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers: {error}") from error
    except (TypeError, RuntimeError) as error:  # a tensor with a gradient, or elsewhere
        raise TypeError(f"{name} can't be read as a NumPy array: {error}") from error


def float_array(value: ArrayLike, name: str) -> FloatArray:
    """Return `value` as an array of its own float dtype, float64 for integers and booleans."""
    array = plain_array(value, name)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must be real numbers, got dtype {array.dtype}")
    return np.asarray(array, array.dtype.newbyteorder("="))


def float_arrays(**values: ArrayLike) -> tuple[FloatDType, list[FloatArray]]:
    """Return the dtype of the result, and each array in the working dtype."""
    given = list(values.values())
    dtype = getattr(given[0], "dtype", None)
    if dtype in WORKING and all(
        type(value) is np.ndarray and value.dtype == dtype for value in given
    ):
        return dtype, given  # type: ignore[return-value]  # nothing to do, which is common
    arrays = [float_array(value, name) for name, value in values.items()]
    working = np.result_type(np.float32, *(array.dtype for array in arrays))
    return arrays[0].dtype, [np.asarray(array, working) for array in arrays]


def equal_shapes(**values: ArrayLike) -> tuple[FloatDType, list[FloatArray]]:
    """Return what `float_arrays` does, and refuse arguments that differ in shape."""
    dtype, arrays = float_arrays(**values)
    if any(array.shape != arrays[0].shape for array in arrays):
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise ValueError(f"{' and '.join(values)} must have equal shapes, got {shapes}")
    return dtype, arrays


def in_unit_interval(array: FloatArray, name: str) -> None:
    """Refuse values below 0 or above 1; nan passes."""
    if _between_zero_and(1, array):
        return
    outside = (array < 0) | (array > 1)
    if outside.any():
        raise ValueError(f"{name} must lie between 0 and 1, got {array[outside][0]}")


def _between_zero_and(top: float, array: FloatArray) -> bool:
    """Whether all values surely lie between; False for a nan, and for a zero with a minus sign.

    Read as whole numbers, floats that are not negative keep their order, and those with a sign
    come after all of them: one look for the largest finds both kinds of outsiders.
    """
    if array.dtype not in WORKING:
        return bool(array.min(initial=0) >= 0 and array.max(initial=0) <= top)
    whole = np.dtype(f"u{array.itemsize}")
    return bool(array.view(whole).max(initial=0) <= array.dtype.type(top).view(whole))


def binary(logits: ArrayLike, labels: ArrayLike) -> tuple[FloatDType, FloatArray, FloatArray]:
    """Return the dtype, logits and labels of a binary loss; labels lie between 0 and 1."""
    dtype, (logits, labels) = equal_shapes(logits=logits, labels=labels)
    in_unit_interval(labels, "labels")
    return dtype, logits, labels


def whole_number(value: object, name: str) -> int:
    """Return an integer argument as an int; bool is refused."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, got {value!r}") from error


def shown(value: object) -> str:
    """Return a value as an error message shows it; Python prints no integer of any length."""
    try:
        return repr(value)
    except ValueError:
        return "an integer of thousands of digits"


def class_number(value: object, name: str) -> int:
    """Return the number of a class, which may lie anywhere in a vocabulary."""
    number = whole_number(value, name)
    if not 0 <= number <= np.iinfo(np.intp).max:
        raise ValueError(f"{name} must not be negative nor beyond any array, got {shown(number)}")
    return number


def class_axis(array: NDArray[Any], name: str, axis: int) -> int:
    """Return `axis` counted from the front; it must exist and hold at least one class."""
    index = whole_number(axis, "axis")
    if not -array.ndim <= index < array.ndim:
        raise ValueError(f"axis {shown(index)} does not exist in {name} of shape {array.shape}")
    if array.shape[index] == 0:
        raise ValueError(
            f"{name} must have at least one class along axis {axis}, got shape {array.shape}"
        )
    return index % array.ndim


def distributions(axis: int, **values: ArrayLike) -> tuple[FloatDType, list[FloatArray]]:
    """Return the dtype, and each array, of equal shapes, that holds distributions along `axis`.

    A sum may differ from 1 by the square root of the machine epsilon of the array's own dtype.
    """
    dtype, arrays = equal_shapes(**values)
    for (name, value), array in zip(values.items(), arrays, strict=True):
        sum_to_one(array, name, class_axis(array, name, axis), value)
    return dtype, arrays


def sum_to_one(array: FloatArray, name: str, axis: int, given: ArrayLike) -> None:
    """Refuse what is not a distribution along `axis`, as exactly as it was `given`; nan passes."""
    not_negative(array, name)
    exact = array if array is given else float_array(given, name)
    tolerance = math.sqrt(np.finfo(exact.dtype).eps)
    with np.errstate(all="ignore"):
        if axis == array.ndim - 1 and contiguous(array):  # roughly, which is fast
            sums = array @ np.ones(array.shape[-1], array.dtype)
            if sums.size and np.abs(sums - 1).max() <= tolerance / 2:
                return
        sums = sum_along(array, axis)
        if sums.size and sums.min() >= 1 - tolerance and sums.max() <= 1 + tolerance:
            return
        wrong = np.abs(sums - 1) > tolerance
    if wrong.any():
        raise ValueError(f"{name} must sum to 1 along axis {axis}, got {sums[wrong][0]}")


def not_negative(array: FloatArray, name: str) -> None:
    """Refuse values below 0; nan passes."""
    if _between_zero_and(math.inf, array):
        return
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative, got {array[array < 0][0]}")


def categorical(
    logits: ArrayLike, labels: ArrayLike, axis: int
) -> tuple[FloatDType, FloatArray, FloatArray]:
    """Return the dtype, logits and labels of a loss whose labels are distributions over `axis`."""
    dtype, (logits_array, labels_array) = equal_shapes(logits=logits, labels=labels)
    sum_to_one(labels_array, "labels", class_axis(labels_array, "labels", axis), labels)
    return dtype, logits_array, labels_array


def integer_labels(
    labels: ArrayLike,
    shape: tuple[int, ...],
    classes: int,
    name: str = "labels",
    *,
    keep: NDArray[np.bool_] | None = None,
) -> NDArray[np.intp]:
    """Return `labels` as indices of the given shape, each of them in 0 … classes - 1.

    Those that `keep` leaves out come back as class 0, whatever they were.
    """
    array = plain_array(labels, name)
    if array.dtype.kind not in "iu" and (array.size or isinstance(labels, np.ndarray)):
        raise TypeError(f"{name} must be integers, got dtype {array.dtype}")
    if array.shape != shape:
        raise ValueError(
            f"{name} must have the shape of logits without the class axis, {shape}, "
            f"got {array.shape}"
        )
    if keep is not None:
        array = array.copy()
        array[~keep] = 0
    if array.size and (array.min() < 0 or array.max() >= classes):
        outside = (array < 0) | (array >= classes)
        raise ValueError(f"{name} must lie in 0 … {classes - 1}, got {array[outside][0]}")
    return np.asarray(array, np.intp)


def number(value: object, name: str, expected: str, accept: Callable[[float], bool]) -> float:
    """Return a tuning knob as a float; `expected` says in words what `accept` tests."""
    single = value.item() if getattr(value, "ndim", None) == 0 else value  # type: ignore[attr-defined]
    if isinstance(value, np.timedelta64) or not isinstance(single, Real):
        raise TypeError(f"{name} must be {expected}, got {shown(value)}")
    try:
        result = float(single)
    except OverflowError:
        result = math.inf
    if not (math.isfinite(result) and accept(result)):
        raise ValueError(f"{name} must be {expected}, got {shown(value)}")
    return result


def doubles(values: FloatArray) -> NDArray[np.float64]:
    """Return a copy of the values as float64; too large for it is inf."""
    with np.errstate(all="ignore"):
        return values.astype(np.float64)


def cast(values: ArrayLike, dtype: FloatDType) -> Floats:
    """Return `values` in the dtype of the result; too large for it is inf; 0-d is a scalar."""
    with np.errstate(all="ignore"):
        return np.asarray(values, dtype)[()]


def slopes(values: ArrayLike, dtype: FloatDType) -> Floats:
    """Return a gradient as `cast` does, and no zero of it with a minus sign."""
    return (cast(values, dtype) + dtype.type(0))[()]


def scalar(value: float | np.floating[Any], dtype: FloatDType) -> np.floating[Any]:
    """Return one number in the dtype of the result; too large for it is inf, and -0 is 0."""
    with np.errstate(all="ignore"):
        return dtype.type(value) + dtype.type(0)
