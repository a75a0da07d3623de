"""Examine a loss: its convention, its values, its slopes, and where it breaks."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lossfns.clinic import conventions
from lossfns.clinic.audit import Audit
from lossfns.clinic.conventions import (
    Array,
    Case,
    Layout,
    Presentation,
    Reduction,
    every_order,
    told,
)
from lossfns.clinic.frameworks import MAKERS, NUMPY, guessed
from lossfns.clinic.mistakes import SLOPES, TITLES
from lossfns.clinic.probes import Extreme, soft
from lossfns.clinic.roles import Role, role
from lossfns.clinic.subject import Came, Subject, parameters
from lossfns.gradcheck import numerical_gradient
from lossfns.judging.bounds import run
from lossfns.judging.compare import show
from lossfns.judging.mistakes import Mutant, recognise
from lossfns.judging.relations import relation

MARKS = {"agrees": "✓", "differs": "✗", "unstable": "⚠", "cannot call": "○"}
# Loose enough for single precision, and for the tiny numbers that people add before a logarithm.
RTOL, ATOL = 1e-4, 1e-5
AT_EXTREMES = 1e-3
BEHIND = {"nan": "exp-overflow", "inf": "log-of-zero", "flat": "clip-hides", "slope": "slope-lost"}
BINARY, WRONG = "sigmoid_binary_cross_entropy", ("differs", "unstable")
DRAWN = "`lossfns.explorers.explore_loss` draws it, and its push, beside cross-entropy"
SAID = {
    "batch": "the whole batch counted as one mask",
    "squared": "squares in the denominator",
    "full": "all constants",
}
KINDS = ("nan", "raises", "inf", "slope", "flat", "wrong", "warns")  # the worst first
STEP = 1e-2  # of the central differences: long, since a loss may compute in single precision
FAULTS = 4  # faults that are told, where no convention could be called


Heard = list[tuple[Presentation, list[Array]]]
Rounds = Sequence[Sequence[tuple[int, ...]]]  # orders of the inputs, those to try first
Compared = tuple[Case, Array, Array, Array]  # a case; right, without upstream, and came
SECONDS, ALL_SECONDS = 8.0, 60.0  # what one call may take, and about what an audit may


@dataclass(frozen=True)
class Reading:
    """A whole convention under which a loss gives the numbers of a function."""

    presentation: Presentation
    settings: dict[str, Any]
    reduction: Reduction


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


def examine(
    loss: Callable[..., Any],
    like: str,
    gradient: Callable[..., Any] | None,
    framework: str | None,
) -> Audit:
    """Audit a loss in the first framework in which it can be called, within bounds."""
    wanted = role(like)
    for given in (loss, gradient):
        if given is not None and not callable(given):
            raise TypeError(f"a loss and its gradient must be functions, got {given!r:.80}")
    if framework is not None and framework not in MAKERS:
        raise ValueError(f"framework must be one of {', '.join(MAKERS)}, got {framework!r}")
    if inspect.isclass(loss):
        advice = f"hand over an object: `{loss.__name__}()`"
        return _audit(wanted, "cannot call", "a class came, not a function", ("Next", advice))
    reports: list[Audit] = []
    names = [framework] if framework else guessed(loss)
    while names:
        subject = Subject(loss, gradient, MAKERS[names.pop(0)]())
        found, ended = _bounded(Examination(subject, wanted))
        reports.append(found)
        if found.outcome != "cannot call" or not ended:
            return found
        if subject.framework is NUMPY and subject.returned in MAKERS:
            names.insert(0, subject.returned)
    return reports[0]


def _bounded(examination: Examination) -> tuple[Audit, bool]:
    """Return an examination's report, and whether it ended: its time and output are bounded."""
    reports: list[Audit] = []
    subject, start = examination.subject, time.monotonic()
    how = run(
        lambda: reports.append(examination.report()),
        SECONDS,
        # Each call has its own time, until that of all calls is spent.
        began=lambda: min(subject.began, time.monotonic(), start + ALL_SECONDS),
    )
    remarks = (
        ("It printed", how.printed),
        ("Note", "" if how.bounded else "this platform has no threads, so no time limit"),
    )
    if how.fault:
        raise RuntimeError(f"the audit itself failed, which is not your fault: {how.fault}")
    if how.stopped:
        calling = listed(examination.subject.calling)
        found = examination.audit(
            "cannot call",
            how.stopped,
            ("Last called with", calling),
            ("Next", "look for a loop that never meets its end"),
        )
    else:
        found = reports[0]
    details = (*found.details, *((label, text) for label, text in remarks if text))
    return replace(found, details=details), not how.stopped


