"""Draw a sheet of different questions for a class, with the answers for the teacher."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from lossfns.checks._exercise import Exercise
from lossfns.checks._registry import EXERCISES, find
from lossfns.judging.display import Table


@dataclass(frozen=True, repr=False)
class QuestionSheet(Table):
    """One question for each student of a class; the last column holds the answers."""

    def for_students(self) -> Table:
        """Return the sheet without the answers."""
        return Table(self.head[:-1], tuple(row[:-1] for row in self.rows))


def question_sheet(exercise_id: str, students: int) -> QuestionSheet:
    """Return a different question for each student of a class, with the answers.

    Parameters
    ----------
    exercise_id : str
        A question in numbers, without a seed: "mse.by_hand", say.
    students : int
        How many there are, at least 1.

    Returns
    -------
    QuestionSheet
        A table of each question's id, its words and its answer, rounded as it asks. `rows` holds
        its cells, `csv` returns it as text, `for_students` leaves the answers out.

    Notes
    -----
    No two answers are so near that one passes for the other, and none passes for the question of
    the exercise page. The sheet is the same every time, and a larger one begins with it.

    Examples
    --------
    >>> from lossfns.checks import check, question_sheet
    >>> sheet = question_sheet("wild.by_hand", 40)
    >>> for exercise_id, _, answer in sheet.rows[:2]:
    ...     print(exercise_id, answer)
    wild.by_hand@1 7.77, 2376.00, 11.21
    wild.by_hand@2 8.34, 4191.00, 12.03
    >>> check("wild.by_hand@1", (7.77, 2376, 11.21)).outcome
    'correct'
    >>> sheet.for_students().head
    ('Exercise', 'Question')
    """
    exercise = find(exercise_id)
    ask = exercise.question
    if ask is None or exercise.draw is None:
        known = ", ".join(name for name, other in EXERCISES.items() if other.draw)
        raise ValueError(
            f"exercise_id must be a question in numbers, one of {known}; got {exercise_id!r}"
        )
    if exercise.id not in EXERCISES:
        raise ValueError(f"exercise_id must be without a seed, got {exercise_id!r}")
    wanted = _at_least_one(students)
    rows: list[tuple[str, ...]] = []
    for variant in _different(exercise):
        if len(rows) == wanted:
            break
        given = variant.probes()[0]
        rows.append((variant.id, ask(*given), variant.written))
    if len(rows) < wanted:
        raise ValueError(
            f"students must be at most {len(rows)} for {exercise.id!r}, which has no more"
            f" different questions; got {wanted}"
        )
    return QuestionSheet(("Exercise", "Question", "Answer"), tuple(rows))


def _at_least_one(students: int) -> int:
    try:
        number = 0 if isinstance(students, bool) else operator.index(students)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"students must be a whole number, 1 or more, got {students!r}")
    return number


def _answer(exercise: Exercise) -> tuple[float, ...]:
    return tuple(map(float, exercise.reference(*exercise.probes()[0])))


def _different(exercise: Exercise) -> Iterator[Exercise]:
    """Yield variants whose answers tell them apart, while new ones are to be expected."""
    answers, in_vain = [_answer(exercise)], 0
    rtol, atol = exercise.tolerance
    for seed in count(1):
        variant = find(f"{exercise.id}@{seed}")
        answer = _answer(variant)
        near = np.isclose(answers, answer, rtol=2 * rtol, atol=2 * atol)
        if not near.all(axis=1).any():
            answers.append(answer)
            in_vain = 0
            yield variant
        elif (in_vain := in_vain + 1) > 20 * len(answers):
            return
