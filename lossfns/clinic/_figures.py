"""The numbers in the bytes of many lines, found and read all at once."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]
Floats = NDArray[np.float64]


NEWLINE = ord("\n")
# How a number looks once each of its digits is a 0.
LAYOUT = re.compile(r"([-+]?)(0*)\.?(0*)(?:[eE]([-+]?0+))?")
# So many digits make a whole number that a float holds exactly, and so does so high a power of ten:
# of two such numbers the quotient is rounded once, as the number itself would be.
EXACT_DIGITS, EXACT_POWER = 15, 22
POWERS = 10.0 ** np.arange(EXACT_POWER + 1)


class Figures(NamedTuple):
    """The numbers of some lines, and what stands between them.

    Attributes
    ----------
    starts, ends : ndarray of int, shape (m,)
        Where each number starts among the bytes, and where it ends.
    first : ndarray of int, shape (n + 1,)
        The first number of each line.
    rest : ndarray of uint8
        The bytes that belong to no number.
    places : ndarray of int, shape (m,)
        Where each number stood among those.
    lines : ndarray of int, shape (n + 1,)
        Where each line starts among those.
    """

    starts: Places
    ends: Places
    first: Places
    rest: Bytes
    places: Places
    lines: Places


def figures(data: Bytes, breaks: Places) -> Figures:
    """Return the numbers in bytes whose lines end at `breaks`.

    A sign or a point belongs to the digit at its side; digits behind a letter are part of a word,
    as in `top5` and `acc@1`.
    """
    part = _is_part(data)
    edges = np.flatnonzero(part[1:] != part[:-1]) + 1
    if part[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[::2], edges[1::2]  # the last byte ends a line
    of_words = np.flatnonzero(part[1:] & _is_word(data)[:-1]) + 1
    of_words = of_words[~_is_between(data, of_words)]
    if len(of_words):
        at = np.searchsorted(starts, of_words)
        at = at[starts[at] == of_words]
        sizes = (ends - starts)[at]
        shifts = np.cumsum(sizes) - sizes
        part[np.repeat(starts[at] - shifts, sizes) + np.arange(sizes.sum())] = False
        starts, ends = np.delete(starts, at), np.delete(ends, at)
    gone = np.zeros(len(starts) + 1, np.intp)
    np.cumsum(ends - starts, out=gone[1:])
    first = np.zeros(len(breaks) + 1, np.intp)
    first[1:] = np.searchsorted(starts, breaks)
    lines = np.zeros(len(breaks) + 1, np.intp)
    lines[1:] = breaks + 1 - gone[first[1:]]
    return Figures(starts, ends, first, data.compress(~part), starts - gone[:-1], lines)


def _is_part(data: Bytes) -> NDArray[np.bool_]:
    """Which bytes are part of a number."""
    digit = data - ord("0") < 10
    point = data == ord(".")
    part = digit.copy()
    part[:-1] |= point[:-1] & digit[1:]
    part[1:] |= point[1:] & digit[:-1]
    part[:-1] |= ((data == ord("-")) | (data == ord("+")))[:-1] & part[1:]
    exponent = (data | 32) == ord("e")
    part[1:-1] |= exponent[1:-1] & part[:-2] & part[2:]
    return part


def _is_word(data: Bytes) -> NDArray[np.bool_]:
    """Which bytes are part of a word."""
    word: NDArray[np.bool_] = ((data | 32) - ord("a") < 26) | (data == ord("_")) | (data > 127)
    word |= (data == ord("@")) | (data == ord("/"))
    return word


def _is_between(data: Bytes, starts: Places) -> NDArray[np.bool_]:
    """Which numbers follow another, as in `98/100` and `2026-01-01T12:00:00`, or belong to it."""
    before, earlier = data[starts - 1], data[starts - 2] - ord("0") < 10
    joined = (before == ord("/")) | (before == ord("T")) | ((before | 32) == ord("e"))
    between: NDArray[np.bool_] = (starts > 1) & joined & earlier
    return between


def read_figures(data: Bytes, starts: Places, ends: Places) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the numbers that stand in some places, and which of them are none after all."""
    values, wrong = np.zeros(len(starts)), np.zeros(len(starts), bool)
    widths = ends - starts
    for width in np.flatnonzero(np.bincount(widths)):
        left = np.flatnonzero(widths == width)
        while len(left):
            numbers, alike = _numbers(data, starts[left], int(width))
            if numbers is None:
                wrong[left[alike]] = True
            else:
                values[left[alike]] = numbers[alike]
            left = left[~alike]
    return values, wrong


def _numbers(data: Bytes, starts: Places, width: int) -> tuple[Floats | None, NDArray[np.bool_]]:
    """The numbers in equally wide places, and which look like the first and so are right."""
    sample = data[starts[0] : starts[0] + width].tobytes().decode()
    layout = re.sub("[0-9]", "0", sample)
    alike = np.ones(len(starts), bool)
    digits = []
    for at, character in enumerate(sample):
        column = data.take(starts + at)
        if layout[at] == "0":
            column -= ord("0")
            alike &= column < 10
            digits.append(column)
        else:
            alike &= column == ord(character)
    found = LAYOUT.fullmatch(layout)
    if found is None or not (found[2] or found[3]):
        return None, alike
    sign, whole, fraction, exponent = found.groups("")
    written = len(whole + fraction)
    power = np.full(len(starts), -len(fraction))
    if len(exponent) < EXACT_DIGITS:
        size = _joined(digits[written:], len(starts)).astype(np.intp)
        power += -size if exponent.startswith("-") else size
    if max(written, len(exponent)) > EXACT_DIGITS or np.abs(power[alike]).max() > EXACT_POWER:
        numbers = np.zeros(len(starts))
        numbers[alike] = [float(data[a : a + width].tobytes()) for a in starts[alike].tolist()]
        return numbers, alike
    numbers = _joined(digits[:written], len(starts))
    if exponent:
        exact = POWERS[np.minimum(np.abs(power), EXACT_POWER)]
        numbers = np.where(power < 0, numbers / exact, numbers * exact)
    else:
        numbers /= POWERS[len(fraction)]
    return -numbers if sign == "-" else numbers, alike


def _joined(digits: list[Bytes], count: int) -> Floats:
    """The whole numbers that digits make, the first digit of each first."""
    numbers = np.zeros(count)
    for column in digits:
        numbers *= 10
        numbers += column
    return numbers
