"""Objects: JSON lines, an array of objects, a trainer's state, and dicts that Python printed."""

from __future__ import annotations

import json
import re
from array import array

from lossfns.clinic._rows import NUMBER, Part, Rows

# An opening or closing bracket; a key, with its value where that is a number; a text, to pass over.
TOKEN = re.compile(
    rf"""([{{}}\[\]])|["']([^"'\\]+)["']\s*:\s*(?:["']?(-?NaN|-?Infinity|{NUMBER})["']?(?=\s*[,}}\]]|$))?"""
    r"""|"(?:[^"\\]|\\.)*\"""",
    re.I,
)
KEY = re.compile(r"""\{\s*["'][^"'\\]+["']\s*:""")
# A row deeper than that is no log's, and its names would grow for ever.
LONGEST_PREFIX = 200
QUOTED = re.compile(rf"^(?:{NUMBER})$", re.I)
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
        entries = None if self.open else whole(lines)
        if entries is not None:
            parts = self._alike(entries)
            if parts:
                self.rows.add_block(parts, first, len(entries))
                return
            for at, entry in enumerate(entries, first):
                pairs = flat(entry)
                if pairs is None:
                    self._scan(lines[at - first], at)
                else:
                    self.rows.add(pairs, at)
            return
        for at, line in enumerate(lines, first):
            if line.startswith("{"):
                # Not indented, so no part of another object: one that is still open was cut off.
                while self.open and self.open[-1][0] is not None:
                    self.open.pop()
            self._scan(line, at)

    def _alike(self, entries: list[dict[str, object]]) -> list[Part] | None:
        """The columns of objects that have the same keys, and numbers for all that are known."""
        keys = entries[0].keys() if entries else {}
        if not all(entry.keys() == keys for entry in entries):
            return None
        parts: list[Part] = []
        for name, value in entries[0].items():
            if isinstance(value, dict | list):
                return None
            column = self.rows.column(name)
            if column is None:
                continue
            values = [one for entry in entries if isinstance(one := entry[name], float)]
            if len(values) < len(entries):
                return None
            parts.append((column, None, array("d", values)))
        return parts

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
                pairs, prefix = self.open[-1] if self.open else (None, "")
                if value and pairs is not None:
                    pairs.append((prefix + key, float(value)))
            elif bracket == "[":
                self.open.append((None, ""))
            elif bracket == "{":
                pairs, prefix = self.open[-1] if self.open else (None, "")
                nested = pairs is not None
                if len(prefix) < LONGEST_PREFIX:
                    prefix = f"{prefix}{self.key}/"
                self.open.append((pairs, prefix) if nested else ([], ""))
            elif bracket and self.open:
                pairs, prefix = self.open.pop()
                if pairs and not prefix:
                    self.rows.add(pairs, at)

    def end(self) -> None:
        """Say so if the last object was cut off; its last number may be cut too."""
        self.rows.cut = any(pairs for pairs, _ in self.open)


def whole(lines: list[str]) -> list[dict[str, object]] | None:
    """Return the objects of lines that hold one each, or None if any is not as simple."""
    if not all(line[:1] == "{" and line[-1:] == "}" for line in lines):
        return None
    text = ",".join(lines)
    if "'" in text and '"' not in text:  # as Python prints a dict
        text = text.replace("'", '"').replace(": nan", ": NaN").replace(": inf", ": Infinity")
    try:
        entries = json.loads(f"[{text}]", parse_int=float)
    except (ValueError, RecursionError):
        return None
    # A line may hold two objects, and another none.
    return entries if len(entries) == len(lines) else None


def flat(entry: dict[str, object]) -> list[tuple[str, float]] | None:
    """Return the numbers of an object, also those in quotes, or None if it holds another."""
    pairs: list[tuple[str, float]] = []
    for name, value in entry.items():
        if isinstance(value, float):
            pairs.append((name, value))
        elif isinstance(value, str):
            if QUOTED.match(value):
                pairs.append((name, float(value)))
        elif isinstance(value, dict | list):
            return None
    return pairs
