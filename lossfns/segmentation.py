"""Overlap losses for segmentation: how much of a mask was found, one value per mask."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise, per_example
from lossfns._numerics import sum_rows
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    cast,
    equal_shapes,
    in_unit_interval,
    number,
    shown,
    whole_number,
)


def tversky_loss(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """One minus the Tversky index: the weighed mistakes as a share of hits and mistakes.

    (α FP + β FN) / (TP + α FP + β FN), with the soft counts TP = Σ p y of what was found,
    FP = Σ p (1 - y) of what was not there and FN = Σ (1 - p) y of what was missed. Correct
    background counts nowhere, so a mask of ten pixels in a million is not drowned by it.

    Parameters
    ----------
    probabilities, labels : array_like of float, equal shapes
        Between 0 and 1. Probabilities, not logits: the loss is not additive over pixels, and has no
        form that starts at the logits and saves digits.
    alpha, beta : float, default 0.5
        What a false alarm and a miss cost; positive. α = β = ½ is `dice_loss`, α = β = 1 is
        `jaccard_loss`; β above α finds more and raises more false alarms.
    smoothing : float, default 0
        Added to numerator and denominator of the index; not negative.
    axis : int or iterable of int, default (-2, -1)
        The axes that a mask spans. (0, -2, -1) counts a whole batch as one mask.

    Returns
    -------
    ndarray or NumPy scalar
        Between 0 and 1, in the shape of `labels` without the axes of `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, a mask has no pixel, a value lies outside [0, 1], an axis does not
        exist, or a knob is out of range.

    Notes
    -----
    Where nothing is in the mask the index is 0 for the slightest belief, whatever its size: a loss
    of 1 with slope 0. And nothing believed there either is 0 / 0, here a loss of 0 with slope 0.
    `smoothing` is what libraries add so that an empty mask teaches something.

    References
    ----------
    S. S. M. Salehi et al., Tversky loss function for image segmentation using 3D fully
    convolutional deep networks, 2017, arXiv:1706.05721.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import tversky_loss
    >>> labels = np.array([[1, 1], [0, 0]])
    >>> missed, alarmed = np.array([[1, 0], [0, 0]]), np.array([[1, 1], [1, 0]])
    >>> for p in (labels, missed, alarmed):
    ...     print(tversky_loss(p, labels, alpha=0.3, beta=0.7).round(4))
    0.0
    0.4118
    0.1304
    """
    dtype, hits, mistakes, *_ = _counts(probabilities, labels, alpha, beta, smoothing, axis)
    with np.errstate(all="ignore"):
        whole = hits + mistakes
        return cast(np.where(whole == 0, 0, mistakes / whole), dtype)


def tversky_loss_grad(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """Gradient of `tversky_loss` with respect to the probabilities.

    With hits T and weighed mistakes M it is (T dM - M dT) / (T + M)², where a pixel's dT is its
    label and its dM is α outside the mask, -β inside. Every pixel of a mask gets the same slope,
    and all those outside it another: where a pixel stands on the way to its label is not asked.
    Where nothing is in the mask, and nothing smoothed, the slope is 0.

    Parameters and errors are those of `tversky_loss`; the result has the shape of `probabilities`.

    Examples
    --------
    The larger the mask, the smaller the slope of each pixel; without a mask, silence:

    >>> import numpy as np
    >>> from lossfns import tversky_loss_grad
    >>> for labels in ([[1, 0, 0, 0]], [[1, 1, 0, 0]], [[0, 0, 0, 0]]):
    ...     print(tversky_loss_grad(np.full((1, 4), 0.5), labels).round(4))
    [[-0.5556  0.1111  0.1111  0.1111]]
    [[-0.375 -0.375  0.125  0.125]]
    [[0. 0. 0. 0.]]
    """
    dtype, hits, mistakes, labels, alpha, beta, axes = _counts(
        probabilities, labels, alpha, beta, smoothing, axis
    )
    with np.errstate(all="ignore"):
        whole = hits + mistakes
        outside = np.where(whole == 0, 0, alpha * hits / whole / whole)
        inside = np.where(whole == 0, 0, (beta * hits + mistakes) / whole / whole)
    most = np.finfo(labels.dtype).max  # beyond it is inf, and 0 times inf no slope of 0
    by_mask = [
        np.broadcast_to(
            np.expand_dims(cast(np.minimum(each, most), labels.dtype), axes), labels.shape
        )
        for each in (outside, inside)
    ]

    def formula(
        labels: FloatArray, outside: FloatArray, inside: FloatArray, out: FloatArray
    ) -> None:
        np.subtract(1, labels, out=out)
        out *= outside
        out -= labels * inside

    return elementwise(formula, labels, *by_mask, dtype=dtype)


def dice_loss(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """One minus the Dice coefficient, 2 TP / (2 TP + FP + FN), with soft counts.

    `tversky_loss` with α = β = ½. Called F1 where the counts are hard.

    Parameters
    ----------
    probabilities, labels : array_like of float, equal shapes
        Between 0 and 1.
    smoothing : float, default 0
        Added to 2 TP and to the denominator; not negative. Many libraries add 1, or a tiny number.
    axis : int or iterable of int, default (-2, -1)
        The axes that a mask spans.

    Returns
    -------
    ndarray or NumPy scalar
        Between 0 and 1, in the shape of `labels` without the axes of `axis`. The mean over masks
        is not the loss of all masks counted as one.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, a mask has no pixel, a value lies outside [0, 1], an axis does not
        exist, or `smoothing` is negative.

    Notes
    -----
    The empty mask is that of `tversky_loss`.

    References
    ----------
    F. Milletari et al., V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image
    Segmentation, 2016, arXiv:1606.04797; there the probabilities of the denominator are squared.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import dice_loss
    >>> small, large = np.array([[1, 0, 0, 0, 0]]), np.array([[1, 1, 1, 1, 0]])
    >>> found = np.array([[0.5, 0, 0, 0, 0]]), np.array([[1, 1, 1, 1, 0]])
    >>> print(dice_loss(found, [small, large]).mean().round(4))
    0.1667
    >>> print(dice_loss(found, [small, large], axis=(0, 1, 2)).round(4))
    0.0526
    """
    return tversky_loss(probabilities, labels, smoothing=_half(smoothing), axis=axis)


def dice_loss_grad(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """Gradient of `dice_loss` with respect to the probabilities.

    Parameters and errors are those of `dice_loss`; `tversky_loss_grad` says what it looks like.

    Examples
    --------
    >>> from lossfns import dice_loss_grad
    >>> dice_loss_grad([[0.5, 0.5, 0.5]], [[1, 0, 0]])
    array([[-0.64,  0.16,  0.16]])
    """
    return tversky_loss_grad(probabilities, labels, smoothing=_half(smoothing), axis=axis)


def jaccard_loss(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """One minus intersection over union, TP / (TP + FP + FN), with soft counts.

    `tversky_loss` with α = β = 1. Unsmoothed it is 2 D / (1 + D) of the Dice loss D, so both put
    masks in the same order; a mean over masks does not.

    Parameters
    ----------
    probabilities, labels : array_like of float, equal shapes
        Between 0 and 1.
    smoothing : float, default 0
        Added to intersection and union; not negative.
    axis : int or iterable of int, default (-2, -1)
        The axes that a mask spans.

    Returns
    -------
    ndarray or NumPy scalar
        Between 0 and 1, in the shape of `labels` without the axes of `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, a mask has no pixel, a value lies outside [0, 1], an axis does not
        exist, or `smoothing` is negative.

    Notes
    -----
    The empty mask is that of `tversky_loss`.

    Examples
    --------
    >>> from lossfns import jaccard_loss
    >>> jaccard_loss([[1, 1, 0, 0]], [[0, 1, 1, 0]]).round(4)
    np.float64(0.6667)
    """
    return tversky_loss(probabilities, labels, alpha=1.0, beta=1.0, smoothing=smoothing, axis=axis)


def jaccard_loss_grad(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    smoothing: float = 0.0,
    axis: int | Iterable[int] = (-2, -1),
) -> Floats:
    """Gradient of `jaccard_loss` with respect to the probabilities.

    Parameters and errors are those of `jaccard_loss`; `tversky_loss_grad` says what it looks like.

    Examples
    --------
    >>> from lossfns import jaccard_loss_grad
    >>> jaccard_loss_grad([[0.5, 0.5, 0.5]], [[1, 0, 0]])
    array([[-0.5  ,  0.125,  0.125]])
    """
    return tversky_loss_grad(
        probabilities, labels, alpha=1.0, beta=1.0, smoothing=smoothing, axis=axis
    )


def _half(smoothing: float) -> float:
    """Half of Dice's smoothing: all its counts are twice those of the Tversky index."""
    return _not_negative(smoothing) / 2


