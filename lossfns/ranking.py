"""Losses for an order: levels that rise, and lists sorted from best to worst."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._numerics import sum_rows
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    cast,
    class_axis,
    float_arrays,
    integer_labels,
    plain_array,
    slopes,
)
from lossfns.activations import sigmoid, softplus
from lossfns.classification import (
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
)


def cumulative_logit_loss(scores: ArrayLike, labels: ArrayLike, cuts: ArrayLike) -> Floats:
    """Surprisal of a level under a score and the cuts between the levels, elementwise.

    The level is above cut k with probability σ(score - cut k), so level y has what lies between its
    two cuts: -log [σ(score - lower) - σ(score - upper)]. Also called ordinal logistic regression,
    or proportional odds [1]_.

    Parameters
    ----------
    scores : array_like of float, any shape
        One number per example, in the unit of the cuts.
    labels : array_like of int, same shape
        Levels, 0 … K - 1, the lowest first.
    cuts : array_like of float, shape (K - 1,)
        Finite, and each larger than the one before it.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats, never negative.

    Raises
    ------
    TypeError
        If `scores` or `cuts` are not real numbers, or `labels` are not integers (bool is not).
    ValueError
        If the shapes differ, a label is out of range, or `cuts` are not a row that rises.

    References
    ----------
    .. [1] P. McCullagh, "Regression Models for Ordinal Data", Journal of the Royal Statistical
       Society B 42(2), 109-142, 1980.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import cumulative_logit_loss
    >>> cuts = [-1.0, 1.0]
    >>> np.exp(-cumulative_logit_loss([0.0, 0.0, 0.0], [0, 1, 2], cuts)).round(4)
    array([0.2689, 0.4621, 0.2689])

    Far out, the two probabilities round to the same number; the loss doesn't use their difference:

    >>> z = np.array([39.0, 41.0])
    >>> with np.errstate(divide="ignore"):
    ...     print(-np.log(np.diff(1 / (1 + np.exp(-z)))))
    [inf]
    >>> cumulative_logit_loss(40.0, 1, cuts).round(4)
    np.float64(39.1454)
    """
    dtype, above, below, gap, _, _ = _between(scores, labels, cuts)
    with np.errstate(all="ignore"):
        # σ(-a) - σ(b) = σ(-a) σ(-b) (1 - e^(a + b)): three factors, each with all its digits
        narrow, wide = np.log(-np.expm1(-gap)), np.log1p(-np.exp(-gap))
        width = np.where(gap < 1, narrow, wide)
        return cast(softplus(above) + softplus(below) - width, dtype)


def cumulative_logit_loss_grad(
    scores: ArrayLike, labels: ArrayLike, cuts: ArrayLike
) -> tuple[Floats, FloatArray]:
    """Gradients of `cumulative_logit_loss` with respect to the scores and the cuts.

    At a score it is P(above the label's level) - P(below it): zero where the label is the median of
    what the model expects. Parameters and errors are those of `cumulative_logit_loss`.

    Returns
    -------
    tuple of ndarray
        At `scores`, in their shape, and at `cuts`, summed over the examples.

    Examples
    --------
    >>> from lossfns import cumulative_logit_loss_grad
    >>> at_scores, at_cuts = cumulative_logit_loss_grad([0.0, 0.0, 0.0], [0, 1, 2], [-1.0, 1.0])
    >>> at_scores.round(4), at_cuts.round(4)
    (array([ 0.7311,  0.    , -0.7311]), array([-0.3056,  0.3056]))
    """
    dtype, above, below, gap, labels, levels = _between(scores, labels, cuts)
    with np.errstate(all="ignore"):
        higher, lower = sigmoid(above), sigmoid(below)
        crowded = 1 / np.expm1(gap)  # cuts that come too close push each other away
        at_upper = _by_level(-higher - crowded, labels, levels)[:-1]
        at_lower = _by_level(lower + crowded, labels, levels)[1:]
        return slopes(higher - lower, dtype), slopes(at_upper + at_lower, dtype)


def plackett_luce_loss(scores: ArrayLike, order: ArrayLike) -> Floats:
    """Surprisal of an order: pick the best by softmax, then the best of the rest, and so on.

    Σ -log softmax(scores of the items still there)[item picked] [1]_, [2]_. A list of two gives
    `pair_loss`; an order that names only the winner gives the cross-entropy of one of K.

    Parameters
    ----------
    scores : array_like of float, shape (..., items)
    order : array_like of int, shape (..., places)
        Numbers of the items, 0 … items - 1, the best first, none of them twice. With fewer places
        than items, the order of those not named is left open.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `scores` without its last axis, in nats, never negative. It grows with the
        number of places: log(items!) for a whole order where all scores are equal.

    Raises
    ------
    TypeError
        If `scores` are not real numbers or `order` is not integers (bool is not).
    ValueError
        If the shapes don't fit, or `order` names an item that is not there, or one twice.

    Notes
    -----
    The time grows with items × places.

    References
    ----------
    .. [1] R. L. Plackett, "The Analysis of Permutations", Applied Statistics 24(2), 193-202, 1975.
    .. [2] F. Xia et al., "Listwise Approach to Learning to Rank: Theory and Algorithm", ICML 2008.

    Examples
    --------
    >>> from lossfns import plackett_luce_loss
    >>> scores = [2.0, 1.0, 0.0]
    >>> for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0], [0]):
    ...     print(order, plackett_luce_loss(scores, order).round(4))
    [0, 1, 2] 0.7209
    [1, 0, 2] 1.5345
    [2, 1, 0] 3.7209
    [0] 0.4076
    """
    dtype, scores, order = _ordered(scores, order)
    losses = np.zeros((*scores.shape[:-1], order.shape[-1]), scores.dtype)
    with np.errstate(all="ignore"):
        for place, (left, pick) in enumerate(_picks(scores, order)):
            losses[..., place] = softmax_cross_entropy_with_integer_labels(left, pick)
        return cast(sum_rows(losses), dtype)


def plackett_luce_loss_grad(scores: ArrayLike, order: ArrayLike) -> FloatArray:
    """Gradient of `plackett_luce_loss` with respect to the scores: the sum of every pick's p - y.

    Parameters and errors are those of `plackett_luce_loss`; the result has the shape of `scores`
    and sums to zero along the last axis.

    Notes
    -----
    Places are added one after another, in float64 at least.

    Examples
    --------
    >>> from lossfns import plackett_luce_loss_grad
    >>> plackett_luce_loss_grad([0.0, 0.0, 0.0], [2, 0, 1]).round(4)
    array([-0.1667,  0.8333, -0.6667])
    """
    dtype, scores, order = _ordered(scores, order)
    total: FloatArray = np.zeros(scores.shape, np.result_type(np.float64, scores))
    for left, pick in _picks(scores, order):
        total = total + softmax_cross_entropy_with_integer_labels_grad(left, pick)
    return slopes(total, dtype)


def _between(
    scores: ArrayLike, labels: ArrayLike, cuts: ArrayLike
) -> tuple[FloatDType, FloatArray, FloatArray, FloatArray, NDArray[np.intp], int]:
    """Return dtype, the logits of being above and below the label's level, its width, and K.

    Beyond the outermost levels lies nothing: logits of -inf there, and a width of inf.
    """
    dtype, (scores, cuts) = float_arrays(scores=scores, cuts=cuts)
    if cuts.ndim != 1 or not cuts.size:
        raise ValueError(f"cuts must be one row of at least one number, got shape {cuts.shape}")
    if not (np.isfinite(cuts).all() and (cuts[1:] > cuts[:-1]).all()):
        raise ValueError(f"cuts must be finite, and each larger than the last, got {cuts}")
    levels = cuts.size + 1
    shape = plain_array(labels, "labels").shape
    if shape != scores.shape:
        raise ValueError(
            f"scores and labels must have equal shapes, got {scores.shape} and {shape}"
        )
    labels = integer_labels(labels, shape, levels)
    lowest, highest = labels == 0, labels == levels - 1
    lower, upper = cuts[np.maximum(labels - 1, 0)], cuts[np.minimum(labels, levels - 2)]
    with np.errstate(all="ignore"):
        above = np.where(highest, -np.inf, scores - upper)
        below = np.where(lowest, -np.inf, lower - scores)
        gap = np.where(lowest | highest, np.inf, upper - lower)
    return dtype, above, below, gap, labels, levels


def _by_level(values: FloatArray, labels: NDArray[np.intp], levels: int) -> FloatArray:
    """Return the sum of the values with each label, at least in double precision."""
    sums: FloatArray = np.zeros(levels, np.result_type(np.float64, values))
    order = np.argsort(labels, axis=None, kind="stable")  # those of one level side by side
    present, starts = np.unique(labels.ravel()[order], return_index=True)
    if present.size:
        # in pairs, as NumPy adds what lies side by side
        sums[present] = np.add.reduceat(values.ravel()[order].astype(sums.dtype), starts)
    return sums


def _ordered(
    scores: ArrayLike, order: ArrayLike
) -> tuple[FloatDType, FloatArray, NDArray[np.intp]]:
    dtype, (scores,) = float_arrays(scores=scores)
    class_axis(scores, "scores", -1)
    items, rows = scores.shape[-1], scores.shape[:-1]
    shape = plain_array(order, "order").shape
    if shape[:-1] != rows or not shape or not 1 <= shape[-1] <= items:
        raise ValueError(
            f"order must have the shape of scores, {scores.shape}, or fewer places, got {shape}"
        )
    order = integer_labels(order, shape, items, "order")
    ascending = np.sort(order, axis=-1)
    twice = ascending[..., 1:] == ascending[..., :-1]
    if twice.any():
        raise ValueError(f"order must name no item twice, got {ascending[..., 1:][twice][0]} again")
    return dtype, scores, order


def _picks(
    scores: FloatArray, order: NDArray[np.intp]
) -> Iterator[tuple[FloatArray, NDArray[np.intp]]]:
    """Yield, for each place, the scores with those taken before at -inf, and the item taken next.

    The last item of all is no choice, so it is left out.
    """
    left = scores.copy()
    for place in range(min(order.shape[-1], scores.shape[-1] - 1)):
        yield left, order[..., place]
        np.put_along_axis(left, order[..., place, np.newaxis], -np.inf, -1)
