"""Where a curve stands: flat at a known value, down to a floor, or off ln K from the start."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._curve import noise, tendency
from lossfns.clinic._names import stem
from lossfns.clinic._values import SMOOTHINGS, Facts, entropy, shown, smoothing_floor, softmax_floor
from lossfns.clinic.explain import Explanation, explain_value
from lossfns.clinic.findings.case import (
    Case,
    Curve,
    Finding,
    Place,
    coarse,
    filled_text,
    is_part_of_a_falling_loss,
    sound_curves,
    thresholds,
    words,
)


def flat(case: Case) -> Iterator[Finding]:
    """A curve that ends flat, at a value that is known."""
    for curve in sound_curves(case):
        stretch = _flat_end(case, curve)
        found = (stretch and _flat_level(case, curve, stretch)) or _noisy_end(case, curve)
        if found is not None:
            yield found
        elif (
            stretch is not None
            and stretch[0] == 0
            and np.ptp(curve.values) == 0
            and len(curve) >= _usually(case)
            and not is_part_of_a_falling_loss(case, curve)
        ):
            place = (curve.steps[0], curve.steps[-1])
            yield case.finding("frozen", curve, place, {"value": stretch[1]}, sure="exact")


def _flat_level(case: Case, curve: Curve, stretch: tuple[int, float, int]) -> Finding | None:
    """What a flat end's level is, if that is known."""
    begin, level, digits = stretch
    accuracy = _accuracy_since(curve, curve.steps[begin])
    text = f"{level:.{digits}g}"
    if not float(text):
        return None
    learned = _has_learned(curve, level)
    known = _explained(case, text, accuracy, learned) if _is_sharp(stretch) else None
    if known is None and not learned:
        known = _nearly_even(case.facts.classes, level, accuracy)
    if known is None:
        return None
    return _level(case, "flat", curve, begin, level, known, accuracy, known.sure)


