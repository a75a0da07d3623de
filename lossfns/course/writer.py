"""The writer of chapter 7: the letter model of the sonnets, its answers, and who judges them.

A table with one row of logits for each kind of character; row t says what comes after a t. No loss
lives here: a page computes the slope of its loss at the log-likelihoods of whole answers, and
`backward` carries it to the table.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossfns.activations import log_softmax, softmax
from lossfns.course.datasets import load_sonnets

FloatArray = NDArray[np.floating[Any]]
Answers = NDArray[np.intp]  # (answers, letters + 1): the line end that all begin with comes first

LETTERS = "".join(sorted(set(load_sonnets())))
LINE_END = LETTERS.index("\n")
WORD = re.compile(r"[a-z']{3,}")


@cache
def _sonnets() -> Answers:
    """Both sonnets, as one long answer."""
    return np.array([[LETTERS.index(letter) for letter in load_sonnets()]])


@cache
def _words() -> frozenset[str]:
    return frozenset(WORD.findall(load_sonnets().lower()))


def learned(steps: int = 4000, rate: float = 50.0) -> FloatArray:
    """Return the table that next-letter training on both sonnets ends with, near its floor.

    Parameters
    ----------
    steps : int
    rate : float

    Returns
    -------
    ndarray, shape (44, 44)

    Examples
    --------
    >>> from lossfns.course import writer
    >>> [round(writer.letter_loss(writer.learned(steps)), 2) for steps in (0, 10, 100)]
    [3.78, 2.56, 2.14]
    """
    followed = counts(_sonnets(), np.ones(1))
    often = followed.sum(axis=1, keepdims=True)
    table: FloatArray = np.zeros_like(followed)
    for _ in range(steps):
        table = table - rate * (often * softmax(table) - followed) / followed.sum()
    return table


def write(table: FloatArray, count: int, *, letters: int = 40, seed: int = 0) -> Answers:
    """Return answers that the table writes, letter by letter, each from the end of a line.

    Parameters
    ----------
    table : ndarray, shape (44, 44)
    count, letters : int
        How many answers, and how long they are: equally long, so length can't matter.
    seed : int

    Returns
    -------
    ndarray of int, shape (count, letters + 1)

    Examples
    --------
    >>> from lossfns.course import writer
    >>> answers = writer.write(writer.learned(steps=100), 2)
    >>> answers.shape, [len(writer.spell(answer)) for answer in answers]
    ((2, 41), [40, 40])
    """
    bets = softmax(table).cumsum(axis=1)
    bets /= bets[:, -1:]
    answers = np.full((count, letters + 1), LINE_END, dtype=np.intp)
    for place, dice in enumerate(np.random.default_rng(seed).random((letters, count))):
        answers[:, place + 1] = (bets[answers[:, place]] < dice[:, np.newaxis]).sum(axis=1)
    return answers


def spell(answer: NDArray[np.intp]) -> str:
    """Return one answer as text, without the line end that it begins with."""
    return "".join(LETTERS[k] for k in answer[1:])


def score(answer: str) -> int:
    """Return how many letters of an answer stand in real words.

    A word is real if it has three letters or more and the sonnets have it; capitals don't matter.

    Examples
    --------
    >>> from lossfns.course import writer
    >>> writer.score("So long lives this"), writer.score("O the slove thine")
    (13, 3)
    """
    return sum(len(word) for word in WORD.findall(answer.lower()) if word in _words())


def judged_pairs(table: FloatArray, count: int, *, seed: int = 0) -> tuple[Answers, Answers]:
    """Let the table write pairs of answers, and put the one with the higher score first.

    Parameters
    ----------
    table : ndarray, shape (44, 44)
    count : int
        Of pairs before those with equal scores are dropped.
    seed : int

    Returns
    -------
    better, worse : ndarray of int, equal shapes

    Examples
    --------
    >>> from lossfns.course import writer
    >>> better, worse = writer.judged_pairs(writer.learned(steps=100), 100)
    >>> [writer.score(writer.spell(side[0])) for side in (better, worse)]
    [3, 0]
    """
    answers = write(table, 2 * count, seed=seed)
    scores = np.array([score(spell(answer)) for answer in answers]).reshape(count, 2)
    told_apart = scores[:, 0] != scores[:, 1]
    pairs = answers.reshape(count, 2, -1)[told_apart]
    order = scores[told_apart].argsort(axis=1)[:, :, np.newaxis]
    worse, better = np.take_along_axis(pairs, order, axis=1).transpose(1, 0, 2)
    return better, worse


def total(table: FloatArray, answers: Answers) -> FloatArray:
    """Return the sum of a table's entries over each answer's steps from letter to letter.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course import writer
    >>> writer.total(np.ones((44, 44)), np.array([[0, 5, 5, 2], [0, 1, 2, 3]]))
    array([3., 3.])
    """
    entries: FloatArray = table[answers[:, :-1], answers[:, 1:]]
    sums: FloatArray = entries.sum(axis=1)
    return sums


def counts(answers: Answers, weights: FloatArray) -> FloatArray:
    """Return how often k follows t, each answer counted with its weight: the slope of `total`.

    Parameters
    ----------
    answers : ndarray of int, shape (count, letters + 1)
    weights : ndarray, shape (count,)

    Returns
    -------
    ndarray, shape (44, 44)

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course import writer
    >>> writer.counts(np.array([[0, 1, 1], [0, 1, 2]]), np.array([1.0, -0.5]))[:2, :3]
    array([[ 0. ,  0.5,  0. ],
           [ 0. ,  1. , -0.5]])
    """
    table = np.zeros((len(LETTERS), len(LETTERS)))
    np.add.at(table, (answers[:, :-1], answers[:, 1:]), weights[:, np.newaxis])
    return table


def log_likelihoods(table: FloatArray, answers: Answers) -> FloatArray:
    """Return the logarithm of each answer's probability: its letters' summed, in nats.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course import writer
    >>> shrug = np.zeros((44, 44))
    >>> writer.log_likelihoods(shrug, writer.write(shrug, 2, letters=10)).round(4)
    array([-37.8419, -37.8419])
    """
    return total(log_softmax(table), answers)


def letter_loss(table: FloatArray) -> float:
    """Return the mean cross-entropy per letter on both sonnets, in nats."""
    text = _sonnets()
    return -float(log_likelihoods(table, text)[0]) / (text.size - 1)


def backward(table: FloatArray, answers: Answers, slopes: FloatArray) -> FloatArray:
    """Carry a loss's slopes at the answers' log-likelihoods back to the table.

    Where an answer went from t to k, row t of the slope at the logits is one-hot minus
    probabilities, times the answer's slope; these are added up.

    Parameters
    ----------
    table : ndarray, shape (44, 44)
    answers : ndarray of int, shape (count, letters + 1)
    slopes : ndarray, shape (count,)

    Returns
    -------
    ndarray, shape (44, 44)

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course import writer
    >>> table = writer.learned(steps=10)
    >>> slope = writer.backward(table, writer.write(table, 5), np.ones(5))
    >>> bool(np.allclose(slope.sum(axis=1), 0))
    True
    """
    followed = counts(answers, slopes)
    slope: FloatArray = followed - followed.sum(axis=1, keepdims=True) * softmax(table)
    return slope


def visits(answers: Answers) -> FloatArray:
    """Return how often the mean answer uses each row of the table, shape (44,)."""
    return np.bincount(answers[:, :-1].ravel(), minlength=len(LETTERS)) / len(answers)
