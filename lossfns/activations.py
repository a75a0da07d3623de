"""From logits to probabilities and their logarithms, safe at logits of any size.

An infinite logit gives the limit where there is one, and nan where there is none (two logits of
+inf, or every logit -inf).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise, per_class, per_example
from lossfns._numerics import (
    exponentials,
    largest_of,
    log_probabilities,
    sigmoid_of,
    softmax_of,
    softplus_of,
    sum_of_others,
)
from lossfns._validation import FloatArray, Floats, class_axis, float_arrays


def sigmoid(logits: ArrayLike) -> Floats:
    """Squeeze each logit into a probability: 1 / (1 + exp(-logit)).

    Parameters
    ----------
    logits : array_like of float, any shape

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in [0, 1]: in floats the far ends round to exactly 0 and 1.

    Raises
    ------
    TypeError
        If `logits` are not real numbers.

    Examples
    --------
    The textbook form overflows for a large negative logit and loses what is left of it:

    >>> import numpy as np
    >>> from lossfns import sigmoid
    >>> with np.errstate(over="ignore"):
    ...     print(1 / (1 + np.exp(np.float64(710.0))))
    0.0
    >>> print(f"{sigmoid(-710.0):.3e}")
    4.476e-309
    >>> sigmoid([-4.5, 0.0, 4.5]).round(6)
    array([0.010987, 0.5     , 0.989013])
    """
    dtype, (logits,) = float_arrays(logits=logits)
    return elementwise(sigmoid_of, logits, dtype=dtype)


def softplus(logits: ArrayLike) -> Floats:
    """Smooth version of max(0, logit): log(1 + exp(logit)).

    It is the cross-entropy, in nats, of a sigmoid with this logit when the label is 0.

    Parameters
    ----------
    logits : array_like of float, any shape

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, never negative.

    Raises
    ------
    TypeError
        If `logits` are not real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import softplus
    >>> logits = np.array([-40.0, 0.0, 1000.0])
    >>> with np.errstate(over="ignore"):
    ...     print(np.log(1 + np.exp(logits)))
    [0.         0.69314718        inf]
    >>> print(softplus(logits))
    [4.24835426e-18 6.93147181e-01 1.00000000e+03]
    """
    dtype, (logits,) = float_arrays(logits=logits)
    return elementwise(softplus_of, logits, dtype=dtype)


def log_sigmoid(logits: ArrayLike) -> Floats:
    """Logarithm of the sigmoid: -log(1 + exp(-logit)), in nats.

    Parameters
    ----------
    logits : array_like of float, any shape

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, never positive.

    Raises
    ------
    TypeError
        If `logits` are not real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import log_sigmoid
    >>> with np.errstate(over="ignore", divide="ignore"):
    ...     print(np.log(1 / (1 + np.exp(np.float64(1000.0)))))
    -inf
    >>> print(log_sigmoid(-1000.0))
    -1000.0
    """
    dtype, (logits,) = float_arrays(logits=logits)
    return elementwise(_log_sigmoid, logits, dtype=dtype)


def logsumexp(logits: ArrayLike, *, axis: int = -1) -> Floats:
    """Logarithm of the sum of exponentials: a smooth maximum over the classes.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `logits` without `axis`. The largest logit and the logarithm that is added to
        it may cancel: the error is a few ulp of the larger of the two.

    Raises
    ------
    TypeError
        If `logits` are not real numbers or `axis` is not an integer.
    ValueError
        If `axis` does not exist or holds no class.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import logsumexp
    >>> logits = np.array([1000.0, 1000.0])
    >>> with np.errstate(over="ignore"):
    ...     print(np.log(np.sum(np.exp(logits))))
    inf
    >>> print(logsumexp(logits).round(4))
    1000.6931
    """
    dtype, (logits,) = float_arrays(logits=logits)
    axis = class_axis(logits, "logits", axis)
    return per_example(_logsumexp, logits, axis=axis, dtype=dtype)


def softmax(logits: ArrayLike, *, axis: int = -1) -> FloatArray:
    """Turn logits into a distribution over the classes: exp(logit) / Σ exp(logits).

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Same shape; non-negative and summing to 1 along `axis`. A class whose logit lies further
        below the largest than about 745 (float64) or 103 (float32) gets exactly 0.

    Raises
    ------
    TypeError
        If `logits` are not real numbers or `axis` is not an integer.
    ValueError
        If `axis` does not exist or holds no class.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import softmax
    >>> logits = np.array([1000.0, 999.0])
    >>> with np.errstate(over="ignore", invalid="ignore"):
    ...     print(np.exp(logits) / np.exp(logits).sum())
    [nan nan]
    >>> print(softmax(logits))
    [0.73105858 0.26894142]
    """
    dtype, (logits,) = float_arrays(logits=logits)
    axis = class_axis(logits, "logits", axis)
    return per_class(softmax_of, logits, axis=axis, dtype=dtype)


def log_softmax(logits: ArrayLike, *, axis: int = -1) -> FloatArray:
    """Logarithm of the softmax: logit - log Σ exp(logits), in nats.

    Parameters
    ----------
    logits : array_like of float, shape (..., classes, ...)
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Same shape, never positive. Each entry is exact to a few ulp, also where it is almost 0.

    Raises
    ------
    TypeError
        If `logits` are not real numbers or `axis` is not an integer.
    ValueError
        If `axis` does not exist or holds no class.

    Examples
    --------
    Subtracting the maximum keeps a softmax from overflowing. Its logarithm still breaks, because
    the small probability has underflowed to 0:

    >>> import numpy as np
    >>> from lossfns import log_softmax, softmax
    >>> with np.errstate(divide="ignore"):
    ...     print(np.log(softmax([1000.0, 0.0])))
    [  0. -inf]
    >>> print(log_softmax([1000.0, 0.0]))
    [    0. -1000.]

    Nor is there any need to lose what a sure model still has to pay:

    >>> print(np.log(softmax([40.0, 0.0]))[0], f"{log_softmax([40.0, 0.0])[0]:.3e}")
    0.0 -4.248e-18
    """
    dtype, (logits,) = float_arrays(logits=logits)
    axis = class_axis(logits, "logits", axis)
    return per_class(log_probabilities, logits, axis=axis, dtype=dtype)


def _log_sigmoid(logits: FloatArray, out: FloatArray) -> None:
    softplus_of(-logits, out)
    np.subtract(0, out, out=out)


def _logsumexp(logits: FloatArray) -> FloatArray:
    # log Σ e^z = m + log(1 + Σ' e^(z - m)), where Σ' leaves out one largest, whose term is 1
    maximum = largest_of(logits)
    others = sum_of_others(*exponentials(logits, maximum))
    return np.where(np.isinf(maximum), maximum, maximum + np.log1p(others))[..., 0]
