"""Read who is in a class, and give each student a name that every file system takes."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lossfns.classroom.seeds import normal, seed

COLUMNS = ("student", "id", "name")  # the first of these that the roster has
# What Windows keeps for devices.
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
# They shape letters and pictures: in Persian and Hindi names, and in many an emoji.
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
LONGEST = 60  # bytes of a folder's name; a path has 260 characters on Windows


class RosterError(ValueError):
    """A roster that can't be used; the message names the file, the line and what is wrong."""


@dataclass(frozen=True)
class Student:
    """Someone in a class.

    name : as on the roster
    folder : the same where it can name a folder, or else what is left of it and a digest
    """

    name: str

    @property
    def folder(self) -> str:
        """A name for files: no two students share one."""
        return folder_name(self.name)

    @property
    def seed(self) -> int:
        """The seed of this student's numbers."""
        return seed(self.name)


def folder_name(name: str) -> str:
    """Return a name that every file system takes, and no other student of a roster has.

    Examples
    --------
    >>> folder_name("Ada Lovelace"), folder_name("Ω"), folder_name("../etc")
    ('Ada Lovelace', 'Ω', 'etc-f7f9121f')
    """
    whole = unicodedata.normalize("NFC", name)
    kept = re.sub("\0+", "_", "".join(c if _harmless(c) else "\0" for c in whole))
    kept = kept.encode()[:LONGEST].decode(errors="ignore").strip("_- ")
    if kept == whole and not RESERVED.fullmatch(kept):
        return kept
    digest = hashlib.sha256(normal(name).encode()).hexdigest()[:8]
    return f"{kept}-{digest}" if kept else digest


def _harmless(character: str) -> bool:
    """Whether it is a letter, a mark on one, a number, or one of three others."""
    return character in " -_" or unicodedata.category(character)[0] in "LMN"


def read_roster(path: Path | str) -> tuple[Student, ...]:
    """Return the students of a roster, in its order.

    Parameters
    ----------
    path : path-like
        A CSV file in UTF-8 whose first line names the columns, one of them "student", "id" or
        "name"; with commas, semicolons or tabs. Other columns are left alone.

    Raises
    ------
    RosterError
        If there is no such column, nobody in it, an empty or a double name. All faults are named
        at once.
    OSError
        If the file can't be read.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RosterError(f"{path}, line {line}: this is not UTF-8; save it as CSV UTF-8") from None
    return students(text, str(path))


def students(text: str, source: str) -> tuple[Student, ...]:
    """Return the students of a roster's text; `source` is what errors call it.

    Examples
    --------
    >>> [student.name for student in students("student;mail\\nada;a@b.c\\nΩ;\\n", "class.csv")]
    ['ada', 'Ω']
    """
    head = next((line for line in text.splitlines() if line.strip()), "")
    if not head:
        raise RosterError(f"{source}: the roster is empty")
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterError(f"{source}, line {reader.line_num}: {error}") from None
    (_, names), *rest = rows
    place = _column(names, source)
    found, faults = [], []
    lines: dict[str, int] = {}
    for line, row in rest:
        name = " ".join(row[place].split()) if place < len(row) else ""
        fault = _fault(name, lines)
        if fault:
            faults.append(f"line {line}: {fault}")
        else:
            lines[normal(name)] = line
            found.append(Student(name))
    if faults:
        more = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
        raise RosterError("\n  ".join([f"{source}:", *faults[:10], *more]))
    if not found:
        raise RosterError(f"{source}: the roster has a first line, and nobody below it")
    return tuple(found)


def _column(names: Sequence[str], source: str) -> int:
    known = [name.strip().casefold() for name in names]
    for column in COLUMNS:
        if column in known:
            return known.index(column)
    raise RosterError(
        f"{source}: the first line must name the columns, one of them {' or '.join(COLUMNS)};"
        f" got {', '.join(map(repr, names)):.200}"
    )


def _fault(name: str, lines: dict[str, int]) -> str:
    if not name:
        return "no name"
    if not name.translate(JOINERS).isprintable():
        return f"a name with characters that can't be seen: {name!a:.80}"
    if normal(name) in lines:
        return f"{name!r:.80} stands in line {lines[normal(name)]} too"
    return ""
