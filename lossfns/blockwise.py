"""Softmax cross-entropy over a vocabulary that is too large to copy, or that lies in pieces.

The log-sum-exp of a whole follows from the maximum of its parts and the sum of their other
exponentials: the "online" softmax [1]_. Merging two parts is associative and commutative, so the
parts may be blocks that fit a processor's cache, or shards of the vocabulary held by different
workers [2]_.

References
----------
.. [1] M. Milakov and N. Gimelshein, "Online normalizer calculation for softmax",
   arXiv:1805.02867, 2018.
.. [2] M. Shoeybi et al., "Megatron-LM: Training Multi-Billion Parameter Language Models Using
   Model Parallelism", arXiv:1909.08053, 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._blocks import BUFFER, tiles
from lossfns._numerics import contiguous, largest_of, moderate, origin_of, shift, sum_of_others
from lossfns._validation import (
    FloatArray,
    Floats,
    class_axis,
    class_number,
    float_array,
    integer_labels,
)

BLOCK = 2**17  # elements: as float32 half a megabyte, which stays in a core's cache
RUN = 512  # examples to take together where they, not the classes, lie side by side in memory


class PartialCrossEntropy(NamedTuple):
    """What has to be known of some of the classes; each field has one value per example.

    maximum : largest logit
    others : sum of exp(logit - maximum) over the classes but for one largest, whose term is 1
    label_logit : logit of the label, -inf while the label is not among these classes
    """

    maximum: Floats
    others: Floats
    label_logit: Floats

    @property
    def total(self) -> Floats:
        """Sum of exp(logit - maximum) over all of these classes: what probabilities divide by."""
        return 1 + self.others


def partial_cross_entropy(
    logits: ArrayLike, labels: ArrayLike, *, first_class: int = 0, axis: int = -1
) -> PartialCrossEntropy:
    """Summarise the logits of the classes first_class, first_class + 1, … for each example.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes of this part, ...)
    labels : array_like of int
        Shape of `logits` without `axis`. Classes of the *whole* vocabulary; those outside this part
        are left to the others.
    first_class : int, default 0
        The class of the first logit along `axis`.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    PartialCrossEntropy
        maximum, others and label_logit, in float32 or the wider dtype of `logits`. It needs about a
        megabyte beyond them, whatever the size of `logits`.

    Raises
    ------
    TypeError
        If `logits` are not real numbers, or `labels`, `first_class` or `axis` not integers.
    ValueError
        If the shapes don't fit, `axis` holds no class, or a label is negative.

    Examples
    --------
    Two workers hold three classes each; each sends three numbers per example:

    >>> import numpy as np
    >>> from lossfns import finish_cross_entropy, merge_cross_entropy, partial_cross_entropy
    >>> logits, labels = np.array([[2.0, 1.0, 0.5, -1.0, 0.1, 0.3]]), [4]
    >>> left = partial_cross_entropy(logits[:, :3], labels)
    >>> right = partial_cross_entropy(logits[:, 3:], labels, first_class=3)
    >>> finish_cross_entropy(merge_cross_entropy(left, right)).round(4)
    array([2.5796])
    >>> finish_cross_entropy(partial_cross_entropy(logits, labels)).round(4)
    array([2.5796])
    """
    logits = float_array(logits, "logits")
    axis = class_axis(logits, "logits", axis)
    rows = np.moveaxis(logits, axis, -1)
    labels = integer_labels(labels, rows.shape[:-1], np.iinfo(np.intp).max)
    classes = labels - class_number(first_class, "first_class")
    inside = (classes >= 0) & (classes < rows.shape[-1])
    maximum, others, label_logit = summary_of_rows(rows, np.where(inside, classes, 0))
    return PartialCrossEntropy(
        maximum, others, np.where(inside, label_logit, -np.inf).astype(others.dtype)[()]
    )


def merge_cross_entropy(
    first: PartialCrossEntropy, second: PartialCrossEntropy
) -> PartialCrossEntropy:
    """Summarise the classes of both parts; associative, commutative, and exact up to rounding.

    Parameters
    ----------
    first, second : PartialCrossEntropy
        Of the same examples and of different classes.

    Returns
    -------
    PartialCrossEntropy

    Raises
    ------
    ValueError
        If the two are not of the same examples: if any shape differs.

    Examples
    --------
    >>> from lossfns import merge_cross_entropy, partial_cross_entropy
    >>> merged = merge_cross_entropy(
    ...     partial_cross_entropy([0.0, 0.0], 2),
    ...     partial_cross_entropy([5.0, 5.0], 2, first_class=2),
    ... )
    >>> print(merged.maximum, merged.others.round(4), merged.label_logit)
    5.0 1.0135 5.0
    """
    shapes = [np.shape(field) for part in (first, second) for field in part]
    if len(set(shapes)) > 1:
        raise ValueError(f"first and second must be of the same examples, got shapes {shapes}")
    with np.errstate(all="ignore"):
        maximum, others = _merge((first.maximum, first.others), (second.maximum, second.others))
    return PartialCrossEntropy(
        maximum[()], others[()], np.maximum(first.label_logit, second.label_logit)
    )


def finish_cross_entropy(partial: PartialCrossEntropy) -> Floats:
    """Cross-entropy in nats, once all classes are merged.

    It is maximum - label_logit + log(1 + others): two terms that are never negative, so a sure and
    right answer costs what it should, however little that is.

    Parameters
    ----------
    partial : PartialCrossEntropy
        Of all classes. Where no part held the label, the result is inf, unless every logit is
        -inf.

    Returns
    -------
    ndarray or NumPy scalar
        One value per example.

    Examples
    --------
    >>> from lossfns import finish_cross_entropy, partial_cross_entropy
    >>> print(finish_cross_entropy(partial_cross_entropy([1000.0, 0.0], 1)))
    1000.0
    >>> print(f"{finish_cross_entropy(partial_cross_entropy([40.0, 0.0], 0)):.3e}")
    4.248e-18
    """
    maximum, others, label_logit = partial
    with np.errstate(all="ignore"):
        loss = np.log1p(others) + (maximum - label_logit)
        if np.isfinite(loss).all():
            return loss
        at_maximum = label_logit == maximum
        gap = np.where(at_maximum, 0, maximum - label_logit)
        # several infinite logits share the maximum: there is no limit
        undecided = at_maximum & np.isinf(maximum) & (others > 0)
        return np.where(undecided, np.nan, np.log1p(others) + gap)[()]


def label_slope(partial: PartialCrossEntropy) -> Floats:
    """Gradient at the label's logit, p - 1, once all classes are merged."""
    maximum, others, label_logit = partial
    # (t - 1 - others) / (1 + others), with t = e^(label - maximum): at the maximum t is 1, and
    # 1 - p keeps its digits when p rounds to 1
    slope = (np.exp(label_logit - maximum) - 1 - others) / (1 + others)
    if np.isfinite(maximum).all():
        return slope
    at_maximum = label_logit == maximum
    single = np.where(others > 0, np.nan, 0)  # several infinite logits have no limit
    return np.where(np.isinf(maximum), np.where(at_maximum, single, -1), slope)[()]


