"""Check exercises, and say which idea leads to a wrong answer.

An attempt is passed in, tried on a few inputs beside the reference, and compared with wrong
answers that people really give. `progress` keeps what was done in one file on this machine.
"""

from __future__ import annotations

import inspect
from textwrap import dedent
from typing import Any

from lossfns.checks import _progress
from lossfns.checks._exercise import Exercise
from lossfns.checks._held import held_back
from lossfns.checks._judge import MARKS, CheckResult, judge, verdict
from lossfns.checks._registry import EXERCISES, UnknownExercise, find
from lossfns.checks._sheet import QuestionSheet, question_sheet
from lossfns.judging.compare import show
from lossfns.judging.display import Code, Folded, Message, Table
from lossfns.judging.misconceptions import MISCONCEPTIONS

__all__ = [
    "MARKS",
    "CheckResult",
    "Exercise",
    "QuestionSheet",
    "UnknownExercise",
    "catalogue",
    "check",
    "exercise_ids",
    "find",
    "hint",
    "progress",
    "question",
    "question_sheet",
    "reference",
    "solution",
    "solution_source",
]

LEVELS = ("The idea", "The formula", "The skeleton")
_attempted: set[str] = set()


def exercise_ids() -> tuple[str, ...]:
    """Return the ids of all exercises, in the order of the chapters.

    Examples
    --------
    >>> from lossfns.checks import exercise_ids
    >>> exercise_ids()[0]
    'mse.value'
    """
    return tuple(EXERCISES)


def check(exercise_id: str, attempt: Any) -> CheckResult:
    """Check an attempt at an exercise. It never raises.

    Parameters
    ----------
    exercise_id : str
        One of `exercise_ids`; a question in numbers also as ``"mse.by_hand@7"``, with the numbers
        of that seed.
    attempt : callable or numbers
        Your function, or your answer.

    Returns
    -------
    CheckResult
        In a notebook it shows itself, as the last line of a cell. `outcome` is one of
        "not_attempted", "correct", "incorrect", "error" and "broken"; `misconception` an id or
        None.

    Notes
    -----
    The attempt runs in a thread and may take five seconds. On a platform without threads there is
    no limit, and the verdict says so.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.checks import check
    >>> check("mse.value", lambda p, y: np.sum((p - y) ** 2))
    ✗ Incorrect. These are the squares added up, not divided by how many there are.
      Input: predictions = [3, 1], targets = [1, 2]
      Expected: 2.5
      Got: 5
      How we know: on all 25 inputs we tried, your answer is what this idea gives
      Why it matters: A sum grows with the batch, so the learning rate that worked stops working.
      Next: `np.mean`, or the sum divided by `len(predictions)`
    """
    try:
        exercise = find(exercise_id)
        result = judge(exercise, attempt)
    except UnknownExercise as error:
        return _unknown(exercise_id, f"Not checked: {error}")
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        return verdict(
            str(exercise_id),
            "broken",
            f"The check itself failed, which is not your fault. {fault}",
            ("Next", "please report this line, and what you passed"),
        )
    if result.outcome in ("correct", "incorrect", "error"):
        _attempted.add(exercise.id)
        _progress.record(exercise.id, "done" if result.outcome == "correct" else "tried")
    return result


def _unknown(exercise_id: str, headline: str) -> CheckResult:
    advice = '`check("mse.value", your_function)`; `exercise_ids()` lists the ids'
    return verdict(exercise_id, "not_attempted", headline, ("Next", advice))


def progress() -> Message:
    """Return what is done, tried and left; nothing else depends on earlier checks.

    The file is the one that the environment variable ``LOSSFNS_PROGRESS`` names, or lies in the
    platform's folder for user data; the line "Kept in" names it, and deleting it starts afresh.
    What can be read of a damaged one is kept, and the rest set aside and named here. Only a
    progress file is touched: with ``LOSSFNS_PROGRESS=/dev/null`` nothing is kept.

    Examples
    --------
    >>> from lossfns.checks import check, progress, reference
    >>> check("mse.value", reference("mse.value")).outcome
    'correct'
    >>> "mse.value" in dict(progress().details)["Done"]
    True
    """
    return _progress.summary(EXERCISES)


