"""Knowledge distillation: a student learns the softened probabilities of a teacher."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._blocks import per_class, per_example
from lossfns._numerics import (
    MODERATE,
    excess,
    exponentials,
    largest_of,
    log_probabilities,
    origin_of,
    shift,
    softmax_of,
    sum_rows,
    weighted,
)
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    class_axis,
    doubles,
    equal_shapes,
    number,
)
from lossfns.masks import over_kept

PART = 2.0**10  # a gap that overflows is taken in so many parts
APART = 1.0  # logits over T that differ by more than this leave q - p its digits
FAR = 30.0  # from here on e^gap swallows what is subtracted from it


def distillation_loss(
    student_logits: ArrayLike,
    teacher_logits: ArrayLike,
    *,
    temperature: float,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> Floats:
    """Divergence of a student from its teacher at temperature T: T² KL(teacher ‖ student).

    Both distributions are softmax(logits / T). The factor T² keeps the size of the gradient, which
    would shrink as 1 / T². At a high temperature the loss becomes a squared error on the logits:
    half the variance, over the classes, of the difference between student and teacher.

    Parameters
    ----------
    student_logits, teacher_logits : array_like of float, equal shapes (..., classes, ...)
    temperature : float
        From 1e-100 to 1e100; 1 leaves the distributions as they are, more softens them.
    axis : int, default -1
        The axis of the classes.
    where : array_like of bool, the shape of the result, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        One value per example, in T² nats: the shape of the logits without `axis`. It is never
        negative, 0 where the distributions agree, and inf where the student rules out (a logit of
        -inf) what the teacher does not. The teacher's entropy is subtracted: unlike in the
        cross-entropy with soft labels, a perfect student pays nothing.

    Raises
    ------
    TypeError
        If the logits or the temperature are not real numbers, or `axis` is not an integer.
    ValueError
        If the shapes differ, `axis` does not exist or holds no class, or `temperature` is out of
        its range.

    Notes
    -----
    A loss is exact to 16 ulp, half an ulp for each unit of spread of the logits over T, and 8 times
    as many as the logits' differences are larger than those of the log-probabilities. The gradient
    has only such a bound for the larger of its entry and p times the largest log-ratio of the
    example; q - p may pass through 0 at a class, and is no better known there than p and q are.
    All is computed in float64, and rounded once.

    References
    ----------
    G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network, 2015,
    arXiv:1503.02531, sections 2 and 2.1.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import distillation_loss, softmax
    >>> student, teacher = np.array([1.0, 0.5, -0.5]), np.array([3.0, 1.0, -2.0])
    >>> distillation_loss(student, teacher, temperature=4.0).round(4)
    np.float64(0.849)

    The textbook form fails twice: for a very sure teacher 0 log 0 is nan, and at a high temperature
    two nearly equal logarithms are subtracted, which leaves rounding errors, times T²:

    >>> def naive(student, teacher, temperature):
    ...     p, q = softmax(teacher / temperature), softmax(student / temperature)
    ...     return temperature**2 * np.sum(p * (np.log(p) - np.log(q)))
    >>> with np.errstate(divide="ignore", invalid="ignore"):
    ...     print(naive(student, 1000 * teacher, 1.0))
    nan
    >>> print(distillation_loss(student, 1000 * teacher, temperature=1.0).round(4))
    0.6041
    >>> bool(abs(naive(student, teacher, 1e8) - np.var(student - teacher) / 2) > 0.1)
    True
    >>> print(distillation_loss(student, teacher, temperature=1e8).round(4))
    1.0278
    >>> print((np.var(student - teacher) / 2).round(4))
    1.0278
    """
    if where is not None:
        return over_kept(
            partial(distillation_loss, temperature=temperature),
            where,
            axis=axis,
            student_logits=student_logits,
            teacher_logits=teacher_logits,
        )
    dtype, student, teacher, axis, temperature = _models(
        student_logits, teacher_logits, temperature, axis
    )

    close = _close(student.dtype)

    def formula(student: FloatArray, teacher: FloatArray) -> FloatArray:
        student, teacher = _side_by_side(student, teacher, temperature)
        divergence, wrong = _quick_divergence(student, teacher, temperature, close)
        loss = temperature * (temperature * divergence)
        if wrong.any():
            loss[wrong] = _careful_loss(student[wrong], teacher[wrong], temperature)
        return loss

    return per_example(formula, student, teacher, axis=axis, dtype=dtype)


def distillation_loss_grad(
    student_logits: ArrayLike,
    teacher_logits: ArrayLike,
    *,
    temperature: float,
    axis: int = -1,
    where: ArrayLike | None = None,
) -> FloatArray:
    """Gradient of `distillation_loss` with respect to the student's logits: T (q - p).

    p is the teacher's distribution and q the student's, both at temperature T. Each entry is
    smaller than T, and each example's sum is 0. Parameters and errors are those of
    `distillation_loss`; the result has the shape of `student_logits`.

    Examples
    --------
    >>> from lossfns import distillation_loss_grad
    >>> distillation_loss_grad([1.0, 0.5, -0.5], [3.0, 1.0, -2.0], temperature=4.0).round(4)
    array([-0.5565,  0.092 ,  0.4644])
    """
    if where is not None:
        return over_kept(
            partial(distillation_loss_grad, temperature=temperature),
            where,
            axis=axis,
            student_logits=student_logits,
            teacher_logits=teacher_logits,
        )
    dtype, student, teacher, axis, temperature = _models(
        student_logits, teacher_logits, temperature, axis
    )

    def formula(student: FloatArray, teacher: FloatArray, out: FloatArray) -> None:
        student, teacher = _side_by_side(student, teacher, temperature)
        change, wrong = _quick_change(student, teacher, temperature)
        if wrong.any():
            p, q, gap = _compare(student[wrong], teacher[wrong], temperature)
            # q - p = p (e^gap - 1): no difference of nearly equal numbers
            change[wrong] = np.where((p == 0) | (gap > FAR), q - p, p * np.expm1(gap))
        np.multiply(change, temperature, out=out)
        out += 0

    return per_class(formula, student, teacher, axis=axis, dtype=dtype)


def _models(
    student_logits: ArrayLike, teacher_logits: ArrayLike, temperature: float, axis: int
) -> tuple[FloatDType, FloatArray, FloatArray, int, float]:
    dtype, (student, teacher) = equal_shapes(
        student_logits=student_logits, teacher_logits=teacher_logits
    )
    axis = class_axis(student, "student_logits", axis)
    temperature = number(
        temperature, "temperature", "a number from 1e-100 to 1e100", lambda t: 1e-100 <= t <= 1e100
    )
    return dtype, student, teacher, axis, temperature


def _side_by_side(
    student: FloatArray, teacher: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Return the logits of rows as float64; models far from each other, less their own largest.

    All logits of a model may move by the same number. Where one stays at 1e15 and the other at 1,
    their differences would have no digits of the second.
    """
    student, teacher = doubles(student), doubles(teacher)
    origins = largest_of(student), largest_of(teacher)
    far = np.abs(origins[0] - origins[1]) > MODERATE * temperature
    if far.any():
        moved = student - origins[0], teacher - origins[1]
        for logits, near in zip((student, teacher), moved, strict=True):
            far &= (np.isfinite(near) | np.isinf(logits)).all(axis=1, keepdims=True)
            far &= np.isfinite(largest_of(logits))
        for logits, near in zip((student, teacher), moved, strict=True):
            np.copyto(logits, near, where=far)
    return student, teacher


