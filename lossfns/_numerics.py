"""Arithmetic that many losses share. It expects floating-point warnings to be off."""

from __future__ import annotations

import numpy as np

from lossfns._validation import FloatArray

LANES = 2048  # partial sums side by side, faster to add than one after another, and more exact
ADDED = 32  # numbers added one after another into a lane


def weighted(weights: FloatArray, costs: FloatArray) -> FloatArray:
    """Return weights * costs, where a weight of zero silences an infinite cost; nan passes."""
    return np.where((weights == 0) & np.isinf(costs), 0, weights * costs)


def shift(logits: FloatArray, axis: int) -> tuple[FloatArray, FloatArray]:
    """Return the maximum along `axis` (kept) and the logits minus it.

    At an infinite maximum the shifted logits take their limits: a single one wins outright (0, all
    others -inf); several have no limit, and inf makes whatever is computed of them nan.
    """
    maximum = logits.max(axis=axis, keepdims=True)
    shifted = logits - maximum
    if np.isinf(maximum).any():
        winners = logits == maximum
        single = winners.sum(axis=axis, keepdims=True) == 1
        limit = np.where(winners, np.where(single, 0, np.inf), -np.inf)
        shifted = np.where(np.isinf(maximum), limit, shifted)
    return maximum, shifted


def exponentials(shifted: FloatArray, axis: int) -> tuple[FloatArray, FloatArray]:
    """Return exp(shifted logits), and their sum along `axis` (kept) without one of the largest.

    The largest is exactly 1. Added to the others it would swallow them where a model is sure.
    """
    terms = np.exp(shifted)
    others = sum_of_others(terms.swapaxes(axis, -1))
    return terms, others[..., np.newaxis].swapaxes(axis, -1)


def sum_of_others(terms: FloatArray) -> FloatArray:
    """Sum each row of exp(logit - maximum) but for one of its largest, which is exactly 1."""
    total = sum_rows(terms)
    others = np.asarray(total - 1)
    sure = total < 2  # there is one largest, and the difference would cancel
    if sure.any():
        largest = terms == 1
        np.copyto(terms, 0, where=largest)
        others = np.where(sure, sum_rows(terms), others)
        np.copyto(terms, 1, where=largest)
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
    total = side_by_side.sum(axis=-1)
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
    for power in range(25, 1, -2):
        series *= square
        series += 1 / power
    return np.where(np.abs(r) < 0.25, r * (t - 2 * square * series), np.maximum(direct, 0))


def sigmoid_and_rest(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p = sigmoid(logits) and 1 - p, each with all its digits."""
    # of e^min(z, 0) and e^min(-z, 0) one is 1, and their ratio is e^z
    up, down = np.exp(np.minimum(logits, 0)), np.exp(np.minimum(0 - logits, 0))
    total = up + down
    return up / total, down / total


def sigmoid_residual(p: FloatArray, rest: FloatArray, labels: FloatArray) -> FloatArray:
    """Return p - y for labels y, where rest = 1 - p; a sure and right p loses no digit."""
    return (1 - labels) * p - labels * rest


def softmax_residual(
    logits: FloatArray, labels: FloatArray, axis: int
) -> tuple[FloatArray, FloatArray]:
    """Return the softmax p, and p - y for labels y; a sure and right p loses no digit."""
    shifted = shift(logits, axis)[1]
    terms, others = exponentials(shifted, axis)
    p = terms / (1 + others)
    residual = np.asarray(p - labels)
    # where the label's class is the largest too, p - y = (1 - y) - (1 - p)
    likeliest = labels.argmax(axis=axis, keepdims=True)
    y = np.take_along_axis(labels, likeliest, axis)
    right = (np.take_along_axis(shifted, likeliest, axis) == 0) & (y > 0.5)
    plain = np.take_along_axis(residual, likeliest, axis)
    exact = np.where(right, (1 - y) - others / (1 + others), plain)
    np.put_along_axis(residual, likeliest, exact, axis)
    return p, residual
