"""Where a right loss breaks: the smallest input of each extreme on which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossfns.clinic.conventions import Array, Case
from lossfns.clinic.hearing import Hearing, Reading, close, listed
from lossfns.clinic.probes import Extreme
from lossfns.clinic.slopes import given_slope, slope
from lossfns.judging.compare import show

AT_EXTREMES = 1e-3
BEHIND = {
    "nan": "exp-overflow",
    "inf": "log-of-zero",
    "flat": "clip-hides",
    "slope": "slope-lost",
    "warns": "warns",
}
KINDS = ("nan", "raises", "inf", "slope", "flat", "wrong", "warns")  # the worst first


@dataclass(frozen=True)
class Failure:
    """The smallest input of one kind on which a loss fails."""

    extreme: Extreme
    kind: str
    idea: str | None
    scale: float
    given: tuple[Array, ...]
    right: str
    came: str
    dtype: str

    def __str__(self) -> str:
        among = listed(self.given) if np.size(self.given[0]) < 50 else "a large batch"
        return f"{self.extreme.says}: {self.came} where {self.right} is right, on {among}"


def concerns(hearing: Hearing, extreme: Extreme, reading: Reading) -> bool:
    """Whether an extreme is one for this way of handing over."""
    among, alone = extreme.among, reading.presentation.layout.alone
    form = reading.presentation.forms[hearing.role.scores]
    many = len(extreme.case(extreme.scales[0])[0]) > 100
    return (not among or form in among) and not (alone and many)


def failures(hearing: Hearing, reading: Reading) -> Iterator[Failure]:
    """Yield the smallest failure at each extreme, in the dtype that breaks first."""
    for extreme in hearing.role.extremes:
        if not concerns(hearing, extreme, reading):
            continue
        for dtype in hearing.subject.framework.dtypes:
            if failure := _smallest(hearing, reading, extreme, dtype):
                yield failure
                break


def _smallest(hearing: Hearing, reading: Reading, extreme: Extreme, dtype: Any) -> Failure | None:
    fine: float | None = None
    for scale in extreme.scales:
        failure = _fails(hearing, reading, extreme, scale, dtype)
        if failure is not None:
            return _between(hearing, reading, extreme, dtype, fine, failure)
        fine = scale
    if hearing.subject.framework.compiled and len(extreme.scales) == 1 and not extreme.minor:
        # A compiler may turn 0 × ∞ into 0; whoever runs the loss as it is written gets nan.
        failure = _fails(hearing, reading, extreme, extreme.scales[0], dtype, plainly=True)
        return failure and replace(failure, came=f"{failure.came} (not compiled)")
    return None


def _between(
    hearing: Hearing,
    reading: Reading,
    extreme: Extreme,
    dtype: Any,
    fine: float | None,
    failure: Failure,
) -> Failure:
    """Halve the distance between the last that was fine and the first that failed."""
    while fine is not None:
        middle = float(f"{np.sqrt(fine * failure.scale):.2g}")
        if not fine < middle < failure.scale:
            break
        found = _fails(hearing, reading, extreme, middle, dtype)
        if found is None or (found.kind == "warns" != failure.kind):
            fine = middle
        else:
            # What kind it is shows further out: a cap looks like a slip where it begins.
            failure = replace(found, kind=failure.kind, idea=failure.idea)
    if failure.kind == "slope":
        last = _fails(hearing, reading, extreme, extreme.scales[-1], dtype)
        if last is not None and last.kind in ("nan", "inf"):  # the slope shows it first
            return replace(failure, kind=last.kind, idea=last.idea)
    largest = np.log(np.finfo(dtype).max)
    if failure.kind == "inf" and failure.idea == "log-of-zero" and failure.scale < 1.005 * largest:
        return replace(failure, idea="exp-overflow")  # a logarithm of 0 comes later
    single = dtype == np.float32 and failure.idea == "zero-log-zero" and bool(extreme.among)
    if single and _smallest(hearing, reading, extreme, np.float64) is None:
        return replace(failure, idea="clip-does-nothing")
    return failure


def _fails(
    hearing: Hearing,
    reading: Reading,
    extreme: Extreme,
    scale: float,
    dtype: Any,
    *,
    plainly: bool = False,
) -> Failure | None:
    shown = reading.presentation
    case = extreme.case(scale)
    rounded = shown.rounded(case, dtype)
    losses = hearing.losses_of(hearing.role.reference, rounded, reading.settings)
    with np.errstate(all="ignore"):
        right = np.asarray(reading.reduction.apply(losses, rounded)).astype(dtype)
    if np.isnan(right).any() or _subnormal(shown.batches(case, dtype)):
        return None
    came = hearing.hear(shown, case, dtype, plainly=plainly)

    def failure(kind: str, wanted: str, got: str) -> Failure:
        idea = extreme.ideas.get(kind, BEHIND.get(kind))
        given = tuple(shown.batches(case, dtype)[0])
        return Failure(extreme, kind, idea, scale, given, wanted, got, np.dtype(dtype).name)

    if came.numbers is None:
        return failure("raises", show(right), f"nothing: it {came.fault}")
    numbers = came.numbers.ravel()
    right = right.ravel()
    if numbers.size != right.size:
        return failure("raises", show(right), f"the shape {came.numbers.shape}")
    texts = show(_single(right), 4).split(" (")[0], show(_single(numbers), 4)
    if np.isnan(numbers).any():
        return failure("nan", *texts)
    finite = np.isfinite(right)
    if not np.isfinite(numbers[finite]).all():
        return failure("inf", *texts)
    off = np.abs(numbers[finite] - right[finite])
    allowed = 0.05 * np.abs(right[finite])
    if not extreme.exact:
        allowed = AT_EXTREMES * (1 + np.abs(right[finite]))
    if (off > allowed).any():
        further = [hearing.hear(shown, extreme.case(by * scale), dtype).numbers for by in (8, 16)]
        near, far = (np.ones(0) if one is None else one for one in further)
        flat = not extreme.exact and near.size > 0 and close(near, far, 1e-6, 1e-9)
        return failure("flat" if flat else "wrong", *texts)
    if wrong := _extreme_slope(hearing, reading, extreme, case, rounded, dtype):
        return failure("slope", *wrong)
    if came.warned and finite.all():
        return failure("warns", texts[0], f"{texts[1]}, and a warning: {came.warned}")
    return None


def _extreme_slope(
    hearing: Hearing, reading: Reading, extreme: Extreme, case: Case, rounded: Case, dtype: Any
) -> tuple[str, str] | None:
    of = hearing.role.scores
    form = reading.presentation.forms[of]
    exact = hearing.role.slope
    if exact is None or form is None or not extreme.slopes:
        return None
    if not form.far:
        return _slope_without_a_value(hearing, reading, extreme, case, dtype)
    if hearing.subject.framework.slopes is None and hearing.subject.gradient is None:
        return None
    losses = hearing.losses_of(hearing.role.reference, rounded, reading.settings)
    ones = np.ones(np.shape(reading.reduction.apply(losses, rounded)))
    heard = hearing.hear(reading.presentation, case, dtype).numbers
    if heard is None:
        return None
    with np.errstate(all="ignore"):
        weights = reading.reduction.weights(ones, np.zeros(losses.shape), rounded)
        right = np.asarray(exact(*rounded, **reading.settings))
        right = right * weights.reshape(weights.shape + (1,) * (right.ndim - weights.ndim))
        if not np.isfinite(right.astype(dtype)).all():
            return None
    if hearing.subject.gradient is None:
        came = slope(hearing, reading, case, dtype, np.ones(heard.shape))
    else:
        came = given_slope(hearing, reading, case, dtype, right)
    if came is None:
        return None
    near = np.isfinite(came) if extreme.kink else np.isclose(came, right, 1e-2, AT_EXTREMES)
    return None if near.all() else (f"the slope {show(right, 4)}", f"the slope {show(came, 4)}")


def _slope_without_a_value(
    hearing: Hearing, reading: Reading, extreme: Extreme, case: Case, dtype: Any
) -> tuple[str, str] | None:
    """Return whether a slope that can't be carried back to the case is nan."""
    shown, of = reading.presentation, hearing.role.scores
    if hearing.subject.framework.slopes is None or len(extreme.scales) > 1 or shown.layout.alone:
        return None
    (arrays,) = shown.batches(case, dtype)
    numbers = hearing.hear(shown, case, dtype).numbers
    if numbers is None:
        return None
    came = hearing.subject.slope(arrays, shown.place(of), np.ones(numbers.shape)).numbers
    if came is None or not np.isnan(came).any():
        return None
    return "a slope of plain numbers", f"the slope {show(came, 4)}"


def _subnormal(batches: list[list[Array]]) -> bool:
    """Whether a number is so small that some machines take it for 0."""
    floats = [array for arrays in batches for array in arrays if array.dtype.kind == "f"]
    return any(
        bool(np.any((array != 0) & (np.abs(array) < np.finfo(array.dtype).tiny)))
        for array in floats
    )


def _single(numbers: Array) -> Any:
    return numbers[0] if numbers.size == 1 else numbers
