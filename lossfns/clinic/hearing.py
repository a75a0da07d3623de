"""Hear what a loss says: call it under every convention, and read its numbers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossfns.clinic import conventions
from lossfns.clinic.conventions import Array, Case, Layout, Presentation, Reduction
from lossfns.clinic.roles import Role
from lossfns.clinic.subject import Came, Subject, parameters
from lossfns.judging.compare import show
from lossfns.judging.mistakes import Mutant, recognise

# Loose enough for single precision, and for the tiny numbers that people add before a logarithm.
RTOL, ATOL = 1e-4, 1e-5
USUAL = {"reduction": "mean", "axis": -1, "dim": -1}  # what is given where it must be
Heard = list[tuple[Presentation, list[Array]]]


@dataclass(frozen=True)
class Reading:
    """A whole convention under which a loss gives the numbers of a function."""

    presentation: Presentation
    settings: dict[str, Any]
    reduction: Reduction


def close(came: Array, right: Array, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether numbers are the same, however they are arranged."""
    if came.size != right.size:
        return False
    return bool(np.allclose(came.ravel(), right.ravel(), rtol, atol, equal_nan=False))


class Hearing:
    """One loss in one framework, and all that it said."""

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
        self.called: dict[str, str] = {}
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
        for one in beyond:
            if one.name in USUAL and one.default is empty:
                self.subject.keywords[one.name] = USUAL[one.name]
        self.reduction_said = self.subject.keywords.get("reduction", self.reduction_said)
        for knob in self.role.knobs:
            for one in found:
                if not {one.name.lower()} & {*knob.words} or knob.sign in self.known:
                    continue
                if one.default is not empty:
                    if isinstance(one.default, int | float):
                        self.known[knob.sign] = one.default
                        self.called[knob.sign] = one.name.lower()
                elif one in beyond:
                    value = knob.values[1] if knob.values[0] is None else knob.values[0]
                    self.known[knob.sign] = self.subject.keywords[one.name] = value
                    self.called[knob.sign] = one.name.lower()

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

    @cached_property
    def settings(self) -> list[dict[str, Any]]:
        return list(self.role.settings(self.known, self.called))

    def right_losses(self, at: int, settings: dict[str, Any]) -> Array:
        """Return the right losses of an ordinary case."""
        key = (at, *settings.values())
        if key not in self.right:
            self.right[key] = self.losses_of(self.role.reference, self.cases[at], settings)
        return self.right[key]

    def losses_of(
        self, function: Callable[..., Any], case: Case, settings: dict[str, Any]
    ) -> Array:
        """Return what one of our own functions gives; nan where it has no value."""
        try:
            with np.errstate(all="ignore"):
                return np.asarray(function(*case, **settings), np.float64)
        except (ValueError, TypeError, IndexError):
            return np.full(len(case[0]), np.nan)

    def reads(
        self, function: Callable[..., Any], shown: Presentation, values: list[Array]
    ) -> Iterator[Reading]:
        """Yield how these values can be read as those of a function."""
        sizes = [value.size for value in values]
        for settings in self.settings:
            losses: list[Array] = []
            for reduction in self.role.reductions:
                for at, case in enumerate(self.cases):
                    if at == len(losses) and function is self.role.reference:
                        losses.append(self.right_losses(at, settings))
                    elif at == len(losses):
                        losses.append(self.losses_of(function, case, settings))
                    right = reduced(reduction, losses[at], case)
                    if right is None or right.size != sizes[at] or not close(values[at], right):
                        break
                else:
                    yield Reading(shown, settings, reduction)

    def mistake(
        self, heard: list[tuple[Presentation, list[Array]]]
    ) -> tuple[Mutant, Reading] | None:
        """Return the known mistake that gives the same numbers on every ordinary case."""
        found: list[Reading] = []
        of = self.role.scores
        twice = {m.function for m in self.role.known() if m.misconception.endswith("-twice")}
        takes_logits = any(shown.forms[of] is conventions.LOGITS for shown, _ in heard)

        def matches(function: Callable[..., Any]) -> bool:
            for shown, values in heard:
                if function in twice and takes_logits and shown.forms[of] is not conventions.LOGITS:
                    continue  # what is right on numbers from 0 to 1 alone applies nothing twice
                if np.ptp(np.concatenate([value.ravel() for value in values])) == 0:
                    continue  # one number, whatever goes in, shows no idea
                found[:] = [*self.reads(function, shown, values)][:1]
                if found:
                    return True
            return False

        idea = recognise(self.role.known(), matches)
        return (idea, found[0]) if idea else None

    def said(self, reading: Reading) -> list[Array]:
        """Return what the loss gave under the convention of a reading."""
        return next(values for shown, values in self.heard if shown is reading.presentation)

    def expected(self, reading: Reading, index: int, came: Array) -> Array:
        """Return the right numbers in the shape that came, as far as there is one."""
        case, losses = self.cases[index], self.right_losses(index, reading.settings)
        choices = (reading.reduction, *self.role.reductions)
        rights = (reduced(one, losses, case) for one in choices)
        return next((r for r in rights if r is not None and r.size == came.size), losses)

    def telling(self, values: list[Array], reading: Reading) -> int:
        """Return the smallest case on which the numbers differ."""
        indices = sorted(range(len(values)), key=lambda at: self.cases[at][0].size)
        return next(
            (at for at in indices if not close(values[at], self.expected(reading, at, values[at]))),
            0,
        )

    def distance(self, reading: Reading, values: list[Array]) -> float | None:
        total = 0.0
        for at, (case, value) in enumerate(zip(self.cases, values, strict=True)):
            right = reduced(reading.reduction, self.right_losses(at, reading.settings), case)
            if right is None or right.size != value.size:
                return None
            off = np.abs(value.ravel() - right.ravel()) / (0.1 + np.abs(right.ravel()))
            total += float(np.nan_to_num(off, nan=100.0, posinf=100.0).mean())
        return total


def listed(arrays: Iterable[Array]) -> str:
    """Return arrays on one line, whatever floats they are in."""
    plain = (np.asarray(a, np.float64 if a.dtype.kind == "f" else a.dtype) for a in arrays)
    return ", ".join(map(show, plain))


def reduced(reduction: Reduction, losses: Array, case: Case) -> Array | None:
    """Return what a reduction makes of losses; None where it does not apply."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(reduction.apply(losses, case))
    except (ValueError, IndexError, TypeError):
        return None
