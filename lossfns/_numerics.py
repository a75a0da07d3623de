"""Arithmetic that many losses share. It expects floating-point warnings to be off."""

from __future__ import annotations

import numpy as np

from lossfns._validation import FloatArray


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
