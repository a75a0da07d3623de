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

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    cast,
    float_arrays,
    integer_labels,
    whole_number,
)
from lossfns.blockwise import (
    PartialCrossEntropy,
    finish_cross_entropy,
    label_slope,
    merge_cross_entropy,
    partial_cross_entropy,
)

POSITIONS, CLASSES = 512, 2048  # of a tile: as float32 four megabytes


def linear_cross_entropy_with_integer_labels(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike
) -> Floats:
    """Cross-entropy of the logits inputs @ weights with class numbers: -log p[label].

    It equals `softmax_cross_entropy_with_integer_labels(inputs @ weights, labels)`, but the logits
    are never held: beyond its arguments it needs a few megabytes, whatever their size.

    Parameters
    ----------
    inputs : array_like of float, shape (..., D)
        What the last layer reads at each position.
    weights : array_like of float, shape (D, classes)
        One column per class. (PyTorch's `Linear` holds the transpose: pass `weight.T`.)
    labels : array_like of int, shape (...)
        Each in 0 … classes - 1.

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
    dtype, rows, weights, classes, shape = _layer(inputs, weights, labels)
    classes = integer_labels(classes, classes.shape, weights.shape[1])
    loss = finish_cross_entropy(_summary(rows, weights, classes))
    return cast(np.reshape(loss, shape), dtype)


def linear_cross_entropy_with_integer_labels_grad(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike
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
    dtype, rows, weights, classes, shape = _layer(inputs, weights, labels)
    classes = integer_labels(classes, classes.shape, weights.shape[1])
    d_rows, d_weights = _slopes(rows, weights, classes, _summary(rows, weights, classes), dtype)
    return d_rows.reshape(*shape, -1), d_weights


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
    partial = _summary(rows, weights, classes, whole_number(first_class, "first_class"))
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
    first = whole_number(first_class, "first_class")
    d_rows, d_weights = _slopes(rows, weights, classes, summary, dtype, first)
    return d_rows.reshape(*shape, -1), d_weights


def _layer(
    inputs: ArrayLike, weights: ArrayLike, labels: ArrayLike
) -> tuple[FloatDType, FloatArray, FloatArray, NDArray[np.intp], tuple[int, ...]]:
    """Return the dtype, inputs as rows, weights, labels as a row, and the shape of the labels."""
    dtype, (inputs, weights) = float_arrays(inputs=inputs, weights=weights)
    if inputs.ndim == 0 or weights.ndim != 2 or inputs.shape[-1] != len(weights):
        raise ValueError(
            "inputs and weights must have shapes (..., D) and (D, classes), "
            f"got {inputs.shape} and {weights.shape}"
        )
    if weights.shape[1] == 0:
        raise ValueError(f"weights must have at least one class, got shape {weights.shape}")
    shape = inputs.shape[:-1]
    classes = integer_labels(labels, shape, np.iinfo(np.intp).max)
    return dtype, inputs.reshape(-1, len(weights)), weights, classes.ravel(), shape


def _tiles(rows: FloatArray, weights: FloatArray) -> Iterator[tuple[slice, list[slice]]]:
    """Yield the positions to take together, and the classes to take of them at a time."""
    classes = weights.shape[1]
    parts = [slice(start, min(start + CLASSES, classes)) for start in range(0, classes, CLASSES)]
    for start in range(0, len(rows), POSITIONS):
        yield slice(start, start + POSITIONS), parts


def _summary(
    rows: FloatArray, weights: FloatArray, labels: NDArray[np.intp], first_class: int = 0
) -> PartialCrossEntropy:
    summary = PartialCrossEntropy(*(np.empty(len(rows), rows.dtype) for _ in range(3)))
    with np.errstate(all="ignore"):
        for tile, parts in _tiles(rows, weights):
            merged = _halves(rows[tile], weights, labels[tile], first_class, parts)
            for field, values in zip(summary, merged, strict=True):
                field[tile] = values
    return summary


def _halves(
    rows: FloatArray,
    weights: FloatArray,
    labels: NDArray[np.intp],
    first_class: int,
    parts: list[slice],
) -> PartialCrossEntropy:
    """Summarise the parts, merging halves of them: that keeps the digits of the sum."""
    if len(parts) > 1:
        middle = len(parts) // 2
        return merge_cross_entropy(
            _halves(rows, weights, labels, first_class, parts[:middle]),
            _halves(rows, weights, labels, first_class, parts[middle:]),
        )
    (part,) = parts
    return partial_cross_entropy(
        rows @ weights[:, part], labels, first_class=first_class + part.start
    )


def _slopes(
    rows: FloatArray,
    weights: FloatArray,
    labels: NDArray[np.intp],
    summary: PartialCrossEntropy,
    dtype: FloatDType,
    first_class: int = 0,
) -> tuple[FloatArray, FloatArray]:
    d_rows, d_weights = np.zeros_like(rows), np.zeros(weights.shape, rows.dtype)
    with np.errstate(all="ignore"):
        at_label = np.asarray(label_slope(summary), rows.dtype)
        for tile, parts in _tiles(rows, weights):
            maximum, total = summary.maximum[tile, np.newaxis], 1 + summary.others[tile, np.newaxis]
            for part in parts:
                change = rows[tile] @ weights[:, part]
                change -= maximum
                np.exp(change, out=change)
                change /= total
                classes = labels[tile] - first_class - part.start
                here = np.flatnonzero((classes >= 0) & (classes < change.shape[1]))
                change[here, classes[here]] = at_label[tile][here]
                d_rows[tile] += change @ weights[:, part].T
                d_weights[:, part] += rows[tile].T @ change
    return d_rows.astype(dtype, copy=False), d_weights.astype(dtype, copy=False)
