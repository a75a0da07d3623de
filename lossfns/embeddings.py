"""Word vectors: tell the words that stand near each other from words drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import block_of, elementwise, per_example, tiles
from lossfns._validation import FloatArray, FloatDType, doubles, float_arrays, scalar, slopes
from lossfns.activations import sigmoid, softplus


def negative_sampling_loss(
    center: ArrayLike, context: ArrayLike, negatives: ArrayLike
) -> np.floating[Any]:
    """Skip-gram loss of one pair of words: -log σ(context·center) - Σ log σ(-negative·center).

    It is the binary cross-entropy of 1 + k dot products, added up: label 1 for the word that did
    stand near, label 0 for each of k words drawn at random.

    Parameters
    ----------
    center : array_like of float, shape (dimensions,)
        Vector of the word in the middle.
    context : array_like of float, shape (dimensions,)
        Output vector of the word that stands near it.
    negatives : array_like of float, shape (k, dimensions)
        Output vectors of the words drawn at random; k may be 0.

    Returns
    -------
    NumPy scalar
        The sum over the 1 + k terms, in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a shape is not the one named above, or there are no dimensions.

    References
    ----------
    T. Mikolov et al., Distributed Representations of Words and Phrases and their Compositionality,
    2013, arXiv:1310.4546, equation 4.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import negative_sampling_loss, sigmoid
    >>> negatives = [[0.1, 0.0, 0.4], [-0.6, 0.2, 0.9]]
    >>> negative_sampling_loss([0.5, -0.2, 0.1], [0.3, 0.8, -0.5], negatives).round(4)
    np.float64(2.0387)

    The formula as it is written loses a very wrong pair; from the dot product nothing is lost:

    >>> with np.errstate(divide="ignore"):
    ...     print(-np.log(sigmoid(np.dot([40.0], [-20.0]))))
    inf
    >>> print(negative_sampling_loss([40.0], [-20.0], np.zeros((0, 1))))
    800.0
    """
    dtype, _, _, near, drawn = _scores(center, context, negatives)
    with np.errstate(all="ignore"):
        return scalar(softplus(-near) + softplus(drawn).sum(), dtype)


def negative_sampling_loss_grad(
    center: ArrayLike, context: ArrayLike, negatives: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Gradients of `negative_sampling_loss` with respect to center, context and negatives.

    Each dot product's own gradient is σ - label. The center collects these times the output
    vectors; each output vector receives its own times the center.

    Parameters and errors are those of `negative_sampling_loss`.

    Returns
    -------
    tuple of ndarray
        Shapes (dimensions,), (dimensions,) and (k, dimensions), in the dtype of `center`.

    Examples
    --------
    >>> from lossfns import negative_sampling_loss_grad
    >>> d_center, d_context, d_negatives = negative_sampling_loss_grad(
    ...     [1.0, 0.0], [0.0, 1.0], [[0.0, 2.0]]
    ... )
    >>> d_center, d_context, d_negatives
    (array([0. , 0.5]), array([-0.5,  0. ]), array([[0.5, 0. ]]))
    """
    dtype, center, (context, negatives), near, drawn = _scores(center, context, negatives)
    at_near, at_drawn = -sigmoid(-near), sigmoid(drawn)
    with np.errstate(all="ignore"):
        d_center = at_near * context + sum(
            at_drawn[tile] @ negatives[tile].astype(np.float64)
            for tile in tiles(negatives.shape[:1], max(1, block_of(negatives) // len(center)))
        )
        d_context = at_near * center
    d_negatives = elementwise(
        _product,
        np.broadcast_to(at_drawn[:, np.newaxis], negatives.shape),
        np.broadcast_to(center, negatives.shape),
        dtype=dtype,
    )
    return slopes(d_center, dtype), slopes(d_context, dtype), d_negatives


def _product(first: FloatArray, second: FloatArray, out: FloatArray) -> None:
    np.multiply(first, second, out=out)
    out += 0


def _scores(
    center: ArrayLike, context: ArrayLike, negatives: ArrayLike
) -> tuple[FloatDType, FloatArray, tuple[FloatArray, FloatArray], Any, FloatArray]:
    """Return dtype, center, context and negatives, and the dot products of the two; float64."""
    dtype, (center, context, negatives) = float_arrays(
        center=center, context=context, negatives=negatives
    )
    if center.ndim != 1 or center.size == 0:
        raise ValueError(f"center must have shape (dimensions,), got {center.shape}")
    if context.shape != center.shape:
        raise ValueError(
            f"context must have the shape of center, {center.shape}, got {context.shape}"
        )
    if negatives.ndim != 2 or negatives.shape[1] != center.size:
        raise ValueError(f"negatives must have shape (k, {center.size}), got {negatives.shape}")
    center = doubles(center)
    with np.errstate(all="ignore"):
        # dividing by a large center first keeps terms of both signs from overflowing to inf - inf
        scale = np.clip(np.abs(center).max(), 1, np.finfo(np.float64).max)
        small = center / scale
        near = doubles(context) @ small * scale
    drawn = per_example(
        lambda rows: doubles(rows) @ small * scale,
        negatives,
        axis=-1,
        dtype=center.dtype,
    )
    return dtype, center, (context, negatives), near, drawn
