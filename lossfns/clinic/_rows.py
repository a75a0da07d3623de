"""Where a format's reader puts what it reads: numbers by row and name."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._names import Meaning, meaning

# Each text fits in one way only, here and in what is made of it: a pattern that fits in many ways
# tries them all, on a line made for that for ever.
NUMBER = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?\b|nan\b)"
# As a whole cell: a plain number, a percentage, or a tensor as Python prints it.
CELL = re.compile(
    rf"^(?:\[?({NUMBER})\]?%?|(?:tensor|np\.float\d+)\(\[?({NUMBER})\]?(?:[,)].*)?)$", re.I
)
MISSING = {"", "-", "--", "none", "null", "na", "n/a", "no log", "<na>", "nat"}
COMMA = re.compile(r"^([-+]?\d+),(\d+(?:[eE][-+]?\d+)?)$")
# No log has more curves; what has is data.
MOST_COLUMNS = 1000


def number(cell: str) -> float | None:
    """Return the number in a cell, or None where the cell says that there is none.

    Raises
    ------
    ValueError
        If the cell holds something else.

    Examples
    --------
    >>> number(" 2.3026 "), number("98.1%"), number("0,693"), number("No log")
    (2.3026, 98.1, 0.693, None)
    """
    cell = cell.strip().strip("\"'").strip()
    if cell.lower() in MISSING:
        return None
    cell = COMMA.sub(r"\1.\2", cell)
    found = CELL.match(cell)
    if found is None:
        raise ValueError(cell)
    return float(found[1] or found[2])


class Column:
    """The numbers of one name, and the row of each."""

    def __init__(self, name: str, means: Meaning) -> None:
        self.name = name
        self.means = means
        self.row = -1  # the last that has a value
        self.rows = array("I")
        self.values = array("d")


class Rows:
    """Rows of named numbers, of which only those stay whose name the clinic knows.

    Attributes
    ----------
    lines : array of int
        The line of each row.
    ignored : int
        How many lines, not counting empty ones, held nothing to keep.
    unreadable : int
        How many cells should have been a number and were none; the first is in `complaint`.
    cut : bool
        Whether the log ends in the middle of a row.
    crowded : bool
        Whether there were more known names than are kept.
    """

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.lines = array("I")
        self.ignored = 0
        self.unreadable = 0
        self.cut = False
        self.crowded = False
        self.complaint: tuple[str, int, int, str] | None = None
        self.others: dict[str, None] = {}

    def column(self, name: str) -> Column | None:
        """Return the column of a name, or None if the clinic does not know such a name."""
        found = self.columns.get(name)
        if found is None and name not in self.others:
            means = meaning(name)
            if means is not None and len(self.columns) < MOST_COLUMNS:
                found = self.columns[name] = Column(name, means)
            elif means is not None:
                self.crowded = True
            elif len(self.others) < 1000:
                self.others[name] = None
        return found

    def add(self, pairs: Iterable[tuple[str, float]], line: int) -> bool:
        """Keep a row, and return whether it held anything to keep; of equal names the first."""
        row = len(self.lines)
        kept = False
        known = self.columns.get
        for name, value in pairs:
            column = known(name) or self.column(name)
            if column is None or column.row == row:
                continue
            column.row = row
            column.rows.append(row)
            column.values.append(value)
            kept = True
        if kept:
            self.lines.append(line)
        else:
            self.ignored += 1
        return kept

    def add_block(
        self,
        columns: dict[str, list[tuple[NDArray[np.intp], NDArray[np.float64]]]],
        kept: NDArray[np.bool_],
        first: int,
    ) -> None:
        """Keep rows of known names, many at once.

        Parameters
        ----------
        columns : dict of str to list of (lines, values)
            For each name in which lines it stands, in some order, and its values there.
        kept : ndarray of bool
            Which lines hold something to keep.
        first : int
            The number of the first line.
        """
        row = (np.cumsum(kept) + (len(self.lines) - 1)).astype(np.uint32)
        for name, parts in columns.items():
            lines, values = map(np.concatenate, zip(*parts, strict=True))
            if len(parts) > 1:
                order = np.argsort(lines, kind="stable")
                lines, values = lines[order], values[order]
            column = self.columns[name]
            column.rows.frombytes(row[lines].tobytes())
            column.values.frombytes(values.tobytes())
        self.lines.frombytes((np.flatnonzero(kept) + first).astype(np.uint32).tobytes())

    def complain(self, name: str, line: int, column: int, text: str) -> None:
        """Count a cell that should have been a number, and remember the first."""
        self.unreadable += 1
        if self.complaint is None:
            self.complaint = (name, line, column, text)
