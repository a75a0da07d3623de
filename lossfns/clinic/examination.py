"""Examine a loss: its convention, its values, its slopes, and where it breaks."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np

from lossfns.clinic import conventions
from lossfns.clinic.audit import Audit
from lossfns.clinic.conventions import (
    Array,
    Layout,
    every_order,
    told,
)
from lossfns.clinic.extremes import KINDS, concerns, failures
from lossfns.clinic.frameworks import MAKERS, NUMPY, guessed
from lossfns.clinic.hearing import (
    ATOL,
    RTOL,
    USUAL,
    Hearing,
    Reading,
    close,
    listed,
    reduced,
)
from lossfns.clinic.mistakes import SLOPES, TITLES, named_slope
from lossfns.clinic.probes import soft
from lossfns.clinic.roles import Role, role
from lossfns.clinic.slopes import compared, near
from lossfns.clinic.subject import Subject
from lossfns.judging.bounds import run
from lossfns.judging.compare import show
from lossfns.judging.mistakes import Mutant
from lossfns.judging.relations import Relation, relation

MARKS = {"agrees": "✓", "differs": "✗", "unstable": "⚠", "cannot call": "○"}
BINARY, WRONG = "sigmoid_binary_cross_entropy", ("differs", "unstable")
DRAWN = "`lossfns.explorers.explore_loss` draws it, and its push, beside cross-entropy"
SAID = {
    "batch": "the whole batch counted as one mask",
    "squared": "squares in the denominator",
    "full": "all constants",
}
NARROW = 0.03  # how far numbers in half precision may be off
OTHER_FLOATS = (np.float64, np.float16)  # tried in PyTorch once nothing else can be called
PLAIN_NAME = 3  # letters from which on a name is taken at its word
FAULTS = 4  # faults that are told, where no convention could be called


Rounds = Sequence[Sequence[tuple[int, ...]]]  # orders of the inputs, those to try first
SECONDS, ALL_SECONDS = 8.0, 60.0  # what one call may take, and about what an audit may


def examine(
    loss: Callable[..., Any],
    like: str,
    gradient: Callable[..., Any] | None,
    framework: str | None,
) -> Audit:
    """Audit a loss in the first framework in which it can be called, within bounds."""
    wanted = role(like)
    for given in (loss, *([] if gradient is None else [gradient])):
        if not callable(given):
            raise TypeError(f"a loss and its gradient must be functions, got {given!r:.80}")
    if framework is not None and framework not in MAKERS:
        raise ValueError(f"framework must be one of {', '.join(MAKERS)}, got {framework!r}")
    if inspect.isclass(loss):
        advice = f"hand over an object: `{loss.__name__}()`"
        return _audit(wanted, "cannot call", "a class came, not a function", ("Next", advice))
    reports: list[Audit] = []
    makers = [MAKERS[name] for name in ([framework] if framework else guessed(loss))]
    while makers:
        subject = Subject(loss, gradient, makers.pop(0)())
        found, ended = _bounded(Examination(Hearing(subject, wanted)))
        reports.append(found)
        if found.outcome != "cannot call" or not ended:
            return found
        if subject.framework is NUMPY and subject.returned in MAKERS:
            makers.insert(0, MAKERS[subject.returned])
        if subject.framework.name == "PyTorch" and subject.framework.dtypes == (np.float32,):
            # A module's own numbers may be of another type than the usual one.
            makers += [partial(replace, subject.framework, dtypes=(one,)) for one in OTHER_FLOATS]
    return reports[0]


def _bounded(examination: Examination) -> tuple[Audit, bool]:
    """Return an examination's report, and whether it ended: its time and output are bounded."""
    reports: list[Audit] = []
    subject, start = examination.hearing.subject, time.monotonic()
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
        calling = listed(examination.hearing.subject.calling)
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


