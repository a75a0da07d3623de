"""Squared error on a category: the two attempts that whisper when the model is most wrong.

They are here to be looked at. Both are proper losses; what is wrong is the gradient at the logits,
which carries a factor that vanishes with the probability of the true class.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise, per_class, per_example
from lossfns._numerics import sigmoid_and_rest, sigmoid_residual, softmax_residual, sum_rows
from lossfns._validation import FloatArray, Floats, binary, categorical


def sigmoid_squared_error(logits: ArrayLike, labels: ArrayLike) -> Floats:
    """Squared error of a sigmoid's probability, elementwise: (sigmoid(logit) - label)².

    Parameters
    ----------
    logits : array_like of float, any shape
    labels : array_like, same shape
        0 or 1, or a probability between them.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, between 0 and 1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or a label lies outside [0, 1].

    Examples
    --------
    A spam mail scored -4.5. The loss looks fine; the gradient hardly moves anything:

    >>> from lossfns import sigmoid_squared_error, sigmoid_squared_error_grad
    >>> print(sigmoid_squared_error(-4.5, 1).round(6))
    0.978147
    >>> print(sigmoid_squared_error_grad(-4.5, 1).round(6))
    -0.021494
    """
    dtype, logits, labels = binary(logits, labels)

    def formula(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        sigmoid_residual(logits, labels, out)
        np.square(out, out=out)

    return elementwise(formula, logits, labels, dtype=dtype)


def sigmoid_squared_error_grad(logits: ArrayLike, labels: ArrayLike) -> Floats:
    """Gradient of `sigmoid_squared_error` with respect to the logits: 2 (p - y) p (1 - p).

    For a label of 1 it is loudest at p = 1/3, where its size is 8/27, and vanishes at both ends.
    Parameters and errors are those of `sigmoid_squared_error`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import sigmoid_squared_error_grad
    >>> p = np.array([0.01, 1 / 3, 0.5, 0.99])
    >>> print(*sigmoid_squared_error_grad(np.log(p / (1 - p)), np.ones(4)).round(4))
    -0.0196 -0.2963 -0.25 -0.0002
    """
    dtype, logits, labels = binary(logits, labels)

    def formula(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
        p, rest = sigmoid_and_rest(logits)
        twice = 2 * p
        twice *= rest
        np.subtract(1, labels, out=out)
        out *= p
        rest *= labels
        out -= rest  # p - y = (1 - y) p - y (1 - p)
        out *= twice
        out += 0

    return elementwise(formula, logits, labels, dtype=dtype)


def softmax_squared_error(logits: ArrayLike, labels: ArrayLike, *, axis: int = -1) -> Floats:
    """Squared error of a softmax's probabilities, summed over the classes: Σ (p - y)².

    For a distribution `labels` this is the Brier score in its original, summed form [1]_.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    labels : array_like, same shape
        Distributions along `axis`, one-hot or soft.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `logits` without `axis`; between 0 and 2.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If the shapes differ, `axis` does not exist or is empty, or `labels` are not distributions.

    References
    ----------
    .. [1] G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly
       Weather Review 78(1), 1-3, 1950.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import softmax_squared_error
    >>> print(softmax_squared_error(np.log([0.2, 0.5, 0.3]), [1, 0, 0]).round(4))
    0.98
    """
    dtype, logits, labels = categorical(logits, labels, axis)
    return per_example(
        lambda z, y: sum_rows(np.square(softmax_residual(z, y)[1])),
        logits,
        labels,
        axis=axis,
        dtype=dtype,
    )


def softmax_squared_error_grad(
    logits: ArrayLike, labels: ArrayLike, *, jacobian: str = "exact", axis: int = -1
) -> FloatArray:
    """Gradient of `softmax_squared_error` with respect to the logits.

    With u = 2 (p - y), the exact softmax Jacobian gives p (u - Σ p u), which sums to zero. Keeping
    only its diagonal gives u p (1 - p): a popular shortcut that is *not* the gradient.

    Parameters
    ----------
    logits, labels, axis
        As for `softmax_squared_error`.
    jacobian : {"exact", "diagonal"}, default "exact"
        "diagonal" is there to show what the shortcut hides.

    Returns
    -------
    ndarray
        The shape of `logits`.

    Raises
    ------
    TypeError, ValueError
        As for `softmax_squared_error`, and if `jacobian` is neither of the two.

    Examples
    --------
    Descent on the exact gradient pushes the third class *up*, although it is wrong. The shortcut
    has the other sign there:

    >>> import numpy as np
    >>> from lossfns import softmax_squared_error_grad
    >>> logits = np.log([0.1, 0.8, 0.1])
    >>> softmax_squared_error_grad(logits, [1, 0, 0]).round(3)
    array([-0.292,  0.384, -0.092])
    >>> softmax_squared_error_grad(logits, [1, 0, 0], jacobian="diagonal").round(3)
    array([-0.162,  0.256,  0.018])
    """
    if not (isinstance(jacobian, str) and jacobian in ("exact", "diagonal")):
        raise ValueError(f'jacobian must be "exact" or "diagonal", got {jacobian!r}')
    dtype, logits, labels = categorical(logits, labels, axis)
    formula = _through_diagonal if jacobian == "diagonal" else _through_softmax
    return per_class(formula, logits, labels, axis=axis, dtype=dtype)


def _through_diagonal(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
    p, _ = softmax_residual(logits, labels, out)
    out *= 2 * p
    out *= 1 - p
    out += 0


def _through_softmax(logits: FloatArray, labels: FloatArray, out: FloatArray) -> None:
    # Seen from the likeliest class, whose own term is 0, the sum is as small as the others are:
    # u_i - Σ p u = (u_i - u_top) - Σ p (u - u_top)
    p, u = softmax_residual(logits, labels, out)
    u -= u[np.arange(len(u)), p.argmax(axis=1), np.newaxis]
    u *= 2
    u -= sum_rows(p * u)[:, np.newaxis]
    u *= p
    u += 0