def _close(dtype: FloatDType) -> float:
    """Return how far apart two models are for whom plain differences keep a dtype's digits.

    All is computed in float64, because T² magnifies every rounding error.
    """
    return 1e-6 if dtype == np.float32 else 0.25


def _softened(logits: FloatArray, temperature: float) -> FloatArray:
    """Return logits / T of rows, which may all have moved by the same number first.

    What is far from 0 leaves a quotient no digits for the differences.
    """
    origin = origin_of(largest_of(logits))
    origin[~np.isfinite(origin)] = 0
    return (logits - origin if origin.any() else logits) / temperature


def _quick_divergence(
    student: FloatArray, teacher: FloatArray, temperature: float, close: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the divergence of rows, and where that may be wrong: logits far apart or infinite.

    With u = (student - teacher) / T, less its mean under the teacher, it is log(1 + h), where h is
    the mean of e^u - 1 - u. Large terms may be added as they are, small ones need `excess`.
    """
    teacher_logits = _softened(teacher, temperature)
    terms, _ = exponentials(teacher_logits, largest_of(teacher_logits), out=teacher_logits)
    total = sum_rows(terms)
    u = student - teacher
    u /= temperature
    mean = sum_rows(terms * u) / total
    u -= mean[:, np.newaxis]
    growth = np.exp(u)
    growth -= 1
    growth -= u
    growth *= terms
    h = sum_rows(growth) / total
    small = h < close
    if small.any():
        u_small = u[small]
        h[small] = sum_rows(terms[small] * excess(np.expm1(u_small), u_small)) / total[small]
    highest, lowest = u.max(axis=1), u.min(axis=1)
    near = (highest < FAR) & (lowest > -FAR)  # False for nan too
    # what is left of the mean is rounding, about size * eps, and counts in h as its square
    size = np.maximum(highest, -lowest) + np.abs(mean)
    least = np.finfo(h.dtype).eps * size * size + math.sqrt(np.finfo(h.dtype).tiny)
    return np.log1p(h), ~(near & (h > least))


def _quick_change(
    student: FloatArray, teacher: FloatArray, temperature: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return q - p of rows, and where that may have lost digits: nearly equal distributions."""
    z, t = _softened(student, temperature), _softened(teacher, temperature)
    furthest = np.ptp(z - t, axis=1)
    q, p = softmax_of(z), softmax_of(t)
    sure = np.flatnonzero((q.max(axis=1) > 0.5) & (p.max(axis=1) > 0.5))
    favourites = p[sure].argmax(axis=1)
    both = q[sure, favourites] > 0.5
    sure, favourites = sure[both], favourites[both]
    rest = p[sure] - q[sure]
    rest[np.arange(len(sure)), favourites] = 0
    q -= p
    # where both are sure of one class, q - p = (1 - p) - (1 - q)
    q[sure, favourites] = sum_rows(rest)
    return q, ~((furthest > APART) & np.isfinite(furthest))


def _careful_loss(student: FloatArray, teacher: FloatArray, temperature: float) -> FloatArray:
    """Return T² times Σ p log(p / q) - p + q of rows: terms p (e^gap - 1 - gap), never negative."""
    p, q, gap = _compare(student, teacher, temperature)
    growth = np.expm1(gap)
    near = weighted(p, excess(growth, gap))
    terms = np.where(p == 0, q, np.where(gap > FAR, q - p - p * gap, near))
    lost = np.isneginf(gap) & np.isfinite(student) & np.isfinite(teacher)
    terms[lost] = 0
    loss = temperature * (temperature * sum_rows(terms))
    if lost.any():  # over a small T a large gap overflows, and T² brings its share back
        part = shift(student / PART)[1]  # the teacher's is nothing beside it, or p would be 0
        loss += temperature * sum_rows(np.where(lost, p * -part, 0)) * PART
    return loss


def _compare(
    student: FloatArray, teacher: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the teacher's p, the student's q, and the gap log q - log p, of rows."""
    log_p = log_probabilities(shift(teacher)[1] / temperature)
    log_q = log_probabilities(shift(student)[1] / temperature)
    p, q = np.exp(log_p), np.exp(log_q)
    # a class that both rule out is not there
    absent = np.isneginf(student) & np.isneginf(teacher)
    difference = np.where(absent, 0, student - teacher)
    favourite = np.arange(len(difference)), log_p.argmax(axis=1)
    u = (difference - difference[favourite][:, np.newaxis]) / temperature
    return p, q, _gap(u, p, log_p, log_q, (log_p - log_q)[favourite][:, np.newaxis])


def _gap(
    u: FloatArray, p: FloatArray, log_p: FloatArray, log_q: FloatArray, favourite: FloatArray
) -> FloatArray:
    """Return log q - log p, exact also where both are nearly the same.

    With u = (student - teacher) / T, less what it is at the teacher's favourite class, it is
    u - log Σ p e^u: no difference of two large logarithms. Where u is large, p e^u is q times the
    ratio p / q of the favourite, whose logarithm is given: it needs no large difference of logits.
    """
    growth = np.where(u > FAR, np.exp(log_q + favourite) - p, p * np.expm1(u))
    gap = u - np.log1p(sum_rows(growth)[:, np.newaxis])
    # an infinite logit, or a difference that overflows, leaves only the logarithms themselves
    return np.where(np.isfinite(gap), gap, log_q - log_p)
