"""A history: a list of numbers for each name, in an object as Keras keeps it, or as Python code."""

from __future__ import annotations

import re
from array import array
from itertools import count
from typing import NamedTuple

from lossfns.clinic._rows import NUMBER, Rows

# A list of two numbers at least, perhaps over several lines.
START = re.compile(
    rf"""(?:["']\w*(?:loss|acc|accuracy)["']\s*:|^[ \t]*\w*(?:loss|losses|acc|accuracy)\s*=)"""
    rf"""\s*\[\s*(?:$|{NUMBER}\s*(?:,|$))""",
    re.I | re.M,
)
TOKEN = re.compile(
    rf"""(?:["']([^"'\\]+)["']\s*:|^\s*([A-Za-z_]\w*)\s*=)\s*\[|(\])|({NUMBER})""", re.I
)


class Listed(NamedTuple):
    """The numbers of a list, and the line of each."""

    values: array[float]
    lines: array[int]


class History:
    """Lists of numbers, each behind its name; the place in the list is the epoch."""

    name = "history"

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.series: dict[str, Listed] = {}
        self.now: Listed | None = None

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> History | None:
        """Return a reader if a name of a loss or an accuracy is followed by a list of numbers."""
        return cls(rows) if START.search("\n".join(head)) else None

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        for at, line in enumerate(lines, first):
            for quoted, plain, closed, value in TOKEN.findall(line):
                if quoted or plain:
                    fresh = Listed(array("d"), array("I"))
                    self.now = self.series.setdefault(quoted or plain, fresh)
                elif closed:
                    self.now = None
                elif self.now is not None:
                    self.now.values.append(float(value))
                    self.now.lines.append(at)

    def end(self) -> None:
        """Turn the lists into rows."""
        here = self.series
        for i in count():
            here = {name: listed for name, listed in here.items() if i < len(listed.values)}
            if not here:
                break
            pairs = [(name, listed.values[i]) for name, listed in here.items()]
            line = min(listed.lines[i] for listed in here.values())
            self.rows.add([("epoch", float(i + 1)), *pairs], line)
