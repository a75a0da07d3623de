"""Say how wrong numbers stand to the right ones, where one plain relation holds on every input.

This describes numbers, whatever led to them: another shape, fewer digits, one factor throughout,
a mean or a sum taken or left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lossfns.judging.compare import Answer, Unusable, same
from lossfns.judging.mistakes import Arguments

Given = Answer | Unusable | None
Cases = Sequence[tuple[Arguments, Answer, Given]]
Tolerance = tuple[float, float]

NEAR = 1e-3  # the relative difference up to which numbers count as close
# What a number can be multiplied by, and what that is called.
SIGNS = ((1.0, ""), (-1.0, "the sign"))
CONSTANTS = (
    (1.0, ""),
    (2.0, "a factor 2"),
    (0.5, "a factor ½"),
    (1 / np.log(2), "a factor 1.4427 (base 2 for base e)"),
    (1 / np.log(10), "a factor 0.4343 (base 10 for base e)"),
    (np.log(2), "a factor 0.6931 (base e for base 2)"),
)
COUNTS = (
    (lambda first, last: 1, ""),
    (lambda first, last: first, "a factor N, the length of the first axis"),
    (lambda first, last: 1 / first, "a factor 1/N, one over the length of the first axis"),
    (lambda first, last: last, "a factor K, the length of the last axis"),
    (lambda first, last: 1 / last, "a factor 1/K, one over the length of the last axis"),
)


class Relation(NamedTuple):
    """A headline that describes the numbers, and what to look at next."""

    headline: str
    look: str


def constant(given: Sequence[Given]) -> bool:
    """Whether several answers are all one number: such answers show no idea."""
    rows = [_flat(value) for value in given if isinstance(value, tuple)]
    if len(given) < 2 or len(rows) < len(given):
        return False
    numbers = np.concatenate(rows)
    return numbers.size > 1 and bool(np.all(numbers == numbers[0]) or np.all(np.isnan(numbers)))


def relation(cases: Cases, tolerance: Tolerance, *, rounded: bool = False) -> Relation | None:
    """Return the first plain relation that holds on every input, if there is one.

    rounded : whether the numbers answer a question, so that they were asked for with few digits
    """
    rules = (_one_number, _other_shape, _fewer_digits, _one_for_many, _many_for_one, _factor)
    with np.errstate(all="ignore"):
        return next(filter(None, (rule(cases, tolerance, rounded) for rule in rules)), None)


def _answered(cases: Cases) -> list[tuple[Arguments, Answer, Answer]]:
    """Return the cases if an answer came on every input, otherwise none."""
    answered = [
        (arguments, expected, given)
        for arguments, expected, given in cases
        if isinstance(given, tuple)
    ]
    return answered if len(answered) == len(cases) else []


def _flat(value: Answer) -> NDArray[np.float64]:
    return np.concatenate([np.ravel(part).astype(np.float64) for part in value])


def _one_number(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    if not constant([given for *_, given in cases]):
        return None
    first = cases[0][-1]
    if isinstance(first, tuple) and np.all(np.isnan(_flat(first))):
        return Relation(
            "nan came back, whatever went in.",
            "where a logarithm of a negative number, or 0 divided by 0, comes in",
        )
    return Relation(
        "The same number came back, whatever went in.",
        "what your function does with its arguments",
    )


def _rows(given: Given) -> Iterator[Answer]:
    """Every way to read what came back as one row of numbers."""
    if isinstance(given, Unusable) and given.numbers is not None:
        given = (given.numbers,)
    if isinstance(given, tuple):
        yield (_flat(given),)
        yield (_flat(tuple(np.transpose(part) for part in given)),)


def _other_shape(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    for _, expected, given in cases:
        wanted = (_flat(expected),)
        if not any(same(wanted, row, *tolerance) for row in _rows(given)):
            return None
    for _, expected, given in cases:
        for asked, came in _shapes(expected, given):
            if asked != came:
                return Relation(
                    f"The numbers are right, the shape is not: {asked} is asked for, {came} came.",
                    "`np.shape` of what you return; `np.reshape`, `[:, 0]` or `.T` changes it",
                )
    return None


def _shapes(expected: Answer, given: Given) -> Iterator[tuple[str, str]]:
    """Yield the shape that is asked for and the one that came, part by part."""
    if isinstance(given, tuple):
        yield from ((str(e.shape), str(g.shape)) for e, g in zip(expected, given, strict=True))
    elif given and given.numbers is not None:  # pragma: no branch - `_rows` found some
        yield f"{len(expected)} numbers", str(given.numbers.shape)


def _fewer_digits(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    answered = _answered(cases)
    if not answered:
        return None
    atol = tolerance[1]
    if rounded:
        # A truncated number is off by up to one unit, one from rounded steps by a few more.
        bands = {"": (10 * NEAR, 4 * atol)}
    else:
        bands = {
            f" to {places} decimals": (0.0, 1.001 * 10.0**-places)
            for places in range(6, 1, -1)
            if all(_has_places(given, places) for *_, given in answered)
        } | {"": (NEAR, atol)}
    for digits, band in bands.items():
        if all(same(expected, _double(given), *band) for _, expected, given in answered):
            return Relation(
                f"Close: right{digits}, but not further. Keep more digits."
                if digits
                else "Close: keep more digits.",
                "round nothing on the way, add no small number, and compute in double precision",
            )
    return None


def _double(given: Answer) -> Answer:
    return tuple(part.astype(np.float64) for part in given)


def _has_places(given: Answer, places: int) -> bool:
    """Whether no number has more than some decimals."""
    row = _flat(given)
    return np.allclose(row, np.round(row, places), rtol=1e-7, atol=1e-12, equal_nan=True)


def _single(cases: Cases) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """What was expected and what came, where both are one array on every input."""
    pairs = [
        (expected[0], given[0])
        for _, expected, given in _answered(cases)
        if len(expected) == len(given) == 1
    ]
    return pairs if len(pairs) == len(cases) else []


REDUCTIONS = ((np.mean, "mean"), (np.sum, "sum"))


def _one_for_many(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    pairs = _single(cases)
    if all(e.size <= 1 for e, _ in pairs) or not all(g.size == 1 for _, g in pairs):
        return None
    for reduce, name in REDUCTIONS:
        if all(
            same((np.asarray(reduce(e)),), (g.reshape(()),), *tolerance) for e, g in pairs if e.size
        ):
            return Relation(
                f"One number came back: the {name} of those that are asked for.",
                f"leave out the last {name}: each number is wanted on its own",
            )
    return None


def _many_for_one(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    pairs = _single(cases)
    if all(g.size <= 1 for _, g in pairs) or not all(e.size == 1 for e, _ in pairs):
        return None
    for reduce, name in REDUCTIONS:
        if all(
            same((e.reshape(()),), (np.asarray(reduce(g)),), *tolerance) for e, g in pairs if g.size
        ):
            return Relation(
                f"Several numbers came back, and their {name} is what is asked for.",
                f"take the {name} before you return",
            )
    return None


def _lengths(arguments: Arguments) -> tuple[int, int]:
    """The lengths of the first array's first and last axis."""
    shapes = (
        a.shape if hasattr(a, "shape") else (len(a),) for a in arguments if isinstance(a, Sized)
    )
    shape = next((shape for shape in shapes if shape), (1,))
    return max(shape[0], 1), max(shape[-1], 1)


def _factor(cases: Cases, tolerance: Tolerance, rounded: bool) -> Relation | None:
    answered = _answered(cases)
    if rounded or not answered:
        return None
    if any(part.dtype == bool for _, expected, _ in cases for part in expected):
        return None
    choices = product(SIGNS, CONSTANTS, COUNTS)
    for parts in sorted(choices, key=lambda parts: sum(bool(name) for _, name in parts)):
        (sign, _), (number, _), (count, _) = parts
        names = [name for _, name in parts if name]
        if names and all(
            same(
                tuple(sign * number * count(*_lengths(arguments)) * part for part in expected),
                given,
                *tolerance,
            )
            for arguments, expected, given in answered
        ):
            one = len(names) == 1
            return Relation(
                f"Every number is off by the same thing: {names[0]}."
                if one
                else f"Every number is off by the same {len(names)} things: {' and '.join(names)}.",
                "where that comes in; all the rest is right",
            )
    return None
