"""A history: a list of numbers for each name, in an object as Keras keeps it, or as Python code."""

from __future__ import annotations

import re

from lossfns.clinic._rows import NUMBER, Rows

# A list of two numbers at least, perhaps over several lines.
START = re.compile(
    rf"""(?:["']\w*(?:loss|acc|accuracy)["']\s*:|^\s*\w*(?:loss|losses|acc|accuracy)\s*=)"""
    rf"""\s*\[\s*(?:$|{NUMBER}\s*(?:,|$))""",
    re.I | re.M,
)
TOKEN = re.compile(
    rf"""(?:["']([^"'\\]+)["']\s*:|^\s*([A-Za-z_]\w*)\s*=)\s*\[|(\])|({NUMBER})""", re.I
)


class History:
    """Lists of numbers, each behind its name; the place in the list is the epoch."""

    name = "history"

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.series: dict[str, list[tuple[float, int]]] = {}
        self.now: list[tuple[float, int]] | None = None

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> History | None:
        """Return a reader if a name of a loss or an accuracy is followed by a list of numbers."""
        return cls(rows) if START.search("\n".join(head)) else None

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        for at, line in enumerate(lines, first):
            for quoted, plain, closed, value in TOKEN.findall(line):
                if quoted or plain:
                    self.now = self.series.setdefault(quoted or plain, [])
                elif closed:
                    self.now = None
                elif self.now is not None:
                    self.now.append((float(value), at))

    def end(self) -> None:
        """Turn the lists into rows."""
        longest = max(map(len, self.series.values()), default=0)
        for i in range(longest):
            here = {name: values[i] for name, values in self.series.items() if i < len(values)}
            pairs = [("epoch", float(i + 1)), *((name, pair[0]) for name, pair in here.items())]
            self.rows.add(pairs, min(line for _, line in here.values()))
