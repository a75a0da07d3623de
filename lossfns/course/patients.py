"""The diabetes patients of chapter 1, and two models that learn from them.

A line, and a network with one hidden layer; both are trained by plain gradient descent. The loss
is not here: it comes in as the slope at each guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lossfns._extras import needs

with needs("course"):
    from sklearn.datasets import load_diabetes

FloatArray = NDArray[np.floating[Any]]
Weights = Sequence[FloatArray]
# Takes the slopes at the guesses, gives those at the weights.
Back = Callable[[FloatArray], Weights]
Model = Callable[[Weights, FloatArray], tuple[FloatArray, Back]]

KNOWN = 300
HIDDEN = 16


class Patients(NamedTuple):
    """Ten measurements per patient, shape (patients, 10), and one outcome, shape (patients,)."""

    inputs: FloatArray
    outcomes: FloatArray


class Log(NamedTuple):
    """What a training run looked like before each step, and after the last one.

    The mean squared error on the patients trained on and on new ones, and the size of the slope.
    """

    train: FloatArray
    new: FloatArray
    slope: FloatArray


def split_patients() -> tuple[Patients, Patients]:
    """Return 300 patients to train on and 142 new ones, standardised by the first.

    Examples
    --------
    >>> known, new = split_patients()
    >>> known.inputs.shape, new.outcomes.shape
    ((300, 10), (142,))
    """
    data = load_diabetes(scaled=False)
    order = np.random.default_rng(0).permutation(len(data.target))

    def standardised(values: FloatArray) -> FloatArray:
        known = values[order[:KNOWN]]
        scaled: FloatArray = (values - known.mean(axis=0)) / known.std(axis=0)
        return scaled

    inputs, outcomes = standardised(data.data), standardised(data.target)
    known, new = (Patients(inputs[rows], outcomes[rows]) for rows in np.split(order, [KNOWN]))
    return known, new


def line(weights: Weights, inputs: FloatArray) -> tuple[FloatArray, Back]:
    """Return a line's guesses, shape (patients,), and the way back to its two weights."""
    slopes, intercept = weights

    def back(at_guess: FloatArray) -> Weights:
        return inputs.T @ at_guess, at_guess.sum()

    return inputs @ slopes + intercept, back


def network(weights: Weights, inputs: FloatArray) -> tuple[FloatArray, Back]:
    """Return a network's guesses, shape (patients,), and the way back to its four weights."""
    inner, inner_bias, outer, outer_bias = weights
    hidden = np.tanh(inputs @ inner + inner_bias)

    def back(at_guess: FloatArray) -> Weights:
        # Through the last rule, then through the slope of tanh, 1 − tanh².
        at_score = np.outer(at_guess, outer) * (1 - hidden**2)
        return inputs.T @ at_score, at_score.sum(axis=0), hidden.T @ at_guess, at_guess.sum()

    return hidden @ outer + outer_bias, back


def start(model: Model, *, seed: int = 0) -> Weights:
    """Return the weights that a model starts from: zeros for the line, random for the network.

    Raises
    ------
    ValueError
        For another model.
    """
    if model is line:
        return np.zeros(10), np.zeros(())
    if model is not network:
        raise ValueError(f"model must be line or network, got {model!r}")
    rng = np.random.default_rng(seed)
    inner = rng.normal(size=(10, HIDDEN)) / np.sqrt(10)
    outer = rng.normal(size=HIDDEN) / np.sqrt(HIDDEN)
    return inner, np.zeros(HIDDEN), outer, np.zeros(())


def fit(
    model: Model,
    weights: Weights,
    known: Patients,
    new: Patients,
    slope_at_guess: Callable[[FloatArray, FloatArray], FloatArray],
    *,
    rate: float = 0.05,
    steps: int = 3000,
) -> Log:
    """Train a model by gradient descent, and write a log.

    Parameters
    ----------
    model : callable
        `line` or `network`: from weights and inputs to guesses and the way back.
    weights : sequence of ndarray
        Where to start; left as they are.
    known, new : Patients
        To train on, and to watch only.
    slope_at_guess : callable
        From guesses and outcomes, both of shape (patients,), to the slope of the loss at each
        guess.
    rate : float
        The learning rate.
    steps : int
        How many steps.

    Returns
    -------
    Log
        Three arrays of shape (steps + 1,).
    """
    log = np.empty((3, steps + 1))
    for step in range(steps + 1):
        guess, back = model(weights, known.inputs)
        slopes = back(slope_at_guess(guess, known.outcomes))
        log[0, step] = np.mean((guess - known.outcomes) ** 2)
        log[1, step] = np.mean((model(weights, new.inputs)[0] - new.outcomes) ** 2)
        log[2, step] = np.sqrt(sum(np.sum(slope**2) for slope in slopes))
        weights = [w - rate * slope for w, slope in zip(weights, slopes, strict=True)]
    return Log(*log)
