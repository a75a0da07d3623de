"""Knowledge distillation: a student learns the softened probabilities of a teacher."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lossfns._numerics import excess, shift, sum_along, weighted
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    cast,
    class_axis,
    equal_shapes,
    number,
    slopes,
)
from lossfns.activations import log_softmax
from lossfns.masks import over_kept

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
    dtype, axis, temperature, p, q, gap = _compare(
        student_logits, teacher_logits, temperature, axis
    )
    with np.errstate(all="ignore"):
        # KL = Σ p log(p / q) - p + q, of terms that are never negative: p (e^gap - 1 - gap)
        growth = np.expm1(gap)
        near = weighted(p, excess(growth, gap))
        terms = np.where(p == 0, q, np.where(gap > FAR, q - p - p * gap, near))
        return cast(temperature * (temperature * sum_along(terms, axis)), dtype)


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
    dtype, _, temperature, p, q, gap = _compare(student_logits, teacher_logits, temperature, axis)
    with np.errstate(all="ignore"):
        # q - p = p (e^gap - 1): no difference of nearly equal numbers
        change = np.where((p == 0) | (gap > FAR), q - p, p * np.expm1(gap))
        return slopes(temperature * change, dtype)


def _compare(
    student_logits: ArrayLike, teacher_logits: ArrayLike, temperature: float, axis: int
) -> tuple[FloatDType, int, float, FloatArray, FloatArray, FloatArray]:
    """Return dtype, axis, T, the teacher's p, the student's q, and the gap log q - log p.

    float64 throughout, because T² magnifies every rounding error.
    """
    dtype, (student, teacher) = equal_shapes(
        student_logits=student_logits, teacher_logits=teacher_logits
    )
    axis = class_axis(student, "student_logits", axis)
    temperature = number(
        temperature, "temperature", "a number from 1e-100 to 1e100", lambda t: 1e-100 <= t <= 1e100
    )
    student, teacher = student.astype(np.float64), teacher.astype(np.float64)
    with np.errstate(all="ignore"):
        shifted = shift(teacher, axis)[1] / temperature
        log_p = log_softmax(shifted, axis=axis)
        log_q = log_softmax(shift(student, axis)[1] / temperature, axis=axis)
        p, q = np.exp(log_p), np.exp(log_q)
        favourite = log_p.argmax(axis=axis, keepdims=True)
        difference = student - teacher
        u = (difference - np.take_along_axis(difference, favourite, axis)) / temperature
        gap = _gap(u, p, log_p, log_q, axis)
        return dtype, axis, temperature, p, q, gap


def _gap(
    u: FloatArray, p: FloatArray, log_p: FloatArray, log_q: FloatArray, axis: int
) -> FloatArray:
    """Return log q - log p, exact also where both are nearly the same.

    With u = (student - teacher) / T, less what it is at the teacher's favourite class, it is
    u - log Σ p e^u: no difference of two large logarithms.
    """
    growth = np.where(u > FAR, np.exp(log_p + u) - p, p * np.expm1(u))
    gap = u - np.log1p(np.expand_dims(sum_along(growth, axis), axis))
    # an infinite logit, or a difference that overflows, leaves only the logarithms themselves
    return np.where(np.isfinite(gap).all(axis=axis, keepdims=True), gap, log_q - log_p)
