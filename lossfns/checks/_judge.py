"""Judge an attempt: what came of it, which idea it shows, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from typing import Any

from lossfns.checks._exercise import Exercise
from lossfns.checks._held import held_back
from lossfns.checks._trial import Key, Trial, key
from lossfns.judging.compare import difference, show
from lossfns.judging.display import Message
from lossfns.judging.misconceptions import MISCONCEPTIONS
from lossfns.judging.trying import Tried, try_out

MARKS = {"not_attempted": "○", "correct": "✓", "incorrect": "✗", "error": "⚠", "broken": "⚠"}


@dataclass(frozen=True, repr=False)
class CheckResult(Message):
    """What came of an attempt; a notebook shows it as a verdict.

    outcome : "not_attempted", "correct", "incorrect", "error" (the attempt raised an exception or
        did not end) or "broken" (the checker itself failed)
    misconception : the id of the idea that leads to exactly these answers, or None
    """

    exercise_id: str
    outcome: str
    misconception: str | None = None


def verdict(
    exercise_id: str,
    outcome: str,
    headline: str,
    *details: tuple[str, str],
    misconception: str | None = None,
) -> CheckResult:
    """Return a verdict in words; a detail without text is left out."""
    kept = tuple((label, text) for label, text in details if text)
    return CheckResult(f"{MARKS[outcome]} {headline}", kept, exercise_id, outcome, misconception)


def judge(exercise: Exercise, attempt: Any) -> CheckResult:
    """Judge an attempt at an exercise."""
    right = key(exercise)  # first: an attempt may change what the reference needs
    return judge_tried(right, try_out(right.task, attempt))


def judge_tried(right: Key, tried: Tried) -> CheckResult:
    """Judge an attempt by what it gave."""
    exercise = right.exercise
    if not tried.filled:
        return _not_attempted(exercise)
    if not tried.fits:
        return _wrong_kind(exercise, tried.kind)
    trial = Trial(right, tried)
    if tried.stub:
        return _not_attempted(exercise, "no `return` is reached")
    if not all(trial.right):
        return _incorrect(trial)
    if not trial.ended:
        return _did_not_end(trial)
    if any(trial.changed):
        return _changes_input(trial, trial.changed.index(True))
    return verdict(
        exercise.id,
        "correct",
        f"Correct: right on {_inputs(trial)}.",
        ("Why it works", exercise.why),
        *_remarks(trial),
    )


def _not_attempted(exercise: Exercise, doubt: str = "") -> CheckResult:
    return verdict(
        exercise.id,
        "not_attempted",
        "Not attempted yet.",
        ("If you have filled it in", doubt),
        ("Next", f"replace the `...` and run this cell again.{_hint(exercise)}"),
    )


def _wrong_kind(exercise: Exercise, kind: str) -> CheckResult:
    if exercise.question:
        headline, advice = "A function came, not the numbers.", "pass the numbers themselves"
    else:
        headline = f"No function came, but this: {kind}."
        advice = f'`check("{exercise.id}", {exercise.name})`: no brackets after its name'
    return verdict(exercise.id, "incorrect", f"Incorrect. {headline}", ("Next", advice))


def _incorrect(trial: Trial) -> CheckResult:
    exercise, first = trial.exercise, trial.first_wrong
    expected, given = trial.expected[first], trial.given[first]
    mutant = trial.mutant()
    relation = None if mutant else trial.relation()
    advice = f"work this one through by hand, line by line.{_hint(exercise)}"
    texts = ", ".join(map(show, expected)), str(given)
    if mutant:
        headline, advice = mutant.shows, mutant.look
    elif relation:
        headline, advice = relation
    elif not isinstance(given, tuple):
        headline = "What came back can't be compared."
    elif exercise.question:
        headline = "The numbers are not right yet."
    else:
        headline = f"{trial.right.count(False)} of {len(trial.right)} inputs came out wrong."
    if isinstance(given, tuple):
        texts = difference(expected, given, *exercise.tolerance)
    elif given is None and trial.how.printed:
        texts = texts[0], "nothing: what a function prints is lost to whoever calls it"
        headline, advice = "Your code prints, and returns nothing.", "`return` for `print`"
    elif given is None:
        texts = texts[0], "nothing: one way through the function has no `return`"
    return verdict(
        exercise.id,
        "incorrect",
        f"Incorrect. {headline}",
        ("Input", _input(trial, first)),
        # The answer to a question would end it.
        ("Expected", "" if exercise.question else texts[0]),
        ("Got", texts[1]),
        (
            "How we know",
            f"on {_inputs(trial)}, your answer is what this idea gives" if mutant else "",
        ),
        ("Why it matters", MISCONCEPTIONS[mutant.misconception].matters if mutant else ""),
        ("Next", advice),
        *_remarks(trial),
        misconception=mutant.misconception if mutant else None,
    )


def _did_not_end(trial: Trial) -> CheckResult:
    fault = trial.how.fault
    if fault is None:
        headline, place = f"Your code did not finish: {trial.how.stopped}.", ""
        advice = "look for a loop that never meets its end"
    else:
        headline = f"Your code raised {fault}"
        place = f"line {fault.number}: `{fault.line}`" if fault.line else ""
        advice = f"call your function on this input yourself.{_hint(trial.exercise)}"
    return verdict(
        trial.exercise.id,
        "error",
        headline,
        ("In your code", place),
        ("Input", _input(trial, len(trial.given))),
        ("Next", advice),
        *_remarks(trial),
    )


def _changes_input(trial: Trial, first: int) -> CheckResult:
    return verdict(
        trial.exercise.id,
        "incorrect",
        "Incorrect. The numbers are right, but your function changes what it is given.",
        ("Input", _input(trial, first)),
        ("Why it matters", MISCONCEPTIONS["input-changed"].matters),
        ("Next", "`x = x - 1` makes a new array; `x -= 1` and `x[0] = 1` change the caller's"),
        *_remarks(trial),
        misconception="input-changed",
    )


def _remarks(trial: Trial) -> tuple[tuple[str, str], ...]:
    unbounded = "" if trial.how.bounded else "this platform has no threads, so no time limit"
    return ("Your code printed", trial.how.printed), ("Note", unbounded)


def _input(trial: Trial, index: int) -> str:
    names = signature(trial.exercise.reference).parameters
    pairs = zip(names, trial.probes[index], strict=True)
    return ", ".join(f"{name} = {show(value)}" for name, value in pairs)


def _inputs(trial: Trial) -> str:
    count = len(trial.probes)
    return f"all {count} inputs we tried" if count > 1 else "the one input there is"


def _hint(exercise: Exercise) -> str:
    return "" if held_back("hints") else f' Stuck? `hint("{exercise.id}", 1)`'