def _flat_end(case: Case, curve: Curve) -> tuple[int, float, int] | None:
    """Where a curve's flat end begins, its level, and how many digits of that are sure."""
    line = thresholds()["flat"]
    shape = curve.shape
    enough = _enough(case, curve)
    if len(curve) < enough:
        return None
    middles = shape.middles
    level = float(np.median(middles[-max(1, len(middles) // 4) :]))
    for band in (line["band"], line["still"]):
        near = np.abs(middles - level) <= band * level
        begin = _mostly_since(near, line["near"])
        at = int(shape.starts[begin])
        values, tail = curve.values[at:], middles[begin:]
        if len(values) < max(enough, line["share"] * len(curve)):
            return None
        # Within the narrow band it is flat even while it creeps down.
        if band == line["still"] or tendency(tail) >= -line["tendency"]:
            break
    values, tail = values[len(values) // 2 :], tail[len(tail) // 2 :]  # it may have crept there
    mean = float(values.mean())
    if not 0 < mean < math.inf:
        return None
    half = len(tail) // 2
    drift = abs(float(tail[half:].mean()) - float(tail[:half].mean())) / 2 if half else 0.0
    spread = max(float(values.std()) / math.sqrt(len(values)), drift)
    digits = math.floor(math.log10(mean / max(spread, 1e-5 * mean)))
    return (at, mean, min(digits, 5)) if digits > 0 else None


def _is_sharp(stretch: tuple[int, float, int] | None) -> bool:
    """Whether a flat end has digits enough to be compared with anything."""
    return stretch is not None and stretch[2] >= thresholds()["flat"]["digits"]


def _mostly_since(near: NDArray[np.bool_], share: float) -> int:
    """The first place from which on nearly all are near; the number of places if there is none."""
    since = np.cumsum(near[::-1])[::-1] / np.arange(len(near), 0, -1)
    good = np.flatnonzero(near & (since >= share))
    return int(good[0]) if len(good) else len(near)


def _enough(case: Case, curve: Curve) -> float:
    """How many values a flat stretch must have: a few are enough where they are the same."""
    few = thresholds()["flat"]["epochs"]
    return few if np.ptp(curve.values[-int(few) :]) == 0 else _usually(case)


def _usually(case: Case) -> float:
    return thresholds()["flat"]["epochs" if case.log.clock == "epoch" else "values"]


def _has_learned(curve: Curve, level: float) -> bool:
    """Whether a curve has come down to a level."""
    return level < thresholds()["flat"]["learned"] * float(curve.shape.middles[0])


# Values at which a training stands that has learned nothing yet.
UNLEARNED = {
    "even-guess", "averaged-over-classes", "summed-over-batch", "bits",
    "squared-error-of-an-even-guess", "class-frequencies", "sigmoid-twice",
}  # fmt: skip
# Values at which it stands whatever it has learned.
STOPS = {
    "softmax-twice", "sigmoid-twice", "smoothing-floor", "clip", "clip-share", "clip-floor",
    "float32-smallest", "bce-clamp", "bce-clamp-share", "class-frequencies",
}  # fmt: skip


def _explained(case: Case, text: str, accuracy: float | None, learned: bool) -> Explanation | None:
    """The first thing that a level can be, given whether the curve had come down to it."""
    facts = case.facts
    share = None if accuracy is None else f"{accuracy:.4f}"
    found = explain_value(text, classes=facts.classes, accuracy=share, counts=facts.counts)
    possible = STOPS if learned else UNLEARNED | STOPS
    for known in found:
        right = accuracy is not None and accuracy > 0.7
        if known.id in possible and not (known.id == "even-guess" and right):
            return known
    return None


def _nearly_even(classes: int | None, level: float, accuracy: float | None) -> Explanation | None:
    """An even guess that knows how common the classes are, nearly equally, and nothing else."""
    line = thresholds()["flat"]
    if classes is None or classes < 2 or abs(level / math.log(classes) - 1) > line["even"]:
        return None
    if accuracy is not None and accuracy > line["right"] / classes:
        return None
    return next((replace(known, sure="strong") for known in _even(classes)), None)


# So many classes are thought of where a noisy stretch is all there is to go by.
COMMON = (2, 10, 100, 1000)


def _noisy_end(case: Case, curve: Curve) -> Finding | None:
    """A curve that goes up and down about a value that is known, and goes nowhere."""
    line, facts = thresholds()["flat"], case.facts
    begin = len(curve) // 10
    values = curve.values[begin:]
    if len(values) < line["values"]:
        return None
    level, half = float(values.mean()), len(values) // 2
    scatter = float(values.std())
    error = scatter / math.sqrt(len(values))
    drift = abs(float(values[half:].mean()) - float(values[:half].mean()))
    if not 0 < level < math.inf or drift > 2 * line["errors"] * error:
        return None
    if scatter > line["noisy"] * level:
        return None
    accuracy = _accuracy_since(curve, curve.steps[begin])
    candidates = []
    if facts.counts:
        exact = entropy(facts.counts)
        found = explain_value(exact, counts=facts.counts) if exact else ()
        candidates += [known for known in found if known.id == "class-frequencies"]
    if not _has_learned(curve, level):
        for classes in (facts.classes,) if facts.classes else COMMON:
            if accuracy is None or accuracy <= line["right"] / classes:
                candidates += _even(classes)
    share = line["even" if facts.classes else "untold"]
    for known in candidates:
        if abs(level - known.value) <= min(share * known.value, line["errors"] * error):
            sure = "strong" if facts.classes else "weak"
            return _level(case, "noisy", curve, begin, level, known, accuracy, sure)
    return None


def _even(classes: int) -> tuple[Explanation, ...]:
    """What is said of an even guess, if there is a choice: one explanation, or none."""
    found = explain_value(math.log(classes), classes=classes) if classes > 1 else ()
    return tuple(known for known in found if known.id == "even-guess")[:1]


def _accuracy_since(curve: Curve, step: float) -> float | None:
    if curve.accuracy is None:
        return None
    since = curve.accuracy.values[curve.accuracy.steps >= step]
    return float(since.mean()) if len(since) else None


def _level(
    case: Case,
    text: str,
    curve: Curve,
    begin: int,
    level: float,
    known: Explanation,
    accuracy: float | None,
    sure: str,
) -> Finding:
    """A finding in the words of a known value."""
    place = Place(curve.name, float(curve.steps[begin]), float(curve.steps[-1]))
    evidence: dict[str, float | str] = {"value": level, "exact": known.value}
    if accuracy is not None:
        evidence["accuracy"] = accuracy
    filling = {
        "name": curve.name,
        "value": shown(level),
        "first": case.at(place.first),
        "last": case.at(place.last),
        "meaning": known.says,
        "accuracy": "" if accuracy is None else f"{accuracy:.1%}",
    }
    says = filled_text(words()[text]["says"], filling)
    return Finding(known.id, place, evidence, says, known.do, known.see, sure)


def floors(case: Case) -> Iterator[Finding]:
    """A curve that has come down to a floor, and stands above it by its wrong answers alone."""
    line = thresholds()["floor"]
    told = case.facts.classes is not None
    for curve in sound_curves(case):
        begin = int(len(curve) * (1 - line["share"]))
        if len(curve) < 5 or not _has_learned(curve, float(curve.values[begin:].mean())):
            continue
        level = float(curve.values[begin:].mean())
        accuracy = _accuracy_since(curve, curve.steps[begin])
        if accuracy is None:
            # What is nowhere said to be right may stand on a told floor, and nowhere near it.
            if not (told and _is_sharp(_flat_end(case, curve))):
                continue
        elif _still_falling(curve) > line["falling" if told else "falling-untold"]:
            continue
        least = _least_beside(case, curve)
        for known, wrong in _floors(case.facts):
            floor = known.value
            if accuracy is None:
                stands = abs(level - floor) <= line["alone"] * floor
            else:
                right = line[f"{known.id}-right"] if told else line["right-untold"]
                above = level - floor - (1 - accuracy) * wrong
                stands = accuracy >= right and abs(above) <= line[known.id] * floor
            if stands and least >= floor * (1 - 1e-4):
                yield _level(case, "floor", curve, begin, level, known, accuracy, "strong")
                break


def _still_falling(curve: Curve) -> float:
    """The share of its whole fall that a curve falls in the last third."""
    tenths = coarse(curve.values)
    fall = float(tenths[0] - tenths[-1])
    return float(tenths[-4 if len(tenths) > 3 else 0] - tenths[-1]) / fall if fall > 0 else 1.0


def _least_beside(case: Case, curve: Curve) -> float:
    """The least value of a loss on any data of its run: no part of it may pass a floor."""
    run = curve.series.means.run
    same = [
        one
        for one in case.curves
        if len(one) and one.series.means.run == run and stem(one.name) == stem(curve.name)
    ]
    return float(min(one.values.min() for one in same))


def _floors(facts: Facts) -> Iterator[tuple[Explanation, float]]:
    """The floors that the facts allow, each with what a wrong answer costs beyond it."""
    for classes in (facts.classes,) if facts.classes else (10, 3, 4, 5, 6, 7, 20, 100, 1000):
        for known in _named("softmax-twice", softmax_floor(classes), classes):
            yield known, 1.0
    if facts.counts and len(facts.counts) == 2:
        share = facts.counts[1] / sum(facts.counts)
        floor = share * softmax_floor(2) + (1 - share) * math.log(2)
        for known in _named("sigmoid-twice", floor, 2, facts.counts):
            yield known, 0.5
    if facts.classes and facts.classes > 1:
        for epsilon in SMOOTHINGS:
            for others in (False, True):
                floor = smoothing_floor(facts.classes, epsilon, others)
                for known in _named("smoothing-floor", floor, facts.classes):
                    yield known, 0.0


@lru_cache(256)
def _named(
    id: str, floor: float, classes: int, counts: tuple[float, ...] | None = None
) -> tuple[Explanation, ...]:
    """What is said of a floor: one explanation, or none."""
    found = explain_value(f"{floor:.6g}", classes=classes, counts=counts)
    return tuple(known for known in found if known.id == id)[:1]


def starts(case: Case) -> Iterator[Finding]:
    """A first value far from ln K."""
    classes = case.facts.classes
    if classes is None or classes < 2:
        return
    line = thresholds()["start"]
    even = math.log(classes)
    for curve in sound_curves(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        stretch = _flat_end(case, curve)
        if stretch is not None and stretch[0] == 0:
            continue  # it never was anywhere else
        first = float(curve.values[0])
        early = curve.values[: int(line["values"])]
        place = (curve.steps[0], curve.steps[0])
        times = round(first / even)
        steady = np.all(np.abs(early / first - 1) <= line["steady"])
        evidence = {"value": first, "classes": float(classes), "even": even, "times": first / even}
        if steady and _is_count(times) and abs(first / even / times - 1) <= line["same"]:
            evidence["times"] = float(times)
            yield case.finding("summed", curve, place, evidence, sure="weak")
        elif abs(first - even) <= line["noise"] * noise(curve.values[: int(line["early"])]):
            continue  # as far off as others are
        elif first > line["high"] * even:
            yield case.finding("confident-start", curve, place, evidence)
        elif first < line["low"] * even and case.log.clock == "step" and curve.steps[0] <= 1:
            yield case.finding("low-start", curve, place, evidence)


def _is_count(times: int) -> bool:
    """Whether so many micro-batches, heads or workers are likely: a few, or a power of two."""
    return 2 <= times <= 6 or (times > 6 and times & (times - 1) == 0)
