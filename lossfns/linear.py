"""The last layer of a language model and its loss in one, without ever holding all the logits.

The logits, inputs @ weights, are the largest array of a training step: one row of the vocabulary
for each position. They are made tile by tile, summarised in three numbers per position
(`partial_cross_entropy`), and made again for the gradient: arithmetic for memory [1]_.

References
----------
.. [1] E. Wijmans et al., "Cut Your Losses in Large-Vocabulary Language Models", ICLR 2025,
   arXiv:2411.09009.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    cast,
    class_number,
    float_array,
    float_arrays,
    integer_labels,
    plain_array,
    slopes,
)
from lossfns.blockwise import (
    PartialCrossEntropy,
    finish_cross_entropy,
    label_slope,
    merge_cross_entropy,
    partial_cross_entropy,
)
from lossfns.masks import kept, scattered

POSITIONS, CLASSES = 256, 1024  # of a tile: as float32 a megabyte


def linear_cross_entropy_with_integer_labels(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Cross-entropy of the logits inputs @ weights with class numbers: -log p[label].

    It equals `softmax_cross_entropy_with_integer_labels(inputs @ weights, labels)`, but the logits
    are never held: beyond its arguments it needs a few megabytes, whatever their size. (In float16,
    or with two dtypes, it needs a copy of the narrower one in the wider first.)

    Parameters
    ----------
    inputs : array_like of float, shape (..., D)
        What the last layer reads at each position.
    weights : array_like of float, shape (D, classes)
        One column per class. (PyTorch's `Linear` holds the transpose: pass `weight.T`.)
    labels : array_like of int, shape (...)
        Each in 0 … classes - 1.
    where : array_like of bool, the shape of `labels`, optional
        True where a position counts; the others cost 0, whatever stands there, and neither their
        logits nor their slopes are computed.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `labels`, in nats, never negative; in the dtype of `inputs`.

    Raises
    ------
    TypeError
        If `inputs` or `weights` are not real numbers, or `labels` not integers.
    ValueError
        If the shapes don't fit, there is no class, or a label is out of range.

    Notes
    -----
    The loss is exact to a few ulp *of the logits*, whose sums of D products are rounded in an order
    that is the matrix product's own: a logit is off by at most about D ulp of Σ |input · weight|.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import linear_cross_entropy_with_integer_labels
    >>> from lossfns import softmax_cross_entropy_with_integer_labels
    >>> rng = np.random.default_rng(0)
    >>> inputs, weights = rng.normal(size=(2, 8)), rng.normal(size=(8, 50))
    >>> linear_cross_entropy_with_integer_labels(inputs, weights, [3, 7]).round(4)
    array([ 4.0923, 10.0841])
    >>> softmax_cross_entropy_with_integer_labels(inputs @ weights, [3, 7]).round(4)
    array([ 4.0923, 10.0841])
    """
    if where is not None:
        rows, classes, keep = _kept_rows(inputs, labels, where)
        loss = linear_cross_entropy_with_integer_labels(rows, weights, classes)
        return scattered(loss, keep)
    dtype, rows, weights, classes, shape = _layer(inputs, weights, labels, whole=True)
    loss = finish_cross_entropy(_summary(rows, weights, classes))
    return cast(np.reshape(loss, shape), dtype)


