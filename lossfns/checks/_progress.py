"""Remember what was tried and what is done, in one file on this machine."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from lossfns.checks._display import Message

STATES = ("tried", "done")
_unsaved: list[str] = []


def progress_path() -> Path:
    """Where progress is kept: `LOSSFNS_PROGRESS`, or else the platform's folder for user data."""
    if named := os.environ.get("LOSSFNS_PROGRESS"):
        return Path(named)
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
    return folder / "lossfns" / "progress.json"


def _set_aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))


def _load(path: Path) -> dict[str, str]:
    """Return the state of each exercise; a damaged file is set aside, and nothing is done."""
    try:
        states = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(states, dict) or not all(s in STATES for s in states.values()):
            raise ValueError("progress must map exercises to tried or done")
    except FileNotFoundError:
        return {}
    except ValueError:
        number = len(_set_aside(path)) + 1
        os.replace(path, path.with_stem(f"{path.stem}.damaged-{number:03}"))
        return {}
    return states


def _save(path: Path, states: dict[str, str]) -> None:
    """Replace the file whole, so that an interruption leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
    ) as part:
        json.dump(states, part, indent=1, sort_keys=True)
    os.replace(part.name, path)


def record(exercise_id: str, state: str) -> None:
    """Remember "tried" or "done"; what is done stays done."""
    path = progress_path()
    try:
        states = _load(path)
        if states.get(exercise_id) not in (state, "done"):
            _save(path, {**states, exercise_id: state})
    except OSError as error:
        # A verdict matters more than its record, so this waits until `summary` is asked for.
        _unsaved.append(f"{exercise_id}: {error}")


def summary(ids: Iterable[str]) -> Message:
    """Return which exercises are done, tried and left, and what went wrong with the file."""
    path = progress_path()
    notes = [("Not saved", line) for line in _unsaved]
    try:
        states = _load(path)
        notes += [
            ("Set aside", f"{damaged} is no progress file; it was kept, and may be deleted")
            for damaged in _set_aside(path)
        ]
    except OSError as error:
        states = {}
        notes.append(("Not read", str(error)))
    sorted_ids: dict[str, list[str]] = {"done": [], "tried": [], "left": []}
    for exercise_id in ids:
        sorted_ids[states.get(exercise_id, "left")].append(exercise_id)
    counts = ", ".join(f"{len(names)} {state}" for state, names in sorted_ids.items())
    details = [(state.capitalize(), ", ".join(names)) for state, names in sorted_ids.items()]
    return Message(f"Exercises: {counts}.", tuple(pair for pair in (*details, *notes) if pair[1]))
