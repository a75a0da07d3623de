"""The second door: what does this curve say?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from lossfns.clinic._values import shown
from lossfns.clinic.explain import read_facts
from lossfns.clinic.findings import FINDERS, Case, Finding, Place
from lossfns.clinic.log import TrainingLog

__all__ = ["Finding", "Place", "diagnose", "shown"]


def diagnose(
    log: TrainingLog,
    *,
    classes: int | str | None = None,
    counts: Iterable[float] | Mapping[Any, float] | str | None = None,
) -> tuple[Finding, ...]:
    """Say what the curves of a training log show.

    Of more than sixty losses the first sixty are judged.

    Parameters
    ----------
    log : TrainingLog
        From `read_log`.
    classes : int, optional
        How many classes, or how large a vocabulary.
    counts : iterable or mapping of float, optional
        How often each class occurs in training, class 0 first.

    Returns
    -------
    tuple of Finding
        The gravest first; empty if nothing is wrong, or nothing that a curve would show.

    Raises
    ------
    ValueError
        An argument is not a number, or not one that it can be.

    Examples
    --------
    >>> from lossfns.clinic import read_log
    >>> log = read_log("epoch,loss\\n1,2.31\\n2,1.94\\n3,nan\\n4,nan\\n")
    >>> [(found.id, found.where.first) for found in diagnose(log)]
    [('not-a-number', 3.0)]
    """
    facts = read_facts(classes=classes, counts=counts)
    case = Case(log, facts)
    # A curve is often logged twice, and its parts with it: each fault is told once for each run.
    told: dict[tuple[str, str], Finding] = {}
    with np.errstate(all="ignore"):  # a loss may be as large as a float can be
        for find in FINDERS:
            for found in find(case):
                told.setdefault((found.id, log.series[found.where.series].means.run), found)
    return tuple(told.values())
