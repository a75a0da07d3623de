"""A known mistake is a function too: who gives its numbers on every input has made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Mutant:
    """A wrong answer that people really give, and what it tells about the idea behind it.

    misconception : its id in `misconceptions.MISCONCEPTIONS`
    function : takes what the reference takes, returns what this idea returns
    shows : one sentence about the numbers; what led to them only where one way alone leads there
    look : what to look at next
    """

    misconception: str
    function: Callable[..., Any]
    shows: str
    look: str


def recognise(
    mutants: Iterable[Mutant], matches: Callable[[Callable[..., Any]], bool]
) -> Mutant | None:
    """Return the first mutant whose function matches what came on every input."""
    return next((mutant for mutant in mutants if matches(mutant.function)), None)
