"""Compare answers: numbers, arrays, or several of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = tuple[NDArray[Any], ...]
WHOLE = 8  # entries that are shown one by one


class Unusable(Exception):
    """What came back holds no numbers to compare; the message says what it is."""


def _array(value: Any) -> NDArray[Any]:
    if value is None:
        raise Unusable("None: is there a `return`?")
    kind = type(value).__name__
    try:
        array = np.array(value)
    except ValueError:
        raise Unusable(f"a {kind} whose rows differ in length") from None
    if array.dtype.kind not in "biuf":
        of = f" of {array.dtype}" if array.ndim else ""
        raise Unusable(f"a {kind}{of}, not real numbers")
    return array


def answer(value: Any, parts: int = 0) -> Answer:
    """Copy what an attempt returned into arrays: one, or the given number of parts."""
    if not parts:
        return (_array(value),)
    rows = isinstance(value, np.ndarray) and value.ndim > 0
    if not isinstance(value, (tuple, list)) and not rows:
        raise Unusable(f"{type(value).__name__}, where {parts} things are to come back")
    if len(value) != parts:
        raise Unusable(f"{len(value)} things, where {parts} are to come back")
    return tuple(_array(part) for part in value)


def _close(expected: NDArray[Any], got: NDArray[Any], rtol: float, atol: float) -> NDArray[Any]:
    # Single and half precision can't be held to what double precision can.
    narrow = got.dtype.kind == "f" and got.dtype.itemsize < 8
    slack = 16 * float(np.finfo(got.dtype).eps) if narrow else 0.0
    wide = [array.astype(np.float64) for array in (got, expected)]
    with np.errstate(all="ignore"):
        return np.isclose(*wide, rtol=max(rtol, slack), atol=max(atol, slack), equal_nan=True)


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
    formats = {"float_kind": lambda number: f"{number:.{digits}g}"}
    with np.printoptions(threshold=WHOLE, edgeitems=2, linewidth=10_000, formatter=formats):
        text = " ".join(np.array2string(array, separator=", ").split())
    narrow = array.dtype in (np.float32, np.float16)
    return f"{text} ({array.dtype})" if narrow else text


def _pair(expected: NDArray[Any], got: NDArray[Any]) -> tuple[str, str]:
    for digits in (6, 17):
        texts = show(expected, digits), show(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


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
