"""Lines that differ in their figures alone: one is read, and tells how to read the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._figures import NEWLINE, Bytes, Figures, Floats, Places, figures, read_figures
from lossfns.clinic._names import meaning
from lossfns.clinic._rows import Rows
from lossfns.clinic.formats import OneByOne

Pairs: TypeAlias = list[tuple[str, float]]
# Lines whose length is different; and those of one length that are different otherwise.
LENGTHS, KINDS = 32, 8
FEW = 4
# No line of a log is longer than that.
LONG = 4000
REMEMBERED = 1000
# Of a block's lines so many may need their neighbours; with more of them all are read in turn.
ODD = 0.05
# Where a line's figures go: each is replaced by a number of its own, and the line is read again.
PROBE = 7_000_000


class Field(NamedTuple):
    """Where a named number of a line comes from.

    Attributes
    ----------
    name : str
    figure : int
        Which of the line's figures it is, or -1 if it is the same in all lines.
    total : int
        The figure that it is divided by, or -1.
    value : float
        What it is, if it is always the same.
    """

    name: str
    figure: int
    total: int
    value: float


class Found(NamedTuple):
    """What was read of some lines.

    Attributes
    ----------
    lines : sequence of int, shape (n,)
        Their places in the block, in order.
    names : sequence of str
        All names in a line, also those that the clinic does not know.
    columns : dict of str to sequence of float, shape (n,)
        The values of those that it knows.
    """

    lines: Places | list[int]
    names: Sequence[str]
    columns: dict[str, Floats] | dict[str, list[float]]


@dataclass
class Block:
    """Whole lines of a log as bytes, and where each starts and ends."""

    data: Bytes
    starts: Places
    breaks: Places

    @classmethod
    def of(cls, text: str) -> Block:
        """Return the block of some lines."""
        data = np.frombuffer(text.encode("utf-8", "surrogatepass") + b"\n", np.uint8)
        breaks = np.flatnonzero(data == NEWLINE)
        return cls(data, np.concatenate([[0], breaks[:-1] + 1]), breaks)

    def __len__(self) -> int:
        return len(self.breaks)

    def line(self, at: int) -> str:
        """Return the line at a place."""
        line = self.data[self.starts[at] : self.breaks[at]]
        return line.tobytes().decode("utf-8", "surrogatepass")


class Alike:
    """Reads blocks of lines for a format that can read most of them each by itself.

    Parameters
    ----------
    reader : OneByOne
        Of the format.
    rows : Rows
        Where the reader puts what it reads.
    """

    def __init__(self, reader: OneByOne, rows: Rows) -> None:
        self.reader = reader
        self.rows = rows
        self.known: dict[tuple[bytes, bytes], list[Field] | None] = {}

    def take(self, text: str, first: int) -> None:
        """Read lines, the first of which has the number `first`."""
        above = self.reader.start + 1 - first
        if above > 0:
            text, first = text.split("\n", above)[-1], first + above
        block = Block.of(text)
        found = [some for some in self._kinds(block) if len(some.lines)]
        left = np.ones(len(block), bool)
        for some in found:
            left[some.lines] = False
        singles: dict[tuple[str, ...], tuple[list[int], dict[str, list[float]]]] = {}
        in_turn = [-1]
        for at in np.flatnonzero(left).tolist():
            line = block.line(at)
            pairs = self.reader.alone(line) if line.strip() else []
            if pairs is None:
                in_turn.append(at)
                if len(in_turn) > ODD * len(block) + 2:
                    self.reader.read(text.split("\n"), first)
                    return
            elif line.strip():
                names = tuple(name for name, _ in pairs)
                known = (name for name in dict.fromkeys(names) if meaning(name))
                lines, columns = singles.setdefault(names, ([], {name: [] for name in known}))
                lines.append(at)
                values = dict(reversed(pairs))  # of equal names the first counts
                for name, column in columns.items():
                    column.append(values[name])
        found += [Found(lines, names, columns) for names, (lines, columns) in singles.items()]
        found.sort(key=lambda some: int(some.lines[0]))
        for before, at in pairwise([*in_turn, len(block)]):
            self._keep(found, before + 1, at, first)
            if at < len(block):
                self.reader.read([block.line(at)], first + at)
            if self.reader.waits:
                self.reader.read(text.split("\n")[at + 1 :], first + at + 1)
                return

    def _kinds(self, block: Block) -> Iterator[Found]:
        """Yield what lines of one kind hold, kind by kind."""
        if len(block) < FEW:
            return
        all_ = figures(block.data, block.breaks)
        lengths, counts = np.diff(all_.lines), np.diff(all_.first)
        key = lengths * (int(counts.max()) + 1) + counts
        values, sizes = np.unique(key, return_counts=True)
        for value in values[np.argsort(-sizes, kind="stable")[:LENGTHS]]:
            left = np.flatnonzero(key == value)
            for _ in range(KINDS):
                if len(left) < FEW or block.breaks[left[0]] - block.starts[left[0]] > LONG:
                    break
                same = _same(all_, left, lengths[left[0]], counts[left[0]])
                alike, left = left[same], left[~same]
                fields = self._fields(block, all_, alike[0]) if len(alike) >= FEW else None
                if fields is not None:
                    yield _read(block, all_, alike, fields)

    def _fields(self, block: Block, all_: Figures, at: int) -> list[Field] | None:
        """Where the numbers of a line's kind come from, if that can be said."""
        begin, end = all_.lines[at], all_.lines[at + 1]
        places = all_.places[all_.first[at] : all_.first[at + 1]] - begin
        rest = all_.rest[begin : end - 1].tobytes()
        kind = rest, places.tobytes()
        if kind not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            ends = [0, *places.tolist(), len(rest)]
            parts = [rest[a:b] for a, b in pairwise(ends)]
            probe = parts[0] + b"".join(b"%d" % (PROBE + i) + p for i, p in enumerate(parts[1:]))
            line, probed = block.line(at), probe.decode("utf-8", "surrogatepass")
            alone = self.reader.alone
            pairs = (alone(line), alone(probed)) if line.strip() else (None, None)
            self.known[kind] = _fields(*pairs, len(places))
        return self.known[kind]

    def _keep(self, found: list[Found], begin: int, end: int, first: int) -> None:
        """Keep what was read of the lines from one place to another."""
        kept = np.zeros(end - begin, bool)
        columns: dict[str, list[tuple[Places, Floats]]] = {}
        for some in found:
            lines = np.asarray(some.lines) - begin
            inside = slice(*np.searchsorted(lines, [0, end - begin]))
            if inside.start == inside.stop:
                continue
            known = {name for name in some.names if self.rows.column(name) is not None}
            if not known:
                self.rows.ignored += int(inside.stop - inside.start)
                continue
            kept[lines[inside]] = True
            for name in known & some.columns.keys():
                values = some.columns[name]
                columns.setdefault(name, []).append((lines[inside], np.asarray(values)[inside]))
        self.rows.add_block(columns, kept, first + begin)