def linear_cross_entropy_with_integer_labels_grad(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike, *, where: ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Both gradients of the sum of `linear_cross_entropy_with_integer_labels`.

    With p - y at the logits (y is 1 at the label and 0 elsewhere) they are (p - y) @ weights.T and
    inputs.T @ (p - y). Parameters and errors are those of
    `linear_cross_entropy_with_integer_labels`.

    Returns
    -------
    tuple of ndarray, ndarray
        With respect to `inputs` and `weights`, in their shapes, in the dtype of `inputs`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import linear_cross_entropy_with_integer_labels_grad
    >>> d_inputs, d_weights = linear_cross_entropy_with_integer_labels_grad(
    ...     [[1.0, 0.0]], [[0.0, 0.0], [1.0, -1.0]], [0]
    ... )
    >>> d_inputs, d_weights
    (array([[ 0., -1.]]), array([[-0.5,  0.5],
           [ 0. ,  0. ]]))
    """
    if where is not None:
        rows, classes, keep = _kept_rows(inputs, labels, where)
        d_rows, d_weights = linear_cross_entropy_with_integer_labels_grad(rows, weights, classes)
        return scattered(d_rows, keep), d_weights
    dtype, rows, weights, classes, shape = _layer(inputs, weights, labels, whole=True)
    d_weights = np.empty(weights.shape, rows.dtype)
    # Each column of d_weights is written last. Until then the logits of D positions are parked in
    # it, and need not be made a second time.
    parked = d_weights[: len(rows)]
    summary = _summary(rows, weights, classes, parked=parked)
    d_rows = _slopes_into(d_weights, rows, weights, classes, summary, parked=parked)
    return slopes(d_rows.reshape(*shape, len(weights)), dtype), _slopes_in_place(d_weights, dtype)


def partial_linear_cross_entropy(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike, *, first_class: int = 0
) -> PartialCrossEntropy:
    """Summarise the classes that one worker's slice of the last layer holds.

    Each worker passes the same `inputs` and `labels` and its own columns of the weights, and sends
    the three numbers per position; `merge_cross_entropy` and `finish_cross_entropy` give the loss.

    Parameters
    ----------
    inputs : array_like of float, shape (..., D)
    weights : array_like of float, shape (D, classes of this worker)
        The columns first_class, first_class + 1, … of the whole layer.
    labels : array_like of int, shape (...)
        Classes of the *whole* vocabulary.
    first_class : int, default 0

    Returns
    -------
    PartialCrossEntropy

    Raises
    ------
    TypeError
        If `inputs` or `weights` are not real numbers, or `labels` or `first_class` not integers.
    ValueError
        If the shapes don't fit, there is no class, or a label is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import finish_cross_entropy, merge_cross_entropy, partial_linear_cross_entropy
    >>> inputs, weights = [[1.0, 2.0]], np.array([[0.0, 1.0, 3.0], [0.0, 1.0, 1.0]])
    >>> left = partial_linear_cross_entropy(inputs, weights[:, :2], [1])
    >>> right = partial_linear_cross_entropy(inputs, weights[:, 2:], [1], first_class=2)
    >>> finish_cross_entropy(merge_cross_entropy(left, right)).round(4)
    array([2.1328])
    """
    _, rows, weights, classes, shape = _layer(inputs, weights, labels)
    partial = _summary(rows, weights, classes, first_class=class_number(first_class, "first_class"))
    return PartialCrossEntropy(*(np.reshape(field, shape)[()] for field in partial))


def partial_linear_slopes(
    inputs: ArrayLike,
    weights: ArrayLike,
    labels: ArrayLike,
    merged: PartialCrossEntropy,
    *,
    first_class: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Gradients of the summed loss that one worker's slice of the last layer gives.

    Parameters
    ----------
    inputs, weights, labels, first_class
        As for `partial_linear_cross_entropy`.
    merged : PartialCrossEntropy
        Of all workers.

    Returns
    -------
    tuple of ndarray, ndarray
        The worker's share of the gradient with respect to `inputs` (the sum over the workers is the
        whole) and the gradient with respect to its own `weights`.

    Raises
    ------
    TypeError, ValueError
        As for `partial_linear_cross_entropy`, and if the fields of `merged` have not the shape of
        `labels`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import partial_linear_cross_entropy, partial_linear_slopes
    >>> inputs, weights = [[1.0, 0.0]], [[0.0, 0.0], [1.0, -1.0]]
    >>> whole = partial_linear_cross_entropy(inputs, weights, [0])
    >>> partial_linear_slopes(inputs, weights, [0], whole)[0]
    array([[ 0., -1.]])
    """
    dtype, rows, weights, classes, shape = _layer(inputs, weights, labels)
    for name, field in zip(merged._fields, merged, strict=True):
        if np.shape(field) != shape:
            raise ValueError(
                f"merged must have the shape of labels, {shape}, got {name} of {np.shape(field)}"
            )
    summary = PartialCrossEntropy(*(np.ravel(field) for field in merged))
    first_class = class_number(first_class, "first_class")
    d_weights = np.empty(weights.shape, rows.dtype)
    d_rows = _slopes_into(d_weights, rows, weights, classes, summary, first_class=first_class)
    return slopes(d_rows.reshape(*shape, len(weights)), dtype), _slopes_in_place(d_weights, dtype)


def _layer(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike, *, whole: bool = False
) -> tuple[FloatDType, FloatArray, FloatArray, NDArray[np.intp], tuple[int, ...]]:
    """Return the dtype, inputs as rows, weights, labels as a row, and the shape of the labels.

    The labels are classes of these weights, if they are the whole layer.
    """
    dtype, (inputs, weights) = float_arrays(inputs=inputs, weights=weights)
    if inputs.ndim == 0 or weights.ndim != 2 or inputs.shape[-1] != len(weights):
        raise ValueError(
            "inputs and weights must have shapes (..., D) and (D, classes), "
            f"got {inputs.shape} and {weights.shape}"
        )
    if weights.shape[1] == 0:
        raise ValueError(f"weights must have at least one class, got shape {weights.shape}")
    shape = inputs.shape[:-1]
    _in_step(plain_array(labels, "labels"), shape)
    there = weights.shape[1] if whole else np.iinfo(np.intp).max
    classes = integer_labels(labels, shape, there)
    return dtype, inputs.reshape(math.prod(shape), len(weights)), weights, classes.ravel(), shape


def _kept_rows(
    inputs: ArrayLike, labels: ArrayLike, where: ArrayLike
) -> tuple[FloatArray, NDArray[Any], NDArray[np.bool_]]:
    """Return the inputs and labels of the positions that count, and which they are."""
    rows, classes = float_array(inputs, "inputs"), plain_array(labels, "labels")
    keep = kept(where, rows.shape[:-1])
    _in_step(classes, keep.shape)
    return rows[keep], classes[keep], keep


def _in_step(labels: NDArray[Any], shape: tuple[int, ...]) -> None:
    if labels.shape != shape:
        raise ValueError(
            f"labels must have the shape of inputs without the last axis, {shape}, "
            f"got {labels.shape}"
        )


def _slices(length: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, length)) for start in range(0, length, step)]


