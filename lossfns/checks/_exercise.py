"""What an exercise is: its right answer, the wrong ones people really give, and the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossfns.judging.mistakes import Arguments, Mutant


@dataclass(frozen=True)
class Exercise:
    """A task for which an attempt can be checked.

    The attempt is a function, or, where `question` is given, the answer to a question in numbers.

    objective : "You can …", without these two words
    minutes : the time a learner is expected to need
    reference : the solution, shown to learners as it stands, so it needs `np` alone
    probes : returns the arguments to try first, smallest first; one set for a question
    cases : yields small random inputs that cover all the task allows: ties, zeros, equal entries,
        size 1, uneven sizes, the extremes that it promises. The check tries those of one seed,
        the tests those of many.
    hints : the idea, the formula, the skeleton
    why : one sentence that says why the right answer works
    question : turns the arguments into the words of the question
    draw : draws other arguments for the question
    decimals : what a question asks for
    rtol, atol : what a function's numbers may be off in double precision
    seconds : the time an attempt may take over all probes
    """

    id: str
    chapter: int
    objective: str
    minutes: int
    reference: Callable[..., Any]
    mutants: tuple[Mutant, ...]
    probes: Callable[[], Sequence[Arguments]]
    hints: tuple[str, str, str]
    why: str
    question: Callable[..., str] | None = None
    draw: Callable[[np.random.Generator], Arguments] | None = None
    cases: Callable[[np.random.Generator], Iterator[Arguments]] | None = None
    decimals: int = 0
    rtol: float = 1e-6
    atol: float = 1e-9
    seconds: float = 5.0

    @property
    def name(self) -> str:
        """The name that the notebook gives the attempt."""
        return self.reference.__name__ if self.question is None else "answer"

    @property
    def tolerance(self) -> tuple[float, float]:
        """What may differ, relative and absolute; for a question the last decimal's rounding."""
        return (0.0, 0.6 * 10.0**-self.decimals) if self.question else (self.rtol, self.atol)

    @property
    def written(self) -> str:
        """The answer to a question, with the decimals that it asks for."""
        parts = map(float, self.reference(*self.probes()[0]))
        # Adding 0.0 takes the sign off a zero.
        return ", ".join(f"{round(x, self.decimals) + 0.0:.{self.decimals}f}" for x in parts)

    def inputs(self, seed: int = 0) -> list[Arguments]:
        """Return every input that the check tries, or, with another seed, others like them."""
        drawn = self.cases(np.random.default_rng(seed)) if self.cases else ()
        return [*self.probes(), *drawn]
