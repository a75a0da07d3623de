"""Compare answers: numbers, arrays, or several of them."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = tuple[NDArray[Any], ...]
WHOLE = 8  # entries that are shown one by one
MOST = 1_000_000  # entries that are taken from an iterator


class Unusable(Exception):
    """What came back can't be compared as it stands; the message says what it is.

    numbers : the numbers that it holds all the same, in another arrangement than was asked for
    """

    def __init__(self, message: str, numbers: NDArray[Any] | None = None) -> None:
        super().__init__(message)
        self.numbers = numbers


def _unrolled(value: Any) -> Any:
    """Return a value with its iterators turned into lists; tensors leave their graph."""
    if isinstance(value, Iterator):
        kind, value = type(value).__name__, list(itertools.islice(value, MOST + 1))
        if len(value) > MOST:
            raise Unusable(f"a {kind} that does not end")
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_unrolled(part) for part in value]
    return value.detach() if hasattr(value, "detach") else value


def _number(entry: Any) -> float:
    """Return an exact number (a fraction, a decimal, a symbol's value) as a float."""
    if isinstance(entry, str | bytes) or np.iscomplexobj(entry):
        raise TypeError
    return float(entry)


def _array(value: Any) -> NDArray[Any]:
    if value is None:
        raise Unusable("None: is there a `return`?")
    kind = type(value).__name__
    if isinstance(value, Mapping | Set):
        raise Unusable(f"a {kind}, not real numbers")
    if np.ma.is_masked(value):
        raise Unusable(f"a {kind} with entries masked out")
    value = _unrolled(value)
    try:
        array = np.array(value)
    except ValueError:
        raise Unusable(f"a {kind} whose rows differ in length") from None
    if array.dtype.kind == "O":
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            array = np.array([_number(entry) for entry in array.flat]).reshape(array.shape)
    if array.dtype.kind not in "biuf":
        of = f" of {array.dtype}" if array.ndim else ""
        raise Unusable(f"a {kind}{of}, not real numbers")
    return array


def answer(value: Any, parts: int = 0) -> Answer:
    """Copy what an attempt returned into arrays: one, or the given number of parts."""
    if not parts:
        return (_array(value),)
    kind = type(value).__name__
    value = _unrolled(value)
    if not isinstance(value, list) and not getattr(value, "ndim", 0):
        raise Unusable(f"{kind}, where {parts} things are to come back")
    if len(value) != parts:
        message = f"{len(value)} things, where {parts} are to come back"
        try:
            numbers = _array(value)
        except Unusable:
            raise Unusable(message) from None
        raise Unusable(message, numbers)
    return tuple(_array(part) for part in value)


def _close(expected: NDArray[Any], got: NDArray[Any], rtol: float, atol: float) -> NDArray[Any]:
    # Single precision can't be held to what double precision can. Half precision is a choice that
    # costs digits, and where the task promises digits near 0 (atol 0), so is single precision.
    single = got.dtype == np.float32
    slack = 16 * float(np.finfo(np.float32).eps) if single else 0.0
    rtol, atol = max(rtol, slack), max(atol, slack if atol else 0.0)
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        close: NDArray[Any] = np.isclose(got, expected, rtol, atol, equal_nan=True)
    return close


def same(expected: Answer, got: Answer, rtol: float, atol: float) -> bool:
    """Whether two answers have the same shapes and, within the tolerance, the same numbers."""
    return len(expected) == len(got) and all(
        e.shape == g.shape and bool(_close(e, g, rtol, atol).all())
        for e, g in zip(expected, got, strict=True)
    )


def show(value: Any, digits: int = 6) -> str:
    """Return numbers, arrays or several of them on one line."""
    if isinstance(value, (list, tuple)) and any(np.ndim(part) for part in value):
        return "[" + ", ".join(show(part, digits) for part in value) + "]"
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return repr(value)
    with np.printoptions(
        threshold=WHOLE,
        edgeitems=2,
        formatter={"float_kind": lambda number: f"{number:.{digits}g}"},
    ):
        text = " ".join(np.array2string(array, separator=", ").split())
    narrow = array.dtype in (np.float32, np.float16)
    return f"{text} ({array.dtype})" if narrow else text


def _pair(expected: NDArray[Any], got: NDArray[Any]) -> tuple[str, str]:
    texts = show(expected), show(got)
    return texts if texts[0] != texts[1] else (show(expected, 17), show(got, 17))


def difference(expected: Answer, got: Answer, rtol: float, atol: float) -> tuple[str, str]:
    """Return what was expected and what came, for the first part that differs."""
    for number, (e, g) in enumerate(zip(expected, got, strict=True), 1):
        name = f"part {number}: " if len(expected) > 1 else ""
        if e.shape != g.shape:
            texts = f"shape {e.shape}, {show(e)}", f"shape {g.shape}, {show(g)}"
        elif (close := _close(e, g, rtol, atol)).all():
            continue
        elif e.size <= WHOLE:
            texts = _pair(e, g)
        else:
            place = tuple(int(index) for index in np.argwhere(~close)[0])
            name += f"at {list(place)}: "
            share = f" (and {np.sum(~close) - 1} more of {e.size} entries differ)"
            texts = _pair(e[place], g[place])
            texts = texts[0], texts[1] + share
        return name + texts[0], name + texts[1]
    raise ValueError("the two answers are the same")
