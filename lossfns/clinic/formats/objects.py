"""Objects: JSON lines, an array of objects, a trainer's state, and dicts that Python printed."""

from __future__ import annotations

import json
import re

from lossfns.clinic._rows import NUMBER, Rows

# An opening or closing bracket; a key, with its value where that is a number; a text, to pass over.
TOKEN = re.compile(
    rf"""([{{}}\[\]])|["']([^"'\\]+)["']\s*:\s*(?:["']?(-?NaN|-?Infinity|{NUMBER})["']?(?=\s*[,}}\]]|$))?"""
    r"""|"(?:[^"\\]|\\.)*\"""",
    re.I,
)
KEY = re.compile(r"""\{\s*["'][^"'\\]+["']\s*:""")
START = re.compile(r"""\{\s*(?:$|["'][^"'\\]+["']\s*:)|^\s*\[""")


class Objects:
    """Rows that stand in braces, over one line or many.

    An object within an object belongs to the same row: `{"val": {"loss": 2.3}}` is `val/loss`.
    An object within a list is a row of its own.
    """

    name = "objects"

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        # For each open bracket: the pairs of its row (None for a list), and the prefix of its keys.
        self.open: list[tuple[list[tuple[str, float]] | None, str]] = []
        self.key = ""

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Objects | None:
        """Return a reader if a line opens an object with a key."""
        return cls(rows) if KEY.search("\n".join(head)) else None

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        add = self.rows.add
        for at, line in enumerate(lines, first):
            if line.startswith("{"):
                # Not indented, so no part of another object: one that is still open was cut off.
                while self.open and self.open[-1][0] is not None:
                    self.open.pop()
                pairs = flat(line)
                if pairs is not None:
                    add(pairs, at)
                    continue
            self._scan(line, at)

    def _scan(self, line: str, at: int) -> None:
        """Take a line's brackets and keys, one after the other."""
        start = 0
        if not self.open:
            # What a logger writes before an object is no part of it.
            found = START.search(line)
            if found is None:
                self.rows.ignored += bool(line.strip())
                return
            start = found.start()
        for bracket, key, value in TOKEN.findall(line, start):
            if key:
                self.key = key
                if value and self.open and self.open[-1][0] is not None:
                    pairs, prefix = self.open[-1]
                    pairs.append((prefix + key, float(value)))
            elif bracket == "[":
                self.open.append((None, ""))
            elif bracket == "{":
                pairs, prefix = self.open[-1] if self.open else (None, "")
                nested = pairs is not None
                self.open.append((pairs, f"{prefix}{self.key}/") if nested else ([], ""))
            elif bracket and self.open:
                pairs, prefix = self.open.pop()
                if pairs and not prefix:
                    self.rows.add(pairs, at)

    def end(self) -> None:
        """Say so if the last object was cut off; its last number may be cut too."""
        self.rows.cut = any(pairs for pairs, _ in self.open)


def flat(line: str) -> list[tuple[str, float]] | None:
    """Return the numbers of an object of JSON on one line, or None if it is not as simple."""
    try:
        entries = json.loads(line)
    except (ValueError, RecursionError):
        return None
    pairs = []
    for name, value in entries.items():
        kind = type(value)
        if kind is float or kind is int:
            pairs.append((name, value))
        elif kind is dict or kind is list or kind is str:
            return None
    return pairs
