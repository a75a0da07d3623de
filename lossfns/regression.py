"""Losses for predicting a number, one value per prediction, each with its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lossfns._validation import Floats, cast, equal_shapes, number, slopes


def squared_error(predictions: ArrayLike, targets: ArrayLike) -> Floats:
    """Square of the error, elementwise: (prediction - target)².

    Its mean over examples is the mean squared error; the prediction that minimises it is the mean
    of the targets. It is the negative log-likelihood of a Gaussian with variance ½, without the
    constant log(π) / 2.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in the square of the targets' unit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ.

    Examples
    --------
    House prices in units of $100,000:

    >>> from lossfns import squared_error
    >>> squared_error([2.5, 0.0, 2.1, 7.8], [3.0, -0.5, 2.0, 7.5]).round(2)
    array([0.25, 0.25, 0.01, 0.09])

    A column of targets is refused. Broadcasting would make 16 errors of 4 predictions:

    >>> import numpy as np
    >>> ((np.zeros(4) - np.zeros((4, 1))) ** 2).shape
    (4, 4)
    >>> squared_error(np.zeros(4), np.zeros((4, 1)))
    Traceback (most recent call last):
    ValueError: predictions and targets must have equal shapes, got (4,) and (4, 1)
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    with np.errstate(all="ignore"):
        return cast((predictions - targets) ** 2, dtype)


def squared_error_grad(predictions: ArrayLike, targets: ArrayLike) -> Floats:
    """Gradient of `squared_error` with respect to the predictions: 2 (prediction - target).

    Parameters and errors are those of `squared_error`; the result has the shape of `predictions`.

    Examples
    --------
    The gradient of the *mean* is this divided by the number of predictions:

    >>> from lossfns import squared_error_grad
    >>> squared_error_grad([2.5, 0.0, 2.1, 7.8], [3.0, -0.5, 2.0, 7.5])[0] / 4
    np.float64(-0.25)
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    with np.errstate(all="ignore"):
        return slopes(2 * (predictions - targets), dtype)


def absolute_error(predictions: ArrayLike, targets: ArrayLike) -> Floats:
    """Size of the error, elementwise: |prediction - target|.

    The prediction that minimises its mean is the median of the targets. It is the negative
    log-likelihood of a Laplace distribution of scale 1, without the constant log 2.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in the targets' unit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ.

    Examples
    --------
    One outlier drags the mean along, and leaves the median alone:

    >>> import numpy as np
    >>> from lossfns import absolute_error, squared_error
    >>> targets = np.array([1.0, 2.0, 3.0, 4.0, 90.0])
    >>> guesses = np.arange(100.0)
    >>> def best(loss):
    ...     return min(guesses, key=lambda guess: loss(np.full(5, guess), targets).sum())
    >>> print(best(squared_error), best(absolute_error))
    20.0 3.0
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    with np.errstate(all="ignore"):
        return cast(np.abs(predictions - targets), dtype)


def absolute_error_grad(predictions: ArrayLike, targets: ArrayLike) -> Floats:
    """Gradient of `absolute_error` with respect to the predictions: the sign of the error.

    At the kink, where the prediction equals the target, it is the subgradient 0.
    Parameters and errors are those of `absolute_error`.

    Examples
    --------
    >>> from lossfns import absolute_error_grad
    >>> absolute_error_grad([1.0, 2.0, 9.0], [2.0, 2.0, 2.0])
    array([-1.,  0.,  1.])
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    with np.errstate(all="ignore"):
        return slopes(np.sign(predictions - targets), dtype)


def huber_loss(predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0) -> Floats:
    """Half the squared error up to `delta`, and a straight line beyond it.

    ½ r² where |r| ≤ delta, delta (|r| - ½ delta) elsewhere, with r = prediction - target [1]_.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    delta : float, default 1.0
        The error, in the targets' unit, at which the parabola becomes a line; positive.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or `delta` is not positive and finite.

    References
    ----------
    .. [1] P. J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical
       Statistics 35(1), 73-101, 1964.

    Examples
    --------
    The two-case formula overflows in the branch that it then throws away:

    >>> import numpy as np
    >>> from lossfns import huber_loss
    >>> error = np.float32(1e30)
    >>> with np.errstate(over="ignore"):
    ...     print(error**2 / 2)
    inf
    >>> huber_loss(error, np.float32(0))
    np.float32(1e+30)
    >>> huber_loss([0.5, 3.0], [0.0, 0.0])
    array([0.125, 2.5  ])
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    delta = _delta(delta)
    with np.errstate(all="ignore"):
        error = predictions - targets
        # with c = clip(r, -delta, delta), both cases are c (r - c/2)
        clipped = np.clip(error, -delta, delta)
        return cast(clipped * (error - clipped / 2), dtype)


def huber_loss_grad(predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0) -> Floats:
    """Gradient of `huber_loss` with respect to the predictions: the error, clipped at ±delta.

    Parameters and errors are those of `huber_loss`.

    Examples
    --------
    >>> from lossfns import huber_loss_grad
    >>> huber_loss_grad([0.5, 3.0, -9.0], [0.0, 0.0, 0.0])
    array([ 0.5,  1. , -1. ])
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    delta = _delta(delta)
    with np.errstate(all="ignore"):
        return slopes(np.clip(predictions - targets, -delta, delta), dtype)


def pinball_loss(predictions: ArrayLike, targets: ArrayLike, *, quantile: float = 0.5) -> Floats:
    """Absolute error with unequal prices: `quantile` for too low, 1 - `quantile` for too high.

    The prediction that minimises its mean is that quantile of the targets [1]_. At 0.5 it is half
    the absolute error.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    quantile : float, default 0.5
        Between 0 and 1, both excluded.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in the targets' unit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ or `quantile` is not between 0 and 1.

    References
    ----------
    .. [1] R. Koenker and G. Bassett, "Regression Quantiles", Econometrica 46(1), 33-50, 1978.

    Examples
    --------
    One unit too low costs nine times as much as one unit too high:

    >>> from lossfns import pinball_loss
    >>> pinball_loss([9.0, 11.0], [10.0, 10.0], quantile=0.9).round(3)
    array([0.9, 0.1])
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    quantile = _quantile(quantile)
    with np.errstate(all="ignore"):
        price = np.where(predictions <= targets, quantile, 1 - quantile)
        return cast(price * np.abs(predictions - targets), dtype)


def pinball_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, quantile: float = 0.5
) -> Floats:
    """Gradient of `pinball_loss` with respect to the predictions.

    1 - quantile where the prediction is too high, -quantile where it is too low; at the kink, where
    it equals the target, the subgradient 0. Parameters and errors are those of `pinball_loss`.

    Examples
    --------
    >>> from lossfns import pinball_loss_grad
    >>> pinball_loss_grad([9.0, 10.0, 11.0], [10.0, 10.0, 10.0], quantile=0.9).round(3)
    array([-0.9,  0. ,  0.1])
    """
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    quantile = _quantile(quantile)
    with np.errstate(all="ignore"):
        direction = np.sign(predictions - targets)
        return slopes(np.where(direction > 0, 1 - quantile, quantile) * direction, dtype)


def _delta(value: float) -> float:
    return number(value, "delta", "a positive number", lambda delta: delta > 0)


def _quantile(value: float) -> float:
    return number(value, "quantile", "a number strictly between 0 and 1", lambda q: 0 < q < 1)
