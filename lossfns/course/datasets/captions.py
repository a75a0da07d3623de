"""Ten captions, and the simplest description of a word that a matrix can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def letter_counts(words: Sequence[str]) -> tuple[NDArray[np.float64], list[str]]:
    """Count the letters of each word and the pairs of neighbours, its two ends included.

    Parameters
    ----------
    words : sequence of str
        None of them empty.

    Returns
    -------
    counts : ndarray of float64, shape (words, pieces)
    pieces : list of str
        What each column counts, in alphabetical order; ``^`` and ``$`` are a word's ends.

    Raises
    ------
    ValueError
        If there are no words or one of them is empty.

    Examples
    --------
    >>> from lossfns.course.datasets.captions import letter_counts
    >>> counts, pieces = letter_counts(["see", "sea"])
    >>> pieces
    ['^s', 'a', 'a$', 'e', 'e$', 'ea', 'ee', 's', 'se']
    >>> counts
    array([[1., 0., 0., 2., 1., 0., 1., 1., 1.],
           [1., 1., 1., 1., 0., 1., 0., 1., 1.]])
    """
    if not words or not all(words):
        raise ValueError(f"words must be at least one word, none of them empty, got {words!r}")
    counters = [Counter([*word, *map("".join, pairwise(f"^{word}$"))]) for word in words]
    pieces = sorted(set().union(*counters))
    return np.array([[float(counter[piece]) for piece in pieces] for counter in counters]), pieces
