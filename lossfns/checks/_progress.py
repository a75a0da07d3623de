"""Remember what was tried and what is done, in one file on this machine."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable

from lossfns.checks._progress_file import (
    NotKept,
    add,
    merge,
    progress_path,
    read,
    set_aside,
)
from lossfns.judging.display import Message

_unsaved: dict[str, str] = {}
_turn = threading.Lock()


def record(exercise_id: str, state: str) -> None:
    """Remember "tried" or "done"; what is done stays done."""
    with _turn:
        _unsaved.update(merge(_unsaved, {exercise_id: state}))
    _save()


def _save() -> str:
    """Write what is not yet saved, and say what hindered it.

    A verdict matters more than its record, so nothing is raised: what could not be saved waits
    for the next record, for `summary` and for the end of the program.
    """
    try:
        with _turn:
            add(progress_path(), _unsaved)
            _unsaved.clear()
    except (OSError, ValueError) as error:
        return str(error)
    except KeyboardInterrupt:
        return "you interrupted it"
    return ""


atexit.register(_save)


def was_tried(exercise_id: str) -> bool:
    """Return whether an attempt is on record; a record that can't be read has none."""
    try:
        return read(progress_path()).states.get(exercise_id, "left") != "left"
    except (OSError, ValueError):
        return False


def summary(ids: Iterable[str]) -> Message:
    """Return which exercises are done, tried and left, where that is kept, and what went wrong."""
    fault = _save()
    states, notes = _kept(fault)
    if _unsaved:
        names = ", ".join(_unsaved)
        why = "" if any(fault in text for _, text in notes) else f": {fault}"
        notes.append(("Not saved", f"{names}{why} (remembered while this session lasts)"))
    states = merge(states, _unsaved)
    sorted_ids: dict[str, list[str]] = {"done": [], "tried": [], "left": []}
    for exercise_id in ids:
        state = states.get(exercise_id, "left")
        if state not in sorted_ids:
            notes.append(("Not understood", f'{exercise_id} is "{state}": counted as tried, kept'))
            state = "tried"
        sorted_ids[state].append(exercise_id)
    counts = ", ".join(f"{len(names)} {state}" for state, names in sorted_ids.items())
    details = [(state.capitalize(), ", ".join(names)) for state, names in sorted_ids.items()]
    return Message(f"Exercises: {counts}.", tuple(pair for pair in (*details, *notes) if pair[1]))


def _kept(fault: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return what the file says, and the lines about the file itself."""
    try:
        path = progress_path()
        found = read(path)
        notes = [("Kept in", f"{path} (to start afresh, delete it)")]
        if found.damaged:
            notes.append(
                ("Damaged", f"not all of it could be read, and it stays as it is: {fault}")
            )
        for _, aside in sorted(set_aside(path).items()):
            notes.append(("Set aside", f"{aside} was damaged; it was kept, and may be deleted"))
    except NotKept as error:
        return {}, [("Kept in", f"no file: {error}")]
    except (OSError, ValueError) as error:
        return {}, [("Not read", str(error))]
    return found.states, notes
