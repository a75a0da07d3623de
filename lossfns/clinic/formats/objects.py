"""Objects: JSON lines, an array of objects, a trainer's state, and dicts that Python printed."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from lossfns.clinic._lines import LogError
from lossfns.clinic._rows import NUMBER, Rows

# An opening or closing bracket; a key, with its value where that is a number; a text, to pass over.
TOKEN = re.compile(
    rf"""([{{}}\[\]])|["']([^"'\\]+)["']\s*:\s*(?:["']?(-?NaN|-?Infinity|{NUMBER})["']?(?=\s*[,}}\]]|$))?"""
    r"""|(?<!\\)"[^"\\]*(?:\\.[^"\\]*){0,10000}\"""",
    re.I,
)
KEY = re.compile(r"""\{\s*["'][^"'\\]+["']\s*:""")
# A row deeper than that is no log's, and its names would grow for ever.
LONGEST_PREFIX = 200
# Nor are so many brackets that nothing closes, or so many numbers in one row.
DEEPEST, MOST_NUMBERS = 10_000, 4_000_000
QUOTED = re.compile(rf"^(?:{NUMBER})$", re.I)
START = re.compile(r"""\{\s*(?:$|["'][^"'\\]+["']\s*:)|^\s*\[""")
# A frame that was written by columns: each names its rows by their index.
FOLDED = re.compile(r"([^/]+)/(\d+)")
Pairs: TypeAlias = list[tuple[str, float]]


class Brackets:
    """The brackets that are open, and the rows that stand in them."""

    def __init__(self) -> None:
        # For each open bracket: the pairs of its row (None for a list), and the prefix of its keys.
        self.open: list[tuple[Pairs | None, str]] = []
        self.objects = 0  # how many of them are no lists
        self.key = ""
        self.nested = True  # whether the row's numbers all stand in objects within it

    def push(self, pairs: Pairs | None, prefix: str) -> None:
        """Open a bracket."""
        if len(self.open) == DEEPEST:
            self.open.clear()
            self.objects = 0
        self.open.append((pairs, prefix))
        self.objects += pairs is not None

    def pop(self) -> tuple[Pairs | None, str]:
        """Close a bracket."""
        pairs, prefix = self.open.pop()
        self.objects -= pairs is not None
        return pairs, prefix

    def rows(self, line: str) -> list[Pairs] | None:
        """Return the rows that end in a line; None if none does and it belongs to no object."""
        start = 0
        if not self.open:
            # What a logger writes before an object is no part of it.
            found = START.search(line)
            if found is None:
                return None
            start = found.start()
        ended = []
        for token in TOKEN.finditer(line, start):
            bracket, key, value = token.groups()
            if key:
                self.key = key
                pairs, prefix = self.open[-1] if self.open else (None, "")
                if value and pairs is not None:
                    if len(pairs) == MOST_NUMBERS:
                        raise LogError("a row of more than four million numbers is no row of a log")
                    pairs.append((prefix + key, float(value)))
                    self.nested &= bool(prefix)
            elif bracket == "[":
                self.push(None, "")
            elif bracket == "{":
                pairs, prefix = self.open[-1] if self.open else (None, "")
                nested = pairs is not None
                if len(prefix) < LONGEST_PREFIX:
                    prefix = f"{prefix}{self.key}/"
                self.push(*((pairs, prefix) if nested else ([], "")))
            elif bracket and self.open:
                pairs, prefix = self.pop()
                if pairs and not prefix:
                    ended += unfolded(pairs) if self.nested else [pairs]
                    self.nested = True
        return ended


class Objects:
    """Rows that stand in braces, over one line or many.

    An object within an object belongs to the same row: `{"val": {"loss": 2.3}}` is `val/loss`.
    An object within a list is a row of its own.
    """

    name = "objects"
    start = 0

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.brackets = Brackets()

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Objects | None:
        """Return a reader if a line opens an object with a key."""
        return cls(rows) if KEY.search("\n".join(head)) else None

    def alone(self, line: str) -> Pairs | None:
        """Return the one row of a line that opens what it closes, if no object is open before."""
        line = line.removesuffix(",")
        if self.waits or not line.endswith("}"):
            return None
        pairs = flat(line) if line.startswith("{") else None
        if pairs is not None:
            return pairs
        brackets = Brackets()
        rows = brackets.rows(line)
        return rows[0] if rows and len(rows) == 1 and not brackets.open else None

    @property
    def waits(self) -> bool:
        """Whether an object is open."""
        return self.brackets.objects > 0

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        brackets = self.brackets
        for at, line in enumerate(lines, first):
            if line.startswith("{"):
                # Not indented, so no part of another object: one that is still open was cut off.
                while brackets.open and brackets.open[-1][0] is not None:
                    brackets.pop()
                pairs = flat(line)
                if pairs is not None:
                    self.rows.add(pairs, at)
                    continue
            rows = brackets.rows(line)
            if rows is None:
                self.rows.ignored += bool(line.strip())
            for pairs in rows or ():
                self.rows.add(pairs, at)

    def end(self) -> None:
        """Say so if the last object was cut off; its last number may be cut too."""
        self.rows.cut = any(pairs for pairs, _ in self.brackets.open)


def unfolded(pairs: Pairs) -> list[Pairs]:
    """Return the rows of an object, one unless it is a frame that was written by columns.

    Examples
    --------
    >>> unfolded([("loss/0", 2.3), ("loss/1", 2.1), ("acc/0", 0.1), ("acc/1", 0.2)])
    [[('loss', 2.3), ('acc', 0.1)], [('loss', 2.1), ('acc', 0.2)]]
    """
    cells = [FOLDED.fullmatch(name) for name, _ in pairs]
    rows: dict[str, Pairs] = {}
    for cell, (_, value) in zip(cells, pairs, strict=True):
        if cell is None:
            return [pairs]
        rows.setdefault(cell[2], []).append((cell[1], value))
    return list(rows.values())


def flat(line: str) -> Pairs | None:
    """Return the numbers of an object on one line, also those in quotes; None if it is no such."""
    if not line.endswith("}"):
        return None
    if "'" in line and '"' not in line:  # as Python prints a dict
        line = line.replace("'", '"').replace(": nan", ": NaN").replace(": inf", ": Infinity")
    try:
        entry = json.loads(line, parse_int=float)
    except (ValueError, RecursionError):
        return None
    pairs: Pairs = []
    for name, value in entry.items():
        if isinstance(value, float):
            pairs.append((name, value))
        elif isinstance(value, str):
            if QUOTED.match(value):
                pairs.append((name, float(value)))
        elif isinstance(value, dict | list):
            return None
    return pairs