def _same(all_: Figures, some: Places, length: int, count: int) -> NDArray[np.bool_]:
    """Which of some lines differ from the first of them in their figures alone."""
    begin, end = some[0], some[-1] + 1
    if end - begin == len(some):
        rest = all_.rest[all_.lines[begin] : all_.lines[end]].reshape(len(some), length)
        places = all_.places[all_.first[begin] : all_.first[end]].reshape(len(some), count)
    else:
        rest = all_.rest[all_.lines[some][:, None] + np.arange(length)]
        places = all_.places[all_.first[some][:, None] + np.arange(count)]
    places = places - all_.lines[some][:, None]
    same: NDArray[np.bool_] = (rest == rest[0]).all(axis=1) & (places == places[0]).all(axis=1)
    return same


def _fields(pairs: Pairs | None, probed: Pairs | None, count: int) -> list[Field] | None:
    """Where a line's numbers come from, by what it holds with a number of its own in each place."""
    if pairs is None or probed is None or [a for a, _ in pairs] != [b for b, _ in probed]:
        return None
    numbers = range(PROBE, PROBE + count)
    quotients = {a / b: (a, b) for a in numbers for b in numbers if a != b and count <= KINDS}
    fields: dict[str, Field] = {}
    for (name, value), (_, number) in zip(pairs, probed, strict=True):
        if number in numbers:
            field = Field(name, int(number) - PROBE, -1, 0.0)
        elif number in quotients:
            a, b = quotients[number]
            field = Field(name, a - PROBE, b - PROBE, 0.0)
        elif number == value or (number != number and value != value):
            field = Field(name, -1, -1, value)
        else:
            return None
        fields.setdefault(name, field)
    return list(fields.values())


def _read(block: Block, all_: Figures, lines: Places, fields: list[Field]) -> Found:
    """The numbers of lines of one kind, without those lines in which one is none after all."""
    wrong = np.zeros(len(lines), bool)

    def values_of(figure: int) -> Floats:
        at = all_.first[lines] + figure
        values, none = read_figures(block.data, all_.starts[at], all_.ends[at])
        wrong[none] = True
        return values

    columns = {}
    for name, figure, total, value in fields:
        if meaning(name) is None:
            continue
        columns[name] = values_of(figure) if figure >= 0 else np.full(len(lines), value)
        if total >= 0:
            totals = values_of(total)
            columns[name] /= np.where(totals == 0, 1, totals)
    if wrong.any():
        columns = {name: values[~wrong] for name, values in columns.items()}
    return Found(lines[~wrong], [field.name for field in fields], columns)
