"""Small random inputs for the check: the same kinds for every generator, with other numbers."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]
Classified = tuple[NDArray[np.float64], NDArray[np.int64]]
# Numbers of examples and of classes: one of each, fewer, as many and more.
SIZES = ((1, 2), (1, 3), (1, 6), (2, 2), (3, 3), (2, 5), (5, 2), (6, 3), (3, 4))


def some(
    rng: np.random.Generator, shape: int | tuple[int, ...], scale: float = 2.0
) -> NDArray[np.float64]:
    """Draw normal numbers with two decimals, which can be read."""
    return rng.normal(scale=scale, size=shape).round(2)


def scores(rng: np.random.Generator) -> Iterator[Pair]:
    """Yield logits from −20 to 20 and labels 0 or 1, both of shape (N,)."""

    def labels(count: int) -> NDArray[np.float64]:
        return rng.permutation(np.arange(count) % 2 * 1.0)

    for label in (0.0, 1.0):
        yield some(rng, 1), np.array([label])
        yield some(rng, 4), np.full(4, label)
        yield np.abs(some(rng, 3)), np.full(3, label)
        yield -np.abs(some(rng, 3)), np.full(3, label)
        yield np.linspace(-20, 20, 9) + 0.0, np.full(9, label)
    for count in (2, 3, 5, 8):
        yield some(rng, count), labels(count)
    yield np.zeros(2), np.array([0.0, 1.0])
    yield np.full(4, some(rng, 1)[0]), labels(4)
    yield np.sort(some(rng, 5, 6.0)).clip(-20, 20), labels(5)
    yield some(rng, 6, 0.05), labels(6)
    yield rng.permutation(np.arange(-3.0, 4)), labels(7)


def classified(rng: np.random.Generator) -> Iterator[Classified]:
    """Yield logits from −20 to 20, of shape (N, K), and class numbers, of shape (N,)."""
    for count, classes in SIZES:
        yield some(rng, (count, classes)), rng.integers(0, classes, count)
    yield some(rng, (3, 3)), rng.permutation(3)
    yield some(rng, (4, 3)), np.zeros(4, int)
    yield some(rng, (3, 5)), np.full(3, 4)
    yield some(rng, (5, 4)), np.array([2, 1, 2, 2, 1])
    yield np.zeros((2, 3)), np.array([2, 0])
    yield np.tile(some(rng, (1, 4)), (3, 1)), np.array([3, 1, 3])
    yield np.array([[1.5, 1.5, -0.5], [-2.0, 0.25, 0.25]]), np.array([0, 0])
    yield np.sort(some(rng, (3, 4))), rng.integers(0, 4, 3)
    yield -np.abs(some(rng, (3, 4), 4.0)), rng.integers(0, 4, 3)
    yield some(rng, (4, 3)) + np.array([[12.0], [-11.0], [0.0], [5.0]]), rng.integers(0, 3, 4)
    yield rng.permuted(np.tile([-20.0, 20.0, 3.0, 18.5], (5, 1)), axis=1), rng.integers(0, 4, 5)
    yield rng.permuted(np.tile(np.arange(-2.0, 3), (4, 1)), axis=1), rng.integers(0, 5, 4)


def shares(rng: np.random.Generator, shape: tuple[int, ...], least: int = 0) -> NDArray[np.float64]:
    """Draw distributions along the last axis, in hundredths of which each gets at least some."""
    *rows, classes = shape
    weights = rng.dirichlet(np.full(classes, 0.8), rows)
    return (rng.multinomial(100 - least * classes, weights) + least) / 100
