"""Judge attempts that were tried elsewhere: in a process that holds no answers, by `try_out`.

Whoever runs the code sends back what it answered on each input; the verdict is found here.
"""

from __future__ import annotations

from functools import lru_cache

from lossfns.checks._judge import CheckResult, judge_tried
from lossfns.checks._registry import EXERCISES, find
from lossfns.checks._trial import Key, key
from lossfns.judging.trying import Task, Tried

__all__ = ["chapter", "has_variants", "judge_elsewhere", "task"]


@lru_cache(maxsize=256)  # one of each exercise, and the seeds that are in hand
def _key(exercise_id: str) -> Key:
    return key(find(exercise_id))


def task(exercise_id: str) -> Task:
    """Return what an attempt at an exercise is tried on.

    Examples
    --------
    >>> from lossfns.checks.elsewhere import task
    >>> task("mse.value").name
    'mean_squared_error'
    """
    return _key(exercise_id).task


def judge_elsewhere(exercise_id: str, tried: Tried) -> CheckResult:
    """Return the verdict on an attempt by what it gave, the same as `check` gives.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.checks.elsewhere import judge_elsewhere, task
    >>> from lossfns.judging.trying import try_out
    >>> tried = try_out(task("mse.value"), lambda p, y: np.sum((p - y) ** 2))
    >>> judge_elsewhere("mse.value", tried).misconception
    'sum-for-mean'
    """
    return judge_tried(_key(exercise_id), tried)


def chapter(exercise_id: str) -> int:
    """Return the chapter that an exercise belongs to.

    Examples
    --------
    >>> from lossfns.checks.elsewhere import chapter
    >>> chapter("ce.train")
    3
    """
    return EXERCISES[exercise_id.partition("@")[0]].chapter


def has_variants(exercise_id: str) -> bool:
    """Return whether an exercise has other numbers for each seed.

    Examples
    --------
    >>> from lossfns.checks.elsewhere import has_variants
    >>> has_variants("mse.by_hand"), has_variants("mse.value")
    (True, False)
    """
    return EXERCISES[exercise_id.partition("@")[0]].draw is not None
