"""Connectionist temporal classification: a loss for labels whose times nobody wrote down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import (
    FloatArray,
    FloatDType,
    doubles,
    float_array,
    integer_labels,
    plain_array,
    scalar,
    shown,
    slopes,
    whole_number,
)
from lossfns.activations import log_softmax, softmax


def ctc_loss(logits: ArrayLike, labels: ArrayLike, *, blank: int = 0) -> np.floating[Any]:
    """Cross-entropy of a label sequence, summed over all alignments: -log Σ Π softmax(logits).

    An alignment gives every frame a class; dropping repeats, then blanks, must leave the labels.
    The product over the frames is the alignment's probability. Their number grows exponentially;
    the forward recursion adds them up in T steps, in log space.

    Parameters
    ----------
    logits : array_like of float, shape (T, classes)
        One sequence of T frames; T may be 0.
    labels : array_like of int, shape (U,)
        Classes other than the blank, in order; U may be 0.
    blank : int, default 0
        The class that means "no label here".

    Returns
    -------
    NumPy scalar
        Of one whole sequence, in nats, not divided by U or T. It is inf where no alignment is
        possible: when T is less than U plus the number of equal neighbours (a blank has to part
        them), or a needed logit is -inf.

    Raises
    ------
    TypeError
        If `logits` are not real numbers, or `labels` or `blank` not integers.
    ValueError
        If a shape is not the one named above, there are no classes, or `blank` or a label is not
        one of them, or a label is the blank.

    Notes
    -----
    The loss is off by at most 2 T eps times the larger of 1 and itself, with the eps of float64 and
    before the result is rounded to the dtype of `logits`: it adds T logarithms, each with the
    rounding of its frame's logits. The same bound, absolute, holds for each entry of the gradient,
    a difference of two probabilities that may agree.

    References
    ----------
    A. Graves et al., Connectionist Temporal Classification, ICML 2006, sections 3 and 4.

    Examples
    --------
    Two frames, one label: the alignments are "11", "1-" and "-1", each of probability 1/4.

    >>> import numpy as np
    >>> from lossfns import ctc_loss
    >>> ctc_loss(np.zeros((2, 2)), [1]).round(4)
    np.float64(0.2877)
    >>> -np.log(3 / 4)
    np.float64(0.2876820724517809)

    A product of many probabilities underflows to 0; a sum of logarithms does not:

    >>> with np.errstate(divide="ignore"):
    ...     print(-np.log(np.prod(np.full(2000, 1 / 2))))
    inf
    >>> print(ctc_loss(np.zeros((2000, 2)), []).round(4))
    1386.2944
    """
    dtype, _, extended, peaks, emissions = _sequence(logits, labels, blank)
    with np.errstate(all="ignore"):
        log_likelihood = _forward(emissions, extended)[-1, -1] + peaks.sum()
    # rounding must make it neither negative nor -0.0
    return scalar(np.maximum(0.0 - log_likelihood, 0.0), dtype)


def ctc_loss_grad(logits: ArrayLike, labels: ArrayLike, *, blank: int = 0) -> FloatArray:
    """Gradient of `ctc_loss` with respect to the logits: probability minus occupancy.

    The occupancy of class k at frame t is the probability that an alignment, drawn among those that
    spell the labels, has class k there: a soft target that the forward and the backward recursion
    compute together. Parameters and errors are those of `ctc_loss`.

    Returns
    -------
    ndarray
        The shape of `logits`; each frame sums to 0. Where the loss is inf there is no alignment to
        draw and every entry is nan: loud, where zeros would hide the sequence.

    Examples
    --------
    Two frames, one label: of three alignments, two have the label at each frame.

    >>> import numpy as np
    >>> from lossfns import ctc_loss_grad
    >>> ctc_loss_grad(np.zeros((2, 2)), [1]).round(4)
    array([[ 0.1667, -0.1667],
           [ 0.1667, -0.1667]])
    """
    dtype, log_probabilities, extended, _, emissions = _sequence(logits, labels, blank)
    before = _forward(emissions, extended)
    if not np.isfinite(before[-1, -1]):
        return slopes(np.full_like(log_probabilities, np.nan), dtype)
    # what comes after a frame is, read backwards, what comes before it
    after = _forward(emissions[::-1, ::-1], extended[::-1])[:-1][::-1, ::-1]
    with np.errstate(all="ignore"):
        # over the positions, for each frame
        posteriors = softmax(before[:-1] + emissions + after)
        gradient = np.exp(log_probabilities)
    order = np.argsort(extended, kind="stable")  # positions of one class side by side
    classes, starts = np.unique(extended[order], return_index=True)
    gradient[:, classes] -= np.add.reduceat(posteriors[:, order], starts, axis=1)
    # The likeliest class has what the others leave: their sum keeps its digits when p rounds to 1.
    likeliest = log_probabilities.argmax(axis=1, keepdims=True)
    np.put_along_axis(gradient, likeliest, 0, axis=1)
    np.put_along_axis(gradient, likeliest, 0 - gradient.sum(axis=1, keepdims=True), axis=1)
    return slopes(gradient, dtype)


def _sequence(
    logits: ArrayLike, labels: ArrayLike, blank: int
) -> tuple[FloatDType, FloatArray, NDArray[np.intp], FloatArray, FloatArray]:
    """Return dtype, log-probabilities, labels with blanks between and around, peaks, emissions.

    The emissions are the log-probabilities of these positions, shape (T, 2U + 1), less their peak
    in each frame, shape (T, 1): frames that hardly allow any of them keep all their digits.
    float64 throughout: the sums grow with T, and their differences become the gradient.
    """
    logits = float_array(logits, "logits")
    if logits.ndim != 2 or logits.shape[1] == 0:
        raise ValueError(f"logits must have shape (T, classes), got {logits.shape}")
    classes = logits.shape[1]
    shape = plain_array(labels, "labels").shape
    if len(shape) != 1:
        raise ValueError(f"labels must have shape (U,), got {shape}")
    labels = integer_labels(labels, shape, classes)
    blank = whole_number(blank, "blank")
    if not 0 <= blank < classes:
        raise ValueError(f"blank must lie in 0 … {classes - 1}, got {shown(blank)}")
    if (labels == blank).any():
        raise ValueError(f"labels must not contain the blank, {blank}")
    extended = np.full(2 * labels.size + 1, blank, dtype=np.intp)
    extended[1::2] = labels
    log_probabilities = log_softmax(doubles(logits))
    emissions = log_probabilities[:, extended]
    # a peak of -inf would turn -inf into nan
    peaks = np.maximum(emissions.max(axis=1, keepdims=True), np.finfo(np.float64).min)
    return logits.dtype, log_probabilities, extended, peaks, emissions - peaks


def _forward(emissions: FloatArray, extended: NDArray[np.intp]) -> FloatArray:
    """Return log-probabilities [t, s]: frames 0 … t - 1 went some way that leads frame t to s.

    A way stays at its position, moves on by one, or jumps over the blank between two different
    labels. Row T closes the sequence: its last entry adds up the two positions where it may end.
    """
    labels = extended[1::2]
    jumps = np.where(labels[1:] != labels[:-1], 0.0, -np.inf)  # from each label to the next
    before = np.full((len(emissions) + 1, len(extended)), -np.inf)
    before[0, :2] = 0  # it starts with a blank or with the first label
    # One step after another, each of a few numbers: so every view of `here` is made only once.
    here = np.full(1 + len(extended), -np.inf)  # what comes before the first position is impossible
    position, last, last_label = here[1:], here[:-1], here[2:-2:2]
    jumped = np.empty_like(jumps)
    with np.errstate(all="ignore"):
        for now, emission, following in zip(before[:-1], emissions, before[1:], strict=True):
            np.add(now, emission, position)
            np.logaddexp(position, last, following)
            np.add(last_label, jumps, jumped)
            landing = following[3::2]
            np.logaddexp(landing, jumped, landing)
    return before
