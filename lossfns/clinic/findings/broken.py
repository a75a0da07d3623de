"""Values that are no number, or none that a loss can have."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lossfns.clinic.findings.case import Case, Curve, Finding, common


def broken(case: Case) -> Iterator[Finding]:
    """The first value of a run that is nan or infinite, and what came before."""
    first: dict[str, Curve] = {}
    for curve in case.curves:
        if curve.broken is not None:
            run = curve.series.means.run
            best = first.get(run)
            if best is None or _breaks(curve) < _breaks(best):
                first[run] = curve
    for curve in first.values():
        at = curve.broken
        assert at is not None
        values, steps = curve.series.values, curve.series.steps
        id = "not-a-number" if math.isnan(values[at]) else "infinite"
        before = values[:at]
        evidence: dict[str, float | str] = {"value": str(values[at]), "before": "", "level": ""}
        also: tuple[str, ...] = () if curve.lasting else ("once",)
        if len(before):
            evidence["before"] = float(before[-1])
            level = float(np.median(before))
            grown = max(before[-3:])
            norm = _norm_before(case, curve, steps[at])
            if len(before) > 1 and grown > 2 * min(before):
                evidence |= {"before": float(grown), "level": float(min(before))}
                also = (*also, "grown")
            elif norm is not None:
                evidence |= {"norm": norm[0], "level": norm[1]}
                also = (*also, "norm")
            else:
                evidence["level"] = level
                also = (*also, "sudden")
        last = steps[-1] if curve.lasting else steps[at]
        yield case.finding(id, curve, (steps[at], last), evidence, also, "exact")


def _breaks(curve: Curve) -> float:
    assert curve.broken is not None
    return float(curve.series.steps[curve.broken])


def _norm_before(case: Case, curve: Curve, step: float) -> tuple[float, float] | None:
    """The gradient's norm before a step and its usual size, if it had grown."""
    for norm in case.log.of("norm", run=curve.series.means.run):
        before = norm.values[norm.steps < step]
        before = before[np.isfinite(before)]
        if len(before) > 3 and before[-3:].max() > 5 * np.median(before):
            return float(before[-3:].max()), float(np.median(before))
    return None


def shown_as_zero(case: Case) -> Iterator[Finding]:
    """A loss of exactly 0 beside a gradient whose norm is nan."""
    for curve in case.curves:
        for norm in case.log.of("norm", run=curve.series.means.run):
            steps, loss, size = common(curve, norm)
            both = (loss == 0) & np.isnan(size)
            if both.sum() >= 3:
                place = (steps[both][0], steps[both][-1])
                evidence = {"values": float(both.sum())}
                yield case.finding("nan-shown-as-zero", curve, place, evidence, sure="exact")


def below_zero(case: Case) -> Iterator[Finding]:
    """A value that no cross-entropy can have."""
    for curve in case.curves:
        if curve.series.means.free or not len(curve):
            continue
        under = curve.values < -1e-6
        if under.any():
            at = int(np.argmax(under))
            evidence = {"value": float(curve.values[at]), "least": float(curve.values.min())}
            place = (curve.steps[at], curve.steps[under][-1])
            yield case.finding("below-zero", curve, place, evidence)
