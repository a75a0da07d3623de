"""Contrastive learning of two encoders: which caption belongs to which image?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossfns._validation import FloatArray, FloatDType, equal_shapes, number, scalar, slopes
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
    logits, pairs = scale * (images @ texts.T), np.arange(len(images))
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
    logits, pairs = scale * (images @ texts.T), np.arange(len(images))
    by_image = softmax_cross_entropy_with_integer_labels_grad(logits, pairs)
    by_text = softmax_cross_entropy_with_integer_labels_grad(logits, pairs, axis=0)
    nudges = (by_image + by_text) / (2 * len(pairs))
    with np.errstate(all="ignore"):
        d_images = _through_length(scale * nudges @ texts, images, image_lengths)
        d_texts = _through_length(scale * nudges.T @ images, texts, text_lengths)
        d_log_scale = (nudges * logits).sum()
    return slopes(d_images, dtype), slopes(d_texts, dtype), scalar(d_log_scale + 0, dtype)


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
    # a scale too large for a float is as good as the largest: every gap then overflows to its limit
    scale = np.exp(min(log_scale, 709.0))
    return dtype, images, texts, image_lengths, text_lengths, scale


def _unit_rows(features: FloatArray, name: str) -> tuple[FloatArray, FloatArray]:
    features = features.astype(np.float64)
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
