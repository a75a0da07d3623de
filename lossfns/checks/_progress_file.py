"""The file that progress is kept in: where it lies, what it says, and changing it safely.

Only a regular file is touched. In our own folder whatever stands there is ours; a file that
``LOSSFNS_PROGRESS`` names is ours if it is empty or a JSON object with an exercise in it, and is
left alone otherwise. Nothing in a file of ours is lost: entries that this version does not know
are kept, and before anything unreadable is dropped, the whole file is copied beside it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lossfns.checks._lock import locked
from lossfns.checks._registry import EXERCISES

STATES = ("left", "tried", "done")
LARGEST = 1_000_000  # bytes; ours has a few thousand
PATIENCE = 5.0  # seconds; a change takes milliseconds
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANK = b"\0 \t\r\n"  # what a full disk or a lost write leaves of a file
EXERCISE = r"[a-z]\w*\.[a-z]\w*(?:@\d+)?"
ENTRY = re.compile(rf'"({EXERCISE})"\s*:\s*"(\w+)"')


class NotKept(OSError):
    """There is no place for progress; the message says why."""


@dataclass(frozen=True)
class Record:
    """What a file says: the state of each exercise, and whether anything could not be read."""

    states: dict[str, str]
    damaged: bool = False


def progress_path() -> Path:
    """Where progress is kept: `LOSSFNS_PROGRESS`, or else the platform's folder for user data."""
    named = os.environ.get("LOSSFNS_PROGRESS")
    try:
        path = Path(named).expanduser() if named else _user_data() / "lossfns" / "progress.json"
    except RuntimeError as error:
        place = f"{named}: " if named else ""
        raise NotKept(f"{place}{error} Name a file in LOSSFNS_PROGRESS") from None
    return Path(os.path.abspath(path))


def _user_data() -> Path:
    if sys.platform == "win32":
        variable, usual = "LOCALAPPDATA", "AppData/Local"
    elif sys.platform == "darwin":
        variable, usual = "", "Library/Application Support"
    else:
        variable, usual = "XDG_DATA_HOME", ".local/share"
    folder = Path(os.environ.get(variable, "")).expanduser()
    # The platforms' rule: a folder that is not absolute counts as not set.
    return folder if folder.is_absolute() else Path.home() / usual


def stronger(old: str, new: str) -> str:
    """Return the state that stays: "done", or one this version does not know, or "tried"."""
    rank = {"left": 0, "tried": 1, "done": 3}
    return new if rank.get(new, 2) > rank.get(old, 2) else old


def merge(states: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Return all entries of both, each in its stronger state."""
    merged = {name: stronger(states.get(name, "left"), state) for name, state in added.items()}
    return {**states, **merged}


def read(path: Path) -> Record:
    """Return what the file says; `NotKept` if it is none of ours."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return Record({})
    # Before it is opened: a pipe would be waited for.
    if not stat.S_ISREG(found.st_mode):
        raise NotKept(f"{path} is not a regular file, and was left alone")
    data = path.read_bytes() if found.st_size <= LARGEST else b"too large"
    pairs, damaged = _parse(data)
    named = bool(os.environ.get("LOSSFNS_PROGRESS"))
    if data == b"too large" or (named and not _is_ours(data, pairs, damaged)):
        raise NotKept(f"{path} is something else than progress, and was left alone")
    states: dict[str, str] = {}
    for name, state in pairs:
        if isinstance(state, str):
            states[name] = stronger(states.get(name, "left"), state)
    return Record(states, damaged or len(states) < len(pairs))


def _parse(data: bytes) -> tuple[list[tuple[str, object]], bool]:
    """Return the entries that stand there, and whether it is more or less than one JSON object."""
    if not data.strip(BLANK):
        return [], False
    try:
        # As tuples, so that an entry that stands there twice is seen twice.
        found = json.loads(data, object_pairs_hook=tuple)
        if isinstance(found, tuple):
            return list(found), False
    except (ValueError, RecursionError):
        pass
    return ENTRY.findall(data.decode("utf-8", errors="replace")), True


def _is_ours(data: bytes, pairs: list[tuple[str, object]], damaged: bool) -> bool:
    if not pairs:
        return not damaged
    return (not damaged or data.lstrip(BYTE_ORDER_MARK + BLANK).startswith(b"{")) and any(
        name in EXERCISES or (state in STATES and re.fullmatch(EXERCISE, name))
        for name, state in pairs
    )


def add(path: Path, added: Mapping[str, str]) -> None:
    """Write entries into the file beside what is there, so that no other program's are lost."""

    def due(record: Record) -> bool:
        return record.damaged or merge(record.states, added) != record.states

    if not due(read(path)):
        return
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not os.access(target, os.W_OK):
        raise NotKept(f"{path} is read-only")
    with locked(target.with_name(f".{target.name}.lock"), PATIENCE):
        record = read(path)
        if due(record):
            states = merge(record.states, added)
            unknown = {name for name, state in record.states.items() if state not in STATES}
            loses = record.damaged or any(states[name] in STATES for name in unknown)
            _replace(target, states, keep_old=loses)


def _replace(path: Path, states: Mapping[str, str], *, keep_old: bool) -> None:
    """Replace the file whole, so that an interruption or a full disk leaves the old one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(part, json.dumps(states, indent=1, sort_keys=True).encode() + b"\n", mode="wb")
        if path.exists():
            shutil.copymode(path, part)
        if keep_old:
            _set_aside(path)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, data: bytes, *, mode: str) -> None:
    with open(path, mode) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def set_aside(path: Path) -> dict[int, Path]:
    """Return the damaged files that were kept beside this one, by their numbers."""
    path = Path(os.path.realpath(path))
    pattern = re.compile(rf"{re.escape(path.stem)}\.damaged-(\d+){re.escape(path.suffix)}")
    siblings = path.parent.iterdir() if path.parent.is_dir() else ()
    found = ((pattern.fullmatch(sibling.name), sibling) for sibling in siblings)
    return {int(match[1]): sibling for match, sibling in found if match}


def _set_aside(path: Path) -> None:
    """Copy the file beside itself, under a number higher than all before."""
    number = max(set_aside(path), default=0)
    data = path.read_bytes()
    while True:
        number += 1
        try:
            return _write(path.with_stem(f"{path.stem}.damaged-{number:03}"), data, mode="xb")
        except FileExistsError:
            continue
