"""What two curves tell together: training and held out, a loss and its accuracy, two units."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from lossfns.clinic._curve import outline, tendency
from lossfns.clinic.findings.case import (
    COMPARED,
    Case,
    Curve,
    Finding,
    Floats,
    coarse,
    common,
    sound_curves,
    thresholds,
)
from lossfns.clinic.log import Series


def rising(case: Case) -> Iterator[Finding]:
    """A held-out loss that rises again: over-confidence or overfitting."""
    line = thresholds()["held-out"]
    for held, training in case.pairs():
        if len(held) < line["values"] or held.values.min() < -1e-6:
            continue
        shape = outline(held.values, int(line["pieces"]))
        middles, count = shape.middles, len(shape)
        smooth = np.array([np.median(middles[max(0, i - 1) : i + 2]) for i in range(count)])
        low = int(np.argmin(smooth))
        tail = max(2, count // 10)
        best, end = float(smooth[low]), float(middles[-tail:].mean())
        if end < (1 + line["rise"]) * best or count - low < max(3, line["after"] * count):
            continue
        noise = float(np.median(np.abs(np.diff(middles))))
        if tendency(smooth[low:]) < line["tendency"] or end - best < 2 * noise:
            continue
        step = held.steps[shape.starts[low]]
        was, now = _average(training, step), float(coarse(training.values)[-1])
        if was is not None and now > 1.05 * was:
            continue  # training went up as well: that is another fault
        evidence: dict[str, float | str] = {"best": best, "value": end, "training": now}
        place = (step, held.steps[-1])
        accuracy = held.accuracy
        if accuracy is None or len(accuracy) < line["values"]:
            yield case.finding("overfitting", held, place, evidence, ("unknown",), "weak")
            continue
        then = _around(accuracy, step)
        after = float(accuracy.values[-max(2, len(accuracy) // 10) :].mean())
        evidence |= {"before": f"{then:.1%}", "after": f"{after:.1%}"}
        if after < then - line["lost"]:
            yield case.finding("overfitting", held, place, evidence, ("worse",))
        else:
            yield case.finding("over-confident", held, place, evidence)


def _around(accuracy: Series, step: float) -> float:
    """The middle one of an accuracy's values at a step, before and after it."""
    at = int(np.searchsorted(accuracy.steps, step))
    return float(np.median(accuracy.values[max(0, at - 1) : at + 2][-3:]))


def _average(curve: Series | Curve, step: float) -> float | None:
    """The mean of a curve's few values up to a step."""
    end = int(np.searchsorted(curve.steps, step, side="right"))
    few = curve.values[max(0, end - max(3, len(curve) // 20)) : end]
    return float(few.mean()) if len(few) else None


def same_data(case: Case) -> Iterator[Finding]:
    """A held-out loss that is the training loss."""
    line = thresholds()["held-out"]
    for held, training in case.pairs():
        steps, one, other = common(held, training)
        if len(steps) < line["values"] or np.ptp(one) <= 1e-9 + 0.01 * np.abs(one).max():
            continue
        share = float(np.mean(one == other))
        if share >= line["same"]:
            evidence: dict[str, float | str] = {"share": f"{share:.0%}", "other": training.name}
            place = (steps[0], steps[-1])
            yield case.finding("same-data", held, place, evidence, sure="exact")


def training_worse(case: Case) -> Iterator[Finding]:
    """A training loss above the held-out one throughout, by more than an average's delay."""
    line = thresholds()["held-out"]
    for held, training in case.pairs():
        steps, values, means = beside(held, training)
        if len(steps) < line["values"] + 1 or values.min() <= 0 or means.min() <= 0:
            continue
        # What an epoch's average tells of is older than what the held-out loss tells of.
        ratios = np.minimum(means[:-1], means[1:]) / values[:-1]
        late = ratios[len(ratios) // 2 :]
        if (
            np.mean(ratios > 1) >= line["often"]
            and np.mean(late > 1 + line["worse"]) >= line["often"]
        ):
            evidence: dict[str, float | str] = {
                "times": float(np.median(ratios)),
                "other": training.name,
            }
            place = (steps[0], steps[-1])
            yield case.finding("training-worse", held, place, evidence, sure="weak")


def beside(held: Curve, training: Curve) -> tuple[Floats, Floats, Floats]:
    """The held-out curve, and the training curve averaged since the value before."""
    ends = np.searchsorted(training.steps, held.steps, side="right")
    starts = np.concatenate([[0], ends[:-1]])
    keep = ends > starts
    sums = np.concatenate([[0.0], np.cumsum(training.values)])
    means = (sums[ends] - sums[starts])[keep] / (ends - starts)[keep]
    return held.steps[keep], held.values[keep], means


def stuck_accuracy(case: Case) -> Iterator[Finding]:
    """A loss that falls while its accuracy stays where it is."""
    line = thresholds()["stuck-accuracy"]
    for curve in sound_curves(case):
        accuracy = curve.accuracy
        if accuracy is None or len(accuracy) < line["values"] or len(curve) < line["values"]:
            continue
        middles = outline(accuracy.values, 20).middles
        if np.ptp(middles) > line["range"] or np.median(middles) > line["most"]:
            continue
        ends = coarse(curve.values)
        if ends[-1] < (1 - line["fall"]) * ends[0]:
            evidence: dict[str, float | str] = {
                "from": float(ends[0]),
                "to": float(ends[-1]),
                "accuracy": accuracy.name,
                "value": f"{float(np.median(middles)):.1%}",
            }
            place = (curve.steps[0], curve.steps[-1])
            yield case.finding("accuracy-stuck", curve, place, evidence)


def factors(case: Case) -> Iterator[Finding]:
    """Two losses that differ by a constant factor."""
    line = thresholds()["ratio"]
    curves = [curve for curve in sound_curves(case) if len(curve) >= line["values"]][:COMPARED]
    for i, one in enumerate(curves):
        for other in curves[i + 1 :]:
            ratio = _ratio(one, other)
            if ratio is None:
                continue
            small, great, factor = (one, other, ratio) if ratio > 1 else (other, one, 1 / ratio)
            named = any(re.search(r"bit|bpc|bpb", curve.name.lower()) for curve in (one, other))
            place = (great.steps[0], great.steps[-1])
            evidence: dict[str, float | str] = {"other": small.name, "factor": factor}
            whole = round(factor)
            if abs(factor * math.log(2) - 1) <= line["band"]:
                sure = "exact" if named else "strong"
                yield case.finding("bits-and-nats", great, place, evidence, sure=sure)
            elif 2 <= whole <= line["most"] and abs(factor / whole - 1) <= line["band"]:
                evidence["factor"] = float(whole)
                yield case.finding("accumulation", great, place, evidence)


def _ratio(one: Curve, other: Curve) -> float | None:
    """The factor from one curve to another, if it is the same all along."""
    line = thresholds()["ratio"]
    steps, a, b = common(one, other)
    if len(steps) < line["values"] or a.min() <= 0 or b.min() <= 0:
        return None
    ratios = outline(b / a, 20).middles
    middle = float(np.median(ratios))
    falls = [shape[-1] < (1 - line["fall"]) * shape[0] for shape in map(coarse, (a, b))]
    if np.ptp(ratios) > line["spread"] * middle or not all(falls):
        return None
    return middle
