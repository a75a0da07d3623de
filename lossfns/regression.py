"""Losses for predicting a number, one value per prediction, each with its gradient."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise
from lossfns._numerics import direction, excess
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    doubles,
    equal_shapes,
    not_negative,
    number,
)
from lossfns.masks import over_kept

FEW = 10  # counts up to here, for which the terms of log t! - t log t + t hardly cancel
# Beyond, Stirling's series: what stands beside 1 / t, 1 / t³, …, the last first.
STIRLING = (1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)


def squared_error(
    predictions: ArrayLike, targets: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Square of the error, elementwise: (prediction - target)².

    Its mean over examples is the mean squared error; the prediction that minimises it is the mean
    of the targets. It is the negative log-likelihood of a Gaussian with variance ½, without the
    constant log(π) / 2.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

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
    if where is not None:
        return over_kept(squared_error, where, predictions=predictions, targets=targets)
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    return elementwise(_squared_error, predictions, targets, dtype=dtype)


def squared_error_grad(
    predictions: ArrayLike, targets: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Gradient of `squared_error` with respect to the predictions: 2 (prediction - target).

    Parameters and errors are those of `squared_error`; the result has the shape of `predictions`.

    Examples
    --------
    The gradient of the *mean* is this divided by the number of predictions:

    >>> from lossfns import squared_error_grad
    >>> squared_error_grad([2.5, 0.0, 2.1, 7.8], [3.0, -0.5, 2.0, 7.5])[0] / 4
    np.float64(-0.25)
    """
    if where is not None:
        return over_kept(squared_error_grad, where, predictions=predictions, targets=targets)
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    return elementwise(_twice_the_error, predictions, targets, dtype=dtype)