def summary_of_rows(rows: FloatArray, classes: NDArray[np.intp]) -> PartialCrossEntropy:
    """Summarise all classes of each row, whose label is one of them."""
    with np.errstate(all="ignore"):
        maximum, others = maximum_and_others(rows)
    label_logit = np.asarray(pick(rows, classes), maximum.dtype)
    return PartialCrossEntropy(maximum[()], others[()], label_logit[()])


def maximum_and_others(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each row's maximum and its sum of exp(logit - maximum) but for one largest."""
    if rows.size <= BLOCK:
        return _summary(rows, [slice(None)])[:2]
    np.setbufsize(BUFFER)
    maximum = np.empty(rows.shape[:-1], np.result_type(np.float32, rows.dtype))
    others = np.empty_like(maximum)
    for tile, parts in _blocks(rows):
        maximum[tile], others[tile] = _summary(rows[tile], parts)[:2]
    return maximum, others


def softmax_into(out: FloatArray, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Write the softmax of each row into `out`, block by block; return maximum and others."""
    np.setbufsize(BUFFER)
    maximum = np.empty(rows.shape[:-1], np.result_type(np.float32, rows.dtype))
    others = np.empty_like(maximum)
    for tile, parts in _blocks(rows):
        target, source = out[tile], rows[tile]
        maximum[tile], others[tile], (terms, largest) = _summary(source, parts)
        top, total = maximum[tile][..., np.newaxis], 1 + others[tile][..., np.newaxis]
        for part in parts:
            if len(parts) > 1:
                terms, largest = _exponentials(source[..., part], top)
            np.divide(terms, total * largest, out=target[..., part])
        infinite = np.isinf(maximum[tile])
        if infinite.any():
            limits = np.exp(shift(source[infinite])[1])
            target[infinite] = limits / limits.sum(axis=1, keepdims=True)
    return maximum, others


def _summary(
    rows: FloatArray, parts: list[slice]
) -> tuple[FloatArray, FloatArray, tuple[FloatArray, FloatArray]]:
    """Return the maximum of each row, the sum of the others, and the last part's exponentials.

    Merging halves of the parts, not one after another, keeps the digits of the sum.
    """
    if len(parts) > 1:
        middle = len(parts) // 2
        first, second = _summary(rows, parts[:middle]), _summary(rows, parts[middle:])
        return *_merge(first[:2], second[:2]), second[2]
    block = rows[..., parts[0]]
    if block.dtype == np.float16:
        block = block.astype(np.float32)
    maximum = largest_of(block)
    terms, largest = _exponentials(block, maximum)
    return maximum[..., 0], sum_of_others(terms, largest)[..., 0], (terms, largest)


def _exponentials(block: FloatArray, maximum: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is in proportion to e^logit, and what it is at the maximum."""
    if moderate(maximum):
        return np.exp(block, dtype=maximum.dtype), np.exp(maximum)
    origin = origin_of(maximum)
    shifted = block - origin
    if np.isinf(origin).any():
        shifted[block == origin] = 0  # inf - inf: each counts as a maximum
    return np.exp(shifted, out=shifted), np.where(origin == 0, np.exp(maximum), 1)


def _merge(
    first: tuple[Floats, Floats], second: tuple[Floats, Floats]
) -> tuple[FloatArray, FloatArray]:
    # the part with the larger maximum keeps its sum; the other, with its own largest, joins it:
    # 1 + Σ' e^(z - m) of a part becomes what it is for M when multiplied by e^(m - M)
    ahead = first[0] >= second[0]
    others, behind = np.where(ahead, first[1], second[1]), np.where(ahead, second[1], first[1])
    factor = np.where(first[0] == second[0], 1, np.exp(-np.abs(first[0] - second[0])))
    return np.maximum(first[0], second[0]), others + factor * (1 + behind)


def _blocks(rows: FloatArray) -> Iterator[tuple[tuple[slice, ...], list[slice]]]:
    """Yield the examples to take together, and the classes to take of them at a time."""
    *shape, classes = rows.shape
    for tile in tiles(tuple(shape), max(BLOCK // classes, 1 if contiguous(rows) else RUN)):
        width = max(1, BLOCK // max(1, rows[tile].size // classes))
        yield tile, [slice(start, start + width) for start in range(0, classes, width)]


def pick(rows: FloatArray, classes: NDArray[np.intp]) -> FloatArray:
    """Return one logit of each row: that of its class."""
    if rows.ndim == 2:
        return rows[np.arange(len(rows)), classes]
    return np.take_along_axis(rows, classes[..., np.newaxis], axis=-1)[..., 0]
