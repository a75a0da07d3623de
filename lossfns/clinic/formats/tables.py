"""Tables: values between separators, with a line of names or without."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from lossfns.clinic._lines import LogError
from lossfns.clinic._names import meaning
from lossfns.clinic._rows import MISSING, Column, Rows, number

SEPARATORS = ("\t", ";", ",", "|", "  ", " ")
QUOTED = re.compile(r'"([^"]*(?:""[^"]*){0,10000})"')
RULE = re.compile(r"^[\s|+:=-]*$")


def splitter(separator: str) -> Callable[[str], list[str]]:
    """Return the function that cuts a line at a separator; "  " is two blanks or more."""
    if separator == " ":
        return str.split
    if separator == "  ":
        return lambda line: re.split(r"\s{2,}", line.strip())
    if separator == "|":
        return lambda line: line.strip().strip("|").split("|")

    def cut(line: str) -> list[str]:
        if '"' in line:
            # A separator within quotes is text.
            line = QUOTED.sub(lambda found: found[1].replace(separator, "\0"), line)
            return [cell.replace("\0", separator) for cell in line.split(separator)]
        return line.split(separator)

    return cut


def first_places(names: list[str]) -> dict[str, int]:
    """Return where each name stands first."""
    places: dict[str, int] = {}
    for i, name in enumerate(names):
        places.setdefault(name, i)
    return places


class Table:
    """Columns of numbers.

    Parameters
    ----------
    rows : Rows
    separator : str
        What stands between two cells; "  " stands for two blanks or more.
    names : list of str
        The columns' names; "" for one without.
    start : int
        Lines before the first of the numbers.
    """

    name = "table"
    waits = False

    def __init__(self, rows: Rows, separator: str, names: list[str], start: int) -> None:
        self.rows = rows
        self.separator = separator
        self.cut = splitter(separator)
        self.width = len(names)
        self.start = start
        self.columns: list[tuple[int, Column]] = []
        for name, i in first_places(names).items():
            column = rows.column(name)
            if column is not None:
                self.columns.append((i, column))
        self.titles = names

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Table | None:
        """Return a reader if a line of names or of numbers stands above lines of as many cells."""
        written = [i for i, line in enumerate(head) if line.strip()]
        if len(written) == 1 and not re.search(r"\d", head[written[0]]):
            titles = [_titles(splitter(one)(head[written[0]])) for one in SEPARATORS]
            if any(names and len(names) > 1 for names in titles):
                raise LogError("there is a line of names and no numbers below it", written[0] + 1)
        found = _titled(head) or _untitled(head)
        return cls(rows, *found) if found else None

    def alone(self, line: str) -> list[tuple[str, float]] | None:
        """Return what a line holds, or None if a cell should be a number and is none."""
        cells = self.cut(line)
        try:
            pairs = [(column.name, number(cells[i])) for i, column in self.columns]
        except (ValueError, IndexError):
            return [] if self._is_no_row(cells) else None
        whole = len(cells) == self.width
        return [(name, value) for name, value in pairs if value is not None] if whole else []

    def _is_no_row(self, cells: list[str]) -> bool:
        return len(cells) != self.width or [cell.strip() for cell in cells] == self.titles

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        for at, line in enumerate(lines, first):
            if line.strip():
                self._line(line, self.cut(line), at)

    def _line(self, line: str, cells: list[str], at: int) -> None:
        """Take one line, whatever stands in its cells."""
        if self._is_no_row(cells):
            self.rows.ignored += 1
            return
        pairs = []
        for i, column in self.columns:
            try:
                value = number(cells[i])
            except ValueError:
                place = 0 if self.rows.complaint else _place(line, cells, i)  # the first is told
                self.rows.complain(column.name, at, place, cells[i].strip())
                continue
            if value is not None:
                pairs.append((column.name, value))
        self.rows.add(pairs, at)

    def end(self) -> None:
        """Nothing waits."""


def _place(line: str, cells: list[str], i: int) -> int:
    """The column of the text, from 1, in which a cell starts."""
    at = 0
    for cell in cells[:i]:
        at = line.find(cell, at) + len(cell)
    return line.find(cells[i].strip(), at) + 1


def _is_number(cell: str) -> bool:
    return cell.strip().lower() not in MISSING and _may_be_number(cell)


def _may_be_number(cell: str) -> bool:
    try:
        number(cell)
    except ValueError:
        return False
    return True


def _titles(cells: list[str]) -> list[str] | None:
    """The names in a line's cells, if they are names, and one of them is known."""
    names = [cell.strip() for cell in cells]
    if any(map(_is_number, names)) or not any(map(meaning, names)):
        return None
    if names[:2] == ["Wall time", "Step"] and len(names) == 3:
        return ["", "Step", "loss"]  # TensorBoard's export does not say of what
    return names


def _titled(head: list[str]) -> tuple[str, list[str], int] | None:
    """The separator, the names and the lines above the numbers of a table with a title line."""
    for separator in SEPARATORS:
        cut = splitter(separator)
        for i, line in enumerate(head[:-1]):
            if separator not in line and separator != ",":  # a comma: a single column has none
                continue
            names = _titles(cut(line))
            if names is None:
                continue
            below = i + 1
            while below < len(head) and RULE.match(head[below]):
                below += 1
            if below == len(head):
                continue
            cells = cut(head[below])
            if not any(map(_is_number, cells)):
                continue
            if len(cells) == len(names):
                return separator, names, below
            indexed = len(cells) == len(names) + 1 and all(map(_may_be_number, cells))
            if indexed and separator in ("  ", " "):
                return separator, ["", *names], below  # a printed frame has an index
    return None


def _untitled(head: list[str]) -> tuple[str, list[str], int] | None:
    """The same for a table of numbers alone: the first that is no count is taken for the loss."""
    lines = [line for line in head if line.strip() and not line.lstrip().startswith("#")]
    for separator in SEPARATORS:
        table = [splitter(separator)(line) for line in lines]
        width = len(table[0]) if table else 0
        if not width or any(len(cells) != width for cells in table[:-1]):
            continue
        if not all(_is_number(cell) for cells in table[:-1] or table for cell in cells):
            continue
        counts = [number(cells[0]) or 0.0 for cells in table if _is_number(cells[0])]
        rising = all(a < b and b.is_integer() for a, b in pairwise(counts))
        stepped = width > 1 and rising
        names = ["step", "loss"] if stepped else ["loss"]
        return separator, names + [""] * (width - len(names)), 0
    return None