def _audit(
    wanted: Role, outcome: str, headline: str, *details: tuple[str, str], **fields: Any
) -> Audit:
    verb = {
        "agrees": f"agrees with {wanted.name}",
        "differs": f"differs from {wanted.name}",
        "unstable": f"is {wanted.name}, but unstable",
        "cannot call": f"could not be called as {wanted.name}",
    }[outcome]
    said = f"{MARKS[outcome]} {verb}{': ' if headline else ''}{headline}"
    said += "" if said.endswith(".") else "."
    kept = tuple((label, text) for label, text in details if text)
    return Audit(said, kept, wanted.name, outcome, **fields)


def _close(came: Array, right: Array, rtol: float = RTOL, atol: float = ATOL) -> bool:
    if came.size != right.size:
        return False
    return bool(np.allclose(came.ravel(), right.ravel(), rtol, atol, equal_nan=False))


class Examination:
    """One loss in one framework, against what it is meant to be."""

    def __init__(self, subject: Subject, wanted: Role) -> None:
        self.subject, self.role = subject, wanted
        self.dtype = subject.framework.dtypes[0]
        cases = wanted.ordinary()
        if subject.framework.compiled:
            cases = [cases[len(cases) // 3], cases[-1]]
        self.cases = cases
        self.faults: dict[str, str] = {}
        self.heard: Heard = []
        self.changed: Presentation | None = None
        self.known: dict[str, Any] = {}
        self.right: dict[tuple[Any, ...], Array] = {}
        self._read_signature()

    def _read_signature(self) -> None:
        found = parameters(self.subject.loss)
        empty = inspect.Parameter.empty
        self.names = [one.name for one in found if one.default is empty]
        self.reduction_said = next(
            (one.default for one in found if one.name == "reduction" and one.default != empty), None
        )
        beyond = found[len(self.role.inputs) :]
        for knob in self.role.knobs:
            for one in found:
                if not {one.name.lower()} & {*knob.words} or knob.sign in self.known:
                    continue
                if one.default is not empty:
                    if isinstance(one.default, int | float):
                        self.known[knob.sign] = one.default
                elif one in beyond:
                    value = knob.values[1] if knob.values[0] is None else knob.values[0]
                    self.known[knob.sign] = self.subject.keywords[one.name] = value

    # Hearing

    def hear(self, shown: Presentation, case: Case, dtype: Any, *, plainly: bool = False) -> Came:
        """Call the loss on one case; where it takes one example at a time, on each."""
        batches = shown.batches(case, dtype)
        came = [self.subject.value(arrays, plainly=plainly) for arrays in batches]
        fault = next((one.fault for one in came if one.fault), "")
        if fault or not shown.layout.alone:
            return Came(fault=fault) if fault else came[0]
        numbers = [one.numbers for one in came if one.numbers is not None]
        if any(one.size != 1 for one in numbers):
            return Came(fault="returns more than one number for one example")
        return Came(
            np.array([one.item() for one in numbers]),
            warned=next((one.warned for one in came if one.warned), ""),
            changed=any(one.changed for one in came),
        )

    def conventions(
        self, orders: Iterable[tuple[int, ...]], layouts: Sequence[Layout]
    ) -> Iterator[Presentation]:
        """Yield each convention under which the loss gives numbers for every ordinary case."""
        wanted = self.role
        for shown in conventions.presentations(wanted.inputs, list(orders), layouts, wanted.fits):
            values = []
            for case in self.cases:
                came = self.hear(shown, case, self.dtype)
                if came.numbers is None:
                    self.faults.setdefault(str(shown), came.fault)
                    break
                if came.changed:
                    self.changed = self.changed or shown
                values.append(came.numbers)
            else:
                self.heard.append((shown, values))
                yield shown

    # Reading

    @cached_property
    def _settings(self) -> list[dict[str, Any]]:
        return list(self.role.settings(self.known))

    def _right_losses(self, at: int, settings: dict[str, Any]) -> Array:
        """Return the right losses of an ordinary case."""
        key = (at, *settings.values())
        if key not in self.right:
            self.right[key] = self._losses(self.role.reference, self.cases[at], settings)
        return self.right[key]

    def _losses(self, function: Callable[..., Any], case: Case, settings: dict[str, Any]) -> Array:
        """Return what one of our own functions gives; nan where it has no value."""
        try:
            with np.errstate(all="ignore"):
                return np.asarray(function(*case, **settings), np.float64)
        except ValueError:
            return np.full(len(case[0]), np.nan)

    def reads(
        self, function: Callable[..., Any], shown: Presentation, values: list[Array]
    ) -> Iterator[Reading]:
        """Yield how these values can be read as those of a function."""
        sizes = [value.size for value in values]
        for settings in self._settings:
            losses: list[Array] = []
            for reduction in self.role.reductions:
                for at, case in enumerate(self.cases):
                    if at == len(losses) and function is self.role.reference:
                        losses.append(self._right_losses(at, settings))
                    elif at == len(losses):
                        losses.append(self._losses(function, case, settings))
                    right = _reduced(reduction, losses[at], case)
                    if right is None or right.size != sizes[at] or not _close(values[at], right):
                        break
                else:
                    yield Reading(shown, settings, reduction)

    def mistake(
        self, heard: list[tuple[Presentation, list[Array]]]
    ) -> tuple[Mutant, Reading] | None:
        """Return the known mistake that gives the same numbers on every ordinary case."""
        found: list[Reading] = []

        def matches(function: Callable[..., Any]) -> bool:
            for shown, values in heard:
                if np.ptp(np.concatenate([value.ravel() for value in values])) == 0:
                    continue  # one number, whatever goes in, shows no idea
                found[:] = [*self.reads(function, shown, values)][:1]
                if found:
                    return True
            return False

        idea = recognise(self.role.known(), matches)
        return (idea, found[0]) if idea else None

    # Reporting

    def report(self) -> Audit:
        """Return what was found."""
        wanted = self.role
        named = told(wanted.inputs, self.names)
        orders = wanted.orders or every_order(len(wanted.inputs), wanted.order)
        rounds = [[named], [order for order in orders if order != named]] if named else [orders]
        batch = [layout for layout in wanted.layouts if not layout.last]
        others = [layout for layout in wanted.layouts if layout.last]
        if found := self._found(rounds, batch, others):
            return found
        # Whoever takes a batch is judged on it; only who can't is asked about single examples.
        if self._takes_batches():
            return self._elsewhere(self._different(), rounds, others)
        if found := self._found(rounds, others, ()):
            return found
        return self._different() if self.heard else self._not_called()

    def _found(
        self, rounds: Rounds, layouts: Sequence[Layout], others: Sequence[Layout]
    ) -> Audit | None:
        """Return a report under the first order in which the loss agrees, or errs as known."""
        for orders in rounds:
            already = len(self.heard)
            if found := self._agreement(orders, layouts):
                return found
            if mistake := self.mistake(self.heard[already:]):
                return self._elsewhere(self._mistaken(*mistake), rounds, others)
        return None

    def _takes_batches(self) -> bool:
        """Whether some plain batch gave finite numbers, as many as some reduction gives."""
        losses = self._right_losses(0, self._settings[0])
        reduced = (_reduced(one, losses, self.cases[0]) for one in self.role.reductions)
        sizes = {right.size for right in reduced if right is not None}
        return any(
            not shown.layout.says and values[0].size in sizes and np.isfinite(values[0]).all()
            for shown, values in self.heard
        )

    def _elsewhere(self, found: Audit, rounds: Rounds, others: Sequence[Layout]) -> Audit:
        """Add whether a loss that is wrong on a plain batch is right in another layout."""
        for orders in rounds:
            right = self._agreement(orders, others)
            if right is not None and right.outcome in ("agrees", "unstable"):
                remark = ("But", f"it is right if it is given {right.takes}")
                return replace(found, details=(*found.details, remark))
        return found

    def _agreement(
        self, orders: Iterable[tuple[int, ...]], layouts: Sequence[Layout]
    ) -> Audit | None:
        doubtful: Audit | None = None
        doubted: tuple[int, ...] | None = None
        for shown in self.conventions(orders, layouts):
            if shown.order == doubted:
                continue  # a wrong slope may be right for the other argument, not otherwise
            _, values = self.heard[-1]
            for reading in self.reads(self.role.reference, shown, values):
                wrong = self._wrong_slope(reading)
                if wrong is None:
                    return self._right(reading)
                doubtful, doubted = doubtful or wrong, shown.order
                break
        return doubtful

    def audit(self, outcome: str, headline: str, *details: tuple[str, str], **fields: Any) -> Audit:
        """Return an audit with what holds for all of them."""
        return _audit(
            self.role,
            outcome,
            headline,
            *details,
            ("See it", DRAWN if self.role.name == BINARY and outcome in WRONG else ""),
            ("Framework", self.subject.framework.name),
            framework=self.subject.framework.name,
            **fields,
        )

    def _convention(
        self, reading: Reading, returns: str | None = None
    ) -> tuple[tuple[str, str], ...]:
        settings = ", ".join(
            SAID[sign] if value is True else f"{sign} {value:.4g}"
            for sign, value in reading.settings.items()
            if value is not None and value is not False
        )
        return (
            ("Takes", str(reading.presentation)),
            ("Returns", self._fields(reading)["returns"] if returns is None else returns),
            ("With", settings),
        )

    def _fields(self, reading: Reading) -> dict[str, str]:
        whole = reading.settings.get("batch", False)
        returns = conventions.WHOLE[0].says if whole else reading.reduction.says
        return {"takes": str(reading.presentation), "returns": returns}

    def _shown(self, reading: Reading, index: int, right: Array, came: Array) -> Any:
        shown = reading.presentation
        batches = shown.batches(self.cases[index], self.dtype)
        several = f", one of {len(batches)} calls" if len(batches) > 1 else ""
        return (
            ("Input", listed(batches[0]) + several),
            ("Right", show(np.ravel(right)[0] if several else right)),
            ("Yours", show(np.ravel(came)[0] if several else came)),
        )

    def _mistaken(self, idea: Mutant, reading: Reading) -> Audit:
        values = next(values for shown, values in self.heard if shown is reading.presentation)
        index = self._telling(values, reading)
        right = self._expected(reading, index, values[index])
        losses = self._losses(idea.function, self.cases[index], reading.settings)
        fields = self._fields(reading)
        if losses.shape != self._right_losses(index, reading.settings).shape:
            fields["returns"] = ""  # the mistake is in what becomes of the examples
        return self.audit(
            "differs",
            idea.shows,
            *self._convention(reading, fields["returns"]),
            *self._shown(reading, index, right, values[index]),
            ("How we know", f"on all {len(self.cases)} inputs it gives what this mistake gives"),
            ("Why it matters", TITLES[idea.misconception].matters),
            ("Next", idea.look),
            mistake=idea.misconception,
            **fields,
        )

    def _expected(self, reading: Reading, index: int, came: Array) -> Array:
        """Return the right numbers in the shape that came, as far as there is one."""
        case, losses = self.cases[index], self._right_losses(index, reading.settings)
        choices = (reading.reduction, *self.role.reductions)
        reduced = (_reduced(one, losses, case) for one in choices)
        return next((r for r in reduced if r is not None and r.size == came.size), losses)

    def _telling(self, values: list[Array], reading: Reading) -> int:
        """Return the smallest case on which the numbers differ."""
        indices = sorted(range(len(values)), key=lambda at: self.cases[at][0].size)
        return next(
            (
                at
                for at in indices
                if not _close(values[at], self._expected(reading, at, values[at]))
            ),
            0,
        )

    def _different(self) -> Audit:
        best: tuple[float, Reading, list[Array]] | None = None
        plain = [one for one in self.heard if not one[0].layout.says] or self.heard
        for shown, values in plain:
            for settings in self._settings:
                for reduction in self.role.reductions:
                    far = self._distance(Reading(shown, settings, reduction), values)
                    if far is not None and (best is None or far < best[0]):
                        best = far, Reading(shown, settings, reduction), values
        if best is None:
            shown, values = self.heard[0]
            return self.audit(
                "differs",
                f"what comes back has the shape {values[0].shape}, which fits no convention",
                ("Takes", str(shown)),
                ("Next", "one value per example, their sum or their mean"),
            )
        _, reading, values = best
        if chance := self._chance(reading):
            return chance
        index = self._telling(values, reading)
        right = self._expected(reading, index, values[index])
        triples = [
            (tuple(case), (self._expected(reading, at, value).reshape(value.shape),), (value,))
            for at, (case, value) in enumerate(zip(self.cases, values, strict=True))
        ]
        simple = relation(triples, (RTOL, ATOL))
        wrong = sum(
            not _close(value, self._expected(reading, at, value)) for at, value in enumerate(values)
        )
        close = simple is not None and simple.headline.startswith("Close")
        return self.audit(
            "differs",
            simple.headline if simple else "it gives other numbers, of no mistake that we know",
            *self._convention(reading),
            *self._shown(reading, index, right, values[index]),
            ("Tried", f"{wrong} of {len(values)} inputs differ, under the nearest convention"),
            ("Next", simple.look if simple else "work this one through by hand"),
            mistake="few-digits" if close else None,
            **self._fields(reading),
        )

    def _distance(self, reading: Reading, values: list[Array]) -> float | None:
        total = 0.0
        for at, (case, value) in enumerate(zip(self.cases, values, strict=True)):
            right = _reduced(reading.reduction, self._right_losses(at, reading.settings), case)
            if right is None or right.size != value.size:
                return None
            off = np.abs(value.ravel() - right.ravel()) / (0.1 + np.abs(right.ravel()))
            total += float(np.nan_to_num(off, nan=100.0, posinf=100.0).mean())
        return total

    def _not_called(self) -> Audit:
        """Report what was tried, each fault once."""
        ways: dict[str, list[str]] = {}
        for shown, fault in self.faults.items():
            ways.setdefault(fault, []).append(shown)
        lines = tuple(
            (f"With {shown}{f', and {len(more)} other ways' if more else ''}", fault)
            for fault, (shown, *more) in list(ways.items())[:FAULTS]
        )
        return self.audit(
            "cannot call",
            f"{len(self.faults)} conventions were tried",
            *lines,
            ("Next", "wrap it, so that it takes the scores and the labels alone"),
        )

    # Slopes

    def _wrong_slope(self, reading: Reading) -> Audit | None:
        """Return what is wrong with the slope, or None; some cannot be compared."""
        shown, own = reading.presentation, self.subject.gradient
        few = self.subject.framework.compiled or not (self.subject.framework.slopes or own)
        cases = self.cases[:1] if few else self.cases[:3]
        compared = [
            pair
            for case in cases
            for pair in (self._given_slope if own else self._own_slope)(reading, case)
        ]
        wrong = [at for at, (case, right, _, came) in enumerate(compared) if not _near(came, right)]
        if not wrong:
            return None
        idea = next(
            (
                (name, look)
                for name, change, look in SLOPES
                if all(
                    _near(came, change(right, bare, len(case[0]), case[0].shape[-1], case[0]))
                    for case, right, bare, came in compared
                )
            ),
            None,
        )
        case, right, _, came = compared[wrong[0]]
        name, look = idea or (None, "the gradient, by hand, on this input")
        return self.audit(
            "differs",
            f"the values are right, the slope is not. {TITLES[name].title if name else ''}".strip(),
            *self._convention(reading),
            ("Input", listed(shown.batches(case, self.dtype)[0])),
            ("Right slope", show(right)),
            ("Yours", self.faults.get("the slope", "") or show(came)),
            ("Why it matters", TITLES[name].matters if name else ""),
            ("Next", look),
            mistake=name,
            **self._fields(reading),
        )

    def _right_slope(self, reading: Reading, case: Case, upstream: Array) -> Array:
        losses = self._losses(self.role.reference, case, reading.settings)
        weights = reading.reduction.weights(upstream, losses, case)
        of = self.role.scores

        def total(scores: Array) -> Any:
            moved = (*case[:of], scores, *case[of + 1 :])
            return np.sum(weights * self._losses(self.role.reference, moved, reading.settings))

        return np.asarray(numerical_gradient(total, case[of]))

    def _own_slope(self, reading: Reading, case: Case) -> Iterator[Compared]:
        heard = self.hear(reading.presentation, case, self.dtype).numbers
        if heard is None:
            return
        upstream = np.linspace(0.5, 2.0, heard.size) if heard.size > 1 else np.array([3.0])
        upstream = upstream.reshape(heard.shape)
        bare = self._right_slope(reading, case, np.ones(heard.shape))
        for above in (np.ones(heard.shape), upstream):
            came = self.slope(reading, case, self.dtype, above)
            if came is not None:
                yield case, self._right_slope(reading, case, above), bare, came

    def slope(self, reading: Reading, case: Case, dtype: Any, upstream: Array) -> Array | None:
        """Return the loss's own slope with respect to the case's scores, if it can be had."""
        shown, of = reading.presentation, self.role.scores
        form = shown.forms[of]
        if form is None or form.pull is None:
            return None
        if self.subject.framework.slopes is None:
            return self._differences(shown, case, upstream)
        batches = shown.batches(case, dtype)
        above = upstream.ravel() if shown.layout.alone else [upstream]
        slopes = []
        for arrays, one in zip(batches, above, strict=True):
            came = self.subject.slope(arrays, shown.place(of), np.asarray(one))
            if came.numbers is None:
                self.faults["the slope"] = came.fault
                return np.full(case[of].shape, np.nan)
            slopes.append(came.numbers)
        return shown.carried(of, case, slopes)

    def _differences(self, shown: Presentation, case: Case, upstream: Array) -> Array:
        of = self.role.scores

        def total(scores: Array) -> Any:
            numbers = self.hear(shown, (*case[:of], scores, *case[of + 1 :]), self.dtype).numbers
            return np.nan if numbers is None else np.sum(upstream * numbers.reshape(upstream.shape))

        return np.asarray(numerical_gradient(total, case[of], step=STEP))

    def _given_slope(self, reading: Reading, case: Case) -> Iterator[Compared]:
        heard = self.hear(reading.presentation, case, self.dtype).numbers
        if heard is None:
            return
        right = self._right_slope(reading, case, np.ones(heard.shape))
        shown, of = reading.presentation, self.role.scores
        came = [self.subject.given_gradient(arrays) for arrays in shown.batches(case, self.dtype)]
        numbers = [one.numbers for one in came]
        if any(one is None or one.size * len(came) != right.size for one in numbers):
            fault = next((one.fault for one in came if one.fault), "")
            self.faults["the slope"] = fault
            yield case, right, right, np.full(right.shape, np.nan)
            return
        plain = np.reshape(np.stack([np.asarray(one) for one in numbers]), right.shape)
        carried = shown.carried(of, case, [np.asarray(one) for one in numbers])
        # One may also give the slope at the logit, whatever the loss takes.
        yield case, right, right, plain if carried is None or _near(plain, right) else carried

    # Extremes

    def _right(self, reading: Reading) -> Audit:
        """Report on a loss that is right on every ordinary input."""
        for check in (self._chance, self._touched, self._promised, self._whole_numbers):
            if found := check(reading):
                return found
        failures = list(self._failures(reading))
        grave = [one for one in failures if not one.extreme.minor and one.kind != "warns"]
        grave = grave or [one for one in failures if not one.extreme.minor]
        grave.sort(key=lambda one: (KINDS.index(one.kind), one.dtype != "float64"))
        limits = [one for one in failures if one.extreme.minor]
        slope = "the gradient that came with it"
        if self.subject.gradient is None:
            slope = "its own" if self.subject.framework.slopes else "central differences"
        tried = [one for one in self.role.extremes if self._concerns(one, reading)]
        details = (
            *self._convention(reading),
            (
                "Tried",
                f"{len(self.cases)} ordinary inputs, {len(tried)} kinds of extremes in "
                f"{' and '.join(kind.__name__ for kind in self.subject.framework.dtypes)}; "
                f"slope: {slope}",
            ),
        )
        remarks = (
            ("At its limits", "; ".join(map(str, limits))),
            ("Labels", self._soft_labels(reading)),
            ("Beware", self._ambiguous(reading)),
        )
        fields: dict[str, Any] = self._fields(reading)
        fields["limits"] = tuple(one.idea for one in limits if one.idea)
        if not grave:
            return self.audit("agrees", "", *details, *remarks, **fields)
        first, *others = grave
        return self.audit(
            "unstable",
            f"{first.extreme.says} gives {first.came}",
            *details,
            ("Input", f"{listed(first.given)} ({first.dtype})"),
            ("Right", first.right),
            ("Yours", first.came),
            ("What it is", f"{TITLES[first.idea].title}." if first.idea else ""),
            ("Why it matters", TITLES[first.idea].matters if first.idea else ""),
            ("Also", "; ".join(map(str, others))),
            *remarks,
            mistake=first.idea,
            **fields,
        )

    def _concerns(self, extreme: Extreme, reading: Reading) -> bool:
        among, alone = extreme.among, reading.presentation.layout.alone
        form = reading.presentation.forms[self.role.scores]
        many = len(extreme.case(extreme.scales[0])[0]) > 100
        return (not among or form in among) and not (alone and many)

    def _failures(self, reading: Reading) -> Iterator[Failure]:
        for extreme in self.role.extremes:
            if not self._concerns(extreme, reading):
                continue
            for dtype in self.subject.framework.dtypes:
                if failure := self._smallest(reading, extreme, dtype):
                    yield failure
                    break

    def _smallest(self, reading: Reading, extreme: Extreme, dtype: Any) -> Failure | None:
        fine: float | None = None
        for scale in extreme.scales:
            failure = self._fails(reading, extreme, scale, dtype)
            if failure is not None:
                return self._between(reading, extreme, dtype, fine, failure)
            fine = scale
        return None

    def _between(
        self, reading: Reading, extreme: Extreme, dtype: Any, fine: float | None, failure: Failure
    ) -> Failure:
        """Halve the distance between the last that was fine and the first that failed."""
        while fine is not None:
            middle = float(f"{np.sqrt(fine * failure.scale):.2g}")
            if not fine < middle < failure.scale:
                break
            found = self._fails(reading, extreme, middle, dtype)
            if found is None or (found.kind == "warns" != failure.kind):
                fine = middle
            else:
                # What kind it is shows further out: a cap looks like a slip where it begins.
                failure = replace(found, kind=failure.kind, idea=failure.idea)
        largest = np.log(np.finfo(dtype).max)
        if (
            failure.kind == "inf"
            and failure.idea == "log-of-zero"
            and failure.scale < 1.005 * largest
        ):
            return replace(failure, idea="exp-overflow")  # a logarithm of 0 comes later
        single = dtype == np.float32 and failure.idea == "zero-log-zero" and bool(extreme.among)
        if single and self._smallest(reading, extreme, np.float64) is None:
            return replace(failure, idea="clip-does-nothing")
        return failure

    def _fails(
        self, reading: Reading, extreme: Extreme, scale: float, dtype: Any
    ) -> Failure | None:
        shown = reading.presentation
        case = extreme.case(scale)
        rounded = shown.rounded(case, dtype)
        losses = self._losses(self.role.reference, rounded, reading.settings)
        with np.errstate(all="ignore"):
            right = np.asarray(reading.reduction.apply(losses, rounded)).astype(dtype)
        if np.isnan(right).any():
            return None
        came = self.hear(shown, case, dtype)

        def failure(kind: str, wanted: str, got: str) -> Failure:
            idea = extreme.ideas.get(kind, BEHIND.get(kind, "warns" if kind == "warns" else None))
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
            further = [self.hear(shown, extreme.case(by * scale), dtype).numbers for by in (8, 16)]
            near, far = (np.ones(0) if one is None else one for one in further)
            flat = not extreme.exact and near.size > 0 and _close(near, far, 1e-6, 1e-9)
            return failure("flat" if flat else "wrong", *texts)
        if wrong := self._extreme_slope(reading, extreme, case, rounded, dtype):
            return failure("slope", *wrong)
        if came.warned and finite.all():
            return failure("warns", texts[0], f"{texts[1]}, and a warning: {came.warned}")
        return None

    def _extreme_slope(
        self, reading: Reading, extreme: Extreme, case: Case, rounded: Case, dtype: Any
    ) -> tuple[str, str] | None:
        of = self.role.scores
        form = reading.presentation.forms[of]
        exact = self.role.slope
        if exact is None or form is None or not (form.far and extreme.slopes):
            return None
        if self.subject.framework.slopes is None:
            return None
        losses = self._losses(self.role.reference, rounded, reading.settings)
        ones = np.ones(np.shape(reading.reduction.apply(losses, rounded)))
        heard = self.hear(reading.presentation, case, dtype).numbers
        if heard is None:
            return None
        came = self.slope(reading, case, dtype, np.ones(heard.shape))
        with np.errstate(all="ignore"):
            weights = reading.reduction.weights(ones, np.zeros(losses.shape), rounded)
            right = np.asarray(exact(*rounded, **reading.settings))
            right = right * weights.reshape(weights.shape + (1,) * (right.ndim - weights.ndim))
        if came is None or not np.isfinite(right.astype(dtype)).all():
            return None
        near = np.isfinite(came) if extreme.kink else np.isclose(came, right, 1e-2, AT_EXTREMES)
        return None if near.all() else (f"the slope {show(right, 4)}", f"the slope {show(came, 4)}")

    # Further questions

    def _chance(self, reading: Reading) -> Audit | None:
        """Whether two calls differ."""
        first = next(values for shown, values in self.heard if shown is reading.presentation)[0]
        again = self.hear(reading.presentation, self.cases[0], self.dtype, plainly=True).numbers
        if again is not None and _close(again, first):
            return None
        return self._verdict(
            reading, "not-the-same-twice", "what it keeps, or draws, between calls"
        )

    def _touched(self, reading: Reading) -> Audit | None:
        """Whether the loss changes what it is given."""
        if self.changed is None:
            return None
        return self._verdict(
            reading, "input-changed", "`x = x - 1` makes a new array; `x -= 1` not"
        )

    def _promised(self, reading: Reading) -> Audit | None:
        """Whether a parameter `reduction` promises a mean, and a sum comes."""
        sums = reading.reduction.says.startswith("the sum")
        if self.reduction_said != "mean" or not sums:
            return None
        return self._verdict(reading, "sum-for-mean", "`reduction` says mean, and a sum comes back")

    def _whole_numbers(self, reading: Reading) -> Audit | None:
        """Whether labels of an integer type cut the loss itself down to integers."""
        if self.subject.framework is not NUMPY or not self.role.labelled:
            return None
        shown = reading.presentation
        of = self.role.scores
        for case in self.cases[:2]:
            whole = tuple(part if at == of else np.rint(part) for at, part in enumerate(case))
            batches = shown.batches(whole, self.dtype)
            places = [at for at in range(len(batches[0])) if at != shown.place(of)]
            if not all((batches[0][at] == np.rint(batches[0][at])).all() for at in places):
                return None
            came = []
            for arrays in batches:
                for at in places:
                    arrays[at] = arrays[at].astype(np.int64)
                came.append(self.subject.value(arrays).numbers)
            losses = self._losses(self.role.reference, whole, reading.settings)
            right = np.asarray(reading.reduction.apply(losses, whole))
            numbers = np.concatenate(
                [np.ravel(one) for one in came if one is not None] or [np.ones(0)]
            )
            if numbers.size == right.size and not _close(numbers, right):
                return self._verdict(
                    reading,
                    "integer-accumulator",
                    "an array of floats to add up in, whatever type the labels have",
                )
        return None

    def _verdict(self, reading: Reading, idea: str, look: str) -> Audit:
        return self.audit(
            "differs",
            f"{TITLES[idea].title}.",
            *self._convention(reading),
            ("Why it matters", TITLES[idea].matters),
            ("Next", look),
            mistake=idea,
            **self._fields(reading),
        )

    def _soft_labels(self, reading: Reading) -> str:
        if self.role.inputs[-1].name != "labels":
            return ""
        if reading.presentation.forms[-1] is not conventions.ONE_HOT:
            return ""
        for case in soft()[:2]:
            came = self.hear(reading.presentation, case, self.dtype).numbers
            losses = self._losses(self.role.reference, case, reading.settings)
            right = _reduced(reading.reduction, losses, case)
            if came is None or right is None or not _close(came, right):
                return "one-hot only; with soft labels (distributions) it gives other numbers"
        return "one-hot, and soft ones (distributions) too"

    def _ambiguous(self, reading: Reading) -> str:
        form = reading.presentation.forms[self.role.scores]
        if form is conventions.LOG_PROBABILITIES:
            return "it takes log-probabilities; logits go through without a word, and are wrong"
        if reading.presentation.layout is conventions.CLASSES_FIRST:
            return "if your classes lie along the last axis, its softmax runs over the examples"
        if self.role.name == "kl_divergence" and reading.presentation.order == (0, 1):
            return "what is expected comes first; if you hand over (p, q), they are swapped"
        return ""


def listed(arrays: Iterable[Array]) -> str:
    """Return arrays on one line, whatever floats they are in."""
    plain = (np.asarray(a, np.float64 if a.dtype.kind == "f" else a.dtype) for a in arrays)
    return ", ".join(map(show, plain))


def _reduced(reduction: Reduction, losses: Array, case: Case) -> Array | None:
    """Return what a reduction makes of losses; None where it does not apply."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(reduction.apply(losses, case))
    except (ValueError, IndexError, TypeError):
        return None


def _near(came: Array, right: Array) -> bool:
    return bool(np.allclose(came, right, 1e-3, 1e-4, equal_nan=False))


def _single(numbers: Array) -> Any:
    return numbers[0] if numbers.size == 1 else numbers
