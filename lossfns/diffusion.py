"""The velocity target of diffusion models and its squared error."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lossfns._blocks import elementwise
from lossfns._validation import (
    FloatArray,
    FloatDType,
    Floats,
    doubles,
    equal_shapes,
    float_array,
    in_unit_interval,
)


def velocity(x0: ArrayLike, noise: ArrayLike, alpha_bar: ArrayLike) -> Floats:
    """What a v-prediction model learns: √ᾱ noise - √(1 - ᾱ) x0, elementwise.

    The noisy input is √ᾱ x0 + √(1 - ᾱ) noise. Turning (x0, noise) by the angle arccos √ᾱ gives
    (noisy input, velocity): at ᾱ = 1, all signal, the velocity is the noise; at ᾱ = 0, all noise,
    it is -x0.

    Parameters
    ----------
    x0 : array_like of float, any shape
        Clean data.
    noise : array_like of float, same shape
        What was mixed in, drawn from the standard normal distribution.
    alpha_bar : float or array_like of float
        The share of the signal in the variance, between 0 and 1. One number, or an array that
        belongs to the *leading* axes: shape (batch,) gives each of a batch of images its own.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `x0`, in its unit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes of `x0` and `noise` differ, that of `alpha_bar` does not fit their leading
        axes, or a value of it lies outside [0, 1].

    References
    ----------
    T. Salimans, J. Ho, Progressive Distillation for Fast Sampling of Diffusion Models, 2022,
    arXiv:2202.00512.

    Examples
    --------
    >>> from lossfns import velocity
    >>> velocity([0.5, -1.0], [1.2, -0.3], 0.25).round(4)
    array([0.167, 0.716])

    One value for each row, not for each column:

    >>> velocity([[0.5, -1.0], [0.5, -1.0]], [[1.2, -0.3], [1.2, -0.3]], [1.0, 0.0])
    array([[ 1.2, -0.3],
           [-0.5,  1. ]])
    """
    dtype, (x0, noise) = equal_shapes(x0=x0, noise=noise)
    return elementwise(_target, x0, noise, *_angle(alpha_bar, x0), dtype=dtype)


def velocity_loss(
    predicted: ArrayLike, x0: ArrayLike, noise: ArrayLike, alpha_bar: ArrayLike
) -> Floats:
    """Squared error of a predicted velocity, elementwise: (predicted - velocity)².

    The same prediction, read as a guess of the noise or of the clean data, has the squared errors
    ᾱ and 1 - ᾱ times this one: the three losses differ in how they weigh the noise levels.

    Parameters
    ----------
    predicted : array_like of float, any shape
    x0, noise : array_like of float, same shape
    alpha_bar : float or array_like of float
        As for `velocity`.

    Returns
    -------
    ndarray or NumPy scalar
        The shape of `predicted`, in the square of its unit.

    Raises
    ------
    TypeError, ValueError
        As for `velocity`.

    Examples
    --------
    >>> from lossfns import velocity_loss
    >>> velocity_loss([0.7, 0.4], [0.5, -1.0], [1.2, -0.3], 0.25).round(4)
    array([0.2841, 0.0999])
    """
    dtype, arrays = _arguments(predicted, x0, noise, alpha_bar)

    def formula(predicted: FloatArray, *rest_and_out: FloatArray) -> None:
        out = _error(predicted, *rest_and_out)
        np.square(out, out=out)

    return elementwise(formula, *arrays, dtype=dtype)


def velocity_loss_grad(
    predicted: ArrayLike, x0: ArrayLike, noise: ArrayLike, alpha_bar: ArrayLike
) -> Floats:
    """Gradient of `velocity_loss` with respect to the prediction: 2 (predicted - velocity).

    Parameters and errors are those of `velocity_loss`; the result has the shape of `predicted`.

    Examples
    --------
    >>> from lossfns import velocity_loss_grad
    >>> velocity_loss_grad([0.7, 0.4], [0.5, -1.0], [1.2, -0.3], 0.25).round(4)
    array([ 1.066 , -0.6321])
    """
    dtype, arrays = _arguments(predicted, x0, noise, alpha_bar)

    def formula(*blocks_and_out: FloatArray) -> None:
        out = _error(*blocks_and_out)
        out *= 2
        out += 0

    return elementwise(formula, *arrays, dtype=dtype)


def _arguments(
    predicted: ArrayLike, x0: ArrayLike, noise: ArrayLike, alpha_bar: ArrayLike
) -> tuple[FloatDType, list[FloatArray]]:
    dtype, arrays = equal_shapes(predicted=predicted, x0=x0, noise=noise)
    return dtype, [*arrays, *_angle(alpha_bar, arrays[1])]


def _error(
    predicted: FloatArray,
    x0: FloatArray,
    noise: FloatArray,
    signal: FloatArray,
    rest: FloatArray,
    out: FloatArray,
) -> FloatArray:
    _target(x0, noise, signal, rest, out)
    return np.subtract(predicted, out, out=out)


def _target(
    x0: FloatArray, noise: FloatArray, signal: FloatArray, rest: FloatArray, out: FloatArray
) -> None:
    np.multiply(signal, noise, out=out)
    out -= rest * x0
    out += 0


def _angle(alpha_bar: ArrayLike, x0: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return √ᾱ and √(1 - ᾱ) in the shape and dtype of `x0`, without a copy for each entry."""
    alpha_bar = doubles(float_array(alpha_bar, "alpha_bar"))
    in_unit_interval(alpha_bar, "alpha_bar")
    leading = x0.shape[: alpha_bar.ndim]
    if len(leading) < alpha_bar.ndim or any(
        size not in (1, axis) for size, axis in zip(alpha_bar.shape, leading, strict=True)
    ):
        raise ValueError(
            "alpha_bar must be a number or fit the leading axes of x0, of shape "
            f"{x0.shape}, got shape {alpha_bar.shape}"
        )
    alpha_bar = alpha_bar.reshape(alpha_bar.shape + (1,) * (x0.ndim - alpha_bar.ndim))
    with np.errstate(all="ignore"):
        signal, rest = np.sqrt(alpha_bar).astype(x0.dtype), np.sqrt(1 - alpha_bar).astype(x0.dtype)
    return np.broadcast_to(signal, x0.shape), np.broadcast_to(rest, x0.shape)
