"""Contrastive learning: which of these belongs together, and which does not?"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._blocks import elementwise, per_class, per_example
from lossfns._numerics import sum_rows
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    doubles,
    equal_shapes,
    number,
    scalar,
    slopes,
)
from lossfns.activations import sigmoid, softplus
from lossfns.classification import (
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
)


def clip_loss(
    image_features: ArrayLike, text_features: ArrayLike, *, log_scale: float
) -> np.floating[Any]:
    """Symmetric cross-entropy of a batch of matching pairs, as CLIP is trained with.

    Every row is divided by its length, and logits[i, j] = exp(log_scale) image_i · text_j. Each
    image picks its text among all N of the batch (cross-entropy over the rows, true class i), each
    text picks its image (over the columns); the loss is the mean of both means. It is InfoNCE both
    ways. When a batch holds one caption twice, no encoder can reach 0.

    Parameters
    ----------
    image_features, text_features : array_like of float, equal shapes (N, dimensions)
        Row i of one belongs to row i of the other. N is at least 1 and no row is all zeros.
    log_scale : float
        Logarithm of the factor on the cosines, the inverse of a temperature; finite. CLIP learns
        it from log(1 / 0.07) and caps it at log(100).

    Returns
    -------
    NumPy scalar
        The mean over the pairs and both directions, in nats; log N when all rows look alike.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or are not (N, dimensions), a row of zeros has no direction, or
        `log_scale` is not finite.

    Notes
    -----
    A row with an infinite entry has no direction either, and gives nan.

    A logit is known to D + 8 eps of the scale, the rounding of D products, with the eps of float64:
    float32 is computed in float64 and rounded once. The loss is off by no more, and where pairs are
    found by no more than 4 times that share of itself. The gradients have only an absolute bound,
    as large times the scale, over the row's length for the features: what the two softmaxes and the
    length take away may cancel what is left.

    References
    ----------
    A. Radford et al., Learning Transferable Visual Models From Natural Language Supervision, 2021,
    arXiv:2103.00020, figure 3.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import clip_loss
    >>> images = texts = np.eye(2)
    >>> for log_scale in np.log([1, 10, 100]):
    ...     print(clip_loss(images, texts, log_scale=log_scale).round(4))
    0.3133
    0.0
    0.0
    >>> alike = np.ones((2, 2))
    >>> print(clip_loss(alike, alike, log_scale=np.log(100)).round(4))
    0.6931

    The probabilities themselves break at a large scale; the loss does not:

    >>> cosines = np.array([[0.5, 1.0], [1.0, 0.5]])
    >>> with np.errstate(over="ignore", invalid="ignore"):
    ...     print(np.exp(2000 * cosines) / np.exp(2000 * cosines).sum(axis=1))
    [[nan nan]
     [nan nan]]
    >>> corner = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
    >>> print(clip_loss(corner, corner[::-1], log_scale=np.log(2000)).round(4))
    1000.0
    """
    dtype, images, texts, _, _, scale = _directions(image_features, text_features, log_scale)
    logits, pairs = _logits(images, texts, scale), np.arange(len(images))
    by_image = softmax_cross_entropy_with_integer_labels(logits, pairs)
    by_text = softmax_cross_entropy_with_integer_labels(logits, pairs, axis=0)
    with np.errstate(all="ignore"):
        return scalar((by_image.mean() + by_text.mean()) / 2, dtype)


def clip_loss_grad(
    image_features: ArrayLike, text_features: ArrayLike, *, log_scale: float
) -> tuple[FloatArray, FloatArray, np.floating[Any]]:
    """Gradients of `clip_loss` with respect to both features and the logarithm of the scale.

    At the logits it is (softmax over rows + softmax over columns - 2 I) / 2N. Dividing by the
    length takes away the part along each row: a row's gradient is perpendicular to it.

    Parameters and errors are those of `clip_loss`.

    Returns
    -------
    tuple of ndarray, ndarray, NumPy scalar
        Shapes (N, dimensions), (N, dimensions) and (), in the dtype of `image_features`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import clip_loss_grad
    >>> images, texts = np.eye(2), np.array([[1.0, 1.0], [0.0, 1.0]])
    >>> d_images, d_texts, d_log_scale = clip_loss_grad(images, texts, log_scale=0.0)
    >>> d_images.round(4)
    array([[0.    , 0.003 ],
           [0.1639, 0.    ]])
    >>> (d_images * images).sum(axis=1)
    array([0., 0.])
    """
    dtype, images, texts, image_lengths, text_lengths, scale = _directions(
        image_features, text_features, log_scale
    )
    logits, pairs = _logits(images, texts, scale), np.arange(len(images))
    at_logits = softmax_cross_entropy_with_integer_labels_grad(logits, pairs)
    at_logits += softmax_cross_entropy_with_integer_labels_grad(logits, pairs, axis=0)
    with np.errstate(all="ignore"):
        at_logits /= 2 * len(pairs)
        d_images, d_texts, d_log_scale = _through_cosines(
            at_logits, scale, images, texts, image_lengths, text_lengths
        )
    return slopes(d_images, dtype), slopes(d_texts, dtype), scalar(d_log_scale, dtype)


def siglip_loss(
    image_features: ArrayLike, text_features: ArrayLike, *, log_scale: float, bias: float
) -> np.floating[Any]:
    """Binary cross-entropy of every pair of a batch, as SigLIP is trained with.

    Every row is divided by its length, and logits[i, j] = exp(log_scale) image_i · text_j + bias.
    Each of the N² pairs is a yes-no question of its own, yes on the diagonal; their surprisals are
    summed and divided by N. No pair is measured against the others, so a batch needs no softmax
    over all of it. `bias` starts very negative, since nearly all answers are no.

    Parameters
    ----------
    image_features, text_features : array_like of float, equal shapes (N, dimensions)
        Row i of one belongs to row i of the other. N is at least 1 and no row is all zeros.
    log_scale : float
        Logarithm of the factor on the cosines; finite. SigLIP starts at log 10.
    bias : float
        Added to every logit; finite. SigLIP starts at -10.

    Returns
    -------
    NumPy scalar
        The sum over all pairs divided by N, in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or are not (N, dimensions), a row of zeros has no direction, or
        `log_scale` or `bias` is not finite.

    References
    ----------
    X. Zhai et al., Sigmoid Loss for Language Image Pre-Training, 2023, arXiv:2303.15343, algorithm
    1.

    Examples
    --------
    All alike, every pair's logit is 10 - 10 = 0 and costs log 2, N of them a row. With perfect
    features only the N true pairs cost it:

    >>> import numpy as np
    >>> from lossfns import siglip_loss
    >>> alike = np.ones((4, 2))
    >>> print(siglip_loss(alike, alike, log_scale=np.log(10), bias=-10.0).round(4))
    2.7726
    >>> print(siglip_loss(np.eye(4), np.eye(4), log_scale=np.log(10), bias=-10.0).round(4))
    0.6933
    """
    dtype, doubts, *_ = _yes_or_no(image_features, text_features, log_scale, bias)
    with np.errstate(all="ignore"):
        return scalar(softplus(doubts).sum() / len(doubts), dtype)


def siglip_loss_grad(
    image_features: ArrayLike, text_features: ArrayLike, *, log_scale: float, bias: float
) -> tuple[FloatArray, FloatArray, np.floating[Any], np.floating[Any]]:
    """Gradients of `siglip_loss` with respect to both features, the scale's logarithm and the bias.

    At each logit it is (σ(logit) - yes) / N, prediction minus truth. Parameters and errors are
    those of `siglip_loss`.

    Returns
    -------
    tuple of ndarray, ndarray, NumPy scalar, NumPy scalar
        Shapes (N, dimensions), (N, dimensions), () and (), in the dtype of `image_features`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import siglip_loss_grad
    >>> images, texts = np.eye(2), np.array([[1.0, 1.0], [0.0, 1.0]])
    >>> d_images, _, _, d_bias = siglip_loss_grad(images, texts, log_scale=0.0, bias=0.0)
    >>> (d_images * images).sum(axis=1)
    array([0., 0.])
    >>> print(d_bias.round(4))
    0.2853
    """
    dtype, doubts, images, texts, image_lengths, text_lengths, scale = _yes_or_no(
        image_features, text_features, log_scale, bias
    )
    at_logits = sigmoid(doubts)
    with np.errstate(all="ignore"):
        at_logits /= len(doubts)
        np.fill_diagonal(at_logits, 0 - at_logits.diagonal())
        d_images, d_texts, d_log_scale = _through_cosines(
            at_logits, scale, images, texts, image_lengths, text_lengths
        )
        d_bias = scalar(at_logits.sum(), dtype)
    return slopes(d_images, dtype), slopes(d_texts, dtype), scalar(d_log_scale, dtype), d_bias


def triplet_loss(
    anchors: ArrayLike, positives: ArrayLike, negatives: ArrayLike, *, margin: float = 1.0
) -> Floats:
    """By how much a negative is not farther than a positive plus a margin; one per triplet.

    max(0, |anchor - positive| - |anchor - negative| + margin), with Euclidean distances over the
    last axis.

    Parameters
    ----------
    anchors, positives, negatives : array_like of float, equal shapes (..., dimensions)
        The positive is of the anchor's kind, the negative is not. At least one dimension.
    margin : float, default 1.0
        In the unit of the distances; positive.

    Returns
    -------
    ndarray or NumPy scalar
        Shape (...,), in the unit of the distances. Where all three are one point it is `margin`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, there is no last axis or nothing along it, or `margin` is not
        positive.

    References
    ----------
    F. Schroff et al., FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015,
    arXiv:1503.03832, equation 3; there the distances are squared.

    Examples
    --------
    >>> from lossfns import triplet_loss
    >>> anchor, positive = [0.0, 0.0], [1.0, 0.0]
    >>> for negative in ([3.0, 0.0], [1.5, 0.0], [0.5, 0.0]):
    ...     print(triplet_loss(anchor, positive, negative))
    0.0
    0.5
    1.5
    """
    dtype, arrays, margin = _triplets(anchors, positives, negatives, margin)

    def formula(anchors: FloatArray, positives: FloatArray, negatives: FloatArray) -> FloatArray:
        return np.maximum(_missing(anchors, positives, negatives, margin), 0)

    return per_example(formula, *arrays, axis=-1, dtype=dtype)


def triplet_loss_grad(
    anchors: ArrayLike, positives: ArrayLike, negatives: ArrayLike, *, margin: float = 1.0
) -> tuple[Floats, Floats, Floats]:
    """Gradients of `triplet_loss` with respect to the anchors, positives and negatives.

    Unit vectors: the positive is drawn straight to the anchor, the negative pushed straight away,
    each with force 1 until the triplet is satisfied, then not at all. The subgradient is 0 where a
    triplet is just satisfied and where two points are one: a collapsed encoder is not told apart.

    Parameters and errors are those of `triplet_loss`.

    Returns
    -------
    tuple of ndarray
        Each in the shape of the arguments, in the dtype of `anchors`.

    Examples
    --------
    >>> from lossfns import triplet_loss_grad
    >>> for gradient in triplet_loss_grad([0.0, 0.0], [1.0, 0.0], [0.0, 1.5]):
    ...     print(gradient)
    [-1.  1.]
    [1. 0.]
    [ 0. -1.]
    """
    dtype, arrays, margin = _triplets(anchors, positives, negatives, margin)

    working = arrays[0].dtype
    missing = per_example(partial(_missing, margin=margin), *arrays, axis=-1, dtype=working)
    unsatisfied = np.broadcast_to(np.expand_dims(~(missing <= 0), -1), arrays[0].shape)  # nan too
    anchors, positives, negatives = arrays
    d_positives = per_class(_units, positives, anchors, unsatisfied, axis=-1, dtype=dtype)
    d_negatives = per_class(_units, anchors, negatives, unsatisfied, axis=-1, dtype=dtype)
    d_anchors = elementwise(_minus_both, d_positives, d_negatives, dtype=dtype)
    return d_anchors, d_positives, d_negatives


def _yes_or_no(
    image_features: ArrayLike, text_features: ArrayLike, log_scale: float, bias: float
) -> tuple[FloatDType, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, float]:
    """Return dtype, every logit as one against the true answer, and what `_directions` returns."""
    dtype, images, texts, image_lengths, text_lengths, scale = _directions(
        image_features, text_features, log_scale
    )
    doubts = _logits(images, texts, scale)
    bias = number(bias, "bias", "a finite number", math.isfinite)
    with np.errstate(all="ignore"):
        doubts += bias
    np.fill_diagonal(doubts, -doubts.diagonal())
    return dtype, doubts, images, texts, image_lengths, text_lengths, scale


def _logits(images: FloatArray, texts: FloatArray, scale: float) -> FloatArray:
    with np.errstate(all="ignore"):
        logits: FloatArray = images @ texts.T
        logits *= scale
    return logits


def _through_cosines(
    at_logits: FloatArray,
    scale: float,
    images: FloatArray,
    texts: FloatArray,
    image_lengths: FloatArray,
    text_lengths: FloatArray,
) -> tuple[FloatArray, FloatArray, float]:
    """Return the gradients of both features and of the scale's logarithm from those of logits."""
    with np.errstate(all="ignore"):
        at_images, at_texts = scale * (at_logits @ texts), scale * (at_logits.T @ images)
        d_log_scale = (at_images * images).sum()
        return (
            _through_length(at_images, images, image_lengths),
            _through_length(at_texts, texts, text_lengths),
            d_log_scale,
        )


