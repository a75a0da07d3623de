"""The race of chapter 3: one classifier of handwritten digits, trained on three losses.

Everything that decides who wins stands in the recipe: the split, how the pixels are prepared,
where the weights start, the learning rate, the batch size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._extras import needs
from lossfns.attempts import softmax_squared_error_grad
from lossfns.classification import softmax_cross_entropy_grad
from lossfns.regression import squared_error_grad

FloatArray = NDArray[np.floating[Any]]
Gradient = Callable[[FloatArray, FloatArray], Any]

BATCH_SIZE = 32
CLASSES = 10
PRETRAINING_EPOCHS = 60
PRETRAINING_RATE = 0.5

GRADIENTS: dict[str, Gradient] = {
    "cross_entropy": softmax_cross_entropy_grad,
    "squared_error": partial(softmax_squared_error_grad, jacobian="exact"),
    "squared_error_on_logits": squared_error_grad,
}
STARTS = ("fresh", "confidently_wrong")


class Digits(NamedTuple):
    """Handwritten digits, split once and for all; pixels along the last axis, labels 0 to 9."""

    train_images: FloatArray
    train_labels: NDArray[np.intp]
    test_images: FloatArray
    test_labels: NDArray[np.intp]


class Layer(NamedTuple):
    """A linear step per seed: weights (seeds, inputs, outputs) and biases (seeds, 1, outputs)."""

    weights: FloatArray
    biases: FloatArray

    def __call__(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs, shape (seeds, images, outputs)."""
        return inputs @ self.weights + self.biases

    def stepped(self, inputs: FloatArray, slopes: FloatArray, rate: float) -> Layer:
        """Return the layer after one step against the slopes at its outputs."""
        return Layer(
            self.weights - rate * inputs.swapaxes(-2, -1) @ slopes,
            self.biases - rate * slopes.sum(axis=1, keepdims=True),
        )


class Network(NamedTuple):
    """One classifier per seed: a last layer, and perhaps a hidden one with a ReLU before it."""

    last: Layer
    hidden: Layer | None = None

    def features(self, images: FloatArray) -> FloatArray:
        """Return what the last layer sees, shape (seeds, images, features)."""
        return images if self.hidden is None else np.maximum(self.hidden(images), 0)

    def logits(self, images: FloatArray) -> FloatArray:
        """Return the logits, shape (seeds, images, 10)."""
        return self.last(self.features(images))

    def stepped(self, images: FloatArray, slopes: FloatArray, rate: float) -> Network:
        """Return the network after one step, given the slopes at its logits."""
        features = self.features(images)
        last = self.last.stepped(features, slopes, rate)
        if self.hidden is None:
            return Network(last)
        through_last = slopes @ self.last.weights.swapaxes(1, 2) * (features > 0)
        return Network(last, self.hidden.stepped(images, through_last, rate))


def digits(*, remove_means: bool = True) -> Digits:
    """Return scikit-learn's digits as the race uses them: 1,347 to train on, 450 to test with.

    Parameters
    ----------
    remove_means : bool
        Whether each pixel's mean over the training images is taken away from that pixel.

    Returns
    -------
    Digits
        Pixels divided by 16, so between 0 and 1 before their means are removed.

    Raises
    ------
    ModuleNotFoundError
        Where scikit-learn is not installed; the message names the extra that brings it.

    References
    ----------
    E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998 (CC BY 4.0), as shipped with scikit-learn.

    Examples
    --------
    >>> from lossfns.course.race import digits
    >>> data = digits()
    >>> data.train_images.shape, data.test_images.shape
    ((1347, 64), (450, 64))
    """
    # Slower to import than all of the explorers, which need it only to be made anew.
    with needs("course"):
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images / 16, labels, test_size=0.25, random_state=0, stratify=labels
    )
    if remove_means:
        means = train_images.mean(axis=0)
        train_images, test_images = train_images - means, test_images - means
    return Digits(train_images, train_labels, test_images, test_labels)


def accuracy(network: Network, images: FloatArray, labels: NDArray[np.intp]) -> FloatArray:
    """Return the share of images whose largest logit is the right one, shape (seeds,)."""
    shares: FloatArray = (network.logits(images).argmax(axis=-1) == labels).mean(axis=-1)
    return shares


def _epoch(
    network: Network,
    images: FloatArray,
    labels: NDArray[np.intp],
    gradient: Gradient,
    rate: float,
    generators: list[np.random.Generator],
) -> Network:
    """Train once through the images, each seed in its own order."""
    one_hot = np.eye(CLASSES)[labels]
    order = np.stack([generator.permutation(len(images)) for generator in generators])
    for first in range(0, len(images), BATCH_SIZE):
        batch = order[:, first : first + BATCH_SIZE]
        inputs = images[batch]
        slopes = gradient(network.logits(inputs), one_hot[batch]) / batch.shape[1]
        network = network.stepped(inputs, slopes, rate)
    return network


def _layer(inputs: int, outputs: int, generators: list[np.random.Generator]) -> Layer:
    bound = 1 / np.sqrt(inputs)
    return Layer(
        np.stack([g.uniform(-bound, bound, (inputs, outputs)) for g in generators]),
        np.zeros((len(generators), 1, outputs)),
    )