def hint(exercise_id: str, level: int | None = None) -> Message | Folded:
    """Return a hint: 1 the idea, 2 the formula, 3 the skeleton; without a level, all three folded.

    Where the environment variable ``LOSSFNS_HELD_BACK`` names "hints", nobody gets one.

    Examples
    --------
    >>> from lossfns.checks import hint
    >>> hint("mse.value")
    Three hints: hint("mse.value", 1) is the idea, 2 the formula, 3 the skeleton.
    """
    hints = find(exercise_id).hints
    if held := held_back("hints"):
        return held
    if level is None:
        text = f'Three hints: hint("{exercise_id}", 1) is the idea, 2 the formula, 3 the skeleton.'
        titles = (f"Hint {number}. {name}" for number, name in enumerate(LEVELS, 1))
        return Folded(text, tuple(zip(titles, hints, strict=True)))
    if level not in (1, 2, 3):
        raise ValueError(f"level must be 1, 2 or 3, got {level!r}")
    return Message(f"Hint {level} of 3", ((LEVELS[level - 1], hints[level - 1]),))


def solution(exercise_id: str, *, give_up: bool = False) -> Message | Code:
    """Return our solution: after an attempt, or for someone who gives up.

    Where the environment variable ``LOSSFNS_HELD_BACK`` names "solutions", nobody gets it.

    Examples
    --------
    >>> from lossfns.checks import solution
    >>> print(solution("mse.value", give_up=True).source)
    def mean_squared_error(predictions, targets):
        return np.mean((predictions - targets) ** 2)
    """
    exercise = find(exercise_id)
    if held := held_back("solutions"):
        return held
    if not (give_up or exercise.id in _attempted or _progress.was_tried(exercise.id)):
        advice = f'`solution("{exercise.id}", give_up=True)` shows it all the same'
        return Message("Try it first: a wrong attempt teaches more.", (("Or", advice),))
    return Code("Our solution: the code that the check itself runs.", solution_source(exercise_id))


def solution_source(exercise_id: str) -> str:
    """Return our solution's code, for teachers and tools: nothing holds it back.

    Examples
    --------
    >>> from lossfns.checks import solution_source
    >>> solution_source("mse.value").splitlines()[0]
    'def mean_squared_error(predictions, targets):'
    """
    exercise = find(exercise_id)
    source = dedent(inspect.getsource(exercise.reference)).strip()
    if exercise.question:
        source += f"\n\n# Here: {show(reference(exercise_id))}"
    return source


def reference(exercise_id: str) -> Any:
    """Return what passes the check: a function, or the answer to a question in numbers.

    Examples
    --------
    >>> from lossfns.checks import check, reference
    >>> check("mse.value", reference("mse.value")).outcome
    'correct'
    """
    exercise = find(exercise_id)
    return exercise.reference(*exercise.probes()[0]) if exercise.question else exercise.reference


def question(exercise_id: str) -> Message:
    """Return the words of a question in numbers; ``"mse.by_hand@7"`` draws numbers with seed 7.

    Examples
    --------
    >>> from lossfns.checks import question
    >>> question("attempts.uniform@7").details[0][1].split(". ")[0]
    'A fresh model gives each of 1,040 classes the same probability'
    """
    exercise = find(exercise_id)
    if not exercise.question:
        raise ValueError(f"{exercise_id!r} is no question in numbers: its task is in the notebook")
    return Message(exercise.id, (("Question", exercise.question(*exercise.probes()[0])),))


def catalogue(chapter: int) -> Table:
    """Return a table for teachers: what each exercise of a chapter is for, and what it recognises.

    Examples
    --------
    >>> from lossfns.checks import catalogue
    >>> catalogue(1).head
    ('Exercise', 'Afterwards you can', 'Minutes', 'Ideas that are recognised')
    >>> catalogue(1).rows[0][:3]
    ('`mse.value`', 'turn predictions and targets into one mean squared error', '4')
    >>> catalogue(1).rows[-1][:3]
    ('All of them', '', '34')
    """
    rows = []
    for exercise in EXERCISES.values():
        if exercise.chapter == chapter:
            titles = (MISCONCEPTIONS[mutant.misconception].title for mutant in exercise.mutants)
            cells = (
                f"`{exercise.id}`",
                exercise.objective,
                str(exercise.minutes),
                " · ".join(titles),
            )
            rows.append(cells)
    if not rows:
        raise ValueError(f"chapter must be the number of a chapter with exercises, got {chapter!r}")
    rows.append(("All of them", "", str(sum(int(row[2]) for row in rows)), ""))
    return Table(
        ("Exercise", "Afterwards you can", "Minutes", "Ideas that are recognised"), tuple(rows)
    )
