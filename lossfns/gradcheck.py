"""Is this gradient right? Compare it with central differences, which need the loss alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import float_array, number

Function = Callable[[NDArray[np.float64]], ArrayLike]


def numerical_gradient(
    function: Function, point: ArrayLike, *, step: float | None = None
) -> NDArray[np.float64]:
    """Gradient of a function, or of the sum of what it returns, by central differences.

    For each coordinate x: (f(x + h) - f(x - h)) / 2h, in float64. The error shrinks as h² until
    rounding takes over, so the default step is the cube root of the machine epsilon, 6.1e-06, times
    the coordinate's size where that is above 1.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `point`; returns a number or an array, such as the
        per-example values of a loss.
    point : array_like of float, any shape
        Where to differentiate. It is not changed.
    step : float, optional
        The same h for every coordinate; positive.

    Returns
    -------
    ndarray of float64
        The shape of `point`.

    Raises
    ------
    TypeError
        If `point` or `step` is not a real number.
    ValueError
        If `step` is not positive and finite, or too small to move a coordinate.

    Notes
    -----
    It calls `function` twice per coordinate: for tests, not for training.

    Examples
    --------
    >>> from lossfns import numerical_gradient
    >>> numerical_gradient(lambda x: x**2, [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    point = float_array(point, "point").astype(np.float64)
    if step is not None:
        step = number(step, "step", "a positive number", lambda step: step > 0)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        here = point[index]
        h = step or np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(here))
        above, below = point.copy(), point.copy()
        above[index], below[index] = here + h, here - h
        # before `function` has them, which may work in place
        width = above[index] - below[index]
        if width == 0:
            raise ValueError(f"step must move every coordinate, got {h} at {here}")
        # differences first, then the sum: summing first would round small changes away
        change = np.subtract(function(above), function(below)).sum()
        gradient[index] = change / width
    return gradient


def check_gradient(
    function: Function,
    gradient: Callable[[NDArray[np.float64]], Any],
    point: ArrayLike,
    *,
    step: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> float:
    """Compare `gradient` with central differences of `function` at `point`.

    Parameters
    ----------
    function : callable
        As for `numerical_gradient`.
    gradient : callable
        Takes what `function` takes; returns its gradient, in the shape of `point`.
    point : array_like of float, any shape
        Where to compare. Choose it away from kinks.
    step : float, optional
        As for `numerical_gradient`.
    rtol, atol : float
        A coordinate agrees when the two differ by at most atol + rtol * |numerical|.

    Returns
    -------
    float
        The largest difference found (0.0 for an empty point).

    Raises
    ------
    AssertionError
        If they disagree, with both side by side; or if the shape is not that of `point`.
    TypeError, ValueError
        As for `numerical_gradient`.

    Examples
    --------
    >>> from lossfns import check_gradient, squared_error, squared_error_grad
    >>> targets = [3.0, -0.5]
    >>> def loss(x):
    ...     return squared_error(x, targets)
    >>> check_gradient(loss, lambda x: squared_error_grad(x, targets), [2.5, 0.0]) < 1e-9
    True

    The forgotten factor 2:

    >>> check_gradient(loss, lambda x: x - targets, [2.5, 0.0])
    Traceback (most recent call last):
    AssertionError: the gradient disagrees with central differences at 2 of 2 coordinates
         index      analytic     numerical    difference
          (0,)          -0.5            -1           0.5
          (1,)           0.5             1          -0.5
    """
    point = float_array(point, "point").astype(np.float64)
    numerical = numerical_gradient(function, point, step=step)
    analytic = np.asarray(gradient(point.copy()), dtype=np.float64)
    if analytic.shape != point.shape:
        raise AssertionError(f"the gradient has shape {analytic.shape}, the point {point.shape}")
    difference = analytic - numerical
    # written so that nan disagrees, and inf with whatever it is compared with
    near = np.abs(difference) <= atol + rtol * np.abs(numerical)
    wrong = np.argwhere(~(near & np.isfinite(difference)))
    if len(wrong):
        rows = [
            f"{index!s:>10}{analytic[index]:14.7g}{numerical[index]:14.7g}{difference[index]:14.7g}"
            for index in map(tuple, wrong[:10].tolist())
        ]
        more = [f"… and {len(wrong) - 10} more"] if len(wrong) > 10 else []
        header = f"{'index':>10}{'analytic':>14}{'numerical':>14}{'difference':>14}"
        raise AssertionError(
            "\n".join(
                [
                    "the gradient disagrees with central differences at "
                    f"{len(wrong)} of {point.size} coordinates",
                    header,
                    *rows,
                    *more,
                ]
            )
        )
    return float(np.abs(difference).max(initial=0.0))
