"""Lay a learner's own copies of the notebooks into ``lab/``, and never write over their work.

Usage: ``python -m sitebuild lab``

A missing copy is made; one that is still as it was laid is brought up to date; any other is the
learner's, edited or only run, and stays. If its original has changed, the new one is laid beside
it (``NAME.new.ipynb``). What was laid is remembered by its digest in ``lab/.laid.json``; without
that memory every copy that differs from its original counts as the learner's.
"""

import hashlib
import json
import os
import re
import stat
import sys
from collections import Counter
from pathlib import Path

from sitebuild.notebooks import (
    NOTEBOOKS,
    ROOT,
    NotebookError,
    at_stake,
    chapters,
    notebook_path,
    stored_notebook,
)
from sitebuild.safe_files import write_whole

LAB = ROOT / "lab"
MEMORY = ".laid.json"
HALF_WRITTEN = re.compile(r"\..+\.\d+\.part")
OUTCOMES = {"made": "made", "updated": "brought up to date", "kept": "left as they are"}


class LeftAlone(Exception):
    """A place where something else stands; the message says what."""


def digest(data):
    return hashlib.sha256(data).hexdigest()


def remembered():
    """The digest of what was laid at each place; what can't be read was not laid."""
    try:
        laid = json.loads((LAB / MEMORY).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return laid if isinstance(laid, dict) else {}


def content(place):
    """The bytes of a file in the lab, None if there is none."""
    path = LAB / place
    for above in reversed(place.parents[:-1]):
        if os.path.lexists(LAB / above) and not stat.S_ISDIR((LAB / above).lstat().st_mode):
            raise LeftAlone(f"lab/{above} is no plain folder")
    if not os.path.lexists(path):
        return None
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        raise LeftAlone(f"lab/{place} is no plain file")
    if not mode & stat.S_IWUSR:
        raise LeftAlone(f"lab/{place} is read-only")
    return path.read_bytes()


def write(place, data, laid):
    write_whole(LAB / place, data)
    laid[place.as_posix()] = digest(data)


def lay(place, data, laid):
    """Lay one original; whether its copy was made, updated or kept, and a word if one is due."""
    copy = content(place)
    if copy is None:
        write(place, data, laid)
        return "made", ""
    if copy == data:
        laid[place.as_posix()] = digest(data)
        return "kept", ""
    if laid.get(place.as_posix()) == digest(copy):
        write(place, data, laid)
        return "updated", ""
    return "kept", offer(place, data, laid)


def offer(place, data, laid):
    """Lay a changed original beside the learner's copy, once, where nothing of theirs stands."""
    names = [".new", *(f".new-{number}" for number in range(2, 100))]
    places = [place.with_suffix(f"{name}{place.suffix}") for name in names]
    if digest(data) in {laid.get(known.as_posix()) for known in (place, *places)}:
        return ""
    for new in places:
        try:
            there = content(new)
        except LeftAlone:
            continue
        if there in (None, data) or laid.get(new.as_posix()) == digest(there):
            write(new, data, laid)
            return f"lab/{place} is yours and stays; its original has changed: lab/{new}"
    return f"lab/{place} is yours and stays; its original has changed"


def lay_all(laid):
    """Lay every notebook; how many of each outcome, and what there is to say."""
    outcomes, words = Counter(), {}
    for text in chapters():
        original = notebook_path(text)
        if not original.exists():
            continue
        place = original.relative_to(NOTEBOOKS)
        try:
            outcome, word = lay_text(text, place, original.read_bytes(), laid)
        except (LeftAlone, NotebookError, OSError) as fault:
            outcome, word = "kept", f"{fault}; left as it is"
        outcomes[outcome] += 1
        words[word] = None
    return outcomes, [word for word in words if word]


def lay_text(text, place, data, laid):
    """Lay a text's notebook, whose stored bytes these are, unless the lab has it already."""
    copy = content(place)
    if copy is not None and laid.get(place.as_posix()) == digest(data):
        return "kept", ""
    stored_notebook(text)
    if not at_stake(text):
        return lay(place, data, laid)
    if copy is not None:
        return "kept", ""
    # Work done in notebooks/ moves here; as it was not laid, nothing will replace it.
    write_whole(LAB / place, data)
    return "made", f"lab/{place} holds the work found in notebooks/{place}"


def main(arguments=()):
    laid = remembered()
    try:
        if Path(os.path.realpath(LAB)).is_relative_to(os.path.realpath(NOTEBOOKS)):
            raise LeftAlone("lab/ leads into notebooks/")
        LAB.mkdir(exist_ok=True)
        for part in LAB.rglob("*.part"):
            if HALF_WRITTEN.fullmatch(part.name):
                part.unlink()
        try:
            outcomes, words = lay_all(laid)
        finally:
            write_whole(LAB / MEMORY, json.dumps(laid, indent=1, sort_keys=True).encode())
    except (LeftAlone, OSError) as fault:
        print(f"{fault}\nFor copies, lab/ must be a folder that can be written.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped: what is there is whole, and the next run goes on", file=sys.stderr)
        return 130
    for word in words:
        print(word)
    counts = ", ".join(f"{outcomes[name]} {text}" for name, text in OUTCOMES.items())
    print(f"Work in lab/, on copies of your own: {counts}.")
    return 0
