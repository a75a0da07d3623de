"""Try an attempt on every probe, beside the reference."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossfns.checks._exercise import Exercise
from lossfns.judging.bounds import Run, run
from lossfns.judging.compare import Answer, Unusable, answer, same
from lossfns.judging.mistakes import Arguments, Mutant, recognise
from lossfns.judging.relations import Relation, constant, relation


def unfilled(value: Any) -> bool:
    """Whether a value is what a stub holds or returns."""
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return value is None or any(part is Ellipsis for part in parts)


@dataclass
class Trial:
    """What an attempt gave on each probe, up to the one on which it did not end.

    given : an answer, what is wrong with it, or None where nothing came back
    changed : whether the attempt changed its arguments
    """

    exercise: Exercise
    probes: list[Arguments]
    expected: list[Answer]
    given: list[Answer | Unusable | None] = field(default_factory=list)
    changed: list[bool] = field(default_factory=list)
    how: Run = field(default_factory=Run)

    @property
    def ended(self) -> bool:
        """Whether the attempt came back from every probe."""
        return len(self.given) == len(self.probes)

    @property
    def untouched(self) -> bool:
        """Whether the attempt behaves as a stub does."""
        return self.ended and not self.how.printed and all(value is None for value in self.given)

    @property
    def right(self) -> list[bool]:
        """Whether each answer is right."""
        return [self.same(*pair) for pair in zip(self.expected, self.given, strict=False)]

    def same(self, expected: Answer, given: Answer | Unusable | None) -> bool:
        return isinstance(given, tuple) and same(expected, given, *self.exercise.tolerance)

    @property
    def first_wrong(self) -> int:
        """The smallest probe whose answer is wrong: the one to look at.

        A random one must be less than half as large as one made by hand, which reads better.
        """
        by_hand = len(self.exercise.probes())
        wrong = (index for index, right in enumerate(self.right) if not right)
        return min(wrong, key=lambda index: size(self.probes[index]) * (1 + (index >= by_hand)))

    def mutant(self) -> Mutant | None:
        """Return the mutant that gives the same on every probe, if there is one."""
        if not self.ended or constant(self.given):
            return None

        def matches(function: Callable[..., Any]) -> bool:
            theirs = (answers(function, [probe])[0] for probe in self.probes)
            return all(map(self.same, theirs, self.given))

        return recognise(self.exercise.mutants, matches)

    def relation(self) -> Relation | None:
        """Return the plain relation of what came to what is right, if there is one."""
        cases = list(zip(self.probes, self.expected, self.given, strict=False))
        if not self.ended:
            return None
        return relation(cases, self.exercise.tolerance, rounded=bool(self.exercise.question))


def size(arguments: Sequence[Any]) -> int:
    """Return how many entries arguments hold in all."""
    return sum(
        size(part) if isinstance(part, list | tuple) else np.size(part) for part in arguments
    )


def answers(function: Callable[..., Any], probes: list[Arguments]) -> list[Answer]:
    """Return what one of our own functions answers on each probe."""
    with np.errstate(all="ignore"):
        values = [function(*copy.deepcopy(probe)) for probe in probes]
    return [answer(value, len(value) if isinstance(value, tuple) else 0) for value in values]


def try_out(exercise: Exercise, attempt: Any, probes: list[Arguments] | None = None) -> Trial:
    """Call an attempt on every probe; the answer to a question is taken as it stands."""
    probes = exercise.inputs() if probes is None else probes
    trial = Trial(exercise, probes, answers(exercise.reference, probes))
    parts = len(trial.expected[0]) if isinstance(exercise.reference(*probes[0]), tuple) else 0

    def every_probe() -> None:
        for probe in probes:
            arguments = copy.deepcopy(probe)
            before = pickle.dumps(arguments)
            value = attempt if exercise.question else attempt(*arguments)
            changed = pickle.dumps(arguments) != before
            given: Answer | Unusable | None = None
            try:
                given = None if unfilled(value) else answer(value, parts)
            except Unusable as error:
                given = error
            trial.changed.append(changed)
            trial.given.append(given)

    how = run(every_probe, exercise.seconds)
    # Copied, because code that could not be stopped may go on adding to its own lists.
    changed = list(trial.changed)
    return Trial(exercise, probes, trial.expected, trial.given[: len(changed)], changed, how)
