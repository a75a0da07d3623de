"""Try an attempt on every input, without knowing what is right.

Nothing here holds an answer, so an attempt can be tried in one process and judged in another.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lossfns.judging.bounds import Run, run
from lossfns.judging.compare import Answer, Unusable, answer
from lossfns.judging.mistakes import Arguments


@dataclass(frozen=True)
class Task:
    """What an attempt is tried on.

    function : whether a function is asked for, or else the answer to a question in numbers
    name : the name that the notebook gives the attempt
    parts : how many things are to come back; 0 for one that is not in a tuple
    seconds : the time an attempt may take over all probes
    """

    function: bool
    name: str
    probes: Sequence[Arguments]
    parts: int
    seconds: float


@dataclass(frozen=True)
class Tried:
    """What an attempt gave on each probe, up to the one on which it did not end.

    kind : the name of the attempt's type
    filled : whether it is more than what a stub holds
    fits : whether it is a function where one is asked for, and none where it is not
    given : an answer, what is wrong with it, or None where nothing came back
    changed : whether the attempt changed its arguments
    """

    kind: str
    filled: bool
    fits: bool
    given: list[Answer | Unusable | None] = field(default_factory=list)
    changed: list[bool] = field(default_factory=list)
    how: Run = field(default_factory=Run)

    @property
    def stub(self) -> bool:
        """Whether the attempt is or behaves as a stub does."""
        silent = not self.how.fault and not self.how.stopped and not self.how.printed
        returned = any(one is not None for one in self.given)
        return not self.filled or (self.fits and silent and not returned)


def unfilled(value: Any) -> bool:
    """Whether a value is what a stub holds or returns."""
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return value is None or any(part is Ellipsis for part in parts)


def try_out(task: Task, attempt: Any) -> Tried:
    """Call an attempt on every probe; the answer to a question is taken as it stands."""
    filled, fits = not unfilled(attempt), callable(attempt) == task.function
    tried = Tried(type(attempt).__name__, filled, fits)
    return _called(task, attempt, tried) if filled and fits else tried


def _called(task: Task, attempt: Any, tried: Tried) -> Tried:
    function: Callable[..., Any] = attempt if task.function else lambda *_: attempt

    def every_probe() -> None:
        for probe in task.probes:
            arguments = copy.deepcopy(probe)
            before = pickle.dumps(arguments)
            value = function(*arguments)
            changed = pickle.dumps(arguments) != before
            given: Answer | Unusable | None = None
            try:
                given = None if unfilled(value) else answer(value, task.parts)
            except Unusable as error:
                given = error
            tried.changed.append(changed)
            tried.given.append(given)

    how = run(every_probe, task.seconds)
    # Copied, because code that could not be stopped may go on adding to its own lists.
    changed = list(tried.changed)
    return Tried(tried.kind, True, True, tried.given[: len(changed)], changed, how)
