"""The second door: what does this curve say?"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._curve import Outline, outline, repeats, tendency
from lossfns.clinic._values import WORDS, Facts, shown
from lossfns.clinic.explain import Explanation, explain_value, read_facts
from lossfns.clinic.log import Series, TrainingLog

Floats = NDArray[np.float64]


class Place(NamedTuple):
    """Where on a log's clock something was found.

    Attributes
    ----------
    series : str
        The curve's name.
    first, last : float
        The first step and the last.
    """

    series: str
    first: float
    last: float


@dataclass(frozen=True)
class Finding:
    """What a curve shows.

    Attributes
    ----------
    id : str
        Its stable name, such as ``"spike"``. A flat stretch at a known value has the id that
        `explain_value` gives to the value, such as ``"even-guess"``.
    where : Place
        The curve, and from which step to which.
    evidence : mapping of str to float or str
        The numbers that it rests on.
    says, do : str
        What it is, and what to do about it.
    see : str
        The page and the section that teach it, as ``"05_stable_losses#reading-the-log"``.
    sure : str
        ``"exact"`` (nothing had to be assumed), ``"strong"`` or ``"weak"``.
    """

    id: str
    where: Place
    evidence: Mapping[str, float | str]
    says: str
    do: str
    see: str
    sure: str


@lru_cache(1)
def words() -> dict[str, dict[str, str]]:
    """Return what is said of each finding."""
    return tomllib.loads((WORDS / "findings.toml").read_text(encoding="utf-8"))


@lru_cache(1)
def thresholds() -> dict[str, dict[str, float]]:
    """Return where the lines are drawn, by group and name."""
    return tomllib.loads((WORDS / "thresholds.toml").read_text(encoding="utf-8"))


def diagnose(
    log: TrainingLog,
    *,
    classes: int | str | None = None,
    counts: Iterable[float] | Mapping[Any, float] | str | None = None,
) -> tuple[Finding, ...]:
    """Say what the curves of a training log show.

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
    found: list[Finding] = []
    for find in FINDERS:
        found.extend(find(case))
    # A curve is often logged twice, and its parts with it: each fault is told once for each run.
    told: dict[tuple[object, ...], Finding] = {}
    for one in found:
        means = log.series[one.where.series].means
        told.setdefault((one.id, means.run, one.id in BY_SPLIT and means.held_out), one)
    return tuple(told.values())


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss as far as it is a number, with what belongs to it."""

    series: Series
    steps: Floats
    values: Floats
    broken: int | None
    accuracy: Series | None

    @property
    def name(self) -> str:
        """The name that the log gives it."""
        return self.series.name

    @cached_property
    def shape(self) -> Outline:
        """The outline in few pieces."""
        return outline(self.values, int(thresholds()["flat"]["pieces"]))

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Case:
    """A log and what is told of it."""

    log: TrainingLog
    facts: Facts
    curves: list[Curve] = field(init=False)

    def __post_init__(self) -> None:
        curves = [self._curve(series) for series in self.log.of("loss")]
        object.__setattr__(self, "curves", curves)

    def _curve(self, series: Series) -> Curve:
        steps, values = _without_gaps(series)
        wrong = np.flatnonzero(~np.isfinite(values))
        # A nan that stays is the end; one among numbers is left out.
        end = len(values)
        broken = None
        if len(wrong):
            broken = int(wrong[0])
            lasting = not np.isfinite(values[broken:]).any()
            keep = np.arange(end) < broken if lasting else np.isfinite(values)
            whole = series.steps, series.values
            series = Series(series.name, series.means, steps, values) if whole else series
            steps, values = steps[keep], values[keep]
        same = [
            one
            for one in self.log.of("accuracy", held_out=series.means.held_out, run=series.means.run)
        ]
        return Curve(series, steps, values, broken, _as_share(same[0]) if same else None)

    def pairs(self) -> Iterator[tuple[Curve, Curve]]:
        """Yield each held-out loss with the training loss of its run."""
        for held in self.curves:
            if not held.series.means.held_out or held.series.means.free:
                continue
            partners = [
                curve
                for curve in self.curves
                if not curve.series.means.held_out
                and not curve.series.means.free
                and curve.series.means.run == held.series.means.run
                and len(curve) > 1
            ]
            if partners:
                yield held, partners[0]

    def at(self, step: float) -> str:
        """Say where a step is."""
        return f"{self.log.clock} {shown(step)}"

    def finding(
        self,
        id: str,
        curve: Curve,
        span: tuple[float, float],
        evidence: dict[str, float | str],
        also: tuple[str, ...] = (),
        sure: str = "strong",
    ) -> Finding:
        """Return a finding in the words of its id; `also` names sentences to add."""
        text = words()[id]
        first, last = float(span[0]), float(span[1])
        filling = {"name": curve.name, "first": self.at(first), "last": self.at(last), **evidence}
        says = " ".join(text[part] for part in also if part == "once") or text["says"]
        says = " ".join([says, *(text[part] for part in also if part != "once")])
        place = Place(curve.name, first, last)
        filled = filled_text(says, filling).replace(" ,", ",").replace(" :", ":")
        return Finding(
            id, place, evidence, filled, filled_text(text["do"], filling), text["see"], sure
        )


def filled_text(text: str, filling: Mapping[str, float | str]) -> str:
    """Return a text with its placeholders filled."""

    def fill(match: re.Match[str]) -> str:
        value = filling[match[1]]
        return value if isinstance(value, str) else shown(value)

    return re.sub(r"\{(\w+)\}", fill, text)


def _without_gaps(series: Series) -> tuple[Floats, Floats]:
    """A curve without the nan that a table writes where it has nothing to say."""
    wrong = np.isnan(series.values)
    if not wrong.any() or wrong.all():
        return series.steps, series.values
    back = int((wrong[:-1] & ~wrong[1:]).sum())
    leading = bool(wrong[0]) and back == 1 and not wrong[-1]
    if leading or (back >= 2 and wrong.mean() >= 0.2):
        return series.steps[~wrong], series.values[~wrong]
    return series.steps, series.values


def _as_share(series: Series) -> Series:
    """An accuracy from 0 to 1, also where it was logged in percent."""
    kept = np.isfinite(series.values)
    steps, values = series.steps[kept], series.values[kept]
    if len(values) and values.max() > 1.5:
        values = values / 100
    return Series(series.name, series.means, steps, values)


def _common(a: Series | Curve, b: Series | Curve) -> tuple[Floats, Floats, Floats]:
    """The steps that two curves share, and their values there."""
    steps, at_a, at_b = np.intersect1d(a.steps, b.steps, return_indices=True)
    return steps, a.values[at_a], b.values[at_b]


def _beside(held: Curve, training: Curve) -> tuple[Floats, Floats, Floats]:
    """The held-out curve, and the training curve averaged since the value before."""
    ends = np.searchsorted(training.steps, held.steps, side="right")
    starts = np.concatenate([[0], ends[:-1]])
    keep = ends > starts
    sums = np.concatenate([[0.0], np.cumsum(training.values)])
    means = (sums[ends] - sums[starts])[keep] / (ends - starts)[keep]
    return held.steps[keep], held.values[keep], means


# What is no number, or none that a loss can have


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
        lasting = not np.isfinite(values[at:]).any()
        before = values[:at]
        evidence: dict[str, float | str] = {"value": str(values[at]), "before": "", "level": ""}
        also: tuple[str, ...] = () if lasting else ("once",)
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
        last = steps[-1] if lasting else steps[at]
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
            steps, loss, size = _common(curve, norm)
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


def _sound(case: Case) -> Iterator[Curve]:
    """The curves that can be judged by their shape: never negative, and meant to fall."""
    for curve in case.curves:
        if len(curve) and not curve.series.means.free and curve.values.min() >= -1e-6:
            yield curve


# Levels


def flat(case: Case) -> Iterator[Finding]:
    """A curve that ends flat, at a value that is known."""
    for curve in _sound(case):
        stretch = _flat_end(curve)
        if stretch is None:
            continue
        begin, level, digits = stretch
        accuracy = _accuracy_since(curve, curve.steps[begin])
        text = f"{level:.{digits}g}"
        if not float(text):
            continue
        known = _explained(case, text, accuracy, _has_learned(curve, level))
        if known is None:
            continue
        yield _level(case, "flat", curve, begin, level, known, accuracy, "strong")


def _flat_end(curve: Curve) -> tuple[int, float, int] | None:
    """Where a curve's flat end begins, its level, and how many digits of that are sure."""
    line = thresholds()["flat"]
    shape = curve.shape
    enough = line["epochs"] if _by_epoch(curve) else line["values"]
    if len(curve) < enough:
        return None
    middles = shape.middles
    level = float(np.median(middles[-max(1, len(middles) // 4) :]))
    for band in (line["band"], line["still"]):
        away = np.flatnonzero(np.abs(middles - level) > band * level)
        begin = int(away[-1]) + 1 if len(away) else 0
        at = int(shape.starts[begin])
        values, tail = curve.values[at:], middles[begin:]
        if len(values) < max(enough, line["share"] * len(curve)):
            return None
        # Within the narrow band it is flat even while it creeps down.
        if band == line["still"] or tendency(tail) >= -line["tendency"]:
            break
    values, tail = values[len(values) // 2 :], tail[len(tail) // 2 :]
    mean = float(values.mean())
    if not mean:
        return None
    spread = max(2 * float(values.std()) / math.sqrt(len(values)), float(np.ptp(tail)) / 4)
    digits = math.floor(math.log10(mean / max(spread, 1e-5 * mean)))
    return (at, mean, min(digits, 5)) if digits >= line["digits"] else None


def _by_epoch(curve: Curve) -> bool:
    """Whether a curve's values stand an epoch apart."""
    return len(curve) > 1 and bool(np.all(np.diff(curve.steps) == 1)) and len(curve) < 1000


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
    for curve in _sound(case):
        begin = int(len(curve) * (1 - line["share"]))
        if len(curve) < 5 or not _has_learned(curve, float(curve.values[begin:].mean())):
            continue
        level = float(curve.values[begin:].mean())
        accuracy = _accuracy_since(curve, curve.steps[begin])
        if accuracy is None or accuracy < line["accuracy"]:
            continue
        for known, wrong in _floors(case.facts):
            floor = known.value
            above = level - floor - (1 - accuracy) * wrong
            near = line["band"] * floor
            if wrong == 0:  # only certainty stands on it
                near = line["near"] * floor if accuracy > line["certain"] else 0.0
            elif case.facts.classes:
                near = max(near, line["left"] * (float(curve.shape.middles[0]) - floor))
            if abs(above) <= near and curve.values.min() >= floor * (1 - 1e-4):
                yield _level(case, "floor", curve, begin, level, known, accuracy, "strong")
                break


def _floors(facts: Facts) -> Iterator[tuple[Explanation, float]]:
    """The floors that the facts allow, each with what a wrong answer costs beyond it."""
    for classes in (facts.classes,) if facts.classes else (10, 3, 4, 5, 6, 7, 20, 100, 1000):
        assert classes is not None
        floor = math.log(1 + (classes - 1) / math.e)
        for known in explain_value(f"{floor:.6g}", classes=classes):
            if known.id == "softmax-twice":
                yield known, 1.0
    if facts.counts and len(facts.counts) == 2:
        share = facts.counts[1] / sum(facts.counts)
        floor = share * math.log1p(math.exp(-1)) + (1 - share) * math.log(2)
        for known in explain_value(f"{floor:.6g}", classes=2, counts=facts.counts):
            if known.id == "sigmoid-twice":
                yield known, 0.5
    if facts.classes and facts.classes > 1:
        for known in _smoothing(facts.classes):
            yield known, 0.0


@lru_cache(64)
def _smoothing(classes: int) -> tuple[Explanation, ...]:
    """The floors of label smoothing, by the usual two conventions."""
    found = []
    for epsilon in (0.05, 0.1, 0.2):
        for other in (epsilon / classes, epsilon / (classes - 1)):
            own = 1 - (classes - 1) * other
            floor = -own * math.log(own) - (classes - 1) * other * math.log(other)
            known = explain_value(f"{floor:.6g}", classes=classes)
            found += [one for one in known if one.id == "smoothing-floor"][:1]
    return tuple(found)


def starts(case: Case) -> Iterator[Finding]:
    """A first value far from ln K."""
    classes = case.facts.classes
    if classes is None or classes < 2:
        return
    line = thresholds()["start"]
    even = math.log(classes)
    for curve in _sound(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        stretch = _flat_end(curve)
        if stretch is not None and stretch[0] == 0:
            continue  # it never was anywhere else
        first = float(curve.values[0])
        early = curve.values[: int(line["values"])]
        place = (curve.steps[0], curve.steps[0])
        times = round(first / even)
        evidence = {"value": first, "classes": float(classes), "even": even, "times": first / even}
        if times > 1 and np.all(np.abs(early / even - times) <= line["same"] * times):
            evidence["times"] = float(times)
            yield case.finding("summed", curve, place, evidence, sure="weak")
        elif first > line["high"] * even:
            yield case.finding("confident-start", curve, place, evidence)
        elif first < line["low"] * even and case.log.clock == "step" and curve.steps[0] <= 1:
            yield case.finding("low-start", curve, place, evidence)


# Shapes


def spikes(case: Case) -> Iterator[Finding]:
    """A sudden rise out of the ordinary, and whether the curve came back."""
    for curve in _sound(case):
        if curve.series.means.held_out:
            continue
        spike = _spike(case, curve)
        if spike is None:
            continue
        begin, end, level, top = spike
        back = end < len(curve)
        evidence: dict[str, float | str] = {"level": level, "value": top}
        last = curve.steps[end if back else -1]
        if back:
            count = end - begin
            evidence["steps"] = f"{count} value{'s' if count > 1 else ''}"
        also = ("recovered",) if back else ("lasting",)
        yield case.finding("spike", curve, (curve.steps[begin], last), evidence, also)


def _spike(case: Case, curve: Curve) -> tuple[int, int, float, float] | None:
    """Where the greatest sudden rise begins and ends, from which level, and how high."""
    line = thresholds()["spike"]
    shape = outline(curve.values, int(line["pieces"]))
    count, before = len(shape), int(line["before"])
    first = float(curve.shape.middles[0])
    begin = max(int(line["skip"] * count), 5)
    pasts = [slice(max(0, at - before), at) for at in range(begin, count)]
    levels = np.array([np.median(shape.middles[past]) for past in pasts])
    ranges = np.array([shape.highs[past].max() - shape.lows[past].min() for past in pasts])
    rises = shape.highs[begin:] - levels
    least = np.maximum(line["noise"] * ranges, line["rise"] * levels)
    sudden = np.flatnonzero(rises > np.maximum(least, line["size"] * first))
    best: tuple[int, int] | None = None
    end = 0
    for at in sudden:
        if at < end or at >= len(rises) - line["tail"]:
            continue
        back = np.flatnonzero(shape.middles[begin + at + 1 :] <= levels[at] + ranges[at])
        end = at + 1 + int(back[0]) if len(back) else len(rises)
        if end - at > max(line["length"] * count, 3) or _rate_rose(case, curve, begin + at, shape):
            continue
        # Where values far out are ordinary, one more of them is no spike.
        others = np.delete(rises, np.arange(at, end))
        if rises[at] < line["unlike"] * np.quantile(others, line["ordinary"]):
            continue
        if best is None or rises[at] > rises[best[0]]:
            best = int(at), int(end)
    if best is None:
        return None
    at, end = best
    from_value = _highest(curve, shape, begin + at)
    top = float(shape.highs[begin + at : begin + end].max())
    stop = max(int(shape.starts[begin + end]), from_value + 1)
    return from_value, stop, float(levels[at]), top


def _highest(curve: Curve, shape: Outline, piece: int) -> int:
    a, b = shape.starts[piece], shape.starts[piece + 1]
    return int(a + np.argmax(curve.values[a:b]))


def _rate_rose(case: Case, curve: Curve, piece: int, shape: Outline) -> bool:
    """Whether the learning rate was raised shortly before a piece: a restart, as planned."""
    step = curve.steps[shape.starts[piece]]
    since = curve.steps[shape.starts[max(0, piece - 5)]]
    for rate in case.log.of("rate", run=curve.series.means.run):
        near = rate.values[(rate.steps >= since) & (rate.steps <= step)]
        if len(near) > 1 and near.max() > 2 * near.min():
            return True
    return False


def blow_ups(case: Case) -> Iterator[Finding]:
    """A training loss that ends far above what it had reached."""
    line = thresholds()["blow-up"]
    for curve in _sound(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        tail = max(3, int(line["share"] * len(curve)))
        end = float(np.median(curve.values[-tail:]))
        shape = outline(curve.values, int(line["pieces"]))
        start, best = float(shape.middles[0]), float(shape.middles.min())
        at = int(shape.starts[int(np.argmin(shape.middles))])
        won = max(start - best, 0.1 * start)
        if end > best + line["rise"] * won and end > 1.5 * best:
            place = (curve.steps[at], curve.steps[-1])
            yield case.finding("blow-up", curve, place, {"best": best, "value": end})


# Training against held out


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
        was, now = _average(training, step), float(_ends(training.values)[-1])
        if was is not None and now > 1.05 * was:
            continue  # training went up as well: that is another fault
        evidence: dict[str, float | str] = {"best": best, "value": end, "training": now}
        place = (step, held.steps[-1])
        accuracy = held.accuracy
        if accuracy is None or len(accuracy) < line["values"]:
            yield case.finding("overfitting", held, place, evidence, ("unknown",), "weak")
            continue
        then = _average(accuracy, step)
        after = float(accuracy.values[-max(2, len(accuracy) // 10) :].mean())
        if then is None:
            continue
        evidence |= {"before": f"{then:.1%}", "after": f"{after:.1%}"}
        if after < then - line["lost"]:
            yield case.finding("overfitting", held, place, evidence, ("worse",))
        else:
            yield case.finding("over-confident", held, place, evidence)


def _average(curve: Series | Curve, step: float) -> float | None:
    """The mean of a curve's few values up to a step."""
    end = int(np.searchsorted(curve.steps, step, side="right"))
    few = curve.values[max(0, end - max(3, len(curve) // 20)) : end]
    return float(few.mean()) if len(few) else None


def same_data(case: Case) -> Iterator[Finding]:
    """A held-out loss that is the training loss."""
    line = thresholds()["held-out"]
    for held, training in case.pairs():
        steps, one, other = _common(held, training)
        if len(steps) < line["values"] or np.ptp(one) <= 1e-9 + 0.01 * np.abs(one).max():
            continue
        share = float(np.mean(one == other))
        if share >= line["same"]:
            evidence = {"share": f"{share:.0%}", "other": training.name}
            place = (steps[0], steps[-1])
            yield case.finding("same-data", held, place, evidence, sure="exact")


def training_worse(case: Case) -> Iterator[Finding]:
    """A training loss above the held-out one throughout, by more than an average's delay."""
    line = thresholds()["held-out"]
    for held, training in case.pairs():
        steps, values, beside = _beside(held, training)
        if len(steps) < line["values"] + 1 or values.min() <= 0 or beside.min() <= 0:
            continue
        # What an epoch's average tells of is older than what the held-out loss tells of.
        ratios = np.minimum(beside[:-1], beside[1:]) / values[:-1]
        late = ratios[len(ratios) // 2 :]
        if (
            np.mean(ratios > 1) >= line["often"]
            and np.mean(late > 1 + line["worse"]) >= line["often"]
        ):
            evidence = {"times": float(np.median(ratios)), "other": training.name}
            place = (steps[0], steps[-1])
            yield case.finding("training-worse", held, place, evidence, sure="weak")


# One curve against another


def factors(case: Case) -> Iterator[Finding]:
    """Two losses that differ by a constant factor."""
    line = thresholds()["ratio"]
    curves = [curve for curve in _sound(case) if len(curve) >= line["values"]]
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
    steps, a, b = _common(one, other)
    if len(steps) < line["values"] or a.min() <= 0 or b.min() <= 0:
        return None
    ratios = outline(b / a, 20).middles
    middle = float(np.median(ratios))
    falls = [shape[-1] < (1 - line["fall"]) * shape[0] for shape in map(_ends, (a, b))]
    if np.ptp(ratios) > line["spread"] * middle or not all(falls):
        return None
    return middle


def _ends(values: Floats) -> Floats:
    return outline(values, 10).middles


# Order


def short_batches(case: Case) -> Iterator[Finding]:
    """A last batch of each epoch that steps out of line."""
    line = thresholds()["order"]
    for curve in _sound(case):
        ends = _epoch_ends(case, curve)
        if curve.series.means.held_out or len(ends) < line["ends"]:
            continue
        if len(curve) < line["least"] * len(ends):
            continue
        off = _out_of_line(curve.values)
        inner = ends[(ends >= 3) & (ends < len(curve) - 3)]
        last, others = off[inner], np.delete(off, inner)
        ordinary = float(np.median(others))
        far = float(np.sort(others)[int(0.9 * (len(others) - 1))])
        often = int((last > far).sum())
        if len(inner) < line["ends"] or np.median(last) < line["outlying"] * ordinary:
            continue
        if often >= line["often"] * len(last):
            evidence = {
                "often": float(often),
                "epochs": float(len(last)),
                "times": float(np.median(last)) / max(ordinary, 1e-9),
            }
            place = (curve.steps[ends[0]], curve.steps[ends[-1]])
            yield case.finding("short-batch", curve, place, evidence)


def _out_of_line(values: Floats) -> Floats:
    """How far each value lies from those before it and from those behind it, on the same side."""
    off = np.zeros(len(values))
    three = np.lib.stride_tricks.sliding_window_view(values, 3)
    middles = np.median(three, axis=1)
    a, b = values[3:-3] - middles[:-4], values[3:-3] - middles[4:]
    off[3:-3] = np.where(a * b > 0, np.minimum(np.abs(a), np.abs(b)), 0.0)
    return off


def _epoch_ends(case: Case, curve: Curve) -> NDArray[np.intp]:
    """The places of a curve's values that are the last of their epoch, if the log says so."""
    for epoch in case.log.of("epoch"):
        at = np.searchsorted(epoch.steps, curve.steps)
        if len(epoch) and at.max() < len(epoch) and case.log.clock != "epoch":
            counts = np.ceil(epoch.values[at] - 1e-3)
            ends = np.flatnonzero(np.diff(counts) > 0)
            return ends[ends > 1]
    return np.empty(0, np.intp)


def periodic(case: Case) -> Iterator[Finding]:
    """A curve that repeats its ups and downs."""
    line = thresholds()["order"]
    for curve in _sound(case):
        if curve.series.means.held_out or len(curve) < line["values"]:
            continue
        values = curve.values[-int(thresholds()["spike"]["pieces"]) :]
        relative = np.log(np.maximum(values, 1e-3 * float(values.max()) + 1e-12))
        least = int(line["least"])
        agreement = repeats(relative, range(least, 2 * (len(values) // int(line["rounds"])) + 1))
        # What repeats itself does so after two rounds as well; a smooth curve does at every lag.
        twice = agreement[least::2]
        both = np.minimum(agreement[: len(twice)], twice) - np.median(agreement)
        best = int(np.argmax(both))
        if both[best] < line["repeats"]:
            continue
        evidence = {"period": float(least + best), "agreement": float(agreement[best])}
        place = (curve.steps[0], curve.steps[-1])
        yield case.finding("periodic", curve, place, evidence)


def stuck_accuracy(case: Case) -> Iterator[Finding]:
    """A loss that falls while its accuracy stays where it is."""
    line = thresholds()["stuck-accuracy"]
    for curve in _sound(case):
        accuracy = curve.accuracy
        if accuracy is None or len(accuracy) < line["values"] or len(curve) < line["values"]:
            continue
        middles = outline(accuracy.values, 20).middles
        if np.ptp(middles) > line["range"] or np.median(middles) > line["most"]:
            continue
        ends = _ends(curve.values)
        if ends[-1] < (1 - line["fall"]) * ends[0]:
            evidence: dict[str, float | str] = {
                "from": float(ends[0]),
                "to": float(ends[-1]),
                "accuracy": accuracy.name,
                "value": f"{float(np.median(middles)):.1%}",
            }
            place = (curve.steps[0], curve.steps[-1])
            yield case.finding("accuracy-stuck", curve, place, evidence)


# In the order in which they are told.
FINDERS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    broken, shown_as_zero, below_zero, flat, floors, starts, spikes, blow_ups, rising, same_data,
    training_worse, factors, short_batches, periodic, stuck_accuracy,
)  # fmt: skip
# What is told of the training and of the held-out curve apart.
BY_SPLIT: frozenset[str] = frozenset()
