"""The first door: what is this number?"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lossfns.clinic._reading import Reading, read_number
from lossfns.clinic._values import WORDS, Facts, Known, known_values, shown

LARGEST = 10**9
# A whole number has no decimals, so a sign before three digits stands for thousands: 50,257.
_THOUSANDS = re.compile(r"\s*[1-9][0-9]{0,2}([.,' _\u00a0\u202f’][0-9]{3})+\s*")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a number means.

    Attributes
    ----------
    id : str
        Its stable name, such as ``"even-guess"``.
    value : float
        The exact value that the number is a rounding of.
    says, do : str
        What it is, and what to do about it.
    see : str
        The page and the section that teach it, as ``"05_stable_losses#reading-the-log"``.
    needs : tuple of str
        The arguments of `explain_value` that would make it surer.
    sure : str
        ``"exact"`` (nothing had to be assumed), ``"strong"`` or ``"weak"``.
    """

    id: str
    value: float
    says: str
    do: str
    see: str
    needs: tuple[str, ...]
    sure: str


@lru_cache(1)
def words() -> dict[str, dict[str, str]]:
    """Return what is said of each id: its `says`, `do` and `see`."""
    return tomllib.loads((WORDS / "explanations.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of all numbers: a value as it is shown, what it is, and where to read."""

    shown: str
    says: str
    see: str


def known_explanations() -> list[Entry]:
    """Return every value that is known without any fact, the smallest first."""
    values = sorted(known_values(Facts()), key=lambda known: known.value)
    return [
        Entry(
            shown(known.value),
            # What it is stands in front; what it means for a training follows.
            _filled(words()[known.id]["says"], known).split(". ")[0].removesuffix(".") + ".",
            words()[known.id]["see"],
        )
        for known in values
    ]


def explain_value(
    value: float | str,
    *,
    classes: int | str | None = None,
    accuracy: float | str | None = None,
    counts: Iterable[float] | Mapping[Any, float] | str | None = None,
    batch: int | str | None = None,
) -> tuple[Explanation, ...]:
    """Say what a loss of this value means.

    Parameters
    ----------
    value : float or str
        The loss. A text keeps its digits (``"2.30"`` has three), and only as many are compared;
        a last digit may be rounded or cut off.
    classes : int, optional
        How many classes, or how large a vocabulary.
    accuracy : float, optional
        The share of right answers, from 0 to 1; as text also a percentage, ``"72.5 %"``.
    counts : iterable or mapping of float, optional
        How often each class occurs, class 0 first.
    batch : int, optional
        The batch size, if the loss may be a sum over it.

    Returns
    -------
    tuple of Explanation
        Those that assume least first; empty if nothing fits.

    Raises
    ------
    ValueError
        An argument is not a number, or not one that it can be.

    Examples
    --------
    >>> explain_value(2.3026)[0].says[:17]
    'ln 10 = 2.3026: e'
    >>> [found.id for found in explain_value("14.5063", accuracy=0.1)]
    ['clip-share']
    >>> explain_value(0.4731)
    ()
    """
    reading = read_number(value, "value")
    facts = read_facts(classes=classes, accuracy=accuracy, counts=counts, batch=batch)
    special = _special(reading, facts)
    if special is not None:
        return tuple(special)
    # Only what lies within a digit's reach is looked at closely.
    reach = reading.unit + 2e-6 * reading.value
    fits = [
        (known.assumes, not rounded, place, known)
        for place, known in enumerate(known_values(facts))
        if known.low - reach <= reading.value <= known.high + reach
        and (rounded := _fits(reading, known)) is not None
    ]
    return tuple(
        _explanation(reading, known) for *_, known in sorted(fits, key=lambda fit: fit[:3])
    )


def read_facts(
    *,
    classes: int | str | None = None,
    accuracy: float | str | None = None,
    counts: Iterable[float] | Mapping[Any, float] | str | None = None,
    batch: int | str | None = None,
) -> Facts:
    """Read what is told beside the number; raises what `explain_value` does."""
    told = Facts(
        _count(classes, "classes"),
        _share(accuracy),
        _counts(counts),
        _count(batch, "batch"),
    )
    if told.counts and told.classes not in (None, len(told.counts)):
        raise ValueError(
            f"counts must be one for each of the {told.classes} classes, got {len(told.counts)}"
        )
    return replace(told, classes=len(told.counts)) if told.counts else told


def _count(value: int | str | None, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and _THOUSANDS.fullmatch(value):
        value = re.sub("[^0-9]", "", value)
    number = read_number(value, name).value
    if not (1 <= number <= LARGEST and number == int(number)):
        raise ValueError(f"{name} must be a whole number from 1 to {LARGEST}, got {value!r}")
    return int(number)


def _share(value: float | str | None) -> Reading | None:
    if value is None:
        return None
    reading = read_number(value, "accuracy")
    if not 0 <= reading.value <= 1:
        raise ValueError(
            f"accuracy must be a share from 0 to 1, or a text with a percent sign, got {value!r}"
        )
    return reading


def _counts(values: Iterable[float] | Mapping[Any, float] | str | None) -> tuple[float, ...] | None:
    if values is None:
        return None
    if isinstance(values, Mapping):
        values = values.values()
    if isinstance(values, str):
        parts = re.split(r"[\s,;]+", values.strip("[]() "))
        values = [read_number(part, "counts").value for part in parts if part]
    try:
        numbers = tuple(read_number(value, "counts").value for value in values)
    except TypeError:
        raise ValueError(f"counts must be a list of numbers, got {values!r}") from None
    if len(numbers) < 2:
        raise ValueError(f"counts must be two numbers at least, one a class, got {len(numbers)}")
    for number in numbers:
        if not 0 <= number < math.inf:
            raise ValueError(f"counts must not be negative, infinite or nan, got {number}")
    if not 0 < sum(numbers) < math.inf:
        raise ValueError("counts must not all be 0, nor too large to add up")
    return numbers


def _special(reading: Reading, facts: Facts) -> list[Explanation] | None:
    """Explain what is no positive number, which needs no table."""
    value = reading.value
    if math.isnan(value):
        return [_told("not-a-number", value)]
    if math.isinf(value):
        return [_told("infinite", value)]
    if value < 0:
        return [_told("below-zero", value)]
    if value == 0:
        if facts.classes is None:
            return [_told("one-output", 0.0, needs=("classes",), sure="weak")]
        return [_told("one-output", 0.0)] if facts.classes == 1 else []
    return None


def _told(id: str, value: float, needs: tuple[str, ...] = (), sure: str = "exact") -> Explanation:
    text = words()[id]
    return Explanation(id, value, text["says"], text["do"], text["see"], needs, sure)


def _fits(reading: Reading, known: Known) -> bool | None:
    """Say whether a number is a value's rounding (True), is it cut off (False), or neither."""
    # Written out, or as good as: 0.25 is a quarter, and two digits are all it has.
    if math.isclose(reading.value, known.value, rel_tol=1e-6):
        return True
    if reading.digits < known.least or _is_short(known):
        return None
    rounded, cut = reading.covers(known.low, known.high)
    # Cut off, it takes a digit more to go by than rounded.
    return True if rounded else False if cut and reading.digits > known.least else None


def _is_short(known: Known) -> bool:
    """Say whether a value ends within a few decimals, so that people write all of it."""
    millionths = known.value * 1e6
    return known.low == known.high and abs(millionths - round(millionths)) < 1e-6


def _explanation(reading: Reading, known: Known) -> Explanation:
    text = words()[known.id]
    return Explanation(
        known.id,
        float(known.value),
        _filled(text["says"], known),
        _filled(text["do"], known),
        text["see"],
        known.needs,
        _sureness(reading, known),
    )


def _filled(text: str, known: Known) -> str:
    """Return a text with its placeholders filled."""
    inner = known.words.get("inner")
    filling: dict[str, Any] = {**known.words, "value": known.value}
    if inner is not None:
        filling |= {"inner": inner.value, "meaning": _filled(words()[inner.id]["says"], inner)}

    def fill(match: re.Match[str]) -> str:
        value = filling[match[1]]
        return value if isinstance(value, str) else shown(value)

    return re.sub(r"\{(\w+)\}", fill, text)


def _sureness(reading: Reading, known: Known) -> str:
    if known.assumes == 0:
        return "exact" if reading.digits >= 3 else "strong"
    return "strong" if known.assumes == 1 and reading.digits >= 4 else "weak"