def _triplets(
    anchors: ArrayLike, positives: ArrayLike, negatives: ArrayLike, margin: float
) -> tuple[FloatDType, list[FloatArray], float]:
    dtype, arrays = equal_shapes(anchors=anchors, positives=positives, negatives=negatives)
    if arrays[0].ndim == 0 or arrays[0].shape[-1] == 0:
        raise ValueError(
            "anchors, positives and negatives must have at least one dimension along the last "
            f"axis, got shape {arrays[0].shape}"
        )
    return dtype, arrays, number(margin, "margin", "a positive number", lambda value: value > 0)


def _missing(
    anchors: FloatArray, positives: FloatArray, negatives: FloatArray, margin: float
) -> FloatArray:
    """Return by how much each negative is not farther than the positive plus the margin."""
    missing = _distances(positives - anchors) - _distances(anchors - negatives) + margin
    lost = ~np.isfinite(missing)
    if lost.any():  # perhaps only of distances that are larger than any float
        scale = 4.0 * anchors.shape[-1]
        a, p, n = (places[lost] / scale for places in (anchors, positives, negatives))
        missing[lost] = scale * (_distances(p - a) - _distances(a - n) + margin / scale)
    return missing


def _distances(differences: FloatArray) -> FloatArray:
    """Return the lengths of rows, whose squares may neither overflow nor vanish."""
    squares = sum_rows(np.square(differences))
    extreme = _extreme(squares)
    lengths = np.sqrt(squares)
    if extreme.any():
        rows = differences[extreme]
        largest = np.abs(rows).max(axis=-1)
        scaled = np.where(largest == 0, 0, np.where(np.isinf(rows.T), 1, rows.T / largest))
        lengths[extreme] = np.linalg.norm(scaled, axis=0) * largest
    return lengths


