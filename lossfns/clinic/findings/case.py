"""What every finding needs: the curves of a log, and the words for what they show."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._curve import Outline, outline
from lossfns.clinic._names import stem
from lossfns.clinic._values import WORDS, Facts, shown
from lossfns.clinic.log import Series, TrainingLog

Floats = NDArray[np.float64]
# So many losses of a log are judged, and so many compared with each other.
MOST, COMPARED = 60, 12


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


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss as far as it is a number, with what belongs to it.

    Attributes
    ----------
    series : Series
        All its values.
    steps, values : ndarray, shape (n,)
        Those that are numbers.
    broken : int or None
        The place in the series of the first value that is no number.
    lasting : bool
        Whether no number comes after that.
    accuracy : Series or None
        Of the same data, from 0 to 1.
    """

    series: Series
    steps: Floats
    values: Floats
    broken: int | None
    lasting: bool
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
        curves = [self._curve(series) for series in self.log.of("loss")[:MOST]]
        object.__setattr__(self, "curves", curves)

    def _curve(self, series: Series) -> Curve:
        series = _without_gaps(series)
        finite = np.isfinite(series.values)
        broken = None if finite.all() else int(np.argmin(finite))
        # What is no number may stay to the end, or stand among numbers, which count then.
        lasting = broken is not None and not finite[broken:].any()
        kept = slice(0, broken) if lasting else finite
        means = series.means
        beside = self.log.of("accuracy", held_out=means.held_out, run=means.run)
        accuracy = _as_share(beside[0]) if beside else None
        return Curve(series, series.steps[kept], series.values[kept], broken, lasting, accuracy)

    def pairs(self) -> Iterator[tuple[Curve, Curve]]:
        """Yield each held-out loss with the training loss of its run that it belongs to."""
        judged = [curve for curve in self.curves if not curve.series.means.free and len(curve) > 1]
        for held in judged:
            if not held.series.means.held_out:
                continue
            partners = [
                curve
                for curve in judged
                if not curve.series.means.held_out
                and curve.series.means.run == held.series.means.run
            ]
            same = [curve for curve in partners if stem(curve.name) == stem(held.name)]
            if same or len(partners) == 1:
                yield held, (same or partners)[0]

    def at(self, step: float) -> str:
        """Say where a step is."""
        return f"{self.log.clock} {shown(step)}"

    def finding(
        self,
        id: str,
        curve: Curve,
        span: tuple[float, float],
        evidence: Mapping[str, float | str],
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


def _without_gaps(series: Series) -> Series:
    """A curve without the nan that a table writes where it has nothing to say."""
    wrong = np.isnan(series.values)
    if not wrong.any() or wrong.all():
        return series
    back = int((wrong[:-1] & ~wrong[1:]).sum())
    leading = bool(wrong[0]) and back == 1 and not wrong[-1]
    if leading or (back >= 2 and wrong.mean() >= 0.2):
        return Series(series.name, series.means, series.steps[~wrong], series.values[~wrong])
    return series


def _as_share(series: Series) -> Series | None:
    """An accuracy from 0 to 1, also where it was logged in percent; None if it is no share."""
    kept = np.isfinite(series.values)
    steps, values = series.steps[kept], series.values[kept]
    if len(values) and values.max() > 1.5:
        values = values / 100
    if not len(values) or values.min() < 0 or values.max() > 1:
        return None
    return Series(series.name, series.means, steps, values)


def sound_curves(case: Case) -> Iterator[Curve]:
    """The curves that can be judged by their shape: never negative, and meant to fall."""
    for curve in case.curves:
        if len(curve) and not curve.series.means.free and curve.values.min() >= -1e-6:
            yield curve


def is_part_of_a_falling_loss(case: Case, curve: Curve) -> bool:
    """Whether a curve is a term of a loss that falls: a term may rise, or stand still."""
    if stem(curve.name) == "loss":
        return False
    for whole in case.curves:
        means = whole.series.means
        same = means.run == curve.series.means.run and means.held_out == curve.series.means.held_out
        if same and stem(whole.name) == "loss" and len(whole):
            ends = coarse(whole.values)
            if ends[-1] < ends[0]:
                return True
    return False


def common(a: Series | Curve, b: Series | Curve) -> tuple[Floats, Floats, Floats]:
    """The steps that two curves share, and their values there."""
    steps, at_a, at_b = np.intersect1d(a.steps, b.steps, return_indices=True)
    return steps, a.values[at_a], b.values[at_b]


def coarse(values: Floats) -> Floats:
    """A curve in ten pieces, for its beginning and its end."""
    return outline(values, 10).middles
