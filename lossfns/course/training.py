"""What trains the miniatures of chapter 7: small networks, their way back, and Adam.

No loss lives here. A page computes the slope of its loss at the network's output; `backward`
carries it on to the weights, and `Adam` moves them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
Weights = dict[str, FloatArray]

ACTIVATIONS = ("tanh", "relu")


def _one_of(activation: str) -> None:
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")


def network(sizes: Sequence[int], *, seed: int = 0, last: float | None = None) -> Weights:
    """Return the first weights of a network of dense layers, its biases zero.

    Parameters
    ----------
    sizes : sequence of int
        The inputs, the units of each hidden layer, the outputs; two numbers make a linear model.
    seed : int
    last : float, optional
        Standard deviation of the last layer's weights. Every other layer's is 1/√(its inputs),
        and the last one's too by default.

    Returns
    -------
    dict of ndarray
        ``w1``, of shape (inputs, units), ``b1``, ``w2``, and so on.

    Raises
    ------
    ValueError
        If there are fewer than two sizes.

    Examples
    --------
    >>> from lossfns.course.training import network
    >>> {name: w.shape for name, w in network([64, 24, 10]).items()}
    {'w1': (64, 24), 'b1': (24,), 'w2': (24, 10), 'b2': (10,)}
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must hold at least inputs and outputs, got {list(sizes)}")
    generator = np.random.default_rng(seed)
    weights: Weights = {}
    for layer, (inputs, units) in enumerate(pairwise(sizes), 1):
        deviation = inputs**-0.5
        if last is not None and layer == len(sizes) - 1:
            deviation = last
        weights[f"w{layer}"] = generator.normal(0, deviation, (inputs, units))
        weights[f"b{layer}"] = np.zeros(units)
    return weights


def forward(
    weights: Mapping[str, FloatArray], inputs: FloatArray, activation: str = "tanh"
) -> list[FloatArray]:
    """Return what every layer says: the inputs first, the output last.

    Parameters
    ----------
    weights : dict of ndarray
        As `network` makes them.
    inputs : ndarray, shape (..., inputs)
    activation : {"tanh", "relu"}
        Between the layers; the output is left as it is.

    Returns
    -------
    list of ndarray
        One more than there are layers.

    Raises
    ------
    ValueError
        If `activation` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.training import forward, network
    >>> [layer.shape for layer in forward(network([4, 3, 2]), np.ones((5, 4)))]
    [(5, 4), (5, 3), (5, 2)]
    """
    _one_of(activation)
    layers = [inputs]
    count = len(weights) // 2
    for layer in range(1, count + 1):
        sums = layers[-1] @ weights[f"w{layer}"] + weights[f"b{layer}"]
        if layer < count:
            sums = np.tanh(sums) if activation == "tanh" else np.maximum(sums, 0)
        layers.append(sums)
    return layers


def backward(
    weights: Mapping[str, FloatArray],
    layers: Sequence[FloatArray],
    slope: FloatArray,
    activation: str = "tanh",
) -> Weights:
    """Carry the slope of a loss at the output back to every weight, by the chain rule.

    Parameters
    ----------
    weights : dict of ndarray
    layers : list of ndarray
        What `forward` returned for these weights.
    slope : ndarray, shape (..., outputs)
        Slope of the loss at the output.
    activation : {"tanh", "relu"}
        As in `forward`.

    Returns
    -------
    dict of ndarray
        The slope of the loss at each weight, added up over all examples.

    Raises
    ------
    ValueError
        If `activation` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.training import backward, forward, network
    >>> weights = network([1, 1])
    >>> layers = forward(weights, np.array([[2.0], [3.0]]))
    >>> backward(weights, layers, np.array([[1.0], [1.0]]))
    {'w1': array([[5.]]), 'b1': array([2.])}
    """
    _one_of(activation)
    slope = slope.reshape(-1, slope.shape[-1])
    gradients: Weights = {}
    for layer in range(len(layers) - 1, 0, -1):
        said = layers[layer - 1].reshape(len(slope), -1)
        gradients[f"w{layer}"] = said.T @ slope
        gradients[f"b{layer}"] = slope.sum(axis=0)
        if layer > 1:
            own = 1 - said**2 if activation == "tanh" else said > 0
            slope = (slope @ weights[f"w{layer}"].T) * own
    return {name: gradients[name] for name in weights}


class Adam:
    """Move each weight by its mean gradient over the usual size of that gradient.

    So a weight whose gradient keeps its sign moves by about `rate` in each step, however large or
    small that gradient is.

    Parameters
    ----------
    rate : float
        Positive.
    decays : tuple of float
        How much of the mean gradient, and of the mean of its square, outlives a step.
    epsilon : float
        Added to the usual size, against a division by zero.

    Raises
    ------
    ValueError
        If `rate` is not positive.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.training import Adam
    >>> weights = {"w": np.array([1.0, 1.0])}
    >>> Adam(0.1).step(weights, {"w": np.array([0.001, -50.0])})["w"].round(3)
    array([0.9, 1.1])
    """

    def __init__(
        self, rate: float, *, decays: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8
    ) -> None:
        if not rate > 0:
            raise ValueError(f"rate must be positive, got {rate}")
        self.rate, self.decays, self.epsilon = rate, decays, epsilon
        self._steps = 0
        self._means: dict[str, tuple[FloatArray | float, FloatArray | float]] = {}

    def step(
        self,
        weights: Mapping[str, FloatArray],
        gradients: Mapping[str, FloatArray],
        *,
        slower: float = 1.0,
    ) -> Weights:
        """Return the weights after one step; those given are not changed.

        Parameters
        ----------
        weights, gradients : dict of ndarray
            A weight without a gradient stays where it is.
        slower : float
            A factor on the rate, for this step.

        Returns
        -------
        dict of ndarray
        """
        self._steps += 1
        of_mean, of_square = self.decays
        moved = dict(weights)
        for name, gradient in gradients.items():
            mean, square = self._means.get(name, (0.0, 0.0))
            mean = of_mean * mean + (1 - of_mean) * gradient
            square = of_square * square + (1 - of_square) * gradient**2
            self._means[name] = mean, square
            # Both began at zero, so early on both are too small, by known factors.
            usual = np.sqrt(square / (1 - of_square**self._steps)) + self.epsilon
            unbiased = mean / (1 - of_mean**self._steps)
            moved[name] = weights[name] - slower * self.rate * unbiased / usual
        return moved
