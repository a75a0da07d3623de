"""Find what a class handed in, and read notebooks that nobody has looked at yet.

Nothing here runs a learner's code. A notebook is text from a stranger: its size is bounded, links
are not followed, and what can't be read is named.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lossfns.checks import exercise_ids
from lossfns.classroom.roster import Student
from lossfns.classroom.seeds import normal

LARGEST = 20_000_000  # bytes of a notebook; pictures fill most of one
SKIPPED = {".ipynb_checkpoints", "__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}
# What a learning system adds follows an underscore, and a browser's second download a bracket.
ADDED = re.compile(r"_| \(\d")


class UnreadableNotebook(ValueError):
    """A file that is no notebook; the message says what is wrong with it."""


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in.

    student : as on the roster, or else what its folder or file is called
    known : whether the roster has this student; without a roster, everyone is known
    """

    student: str
    path: Path
    known: bool = True


@dataclass(frozen=True)
class Notebook:
    """The code of a notebook, and which exercises its cells name, each with what follows the @."""

    cells: tuple[str, ...]
    named: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells this code from any other."""
        return hashlib.sha256(json.dumps(self.cells).encode()).hexdigest()


def find_submissions(
    folders: Iterable[Path], roster: Sequence[Student] = ()
) -> Iterator[Submission]:
    """Yield the notebooks of folders, in a stable order.

    A notebook in a folder belongs to the student whom its name names; those in a folder of that
    folder, however deep, to the student whom the outer one names.

    Raises
    ------
    OSError
        If a folder can't be listed.
    """
    for files in _handed_in(folders, roster):
        yield from (one for one in files if _is_notebook(one.path))


def passed_over(
    folders: Iterable[Path], roster: Sequence[Student] = ()
) -> Iterator[tuple[Submission, str]]:
    """Yield what was handed in without any notebook, the first file of each, and what it is.

    Raises
    ------
    OSError
        If a folder can't be listed.
    """
    for files in _handed_in(folders, roster):
        seen = [one for one in files if not one.path.name.startswith(".")]
        if seen and not any(_is_notebook(one.path) for one in files):
            beside = ", and beside it lies none" if len(seen) > 1 else ""
            yield seen[0], _instead(seen[0].path) + beside


def _instead(path: Path) -> str:
    if path.is_symlink():
        return "it is a link, which is not followed"
    return "it is a zip: unpack it" if path.suffix.casefold() == ".zip" else "it is no notebook"


def _is_notebook(path: Path) -> bool:
    return path.name.casefold().endswith(".ipynb")


def _handed_in(folders: Iterable[Path], roster: Sequence[Student]) -> Iterator[list[Submission]]:
    """Yield the files of each entry of folders, as submissions of whom the entry names."""
    students = {
        normal(name): student for student in roster for name in (student.folder, student.name)
    }
    for folder in folders:
        for entry in _listed(folder):
            path = Path(entry.path)
            whole = entry.is_dir(follow_symlinks=False) or entry.is_symlink()
            name = path.stem if _is_notebook(path) or not whole else entry.name
            student = _whose(name, students)
            yield [
                Submission(
                    student.name if student else name, file, known=bool(student) or not roster
                )
                for file in (_below(path) if entry.is_dir(follow_symlinks=False) else [path])
            ]


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(
            (entry for entry in entries if entry.name not in SKIPPED), key=lambda entry: entry.name
        )


def _below(folder: Path) -> Iterator[Path]:
    """Yield all files, and the links to folders, which are not followed."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(set(folders) - SKIPPED)
        yield from (Path(place, name) for name in sorted(set(files) - SKIPPED))
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())


def _raise(error: OSError) -> None:
    raise error


def _whose(name: str, students: Mapping[str, Student]) -> Student | None:
    """Return the student whose name a file or folder bears, alone or before what was added."""
    whole = normal(name)
    ends = [len(whole), *(match.start() for match in ADDED.finditer(whole))]
    return next(
        (found for end in sorted(ends, reverse=True) if (found := students.get(whole[:end]))), None
    )


def read_notebook(path: Path) -> Notebook:
    """Return the code of a notebook.

    Raises
    ------
    UnreadableNotebook
        If the file is no notebook, is too large, or is a link.
    """
    return parse(_content(path))


def _content(path: Path) -> bytes:
    # A link could name any file of the teacher's, and opening a pipe would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableNotebook("it is no ordinary file")
            content = file.read(LARGEST + 1)
    except OSError as error:
        if path.is_symlink():
            raise UnreadableNotebook("it is a link, which is not followed") from None
        raise UnreadableNotebook(f"it can't be opened: {error.strerror}") from None
    if len(content) > LARGEST:
        raise UnreadableNotebook(
            f"it is larger than {LARGEST // 1_000_000} MB: clear its outputs and save it again"
        )
    return content


def parse(content: bytes) -> Notebook:
    """Return the code of a notebook's text.

    Raises
    ------
    UnreadableNotebook
        If it is no notebook.

    Examples
    --------
    >>> source = 'check("mse.value", f)'
    >>> cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []}]
    >>> parse(json.dumps({"nbformat": 4, "cells": cells}).encode()).named
    {'mse.value': (0, '')}
    """
    if not content.strip():
        raise UnreadableNotebook("it is empty")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise UnreadableNotebook("it is not in the format of a notebook") from None
    cells = whole.get("cells") if isinstance(whole, dict) else None
    if not isinstance(cells, list):
        old = isinstance(whole, dict) and "worksheets" in whole
        reason = "its format is of 2014 or older: open it in JupyterLab and save it again"
        raise UnreadableNotebook(reason if old else "it has no cells")
    sources = tuple(_source(cell) for cell in cells if _is_code(cell))
    if not any(source.strip() for source in sources):
        raise UnreadableNotebook("it has no code")
    return Notebook(sources, named_exercises(sources))


def _is_code(cell: object) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _source(cell: Mapping[str, object]) -> str:
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if isinstance(source, str):
        return source
    raise UnreadableNotebook("one of its cells has no source")


IDS = "|".join(map(re.escape, exercise_ids()))
NAMED = re.compile(rf"check\s*\(\s*[rRfF]*([\"'])({IDS})(@[^\"']*)?\1")


def named_exercises(cells: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return which exercises cells check: the last cell that names each, and what follows its @.

    Examples
    --------
    >>> named_exercises(["a = 1", 'check("mse.by_hand@7", a)'])
    {'mse.by_hand': (1, '7')}
    """
    return {
        match[2]: (index, (match[3] or "")[1:])
        for index, source in enumerate(cells)
        for match in NAMED.finditer(source)
    }
