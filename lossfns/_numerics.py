"""Arithmetic that many losses share. It expects floating-point warnings to be off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lossfns._validation import FloatArray

LANES = 2048  # partial sums side by side, faster to add than one after another, and more exact
ADDED = 32  # numbers added one after another into a lane


def weighted(weights: FloatArray, costs: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return weights * costs, where a weight of zero silences an infinite cost; nan passes."""
    if np.isfinite(costs).all():
        return np.multiply(weights, costs, out=out)
    return np.where((weights == 0) & np.isinf(costs), 0, weights * costs)


def direction(values: FloatArray) -> FloatArray:
    """Replace the values by their signs, in place; what np.sign does, several times as fast.

    Two factors lift the smallest number above 1, and 0 and nan stay what they are.
    """
    huge = np.finfo(values.dtype).max
    values *= huge
    values *= huge
    np.minimum(values, 1, out=values)
    return np.maximum(values, -1, out=values)


def shift(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each row's maximum, as a column, and the logits minus it.

    At an infinite maximum the shifted logits take their limits: a single one wins outright (0, all
    others -inf); several have no limit, and inf makes whatever is computed of them nan.
    """
    maximum = rows.max(axis=-1, keepdims=True)
    shifted = rows - maximum
    if np.isinf(maximum).any():
        winners = rows == maximum
        single = winners.sum(axis=-1, keepdims=True) == 1
        limit = np.where(winners, np.where(single, 0, np.inf), -np.inf)
        shifted = np.where(np.isinf(maximum), limit, shifted)
    return maximum, shifted


def exponentials(
    shifted: FloatArray, out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return exp(shifted logits) of rows, and the sum of each without one of the largest.

    The largest is exactly 1. Added to the others it would swallow them where a model is sure.
    """
    terms = np.exp(shifted, out=out)
    return terms, sum_of_others(terms)[..., np.newaxis]


def log_probabilities(logits: FloatArray) -> FloatArray:
    """Return the logarithm of the softmax of rows."""
    # log(e^z / Σ e^z) = (z - m) - log(1 + Σ' e^(z - m)), where Σ' leaves out one largest
    shifted = shift(logits)[1]
    shifted -= np.log1p(exponentials(shifted)[1])
    return shifted


def sum_of_others(terms: FloatArray) -> FloatArray:
    """Sum each row of exp(logit - maximum) but for one of its largest, which is exactly 1."""
    total = sum_rows(terms)
    others = np.asarray(total - 1)
    sure = total < 2  # there is one largest, and the difference would cancel
    if sure.any():
        others = np.where(sure, sum_rows(terms * (terms != 1)), others)
    return others


def sum_along(values: FloatArray, axis: int) -> FloatArray:
    """Sum along `axis` as `sum_rows` does."""
    rows = np.moveaxis(values, axis, -1) if axis not in (-1, values.ndim - 1) else values
    return sum_rows(rows)


def sum_rows(values: FloatArray) -> FloatArray:
    """Sum along the last axis, exact to a few ulp however long it is and however it lies."""
    length = values.shape[-1]
    if contiguous(values) and length <= LANES:
        return np.asarray(values.sum(axis=-1))  # NumPy adds in pairs here
    lanes = min(LANES, max(length // ADDED, 1))
    rounds = length // lanes
    whole = rounds * lanes
    side_by_side = values[..., :whole].reshape(*values.shape[:-1], rounds, lanes).sum(axis=-2)
    total = np.ascontiguousarray(side_by_side).sum(axis=-1)  # in pairs, whatever its layout was
    return np.asarray(total if whole == length else total + values[..., whole:].sum(axis=-1))


def contiguous(rows: FloatArray) -> bool:
    """Whether the entries of a row lie side by side in memory."""
    return rows.strides[-1] == rows.itemsize


def excess(t: FloatArray, log1p_t: FloatArray | None = None) -> FloatArray:
    """Return t - log(1 + t), never negative, to a few ulp also where t is almost 0.

    With r = t / (2 + t), log(1 + t) = 2 (r + r³/3 + r⁵/5 + …) and t = 2r + r t, so the difference
    is r (t - 2 r² (1/3 + r²/5 + r⁴/7 + …)): nothing that nearly cancels is left.
    """
    direct = t - (np.log1p(t) if log1p_t is None else log1p_t)
    r = t / (2 + t)
    square = r * r
    series = np.zeros_like(square)
    for power in range(11 if square.dtype == np.float32 else 25, 1, -2):
        series *= square
        series += 1 / power
    return np.where(np.abs(r) < 0.25, r * (t - 2 * square * series), np.maximum(direct, 0))


def log1p_exp_minus_size(logits: FloatArray) -> FloatArray:
    """Return log(1 + e^-|z|): what softplus adds to max(z, 0)."""
    size = np.abs(logits)
    np.negative(size, out=size)
    np.exp(size, out=size)
    return np.log1p(size, out=size)


def softplus_of(logits: FloatArray) -> FloatArray:
    """Return log(1 + e^z) = max(z, 0) + log(1 + e^-|z|)."""
    values = np.maximum(logits, 0)
    values += log1p_exp_minus_size(logits)
    return values


def sigmoid_of(logits: FloatArray) -> FloatArray:
    """Return 1 / (1 + e^-z) = e^min(z, 0) / (1 + e^-|z|), where no exponent is positive."""
    total = np.abs(logits)
    np.negative(total, out=total)
    np.exp(total, out=total)
    total += 1
    p = np.minimum(logits, 0)
    np.exp(p, out=p)
    p /= total
    return p


def sigmoid_and_rest(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p = sigmoid(logits) and 1 - p, each with all its digits."""
    up, down, total = _ways(logits)
    return up / total, down / total


def sigmoid_residual(logits: FloatArray, labels: FloatArray) -> FloatArray:
    """Return p - y for p = sigmoid(logits) and labels y; a sure and right p loses no digit."""
    up, down, total = _ways(logits)
    up *= 1 - labels
    down *= labels
    up -= down
    up /= total
    return up


def _ways(logits: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    # of e^min(z, 0) and e^min(-z, 0) one is 1, and their ratio is e^z
    up, down = np.minimum(logits, 0), np.negative(logits)
    np.minimum(down, 0, out=down)
    np.exp(up, out=up)
    np.exp(down, out=down)
    return up, down, up + down


def softmax_residual(logits: FloatArray, labels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return e^(z - m) / Σ, the softmax p of rows, and p - y; a sure and right p loses no digit.

    With t = e^(z - m), and Σ' their sum without one of the largest, p - y is
    (t - y - y Σ') / (1 + Σ'). At the largest t = 1, so that for y = 1 only Σ' is left.
    """
    terms = shift(logits)[1]
    terms, others = exponentials(terms, out=terms)
    total = 1 + others
    residual = terms - labels
    residual -= labels * others
    residual /= total
    terms /= total
    if not np.isfinite(others).all():  # several infinite logits: a class far below them has p = 0
        residual = np.where(np.isfinite(others), residual, terms - labels)
    return terms, residual