class Examination:
    """What is reported of a loss against what it is meant to be."""

    def __init__(self, hearing: Hearing) -> None:
        self.hearing, self.role = hearing, hearing.role

    def report(self) -> Audit:
        """Return what was found."""
        wanted = self.role
        named = told(wanted.inputs, self.hearing.names)
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
        return self._different() if self.hearing.heard else self._not_called()

    def _found(
        self, rounds: Rounds, layouts: Sequence[Layout], others: Sequence[Layout]
    ) -> Audit | None:
        """Return a report under the first order in which the loss agrees, or errs as known."""
        for orders in rounds:
            already = len(self.hearing.heard)
            if found := self._agreement(orders, layouts):
                return found
            if mistake := self.hearing.mistake(self.hearing.heard[already:]):
                return self._elsewhere(self._mistaken(*mistake), rounds, others)
        return None

    def _takes_batches(self) -> bool:
        """Whether some plain batch gave finite numbers, as many as some reduction gives."""
        losses = self.hearing.right_losses(0, self.hearing.settings[0])
        rights = (reduced(one, losses, self.hearing.cases[0]) for one in self.role.reductions)
        sizes = {right.size for right in rights if right is not None}
        return any(
            not shown.layout.says and values[0].size in sizes and np.isfinite(values[0]).all()
            for shown, values in self.hearing.heard
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
        for shown in self.hearing.conventions(orders, layouts):
            if shown.order == doubted:
                continue  # a wrong slope may be right for the other argument, not otherwise
            _, values = self.hearing.heard[-1]
            for reading in self.hearing.reads(self.role.reference, shown, values):
                wrong = self._wrong_slope(reading)
                if wrong is None:
                    return self._right(reading)
                doubtful, doubted = doubtful or wrong, shown.order
                break
        return doubtful

    def audit(self, outcome: str, headline: str, *details: tuple[str, str], **fields: Any) -> Audit:
        """Return an audit with what holds for all of them."""
        changes = self.hearing.changed is not None and fields.get("mistake") != "input-changed"
        return _audit(
            self.role,
            outcome,
            headline,
            *details,
            ("It also", "changes the numbers that it is given" if changes else ""),
            ("See it", DRAWN if self.role.name == BINARY and outcome in WRONG else ""),
            ("Framework", self.hearing.subject.framework.name),
            framework=self.hearing.subject.framework.name,
            **fields,
        )

    def _convention(
        self, reading: Reading, returns: str | None = None
    ) -> tuple[tuple[str, str], ...]:
        settings = [
            SAID[sign] if value is True else f"{sign} {value:.4g}"
            for sign, value in reading.settings.items()
            if value is not None and value is not False
        ]
        given = self.hearing.subject.keywords.items()
        settings += [f"{name} {value!r}" for name, value in given if name in USUAL]
        return (
            ("Takes", str(reading.presentation)),
            ("Returns", self._fields(reading)["returns"] if returns is None else returns),
            ("With", ", ".join(settings)),
        )

    def _fields(self, reading: Reading) -> dict[str, str]:
        whole = reading.settings.get("batch", False)
        returns = conventions.WHOLE[0].says if whole else reading.reduction.says
        return {"takes": str(reading.presentation), "returns": returns}

    def _shown(self, reading: Reading, index: int, right: Array, came: Array) -> Any:
        shown = reading.presentation
        batches = shown.batches(self.hearing.cases[index], self.hearing.dtype)
        if not shown.layout.alone:
            return ("Input", listed(batches[0])), ("Right", show(right)), ("Yours", show(came))
        pairs = list(zip(np.ravel(right), np.ravel(came), strict=True))
        at = next((at for at, pair in enumerate(pairs) if not np.isclose(*pair, RTOL, ATOL)), 0)
        return (
            ("Input", f"{listed(batches[at])}, one of {len(batches)} calls"),
            ("Right", show(pairs[at][0])),
            ("Yours", show(pairs[at][1])),
        )

    def _mistaken(self, idea: Mutant, reading: Reading) -> Audit:
        values = self.hearing.said(reading)
        index = self.hearing.telling(values, reading)
        right = self.hearing.expected(reading, index, values[index])
        losses = self.hearing.losses_of(idea.function, self.hearing.cases[index], reading.settings)
        fields = self._fields(reading)
        if losses.shape != self.hearing.right_losses(index, reading.settings).shape:
            fields["returns"] = ""  # the mistake is in what becomes of the examples
        return self.audit(
            "differs",
            idea.shows,
            *self._convention(reading, fields["returns"]),
            *self._shown(reading, index, right, values[index]),
            (
                "How we know",
                f"on all {len(self.hearing.cases)} inputs it gives what this mistake gives",
            ),
            ("Why it matters", TITLES[idea.misconception].matters),
            ("Next", idea.look),
            mistake=idea.misconception,
            **fields,
        )

    def _different(self) -> Audit:
        nearest: list[tuple[float, Reading, list[Array]]] = []
        plain = [one for one in self.hearing.heard if not one[0].layout.says] or self.hearing.heard
        for shown, values in plain:
            best: tuple[float, Reading, list[Array]] | None = None
            for settings in self.hearing.settings:
                for reduction in self.role.reductions:
                    far = self.hearing.distance(Reading(shown, settings, reduction), values)
                    if far is not None and (best is None or far < best[0]):
                        best = far, Reading(shown, settings, reduction), values
            nearest += [best] if best else []
        if not nearest:
            shown, values = self.hearing.heard[0]
            return self.audit(
                "differs",
                f"what comes back has the shape {values[0].shape}, which fits no convention",
                ("Takes", str(shown)),
                ("Next", "one value per example, their sum or their mean"),
            )
        # A plain relation to the right numbers tells more than being near them.
        related = (one for one in nearest if self._relation(*one[1:]))
        _, reading, values = next(related, None) or min(nearest, key=itemgetter(0))
        if chance := self._chance(reading):
            return chance
        index = self.hearing.telling(values, reading)
        right = self.hearing.expected(reading, index, values[index])
        simple = self._relation(reading, values)
        wrong = sum(
            not close(value, self.hearing.expected(reading, at, value))
            for at, value in enumerate(values)
        )
        rounded = simple is not None and simple.headline.startswith("Close")
        if simple is None and self.hearing.subject.narrow:
            rounded = all(
                close(value, self.hearing.expected(reading, at, value), NARROW, NARROW)
                for at, value in enumerate(values)
            )
            simple = Relation(f"{TITLES['few-digits'].title}.", "the dtype") if rounded else None
        return self.audit(
            "differs",
            simple.headline if simple else "it gives other numbers, of no mistake that we know",
            *self._convention(reading),
            *self._shown(reading, index, right, values[index]),
            ("Tried", f"{wrong} of {len(values)} inputs differ, under the nearest convention"),
            ("Next", simple.look if simple else "work this one through by hand"),
            mistake="few-digits" if rounded else None,
            **self._fields(reading),
        )

    def _relation(self, reading: Reading, values: list[Array]) -> Relation | None:
        """Return a plain relation of what came to what is right."""
        triples = [
            (
                tuple(case),
                (self.hearing.expected(reading, at, value).reshape(value.shape),),
                (value,),
            )
            for at, (case, value) in enumerate(zip(self.hearing.cases, values, strict=True))
        ]
        return relation(triples, (RTOL, ATOL))

    def _not_called(self) -> Audit:
        """Report what was tried, each fault once."""
        ways: dict[str, list[str]] = {}
        for shown, fault in self.hearing.faults.items():
            ways.setdefault(fault, []).append(shown)
        lines = tuple(
            (f"With {shown}{f', and {len(more)} other ways' if more else ''}", fault)
            for fault, (shown, *more) in list(ways.items())[:FAULTS]
        )
        return self.audit(
            "cannot call",
            f"{len(self.hearing.faults)} conventions were tried",
            *lines,
            ("Next", "wrap it, so that it takes the scores and the labels alone"),
        )

    def _wrong_slope(self, reading: Reading) -> Audit | None:
        """Return what is wrong with the slope, or None; some cannot be compared."""
        shown, pairs = reading.presentation, compared(self.hearing, reading)
        wrong = [at for at, (_, right, _, came) in enumerate(pairs) if not near(came, right)]
        if not wrong:
            return None
        if found := self._chance(reading) or self._touched(reading):
            return found
        each = self.hearing.said(reading)[0].size > 1
        idea = next(
            (
                (named_slope(name, each), look)
                for name, change, look in SLOPES
                if all(
                    near(came, change(right, bare, len(case[0]), case[0].shape[-1], case[0]))
                    for case, right, bare, came in pairs
                )
            ),
            None,
        )
        case, right, _, came = pairs[wrong[0]]
        own = self.hearing.subject.framework.slopes and not self.hearing.subject.gradient
        look = "what is cut off on its way (detach, no_grad, stop_gradient), or a backward by hand"
        name, look = idea or (None, look if own else "the gradient, by hand, on this input")
        return self.audit(
            "differs",
            f"the values are right, the slope is not. {TITLES[name].title if name else ''}".strip(),
            *self._convention(reading),
            ("Input", listed(shown.batches(case, self.hearing.dtype)[0])),
            ("Right slope", show(right)),
            ("Yours", self.hearing.faults.get("the slope", "") or show(came)),
            ("Why it matters", TITLES[name].matters if name else ""),
            ("Next", look),
            mistake=name,
            **self._fields(reading),
        )

    def _right(self, reading: Reading) -> Audit:
        """Report on a loss that is right on every ordinary input."""
        checks = (self._chance, self._touched, self._misnamed, self._promised, self._whole_numbers)
        for check in checks:
            if found := check(reading):
                return found
        broken = list(failures(self.hearing, reading))
        grave = [one for one in broken if not one.extreme.minor and one.kind != "warns"]
        grave = grave or [one for one in broken if not one.extreme.minor]
        grave.sort(key=lambda one: (KINDS.index(one.kind), one.dtype != "float64"))
        limits = [one for one in broken if one.extreme.minor]
        slope = "the gradient that came with it"
        if self.hearing.subject.gradient is None:
            slope = "its own" if self.hearing.subject.framework.slopes else "central differences"
        tried = [one for one in self.role.extremes if concerns(self.hearing, one, reading)]
        details = (
            *self._convention(reading),
            (
                "Tried",
                f"{len(self.hearing.cases)} ordinary inputs, {len(tried)} kinds of extremes in "
                f"{' and '.join(kind.__name__ for kind in self.hearing.subject.framework.dtypes)}; "
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

    def _chance(self, reading: Reading) -> Audit | None:
        """Whether two calls differ."""
        first = self.hearing.said(reading)[0]
        again = self.hearing.hear(
            reading.presentation, self.hearing.cases[0], self.hearing.dtype, plainly=True
        ).numbers
        # What is compiled rounds otherwise; all else gives the same bits.
        tolerance = (1e-4, 1e-5) if self.hearing.subject.framework.compiled else (0.0, 0.0)
        if again is not None and close(np.nan_to_num(again), np.nan_to_num(first), *tolerance):
            return None
        return self._verdict(
            reading, "not-the-same-twice", "what it keeps, or draws, between calls"
        )

    def _touched(self, reading: Reading) -> Audit | None:
        """Whether the loss changes what it is given."""
        if self.hearing.changed is None:
            return None
        return self._verdict(
            reading, "input-changed", "`x = x - 1` makes a new array; `x -= 1` not"
        )

    def _misnamed(self, reading: Reading) -> Audit | None:
        """Whether plain names promise another order of the arguments than the loss takes."""
        names = self.hearing.names[: len(self.role.inputs)]
        if not self._contradicted(reading) or min(map(len, names)) < PLAIN_NAME:
            return None
        look = f"`{', '.join(names)}`: with the arguments in this order its numbers are others"
        return self._verdict(reading, "roles-exchanged", look)

    def _contradicted(self, reading: Reading) -> bool:
        """Whether the names of the parameters say another order than the loss takes."""
        named = told(self.role.inputs, self.hearing.names)
        return bool(named) and named != reading.presentation.order and not self._symmetric()

    def _promised(self, reading: Reading) -> Audit | None:
        """Whether a parameter `reduction` promises a mean, and a sum comes."""
        sums = reading.reduction.says.startswith("the sum")
        if self.hearing.reduction_said != "mean" or not sums:
            return None
        return self._verdict(reading, "sum-for-mean", "`reduction` says mean, and a sum comes back")

    def _whole_numbers(self, reading: Reading) -> Audit | None:
        """Whether labels of an integer type cut the loss itself down to integers."""
        if self.hearing.subject.framework is not NUMPY or not self.role.labelled:
            return None
        shown = reading.presentation
        of = self.role.scores
        for case in self.hearing.cases[:2]:
            whole = tuple(part if at == of else np.rint(part) for at, part in enumerate(case))
            batches = shown.batches(whole, self.hearing.dtype)
            places = [at for at in range(len(batches[0])) if at != shown.place(of)]
            if not all((batches[0][at] == np.rint(batches[0][at])).all() for at in places):
                return None
            came = []
            for arrays in batches:
                for at in places:
                    arrays[at] = arrays[at].astype(np.int64)
                came.append(self.hearing.subject.value(arrays).numbers)
            losses = self.hearing.losses_of(self.role.reference, whole, reading.settings)
            right = np.asarray(reading.reduction.apply(losses, whole))
            numbers = np.concatenate(
                [np.ravel(one) for one in came if one is not None] or [np.ones(0)]
            )
            if numbers.size == right.size and not close(numbers, right):
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

    def _symmetric(self) -> bool:
        """Whether the order of two inputs makes no difference to the right loss."""
        case, settings = self.hearing.cases[0], self.hearing.settings[0]
        turned = self.hearing.losses_of(self.role.reference, case[::-1], settings)
        return close(turned, self.hearing.right_losses(0, settings))

    def _soft_labels(self, reading: Reading) -> str:
        if self.role.inputs[-1].name != "labels":
            return ""
        if reading.presentation.forms[-1] is not conventions.ONE_HOT:
            return ""
        for case in soft()[:2]:
            came = self.hearing.hear(reading.presentation, case, self.hearing.dtype).numbers
            losses = self.hearing.losses_of(self.role.reference, case, reading.settings)
            right = reduced(reading.reduction, losses, case)
            if came is None or right is None or not close(came, right):
                return "one-hot only; with soft labels (distributions) it gives other numbers"
        return "one-hot, and soft ones (distributions) too"

    def _ambiguous(self, reading: Reading) -> str:
        if self._contradicted(reading):
            names = ", ".join(self.hearing.names[: len(self.role.inputs)])
            return f"its parameters are called {names}, which says another order than it takes"
        form = reading.presentation.forms[self.role.scores]
        if form is conventions.LOG_PROBABILITIES:
            return "it takes log-probabilities; logits go through without a word, and are wrong"
        if reading.presentation.layout is conventions.CLASSES_FIRST:
            return "if your classes lie along the last axis, its softmax runs over the examples"
        if self.role.name == "kl_divergence" and reading.presentation.order == (0, 1):
            return "what is expected comes first; if you hand over (p, q), they are swapped"
        return ""