def absolute_error(
    predictions: ArrayLike, targets: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Size of the error, elementwise: |prediction - target|.

    The prediction that minimises its mean is the median of the targets. It is the negative
    log-likelihood of a Laplace distribution of scale 1, without the constant log 2.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

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
    if where is not None:
        return over_kept(absolute_error, where, predictions=predictions, targets=targets)
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    return elementwise(_absolute_error, predictions, targets, dtype=dtype)


def absolute_error_grad(
    predictions: ArrayLike, targets: ArrayLike, *, where: ArrayLike | None = None
) -> Floats:
    """Gradient of `absolute_error` with respect to the predictions: the sign of the error.

    At the kink, where the prediction equals the target, it is the subgradient 0.
    Parameters and errors are those of `absolute_error`.

    Examples
    --------
    >>> from lossfns import absolute_error_grad
    >>> absolute_error_grad([1.0, 2.0, 9.0], [2.0, 2.0, 2.0])
    array([-1.,  0.,  1.])
    """
    if where is not None:
        return over_kept(absolute_error_grad, where, predictions=predictions, targets=targets)
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    return elementwise(_direction, predictions, targets, dtype=dtype)


def huber_loss(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    delta: float = 1.0,
    where: ArrayLike | None = None,
) -> Floats:
    """Half the squared error up to `delta`, and a straight line beyond it.

    ½ r² where |r| ≤ delta, delta (|r| - ½ delta) elsewhere, with r = prediction - target [1]_.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    delta : float, default 1.0
        The error, in the targets' unit, at which the parabola becomes a line; positive.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

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
    if where is not None:
        return over_kept(
            partial(huber_loss, delta=delta), where, predictions=predictions, targets=targets
        )
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    delta = _delta(delta)

    def formula(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
        # with c = clip(r, -delta, delta), both cases are c (r - c/2)
        np.subtract(predictions, targets, out=out)
        too_far = np.isinf(out)
        clipped = np.clip(out, -delta, delta)
        out -= clipped / 2
        out *= clipped
        if too_far.any():
            # beside an error beyond the range half of c is nothing, or the product is beyond it too
            half = _half_errors(predictions, targets)[too_far]
            out[too_far] = 2 * (half * clipped[too_far])
        out += 0

    return elementwise(formula, predictions, targets, dtype=dtype)


def huber_loss_grad(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    delta: float = 1.0,
    where: ArrayLike | None = None,
) -> Floats:
    """Gradient of `huber_loss` with respect to the predictions: the error, clipped at ±delta.

    Parameters and errors are those of `huber_loss`.

    Examples
    --------
    >>> from lossfns import huber_loss_grad
    >>> huber_loss_grad([0.5, 3.0, -9.0], [0.0, 0.0, 0.0])
    array([ 0.5,  1. , -1. ])
    """
    if where is not None:
        return over_kept(
            partial(huber_loss_grad, delta=delta), where, predictions=predictions, targets=targets
        )
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    delta = _delta(delta)

    def formula(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
        np.subtract(predictions, targets, out=out)
        np.clip(out, -delta, delta, out=out)
        out += 0

    return elementwise(formula, predictions, targets, dtype=dtype)


def pinball_loss(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    quantile: float = 0.5,
    where: ArrayLike | None = None,
) -> Floats:
    """Absolute error with unequal prices: `quantile` for too low, 1 - `quantile` for too high.

    The prediction that minimises its mean is that quantile of the targets [1]_. At 0.5 it is half
    the absolute error.

    Parameters
    ----------
    predictions, targets : array_like of float, equal shapes
    quantile : float, default 0.5
        Between 0 and 1, both excluded.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

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
    if where is not None:
        return over_kept(
            partial(pinball_loss, quantile=quantile),
            where,
            predictions=predictions,
            targets=targets,
        )
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    quantile = _quantile(quantile)

    def formula(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
        # of the two prices, the one of the wrong direction makes a negative number
        np.subtract(predictions, targets, out=out)
        too_far = np.isinf(out)
        too_low = out * -quantile
        out *= 1 - quantile
        np.maximum(out, too_low, out=out)
        if too_far.any():
            half = _half_errors(predictions, targets)[too_far]
            out[too_far] = 2 * np.maximum(half * (1 - quantile), half * -quantile)
        out += 0

    return elementwise(formula, predictions, targets, dtype=dtype)


def pinball_loss_grad(
    predictions: ArrayLike,
    targets: ArrayLike,
    *,
    quantile: float = 0.5,
    where: ArrayLike | None = None,
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
    if where is not None:
        return over_kept(
            partial(pinball_loss_grad, quantile=quantile),
            where,
            predictions=predictions,
            targets=targets,
        )
    dtype, (predictions, targets) = equal_shapes(predictions=predictions, targets=targets)
    quantile = _quantile(quantile)

    def formula(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
        _direction(predictions, targets, out)
        too_high = np.maximum(out, 0)
        too_high *= 1 - quantile
        np.minimum(out, 0, out=out)
        out *= quantile
        out += too_high

    return elementwise(formula, predictions, targets, dtype=dtype)


def gaussian_nll_loss(
    means: ArrayLike,
    targets: ArrayLike,
    log_variances: ArrayLike,
    *,
    full: bool = False,
    where: ArrayLike | None = None,
) -> Floats:
    """Surprisal of a number under a Gaussian whose variance is predicted too, elementwise.

    ½ [s + (target - mean)² e^-s], with s the logarithm of the variance. The model says how sure it
    is: a large variance forgives an error and costs ½ s. With s held at 0 it is half the squared
    error.

    Parameters
    ----------
    means, targets, log_variances : array_like of float, equal shapes
        A network puts out the *logarithm* of the variance, so that it may be any number.
    full : bool, default False
        Whether to add the constant ½ log 2π, so that losses of other families can be compared.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats. It is a density's: there is no floor, and it may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ.

    References
    ----------
    D. A. Nix, A. S. Weigend, Estimating the mean and variance of the target probability
    distribution, ICNN 1994.

    Examples
    --------
    For an error of 2 the best variance is 4, its square:

    >>> import numpy as np
    >>> from lossfns import gaussian_nll_loss
    >>> for variance in (1, 4, 16):
    ...     print(gaussian_nll_loss(0.0, 2.0, np.log(variance)).round(4))
    2.0
    1.1931
    1.5113
    """
    if where is not None:
        return over_kept(
            partial(gaussian_nll_loss, full=full),
            where,
            means=means,
            targets=targets,
            log_variances=log_variances,
        )
    dtype, arrays = equal_shapes(means=means, targets=targets, log_variances=log_variances)
    constant = math.log(2 * math.pi) / 2 if full else 0.0

    def formula(
        means: FloatArray, targets: FloatArray, log_variances: FloatArray, out: FloatArray
    ) -> None:
        errors = _standardised(means, targets, log_variances)
        np.multiply(errors / 2, errors, out=out)
        endless = np.isinf(out)
        out += log_variances / 2
        if endless.any():  # the square outgrows s = -inf
            out[endless] = np.inf
        out += constant

    return elementwise(formula, *arrays, dtype=dtype)


def gaussian_nll_loss_grad(
    means: ArrayLike,
    targets: ArrayLike,
    log_variances: ArrayLike,
    *,
    full: bool = False,
    where: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Gradients of `gaussian_nll_loss` with respect to the means and the log-variances.

    (mean - target) e^-s and ½ [1 - (target - mean)² e^-s]. The first is divided by the variance: an
    example that the model has called noise hardly moves its mean any more, the trap of this loss.
    Parameters and errors are those of `gaussian_nll_loss`.

    Returns
    -------
    tuple of ndarray or NumPy scalar
        At `means` and at `log_variances`, in their shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import gaussian_nll_loss_grad
    >>> for variance in (1, 4, 16):
    ...     print(*gaussian_nll_loss_grad(0.0, 2.0, np.log(variance)))
    -2.0 -1.5
    -0.5 0.0
    -0.125 0.375
    """
    if where is not None:
        return over_kept(
            partial(gaussian_nll_loss_grad, full=full),
            where,
            means=means,
            targets=targets,
            log_variances=log_variances,
        )
    dtype, arrays = equal_shapes(means=means, targets=targets, log_variances=log_variances)

    def at_means(
        means: FloatArray, targets: FloatArray, log_variances: FloatArray, out: FloatArray
    ) -> None:
        np.add(_times_exp(means, targets, -log_variances), 0, out=out)

    def at_log_variances(
        means: FloatArray, targets: FloatArray, log_variances: FloatArray, out: FloatArray
    ) -> None:
        errors = _standardised(means, targets, log_variances)
        np.multiply(errors * -0.5, errors, out=out)
        out += 0.5

    return (
        elementwise(at_means, *arrays, dtype=dtype),
        elementwise(at_log_variances, *arrays, dtype=dtype),
    )


def poisson_nll_loss(
    log_rates: ArrayLike, targets: ArrayLike, *, full: bool = False, where: ArrayLike | None = None
) -> Floats:
    """Surprisal of a count under a Poisson distribution, elementwise: e^z - target z.

    z is the logarithm of the rate. `full` adds log target!, which no prediction can change but
    without which the number is no surprisal, and may be negative.

    Parameters
    ----------
    log_rates, targets : array_like of float, equal shapes
        Logarithms of the expected counts, and counts: not negative. Whole numbers are not asked
        for, since rates per hour are trained the same way.
    full : bool, default False
        Whether to add log target!, as the logarithm of the gamma function where it is not whole.
        Of a fraction below 1 it is right to 1e-15, not to a share of itself, which is almost 0.
    where : array_like of bool, same shape, optional
        True where a position counts; the others cost 0, whatever stands there.

    Returns
    -------
    ndarray or NumPy scalar
        Same shape, in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, or a target is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import poisson_nll_loss
    >>> print(poisson_nll_loss(np.log(3.0), 3).round(4))
    -0.2958
    >>> print(poisson_nll_loss(np.log(3.0), 3, full=True).round(4))
    1.4959
    """
    if where is not None:
        return over_kept(
            partial(poisson_nll_loss, full=full), where, log_rates=log_rates, targets=targets
        )
    dtype, log_rates, targets = _counts(log_rates, targets)
    formula = _poisson_surprisal if full else _poisson_part
    return elementwise(formula, log_rates, targets, dtype=dtype)


def poisson_nll_loss_grad(
    log_rates: ArrayLike, targets: ArrayLike, *, full: bool = False, where: ArrayLike | None = None
) -> Floats:
    """Gradient of `poisson_nll_loss` with respect to the log-rates: e^z - target.

    Prediction minus truth once more. Parameters and errors are those of `poisson_nll_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns import poisson_nll_loss_grad
    >>> poisson_nll_loss_grad(np.log([1.0, 3.0, 9.0]), [3, 3, 3]).round(4)
    array([-2.,  0.,  6.])
    """
    if where is not None:
        return over_kept(
            partial(poisson_nll_loss_grad, full=full), where, log_rates=log_rates, targets=targets
        )
    dtype, log_rates, targets = _counts(log_rates, targets)

    def formula(log_rates: FloatArray, targets: FloatArray, out: FloatArray) -> None:
        np.exp(log_rates, out=out)
        out -= targets

    return elementwise(formula, log_rates, targets, dtype=dtype)


def _squared_error(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
    np.subtract(predictions, targets, out=out)
    np.square(out, out=out)


def _twice_the_error(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
    np.subtract(predictions, targets, out=out)
    out *= 2
    out += 0


def _absolute_error(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
    np.subtract(predictions, targets, out=out)
    np.abs(out, out=out)


def _direction(predictions: FloatArray, targets: FloatArray, out: FloatArray) -> None:
    np.subtract(predictions, targets, out=out)
    direction(out)


def _half_errors(predictions: FloatArray, targets: FloatArray) -> FloatArray:
    """Return half of each error, which is finite where a whole one is larger than any float."""
    return predictions / 2 - targets / 2


def _standardised(means: FloatArray, targets: FloatArray, log_variances: FloatArray) -> FloatArray:
    """Return errors in standard deviations, whose squares can't leave the range alone."""
    return _times_exp(means, targets, log_variances * -0.5)


def _times_exp(means: FloatArray, targets: FloatArray, powers: FloatArray) -> FloatArray:
    """Return (means - targets) * e^powers, where no error is 0 however large the factor.

    A factor beyond the range is four factors: a tiny error may bring it back. An error beyond it is
    twice its half.
    """
    errors = means - targets
    factors = np.exp(powers)
    product: FloatArray = errors * factors
    info = np.finfo(factors.dtype)
    beyond = ~((factors >= info.tiny) & (factors <= info.max)) | np.isinf(errors)
    if beyond.any():
        root = np.exp(powers[beyond] / 4)
        parts = np.where(np.isinf(errors[beyond]), 2, 1).astype(errors.dtype)
        error = means[beyond] / parts - targets[beyond] / parts
        product[beyond] = parts * (error * root * root * root * root)
        product[errors == 0] = 0
    return product


def _counts(log_rates: ArrayLike, targets: ArrayLike) -> tuple[FloatDType, FloatArray, FloatArray]:
    dtype, (log_rates, targets) = equal_shapes(log_rates=log_rates, targets=targets)
    not_negative(targets, "targets")
    return dtype, log_rates, targets


def _poisson_part(log_rates: FloatArray, counts: FloatArray, out: FloatArray) -> None:
    rates = np.exp(log_rates)
    np.multiply(counts, log_rates, out=out)
    np.subtract(rates, out, out=out)
    if not out.max(initial=0) < np.inf:
        larger = np.exp(log_rates - np.log(counts)) >= log_rates  # e^z outgrows t z
        out[np.isinf(rates) & larger] = np.inf
        np.copyto(out, rates, where=counts == 0)


def _poisson_surprisal(log_rates: FloatArray, counts: FloatArray, out: FloatArray) -> None:
    """Write e^z - t z + log t! from d = z - log t, so that its large terms never meet.

    It is t (e^d - 1 - d) plus what a rate equal to the count would cost, log t! - t log t + t.
    """
    z, t = doubles(log_rates), doubles(counts)
    gaps = z - np.log(np.where(t == 0, 1, t))
    beyond = np.where(np.isposinf(gaps), np.inf, excess(np.expm1(gaps), gaps))
    np.copyto(out, np.where(t == 0, np.exp(z), t * beyond + _least(t)))


def _least(counts: FloatArray) -> FloatArray:
    """Return log t! - t log t + t, by Stirling's series where its terms would cancel."""
    few = np.minimum(counts, FEW)
    exact = [math.lgamma(t + 1) - t * math.log(t or 1) + t for t in np.ravel(few).tolist()]
    large = np.maximum(counts, FEW)
    over = 1 / large
    square = over * over
    series = np.zeros_like(large)
    for term in STIRLING:
        series *= square
        series += term
    series *= over
    series += np.log(2 * np.pi * large) / 2
    return np.where(counts <= FEW, np.reshape(exact, counts.shape), series)


def _delta(value: float) -> float:
    return number(value, "delta", "a positive number", lambda delta: delta > 0)


def _quantile(value: float) -> float:
    return number(value, "quantile", "a number strictly between 0 and 1", lambda q: 0 < q < 1)
