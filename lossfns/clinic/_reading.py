"""A number as somebody typed or logged it: its value, and how finely it was written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import SupportsFloat

LONGEST = 120
_AROUND = " \"'`[]≈~"
_NAME = re.compile(
    r"^(?!(?:ln|log2?|log10|exp|sqrt)[ (]*[\d.])"  # ln 10 is no 10
    r"[a-z_][\w/ .-]*?[\"']?(?:\s*[:=≈~]\s*|\s+(?=[-+.\d]|nan|inf|[a-z.]+\d*\())",
    re.IGNORECASE | re.ASCII,
)
# As Python prints a scalar of PyTorch, TensorFlow or NumPy.
_SCALAR = re.compile(
    r"^(?:(?:tf\.)?tensor|array|(?:np\.|numpy\.)?float[0-9]*)\(\[?([^,()\[\]]+)\]?(?:,.*)?\)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"([-+]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e([-+]?[0-9]{1,4}))?\s*(%?)", re.IGNORECASE
)
_NAN = re.compile(r"[-+]?(?:nan(?:\(\w*\))?|1?\.?#(?:ind|qnan))", re.IGNORECASE)
_INFINITE = re.compile(r"([-+]?)(?:inf(?:inity)?|∞|1?\.?#inf)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number and how finely it was written.

    Attributes
    ----------
    value : float
    unit : float
        One in the last digit written.
    digits : int
        How many digits count: none of the zeros in front.
    """

    value: float
    unit: float
    digits: int

    def covers(self, low: float, high: float) -> tuple[bool, bool]:
        """Say whether something in low … high is written so: rounded, and cut off.

        Nobody's last digits are exact: a float32 has seven.
        """
        slack = 1e-6 * abs(high)
        bottom, top = self.value - self.unit / 2 - slack, self.value + self.unit / 2 + slack
        rounded = low <= top and high >= bottom
        cut = low <= self.value + self.unit and high >= self.value - slack
        return rounded, cut


def _plain(text: str) -> str:
    """Return a number's text without its name, with a plain minus and a decimal point."""
    text = text.strip().replace("−", "-").rstrip(".,;… ").strip(_AROUND)
    if not (_NAN.fullmatch(text) or _INFINITE.fullmatch(text)):
        text = _SCALAR.sub(r"\1", _NAME.sub("", text).strip(_AROUND)).strip()
    if "," in text:
        grouped = text.count(",") > 1 or "." in text
        text = text.replace(",", "" if grouped else ".")
    return text


def read_number(value: object, name: str) -> Reading:
    """Read a number, or a text that holds one and nothing else but perhaps a name.

    Parameters
    ----------
    value : float or str
        A text keeps its digits: ``"2.30"`` has three.
    name : str
        What the number is called in an error.

    Raises
    ------
    ValueError
        It is no number, or one that no float can hold.

    Examples
    --------
    >>> read_number("loss: 2,303", "value")
    Reading(value=2.303, unit=0.001, digits=4)
    >>> read_number(0.1, "value").digits
    1
    """
    text = value if isinstance(value, str) else _written(value, name)
    plain = _plain(text) if len(text) <= LONGEST else ""
    if _NAN.fullmatch(plain):
        return Reading(math.nan, 0.0, 0)
    if infinite := _INFINITE.fullmatch(plain):
        return Reading(-math.inf if infinite[1] == "-" else math.inf, 0.0, 0)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
        raise ValueError(f"{name} must be a number, got {shown!r}")
    sign, digits, exponent, percent = found.groups()
    power = int(exponent or 0) - (2 if percent else 0)
    decimals = len(digits.partition(".")[2]) - power
    number = float(f"{sign}{digits}e{power}")
    if math.isinf(number) or (number == 0 and digits.strip("0.")):
        raise ValueError(f"{name} must be a number that a float can hold, got {text!r}")
    counted = len(digits.replace(".", "").lstrip("0"))
    return Reading(number, float(f"1e{-decimals}"), counted)


def _written(value: object, name: str) -> str:
    """Return the shortest text of a number, in its own precision."""
    single = value
    if getattr(value, "ndim", None) == 0 and not isinstance(value, Real):
        single = value.item()  # type: ignore[attr-defined]
    if isinstance(single, bool) or not isinstance(single, SupportsFloat):
        raise ValueError(f"{name} must be a number, got {value!r}")
    try:
        float(single)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be a number, got {value!r}") from error
    return str(single)