def _minus_both(first: FloatArray, second: FloatArray, out: FloatArray) -> None:
    np.subtract(0, first, out=out)
    out -= second


def _units(
    ends: FloatArray, starts: FloatArray, wanted: NDArray[np.bool_], out: FloatArray
) -> None:
    """Write rows of length 1 from start to end; 0 where there is no distance or no wish for it."""
    units = np.subtract(ends, starts, out=out)
    squares = sum_rows(np.square(units))
    too_far = ~np.isfinite(squares)
    if too_far.any():  # perhaps from differences that are larger than any float
        units[too_far] = ends[too_far] / 2 - starts[too_far] / 2
    extreme, wanted = _extreme(squares), wanted[:, 0]
    if extreme.any():  # with the largest entry at 1 first
        rows = units[extreme]
        largest = np.abs(rows).max(axis=-1, keepdims=True)
        # of a row with an infinite entry only those count
        scaled = rows / np.where(largest == 0, 1, largest)
        units[extreme] = np.where(np.isinf(rows), np.sign(rows), scaled)
        squares[extreme] = sum_rows(np.square(units[extreme]))
    units *= (wanted / np.where(squares == 0, 1, np.sqrt(squares)))[:, np.newaxis]
    units += 0


def _extreme(squares: FloatArray) -> NDArray[np.bool_]:
    """Whether a sum of squares overflowed, or is so small that some of them vanished."""
    info = np.finfo(squares.dtype)
    return ~((squares > info.tiny / info.eps) & (squares <= info.max))


