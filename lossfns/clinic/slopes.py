"""The slope of a loss: the right one, and the one that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lossfns.clinic.conventions import Array, Case, Presentation
from lossfns.clinic.hearing import Hearing, Reading
from lossfns.gradcheck import numerical_gradient

STEP = 1e-2  # of the central differences: long, since a loss may compute in single precision
Compared = tuple[Case, Array, Array, Array]  # a case; right, without upstream, and came


def near(came: Array, right: Array) -> bool:
    """Whether two slopes are the same."""
    return bool(np.allclose(came, right, 1e-3, 1e-4, equal_nan=False))


def compared(hearing: Hearing, reading: Reading) -> list[Compared]:
    """Return slopes beside the right ones; none where they can't be compared."""
    framework, given = hearing.subject.framework, hearing.subject.gradient
    few = framework.compiled or not (framework.slopes or given)
    pairs = _given_slope if given else _own_slope
    cases = hearing.cases[:1] if few else hearing.cases[:3]
    return [pair for case in cases for pair in pairs(hearing, reading, case)]


def _right_slope(hearing: Hearing, reading: Reading, case: Case, upstream: Array) -> Array:
    losses = hearing.losses_of(hearing.role.reference, case, reading.settings)
    weights = reading.reduction.weights(upstream, losses, case)
    of = hearing.role.scores

    def total(scores: Array) -> Any:
        moved = (*case[:of], scores, *case[of + 1 :])
        return np.sum(weights * hearing.losses_of(hearing.role.reference, moved, reading.settings))

    return np.asarray(numerical_gradient(total, case[of]))


def _own_slope(hearing: Hearing, reading: Reading, case: Case) -> Iterator[Compared]:
    heard = hearing.hear(reading.presentation, case, hearing.dtype).numbers
    if heard is None:
        return
    upstream = np.linspace(0.5, 2.0, heard.size) if heard.size > 1 else np.array([3.0])
    upstream = upstream.reshape(heard.shape)
    bare = _right_slope(hearing, reading, case, np.ones(heard.shape))
    for above in (np.ones(heard.shape), upstream):
        came = slope(hearing, reading, case, hearing.dtype, above)
        if came is not None:
            yield case, _right_slope(hearing, reading, case, above), bare, came


def slope(
    hearing: Hearing, reading: Reading, case: Case, dtype: Any, upstream: Array
) -> Array | None:
    """Return the loss's own slope with respect to the case's scores, if it can be had."""
    shown, of = reading.presentation, hearing.role.scores
    form = shown.forms[of]
    if form is None or form.pull is None:
        return None
    if hearing.subject.framework.slopes is None:
        return _differences(hearing, shown, case, upstream)
    batches = shown.batches(case, dtype)
    above = upstream.ravel() if shown.layout.alone else [upstream]
    slopes = []
    for arrays, one in zip(batches, above, strict=True):
        came = hearing.subject.slope(arrays, shown.place(of), np.asarray(one))
        if came.numbers is None:
            hearing.faults["the slope"] = came.fault
            return np.full(case[of].shape, np.nan)
        slopes.append(came.numbers)
    return shown.carried(of, case, slopes)


def _differences(hearing: Hearing, shown: Presentation, case: Case, upstream: Array) -> Array:
    of = hearing.role.scores

    def total(scores: Array) -> Any:
        numbers = hearing.hear(shown, (*case[:of], scores, *case[of + 1 :]), hearing.dtype).numbers
        return np.nan if numbers is None else np.sum(upstream * numbers.reshape(upstream.shape))

    return np.asarray(numerical_gradient(total, case[of], step=STEP))


def _given_slope(hearing: Hearing, reading: Reading, case: Case) -> Iterator[Compared]:
    heard = hearing.hear(reading.presentation, case, hearing.dtype).numbers
    if heard is None:
        return
    right = _right_slope(hearing, reading, case, np.ones(heard.shape))
    yield case, right, right, given_slope(hearing, reading, case, hearing.dtype, right)


def given_slope(hearing: Hearing, reading: Reading, case: Case, dtype: Any, right: Array) -> Array:
    """Return the slope of the gradient that came with the loss; nan where it has none.

    It may be that with respect to what the loss takes, or to the case's own scores.
    """
    shown, of = reading.presentation, hearing.role.scores
    came = [hearing.subject.given_gradient(arrays) for arrays in shown.batches(case, dtype)]
    numbers = [one.numbers for one in came if one.numbers is not None]
    if len(numbers) < len(came) or sum(one.size for one in numbers) != right.size:
        hearing.faults["the slope"] = next((one.fault for one in came if one.fault), "")
        return np.full(right.shape, np.nan)
    plain = np.reshape(np.concatenate([one.ravel() for one in numbers]), right.shape)
    carried = shown.carried(of, case, numbers)
    return plain if carried is None or near(plain, right) else carried
