"""Find an exercise by its id."""

from __future__ import annotations

import difflib
from dataclasses import replace
from itertools import combinations, count

import numpy as np

from lossfns.checks import ch01, ch02, ch03, ch04, ch05, ch06, ch07
from lossfns.checks._compare import same
from lossfns.checks._exercise import Arguments, Exercise
from lossfns.checks._trial import answers

CHAPTERS = (ch01, ch02, ch03, ch04, ch05, ch06, ch07)
EXERCISES = {exercise.id: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}


class UnknownExercise(ValueError):
    """No exercise has this id; the message says which comes near."""


def find(exercise_id: str) -> Exercise:
    """Return an exercise; an id such as "mse.by_hand@7" names a question with other numbers."""
    name, at, seed = str(exercise_id).partition("@")
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
    given = _draw(exercise, int(seed))
    return replace(exercise, id=f"{name}@{int(seed)}", probes=lambda: [given])


def _draw(exercise: Exercise, seed: int) -> Arguments:
    """Return the first numbers drawn on which no two ideas give the same answer."""
    for attempt in count():
        given = exercise.draw(np.random.default_rng([seed, attempt]))
        functions = [exercise.reference, *(mutant.function for mutant in exercise.mutants)]
        different = [answers(function, [given])[0] for function in functions]
        # Twice the tolerance, so that no rounded answer lies between two ideas.
        rtol, atol = exercise.tolerance
        if not any(
            same(one, other, 2 * rtol, 2 * atol) for one, other in combinations(different, 2)
        ):
            return given
