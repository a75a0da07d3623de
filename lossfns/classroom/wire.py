"""What goes to a learner's process, and what comes back: numbers and words, nothing that runs."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossfns._text import unseen
from lossfns.judging.bounds import MESSAGE, PRINTED, Fault, Run
from lossfns.judging.compare import Answer, Unusable
from lossfns.judging.trying import Task, Tried

MOST = 10_000  # entries of an array, and along each of its axes; no exercise asks for more
LONGEST = 200  # characters of a line of a learner's code, or of a type's name
# What differs from run to run.
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


@dataclass(frozen=True)
class Job:
    """A notebook to run.

    tasks : by the exercise's id, what an attempt at it is tried on
    skip : numbers of cells that did not end before; those of the tasks follow those of the cells
    done : by task, the number of the cell that tried it last; up to there it is not tried again
    filled : the tasks of which an attempt was more than a stub
    seconds, memory : bounds, the second in bytes
    user : whom to become before a cell runs, where the process may; 0 for nobody else
    """

    cells: tuple[str, ...]
    tasks: Mapping[str, Task]
    skip: frozenset[int]
    done: Mapping[str, int]
    filled: frozenset[str]
    seconds: float
    memory: int
    user: int = 0


class Spoiled(ValueError):
    """What came is not in the form that was agreed on."""


def text(value: object, longest: int = LONGEST) -> str:
    """Return a stranger's text as one plain line, cut to a length.

    Examples
    --------
    >>> text("<f at 0x7f3a5c1b2e50>\\n\\x1b[2J")
    '<f at 0x…> [2J'
    """
    if not isinstance(value, str):
        raise Spoiled
    seen = "".join(" " if unseen(letter) else letter for letter in value[: 4 * longest])
    plain = " ".join(seen.split())
    return ADDRESS.sub("0x…", plain)[:longest]


def _array(value: NDArray[Any]) -> list[Any]:
    content = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return [value.dtype.str, list(value.shape), content]


def _array_of(sent: Any) -> NDArray[Any]:
    kind, shape, content = sent
    if not (isinstance(kind, str) and re.fullmatch(r"[<>|=]?[biuf]\d{1,2}", kind)):
        raise Spoiled
    if not all(isinstance(size, int) and 0 <= size <= MOST for size in shape):
        raise Spoiled
    flat = np.frombuffer(base64.b64decode(content, validate=True), np.dtype(kind))
    if flat.size != math.prod(shape):
        raise Spoiled
    return flat.reshape(shape)


def _given(value: Answer | Unusable | None) -> Any:
    if value is None:
        return None
    if isinstance(value, Unusable):
        numbers = value.numbers
        kept = None if numbers is None or _too_large(numbers) else _array(numbers)
        return {"unusable": _cut(str(value)), "numbers": kept}
    for part in value:
        if _too_large(part):
            return {"unusable": f"an array of shape {part.shape}", "numbers": None}
    return [_array(part) for part in value]


def _too_large(array: NDArray[Any]) -> bool:
    return any(size > MOST for size in (array.size, *array.shape))


def _cut(words: str) -> str:
    return words[: 4 * LONGEST]  # before it is sent: a name can have millions of characters


def _given_of(sent: Any) -> Answer | Unusable | None:
    if isinstance(sent, dict):
        numbers = sent["numbers"]
        array = None if numbers is None else _array_of(numbers)
        return Unusable(text(sent["unusable"]), array)
    return None if sent is None else tuple(map(_array_of, sent))


def pack_fault(fault: Fault | None) -> Any:
    """Return an exception in a form for JSON."""
    return fault and [_cut(fault.kind), fault.message, _cut(fault.line), fault.number]


def unpack_fault(sent: Any) -> Fault | None:
    """Return an exception from the form for JSON."""
    if sent is None:
        return None
    kind, message, line, number = sent
    if not isinstance(number, int) or not 0 <= number < 10**6:
        raise Spoiled
    return Fault(text(kind), text(message, MESSAGE + 2), text(line), number)


def pack(tried: Tried) -> Any:
    """Return what an attempt gave in a form for JSON."""
    how = tried.how
    return {
        "kind": _cut(tried.kind),
        "filled": tried.filled,
        "fits": tried.fits,
        "given": [_given(value) for value in tried.given],
        "changed": tried.changed,
        "fault": pack_fault(how.fault),
        "stopped": how.stopped,
        "printed": how.printed,
        "bounded": how.bounded,
    }


def unpack(sent: Any, probes: int) -> Tried:
    """Return what an attempt gave from the form for JSON, which a stranger filled in.

    Raises
    ------
    Spoiled, KeyError, TypeError, ValueError
        If it is not in this form.
    """
    flags = [sent["filled"], sent["fits"], sent["bounded"], *sent["changed"]]
    if not all(isinstance(flag, bool) for flag in flags):
        raise Spoiled
    given = [_given_of(value) for value in sent["given"]]
    if len(given) != len(sent["changed"]) or len(given) > probes:
        raise Spoiled
    fault = unpack_fault(sent["fault"])
    stopped = text(sent["stopped"])
    if len(given) < probes and sent["filled"] and sent["fits"] and not (fault or stopped):
        raise Spoiled
    how = Run(fault, stopped, text(sent["printed"], PRINTED + 2), sent["bounded"])
    return Tried(
        text(sent["kind"]), sent["filled"], sent["fits"], given, list(sent["changed"]), how
    )


__all__ = ["Spoiled", "pack", "pack_fault", "text", "unpack", "unpack_fault"]