def _directions(
    image_features: ArrayLike, text_features: ArrayLike, log_scale: float
) -> tuple[FloatDType, FloatArray, FloatArray, FloatArray, FloatArray, float]:
    """Return dtype, unit rows of images and texts, their lengths, and the scale; float64."""
    dtype, (images, texts) = equal_shapes(
        image_features=image_features, text_features=text_features
    )
    if images.ndim != 2 or images.size == 0:
        raise ValueError(
            "image_features and text_features must have shape (N, dimensions), neither of them 0, "
            f"got {images.shape}"
        )
    log_scale = number(log_scale, "log_scale", "a finite number", math.isfinite)
    images, image_lengths = _unit_rows(images, "image_features")
    texts, text_lengths = _unit_rows(texts, "text_features")
    # a scale too large for a float counts as nearly the largest
    scale = math.exp(min(log_scale, 709.0))
    return dtype, images, texts, image_lengths, text_lengths, scale


def _unit_rows(features: FloatArray, name: str) -> tuple[FloatArray, FloatArray]:
    features = doubles(features)
    largest = np.abs(features).max(axis=1, keepdims=True)
    zero = np.flatnonzero(largest == 0)
    if zero.size:
        raise ValueError(
            f"{name} must not have a row of zeros, which has no direction: row {zero[0]}"
        )
    with np.errstate(all="ignore"):
        # with the largest entry at 1 first, the squares neither overflow nor vanish
        scaled = features / largest
        norms = np.linalg.norm(scaled, axis=1, keepdims=True)
        return scaled / norms, norms * largest


def _through_length(
    gradient: FloatArray, directions: FloatArray, lengths: FloatArray
) -> FloatArray:
    """Return the gradient at x from the one at x / |x|."""
    along: FloatArray = (gradient * directions).sum(axis=1, keepdims=True)
    return (gradient - along * directions) / lengths