def _start(
    start: str, data: Digits, generators: list[np.random.Generator], hidden: int = 0
) -> Network:
    pixels = data.train_images.shape[1]
    first = _layer(pixels, hidden, generators) if hidden else None
    network = Network(_layer(hidden or pixels, CLASSES, generators), first)
    if start == "confidently_wrong":
        shifted = (data.train_labels + 1) % CLASSES
        for _ in range(PRETRAINING_EPOCHS):
            network = _epoch(
                network,
                data.train_images,
                shifted,
                softmax_cross_entropy_grad,
                PRETRAINING_RATE,
                generators,
            )
    return network


def _generators(seeds: Sequence[int]) -> list[np.random.Generator]:
    generators = [np.random.default_rng(seed) for seed in seeds]
    if not generators:
        raise ValueError("seeds must hold at least one seed, got none")
    return generators


def _one_of(value: str, name: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")


def starting_network(
    start: str = "fresh", *, seeds: Sequence[int] = (0, 1, 2), remove_means: bool = True
) -> Network:
    """Return the networks that a race begins with.

    Parameters
    ----------
    start : {"fresh", "confidently_wrong"}
        ``"fresh"`` draws the weights uniformly from ±1/8 and sets the biases to zero.
        ``"confidently_wrong"`` goes on from there with cross-entropy for 60 epochs at rate 0.5
        towards the wrong answer: every digit's label is replaced by the next digit.
    seeds : sequence of int
        One network per seed.
    remove_means : bool
        As in `digits`.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If `start` is unknown or `seeds` is empty.

    Examples
    --------
    >>> from lossfns.course.race import starting_network
    >>> starting_network("fresh", seeds=[0, 1]).last.weights.shape
    (2, 64, 10)
    """
    _one_of(start, "start", STARTS)
    return _start(start, digits(remove_means=remove_means), _generators(seeds))


def race(
    loss: str,
    *,
    start: str = "fresh",
    rate: float = 0.1,
    epochs: int = 30,
    seeds: Sequence[int] = (0, 1, 2),
    remove_means: bool = True,
    hidden: int = 0,
) -> FloatArray:
    """Train a classifier on the digits and return its test accuracy after each epoch.

    Plain gradient descent on batches of 32, with the mean of the per-example gradients.

    Parameters
    ----------
    loss : {"cross_entropy", "squared_error", "squared_error_on_logits"}
        Softmax and cross-entropy; softmax and squared error summed over the classes (the exact
        Jacobian); squared error between the logits and the one-hot label, summed.
    start : {"fresh", "confidently_wrong"}
        As in `starting_network`.
    rate : float
        Learning rate, positive.
    epochs : int
        How often the training images are gone through.
    seeds : sequence of int
        One run per seed; a seed decides the first weights and the order of the images.
    remove_means : bool
        As in `digits`.
    hidden : int
        Units of a hidden layer with a ReLU; none by default, so the classifier is linear.

    Returns
    -------
    numpy.ndarray, shape (len(seeds), epochs + 1)
        Share of the 450 test images classified rightly, before training and after each epoch.

    Raises
    ------
    ValueError
        If `loss` or `start` is unknown, `rate` is not positive, `epochs` or `hidden` is negative,
        or `seeds` is empty.

    See Also
    --------
    epochs_to_reach : The number of epochs until an accuracy is first reached.

    Examples
    --------
    >>> from lossfns.course.race import race
    >>> race("cross_entropy", epochs=3, seeds=[0]).round(1)
    array([[0.1, 0.8, 0.9, 0.9]])
    """
    _one_of(loss, "loss", list(GRADIENTS))
    _one_of(start, "start", STARTS)
    if not rate > 0:
        raise ValueError(f"rate must be positive, got {rate}")
    if epochs < 0:
        raise ValueError(f"epochs must not be negative, got {epochs}")
    if hidden < 0:
        raise ValueError(f"hidden must not be negative, got {hidden}")
    generators = _generators(seeds)
    data = digits(remove_means=remove_means)
    network = _start(start, data, generators, hidden)
    accuracies = [accuracy(network, data.test_images, data.test_labels)]
    # At a rate that is too large the weights may grow without bound.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            network = _epoch(
                network, data.train_images, data.train_labels, GRADIENTS[loss], rate, generators
            )
            accuracies.append(accuracy(network, data.test_images, data.test_labels))
    return np.stack(accuracies, axis=1)


def epochs_to_reach(accuracies: ArrayLike, level: float = 0.9) -> list[int | None]:
    """Return, for each run of a race, the first epoch at which `level` is reached.

    Parameters
    ----------
    accuracies : array_like, shape (runs, epochs + 1)
        What `race` returns.
    level : float
        The accuracy asked for.

    Returns
    -------
    list of int or None
        None for a run that never reaches it.

    Examples
    --------
    >>> from lossfns.course.race import epochs_to_reach
    >>> epochs_to_reach([[0.1, 0.8, 0.9], [0.1, 0.2, 0.3]])
    [2, None]
    """
    reached = np.asarray(accuracies) >= level
    return [int(run.argmax()) if run.any() else None for run in reached]