def _summary(
    rows: FloatArray,
    weights: FloatArray,
    labels: NDArray[np.intp],
    *,
    first_class: int = 0,
    parked: FloatArray | None = None,
) -> PartialCrossEntropy:
    """Summarise all classes of each row; `parked` receives the logits of those that it has."""
    parts = _slices(weights.shape[1], CLASSES)

    def halves(tile: slice, parts: list[slice]) -> PartialCrossEntropy:
        if len(parts) > 1:  # merging halves, not one after another, keeps the digits of the sum
            middle = len(parts) // 2
            return merge_cross_entropy(halves(tile, parts[:middle]), halves(tile, parts[middle:]))
        (part,) = parts
        logits = np.matmul(rows[tile], weights[:, part], out=_parked(parked, tile, part))
        return partial_cross_entropy(logits, labels[tile], first_class=first_class + part.start)

    summary = PartialCrossEntropy(*(np.empty(len(rows), rows.dtype) for _ in range(3)))
    with np.errstate(all="ignore"):
        for tile in _slices(len(rows), POSITIONS):
            for field, values in zip(summary, halves(tile, parts), strict=True):
                field[tile] = values
    return summary


def _slopes_into(
    d_weights: FloatArray,
    rows: FloatArray,
    weights: FloatArray,
    labels: NDArray[np.intp],
    summary: PartialCrossEntropy,
    *,
    first_class: int = 0,
    parked: FloatArray | None = None,
) -> FloatArray:
    """Write the gradient of the weights and return that of the rows."""
    d_rows = np.zeros_like(rows)
    maximum, total = summary.maximum[:, np.newaxis], summary.total[:, np.newaxis]
    with np.errstate(all="ignore"):
        at_label = np.asarray(label_slope(summary), rows.dtype)
        for part in _slices(weights.shape[1], CLASSES):
            columns = weights[:, part]
            d_columns = np.zeros((), rows.dtype)
            for span in _slices(len(rows), 2 * POSITIONS):
                change = np.empty((span.stop - span.start, columns.shape[1]), rows.dtype)
                for tile in _slices(len(change), POSITIONS):
                    here = slice(span.start + tile.start, span.start + tile.stop)
                    logits = _parked(parked, here, part)
                    if logits is None:
                        logits = np.matmul(rows[here], columns, out=change[tile])
                    np.subtract(logits, maximum[here], out=change[tile])
                np.exp(change, out=change)
                change /= total[span]
                classes = labels[span] - (first_class + part.start)
                held = np.flatnonzero((classes >= 0) & (classes < columns.shape[1]))
                change[held, classes[held]] = at_label[span][held]
                d_rows[span] += change @ columns.T
                share = rows[span].T @ change
                d_columns = d_columns + share if span.start else share
            d_weights[:, part] = d_columns
    return d_rows


def _slopes_in_place(values: FloatArray, dtype: FloatDType) -> FloatArray:
    """Return what `slopes` does, and make nothing as large a second time in the same dtype."""
    result: FloatArray = cast(values, dtype)
    result += 0
    return result


def _parked(parked: FloatArray | None, tile: slice, part: slice) -> FloatArray | None:
    if parked is None or tile.stop > len(parked):
        return None
    return parked[tile, part]
