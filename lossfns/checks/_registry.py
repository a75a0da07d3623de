"""Find an exercise by its id."""

from __future__ import annotations

import difflib
from dataclasses import replace
from itertools import combinations, count

import numpy as np

from lossfns.checks import ch01, ch02, ch03, ch04, ch05, ch06, ch07
from lossfns.checks._exercise import Exercise
from lossfns.checks._trial import answers
from lossfns.judging.compare import same
from lossfns.judging.mistakes import Arguments

CHAPTERS = (ch01, ch02, ch03, ch04, ch05, ch06, ch07)
EXERCISES: dict[str, Exercise] = {
    exercise.id: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES
}


class UnknownExercise(ValueError):
    """No exercise has this id; the message says which comes near."""


def find(exercise_id: object) -> Exercise:
    """Return an exercise; an id such as "mse.by_hand@7" names a question with other numbers.

    Raises
    ------
    UnknownExercise
        If there is none; the message says which id comes near.

    Examples
    --------
    >>> find("mse.value").minutes, find("mse.by_hand@7").written
    (4, '7.12, 1.25, 2.25')
    """
    if not isinstance(exercise_id, str):
        raise UnknownExercise(
            f"an id comes first, in quotes; there is no exercise {exercise_id!r:.60}"
        )
    name, at, seed = exercise_id.partition("@")
    if name not in EXERCISES:
        near = difflib.get_close_matches(name, EXERCISES, n=1)
        guess = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownExercise(f"there is no exercise {name!r}{guess}")
    exercise = EXERCISES[name]
    if not at:
        return exercise
    if exercise.draw is None:
        raise UnknownExercise(f"{name!r} is no question in numbers, so it has no variants")
    if not seed.isdecimal():
        raise UnknownExercise(f"after the @ a whole number must come, got {seed!r}")
    draws = (exercise.draw(np.random.default_rng([int(seed), attempt])) for attempt in count())
    given = next(arguments for arguments in draws if _told_apart(exercise, arguments))
    return replace(exercise, id=f"{name}@{int(seed)}", probes=lambda: [given])


def _told_apart(exercise: Exercise, given: Arguments) -> bool:
    """Whether no two ideas give the same answer to a question with these numbers."""
    functions = [exercise.reference, *(mutant.function for mutant in exercise.mutants)]
    different = [answers(function, [given])[0] for function in functions]
    # Twice the tolerance, so that no rounded answer lies between two ideas.
    rtol, atol = exercise.tolerance
    pairs = combinations(different, 2)
    return not any(same(one, other, 2 * rtol, 2 * atol) for one, other in pairs)
