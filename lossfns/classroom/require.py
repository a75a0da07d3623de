"""Ask for a right answer: what a grader's test cell calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # where a notebook is tried without answers, there are no checks
    from lossfns.checks import CheckResult

# The last line of what is raised: the outcome, and the misconception's id.
LAST = re.compile(
    r"^  In one word: (incorrect|error|broken|not_attempted)(?: \(([\w-]+)\))?$", re.M
)


class NotRight(AssertionError):
    """An answer that is not right; its text is the verdict."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: no way through our code, which helps no learner."""
        return str(self).splitlines()


def require(result: CheckResult) -> None:
    """Print the verdict on a right answer, and raise it for any other.

    Parameters
    ----------
    result : CheckResult
        What `check` returned.

    Raises
    ------
    NotRight
        Unless the answer is correct. Its last line says in one word what came, and which idea it
        shows; `outcome` reads it.

    Examples
    --------
    >>> from lossfns.checks import check, reference
    >>> require(check("info.entropy", reference("info.entropy")))
    ✓ Correct: right on all 38 inputs we tried.
      Why it works: what never happens surprises nobody: p log p goes to 0 with p.
    """
    if result.outcome == "correct":
        print(result)
        return
    idea = f" ({result.misconception})" if result.misconception else ""
    raise NotRight(f"{result}\n  In one word: {result.outcome}{idea}")


def outcome(text: str) -> tuple[str, str]:
    """Return the outcome and the misconception, or "", of what `require` raised.

    Anything else that was raised is an error of the learner's code.

    Examples
    --------
    >>> outcome("✗ Incorrect. …\\n  In one word: incorrect (sum-for-mean)")
    ('incorrect', 'sum-for-mean')
    >>> outcome("name 'x' is not defined")
    ('error', '')
    """
    found = LAST.findall(text)
    return found[-1] if found else ("error", "")
