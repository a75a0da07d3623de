"""What an attempt gave on every probe, beside the reference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossfns.checks._exercise import Exercise
from lossfns.judging.bounds import Run
from lossfns.judging.compare import Answer, Unusable, answer, same
from lossfns.judging.mistakes import Arguments, Mutant, recognise
from lossfns.judging.relations import Relation, constant, relation
from lossfns.judging.trying import Task, Tried


@dataclass(frozen=True)
class Key:
    """What to try an attempt on, and the right answer to each probe."""

    exercise: Exercise
    task: Task
    expected: list[Answer]


def key(exercise: Exercise) -> Key:
    """Answer every probe of an exercise by its reference."""
    probes = exercise.inputs()
    expected = answers(exercise.reference, probes)
    parts = len(expected[0]) if isinstance(exercise.reference(*probes[0]), tuple) else 0
    function = exercise.question is None
    return Key(exercise, Task(function, exercise.name, probes, parts, exercise.seconds), expected)


@dataclass(frozen=True)
class Trial:
    """What an attempt gave on each probe, up to the one on which it did not end."""

    key: Key
    tried: Tried

    @property
    def exercise(self) -> Exercise:
        """The exercise that was attempted."""
        return self.key.exercise

    @property
    def probes(self) -> Sequence[Arguments]:
        """The arguments of each call."""
        return self.key.task.probes

    @property
    def expected(self) -> list[Answer]:
        """The right answer to each probe."""
        return self.key.expected

    @property
    def given(self) -> list[Answer | Unusable | None]:
        """An answer, what is wrong with it, or None where nothing came back."""
        return self.tried.given

    @property
    def changed(self) -> list[bool]:
        """Whether the attempt changed its arguments."""
        return self.tried.changed

    @property
    def how(self) -> Run:
        """What ended the attempt, and what it printed."""
        return self.tried.how

    @property
    def ended(self) -> bool:
        """Whether the attempt came back from every probe."""
        return len(self.given) == len(self.probes)

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
