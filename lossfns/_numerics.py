"""Arithmetic that many losses share. It expects floating-point warnings to be off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lossfns._validation import FloatArray

LANES = 2048  # partial sums side by side, faster to add than one after another, and more exact
MODERATE = 64.0  # a largest logit up to here: e^64 of as many classes as there are stays a float
ADDED = 32  # numbers added one after another into a lane


def weighted(weights: FloatArray, costs: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return weights * costs, where a weight of zero silences an infinite cost; nan passes."""
    if np.isfinite(costs).all():
        return np.multiply(weights, costs, out=out)
    return np.where((weights == 0) & np.isinf(costs), 0, weights * costs)


def weighted_sum(weights: FloatArray, costs: FloatArray) -> FloatArray:
    """Sum weights * costs along rows, where a weight of zero silences an infinite cost."""
    total = sum_rows(weights * costs)
    return total if np.isfinite(total).all() else sum_rows(weighted(weights, costs))


def direction(values: FloatArray) -> None:
    """Replace the values by their signs, in place; what np.sign does, several times as fast.

    Two factors lift the smallest number above 1, and 0 and nan stay what they are, but for -0.
    """
    huge = np.finfo(values.dtype).max
    values *= huge
    values *= huge
    np.minimum(values, 1, out=values)
    np.maximum(values, -1, out=values)
    values += 0


def shift(rows: FloatArray, out: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Return each row's maximum, as a column, and the logits minus it.

    At an infinite maximum the shifted logits take their limits: a single one wins outright (0, all
    others -inf); several have no limit, and inf makes whatever is computed of them nan.
    """
    maximum = largest_of(rows)
    return maximum, _shifted(rows, maximum, out)


def _shifted(rows: FloatArray, origin: FloatArray, out: FloatArray | None = None) -> FloatArray:
    endless = np.isinf(origin)
    if not endless.any():
        return np.subtract(rows, origin, out=out)
    winners = rows == origin
    single = winners.sum(axis=1, keepdims=True) == 1
    limit = np.where(winners, np.where(single, 0, np.inf), -np.inf)
    shifted = np.subtract(rows, origin, out=out)
    np.copyto(shifted, limit, where=endless)
    return shifted


def largest_of(rows: FloatArray) -> FloatArray:
    """Return each row's maximum, as a column."""
    if rows.ndim == 2 and contiguous(rows):  # of short rows NumPy finds the place in less time
        column: FloatArray = rows[np.arange(len(rows)), rows.argmax(axis=1), np.newaxis]
        return column
    return np.asarray(rows.max(axis=-1, keepdims=True))


def origin_of(maximum: FloatArray) -> FloatArray:
    """Return what to subtract from rows with these maxima before e^z: 0 from most, or m.

    Where m is moderate, e^z saves a step and a rounding. It is larger than e^(z - m), so it does
    not vanish sooner, and its sum stays far from inf.
    """
    return np.where((maximum >= 0) & (maximum <= MODERATE), 0, maximum)


def moderate(maximum: FloatArray) -> bool:
    """Whether `origin_of` is 0 for all."""
    return bool(maximum.min(initial=0) >= 0 and maximum.max(initial=0) <= MODERATE)


def exponentials(
    rows: FloatArray, maximum: FloatArray, out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return what is in proportion to e^z in each row, and the largest of it, as a column."""
    if moderate(maximum):
        return np.exp(rows, out=out), np.exp(maximum)
    origin = origin_of(maximum)
    terms = _shifted(rows, origin, out)
    np.exp(terms, out=terms)
    return terms, np.where(origin == 0, np.exp(maximum), 1)


def softmax_of(rows: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return the softmax of rows: e^z / Σ e^z."""
    terms = exponentials(rows, largest_of(rows), out)[0]
    terms /= sum_rows(terms)[..., np.newaxis]
    return terms


def log_probabilities(logits: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return the logarithm of the softmax of rows."""
    # log(e^z / Σ e^z) = (z - m) - log(1 + Σ' e^(z - m)), where Σ' leaves out one largest
    shifted = shift(logits, out)[1]
    terms = np.exp(shifted)
    shifted -= np.log1p(sum_of_others(terms, np.ones_like(terms[..., :1])))
    return shifted


def sum_of_others(terms: FloatArray, largest: FloatArray) -> FloatArray:
    """Return the sum of each row's terms but for one of its largest, over that, as a column.

    Added to the others the largest would swallow them where a model is sure.
    """
    total = sum_rows(terms)[..., np.newaxis]
    others = total - largest
    sure = (total < 2 * largest)[..., 0]  # there is one largest, and the difference cancels
    if sure.any():
        mine = terms[sure]
        mine[np.arange(len(mine)), mine.argmax(axis=1)] = 0
        others[sure, 0] = sum_rows(mine)
    others /= largest
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


def log1p_exp_minus_size(logits: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return log(1 + e^-|z|): what softplus adds to max(z, 0)."""
    size = np.abs(logits, out=out)
    np.negative(size, out=size)
    np.exp(size, out=size)
    return np.log1p(size, out=size)


def softplus_of(logits: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return log(1 + e^z); where that overflows it is z. `out` is not `logits`."""
    values = np.exp(logits, out=out)
    np.log1p(values, out=values)
    if not values.max(initial=0) < np.inf:
        np.copyto(values, logits, where=np.isinf(values))
    return values


def sigmoid_of(logits: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return e^z / (1 + e^z); where that overflows it is 1."""
    p = np.exp(logits, out=out)
    total = 1 + p
    p /= total
    if not p.max(initial=0) <= 1:
        p[np.isinf(total)] = 1
    return p


def sigmoid_and_rest(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p = sigmoid(logits) and 1 - p, each with all its digits."""
    p = np.exp(logits)
    total = 1 + p
    p /= total
    rest = np.divide(1, total, out=total)
    if not p.max(initial=0) <= 1:
        lost = rest == 0
        p[lost] = 1
        rest[lost] = np.exp(-logits[lost])
    return p, rest


def sigmoid_residual(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
    """Write p - y for p = sigmoid(logits) and labels y; a sure and right p loses no digit."""
    # p - y = ((1 - y) e^z - y) / (1 + e^z)
    odds = np.exp(logits)
    np.subtract(1, labels, out=out)
    out *= odds
    out -= labels
    odds += 1
    out /= odds
    if not odds.max(initial=0) < np.inf:
        lost = np.isinf(odds)
        out[lost] = 1 - labels[lost] - labels[lost] * np.exp(-logits[lost])


def softmax_residual(
    logits: FloatArray, labels: FloatArray, out: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the softmax p of rows, and p - y; a sure and right p loses no digit.

    At the likeliest class p and y may all but cancel, and p - y is (1 - y) p - y Σ', where Σ' is
    the sum of the other probabilities.
    """
    terms, largest = exponentials(logits, largest_of(logits))
    total = sum_rows(terms)
    sure = np.flatnonzero(total < 2 * largest[:, 0])
    favourites = terms[sure].argmax(axis=1)
    terms /= total[:, np.newaxis]
    residual = np.subtract(terms, labels, out=out)
    if sure.size:
        rest = terms[sure]
        rest[np.arange(len(sure)), favourites] = 0
        y = labels[sure, favourites]
        residual[sure, favourites] = (1 - y) * terms[sure, favourites] - y * sum_rows(rest)
    return terms, residual