def _not_negative(smoothing: float) -> float:
    return number(smoothing, "smoothing", "a number of at least 0", lambda value: value >= 0)


def _counts(
    probabilities: ArrayLike,
    labels: ArrayLike,
    alpha: float,
    beta: float,
    smoothing: float,
    axis: int | Iterable[int],
) -> tuple[FloatDType, FloatArray, FloatArray, FloatArray, float, float, tuple[int, ...]]:
    """Return dtype, smoothed hits, weighed mistakes, labels, the weights and the masks' axes."""
    dtype, (probabilities, labels) = equal_shapes(probabilities=probabilities, labels=labels)
    in_unit_interval(probabilities, "probabilities")
    in_unit_interval(labels, "labels")
    alpha = number(alpha, "alpha", "a positive number", lambda value: value > 0)
    beta = number(beta, "beta", "a positive number", lambda value: value > 0)
    smoothing = _not_negative(smoothing)
    axes = _axes(axis, labels.shape)
    if not all(labels.shape[each] for each in axes):
        raise ValueError(f"labels must have at least one pixel per mask, got shape {labels.shape}")
    masks = [_pixels_last(each, axes) for each in (probabilities, labels)]

    def count(p: FloatArray, y: FloatArray) -> FloatArray:
        alarms, misses = 1 - y, 1 - p
        alarms *= p
        misses *= y
        mistakes = alpha * _sums(alarms) + beta * _sums(misses)
        return np.stack([_sums(np.multiply(p, y, out=alarms)) + smoothing, mistakes], axis=1)

    counts = per_example(count, *masks, axis=-1, dtype=np.dtype(np.float64))
    return dtype, counts[..., 0], counts[..., 1], labels, alpha, beta, axes


def _pixels_last(values: FloatArray, axes: tuple[int, ...]) -> FloatArray:
    """Return the values with all axes of a mask as one, the last."""
    moved = np.moveaxis(values, axes, range(-len(axes), 0))
    kept = moved.shape[: values.ndim - len(axes)]
    return moved.reshape(*kept, math.prod(values.shape[axis] for axis in axes))


def _sums(rows: FloatArray) -> FloatArray:
    return sum_rows(rows).astype(np.float64)


def _axes(axis: int | Iterable[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of a mask, counted from the front."""
    given = tuple(axis) if isinstance(axis, Iterable) else (axis,)
    try:
        axes = [whole_number(each, "axis") for each in given]
    except TypeError as error:
        raise TypeError(f"axis must be one integer or several, got {axis!r}") from error
    for each in axes:
        if not -len(shape) <= each < len(shape):
            raise ValueError(f"axis {shown(each)} does not exist in labels of shape {shape}")
    counted = tuple(each % len(shape) for each in axes)
    if not counted or len(set(counted)) < len(counted):
        raise ValueError(f"axis must name each axis of a mask once, got {axis!r}")
    return counted
