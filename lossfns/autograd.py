"""A scalar autograd engine: numbers that remember how they were made.

Every operation returns a new `Value` that keeps its inputs and, beside each of them, the local
slope: how much the result moves when that input moves. `Value.backward` walks the graph from the
loss back to the leaves and multiplies the slopes along the way: the chain rule, nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real

import numpy as np

from lossfns.activations import sigmoid, softplus


class Value:
    """A number in a graph of numbers, with the slope of the final result beside it.

    The operators ``+ - * / **`` work between values and plain numbers; the exponent of ``**`` is
    a plain number.

    Parameters
    ----------
    data : float
        The number itself. Integers and NumPy scalars become Python floats.

    Attributes
    ----------
    data : float
        The number. A training loop may assign to the ``data`` of a leaf.
    grad : float
        d result / d self, filled by the result's `backward`; 0 before.

    Raises
    ------
    TypeError
        If `data`, or what an operator meets, is not a real number.

    Notes
    -----
    Overflow and the borders of a domain give what IEEE 754 floats give, without an error or a
    warning: ``1 / 0`` and ``exp(1000)`` are inf, ``log(0)`` is -inf, ``0 / 0`` and ``log(-1)``
    are nan. So do the slopes: a slope of 0 times a slope of inf is nan.

    References
    ----------
    A. Karpathy, micrograd, https://github.com/karpathy/micrograd, whose engine this one follows.

    Examples
    --------
    Cross-entropy of three logits, true class 2. The leaves receive ``p - y``:

    >>> logits = [Value(2.0), Value(1.0), Value(0.5)]
    >>> loss = sum(z.exp() for z in logits).log() - logits[2]
    >>> loss.backward()
    >>> [round(z.grad, 4) for z in logits]
    [0.6285, 0.2312, -0.8598]

    Naive against stable: the sigmoid of a very wrong logit underflows to 0, its log is -inf, and
    the slope is lost. The same loss from the logit keeps it:

    >>> naive, stable = Value(-1000), Value(-1000)
    >>> (-naive.sigmoid().log()).backward()
    >>> (-stable).softplus().backward()
    >>> naive, stable
    (Value(data=-1000.0, grad=nan), Value(data=-1000.0, grad=-1.0))
    """

    __slots__ = ("_inputs", "data", "grad")
    __array_ufunc__ = None  # so that np.float64(2) * value asks Value.__rmul__

    def __init__(self, data: float) -> None:
        self.data = _real(data, "data")
        self.grad = 0.0
        self._inputs: tuple[tuple[Value, float], ...] = ()

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        other = _as_value(other)
        return _result(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        other = _as_value(other)
        return _result(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other: Value | float) -> Value:
        other = _as_value(other)
        quotient = _ieee(np.divide, self.data, other.data)
        slope = _ieee(np.divide, 1.0, other.data)
        return _result(quotient, (self, slope), (other, -quotient * slope))

    def __pow__(self, exponent: float) -> Value:
        exponent = _real(exponent, "exponent")
        power = _ieee(np.power, self.data, exponent)
        # x ** 0 is constant, also at x = 0, where 0 * x ** -1 would be nan.
        slope = exponent * _ieee(np.power, self.data, exponent - 1.0) if exponent else 0.0
        return _result(power, (self, slope))

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        return self + -_as_value(other)

    def __rsub__(self, other: Value | float) -> Value:
        return _as_value(other) - self

    def __rtruediv__(self, other: Value | float) -> Value:
        return _as_value(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self) -> Value:
        """e to the power of this value."""
        power = _ieee(np.exp, self.data)
        return _result(power, (self, power))

    def log(self) -> Value:
        """Natural logarithm: -inf at 0, nan below."""
        slope = math.nan if self.data < 0 else _ieee(np.divide, 1.0, self.data)
        return _result(_ieee(np.log, self.data), (self, slope))

    def tanh(self) -> Value:
        """Hyperbolic tangent."""
        value = math.tanh(self.data)
        return _result(value, (self, 1.0 - value**2))

    def relu(self) -> Value:
        """The larger of this value and 0; the slope at 0 is taken as 0."""
        return _result(
            _ieee(np.maximum, self.data, 0.0), (self, _ieee(np.heaviside, self.data, 0.0))
        )

    def sigmoid(self) -> Value:
        """1 / (1 + exp(-z)): a logit squeezed into a probability."""
        probability = float(sigmoid(self.data))
        return _result(probability, (self, probability * float(sigmoid(-self.data))))

    def softplus(self) -> Value:
        """log(1 + exp(z)): binary cross-entropy of logit z and label 0; of -z, label 1."""
        return _result(float(softplus(self.data)), (self, float(sigmoid(self.data))))

    def backward(self) -> None:
        """Fill `grad` of every value this one was made from with d self / d value.

        Each call starts afresh: gradients left in the graph by an earlier call are forgotten.
        The walk keeps its own stack, so a graph may be deeper than Python's recursion limit.
        """
        order = _topological_order(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for source, slope in value._inputs:
                source.grad += slope * value.grad


def _real(number: object, name: str) -> float:
    if not isinstance(number, Real):
        raise TypeError(f"{name} must be a real number, got {type(number).__name__}: {number!r}")
    return float(number)


def _as_value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _result(data: float, *inputs: tuple[Value, float]) -> Value:
    result = Value(data)
    result._inputs = inputs
    return result


def _ieee(operation: Callable[..., float], *numbers: float) -> float:
    """Apply a NumPy operation, which gives inf or nan where Python's own floats raise."""
    with np.errstate(all="ignore"):
        return float(operation(*numbers))


def _topological_order(result: Value) -> list[Value]:
    """Every value that `result` depends on, inputs before what is made from them."""
    order, seen, stack = [], set(), [(result, False)]
    while stack:
        value, inputs_are_listed = stack.pop()
        if inputs_are_listed:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((source, False) for source, _ in value._inputs)
    return order
