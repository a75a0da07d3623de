"""Free text: lines with `name: number`, `name = number` or `name number` in them."""

from __future__ import annotations

import re
from array import array
from itertools import islice
from typing import NamedTuple, TypeAlias

from lossfns.clinic._names import EPOCH, HELD_OUT, STEP, TRAINING, meaning, spoken_name
from lossfns.clinic._rows import NUMBER, Part, Rows

WORD = r"[A-Za-z_][A-Za-z0-9_@./\-]*(?:'s)?"
# Up to four words, then a sign if any, then a number, perhaps in a bracket or out of a total.
PAIR = re.compile(
    rf"(?<![A-Za-z_])({WORD}(?: {WORD}){{0,3}})[\"']?\s*[:=|]?\s*[\[(\"']?\s*"
    rf"({NUMBER})(?:/\s*(\d+))?",
    re.I,
)
# A loss that says first when it was: `loss after epoch 3: 0.5`.
WHEN = re.compile(rf"(.+?) (?:(?:at|after|in|for|of) )?({'|'.join(sorted(STEP | EPOCH))})", re.I)
THEN = re.compile(rf"\s*(?:[:=]|is\b)\s*({NUMBER})", re.I)
DATA = re.compile(rf"(?<![a-z])({'|'.join(sorted(HELD_OUT | TRAINING))})(?![a-z])", re.I)
COMMAS = re.compile(r"(?<![\d.,])(\d+),(\d{2,})(?![\d,])")
POINTS = re.compile(r"\d\.\d")


# A name, its number, where in the line that stands, and where its total does, or -1.
Named: TypeAlias = tuple[str, float, int, int]
# A number that is no part of a name or of another number: what changes from line to line.
SOME = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)"
FIGURE = re.compile(rf"(?<![\w.@/-]){SOME}")
RUN = "[-+.0-9eE]+"  # the same within a known kind of line, and quicker
# No line of a log is longer; what is, is data, and would take for ever.
LONG = 4000
# So many kinds of lines are tried before a line is read word by word.
KINDS = 6
# A kind is worth a pattern when it has been seen so often; so many are counted.
OFTEN, MOST = 3, 10_000


class Kind(NamedTuple):
    """Lines that differ in their figures alone.

    Attributes
    ----------
    pattern : re.Pattern
        Of the whole line; each figure to keep is a group, and each total.
    names : list of str
        The names of the figures to keep.
    totals : list of int
        For each name the number of the group to divide by, or -1.
    """

    pattern: re.Pattern[str]
    names: list[str]
    totals: list[int]

    def pairs(self, figures: tuple[str, ...]) -> list[tuple[str, float]]:
        """Return each name with its number."""
        values = list(map(float, figures))
        own = (i for i in range(len(values)) if i not in self.totals)
        return [
            (name, values[i] / values[total] if total >= 0 and values[total] else values[i])
            for name, i, total in zip(self.names, own, self.totals, strict=True)
        ]


class Text:
    """Lines that name their numbers.

    Most lines of a log are of a few kinds, so what a kind's figures are called is worked out once.
    """

    name = "text"

    def __init__(self, rows: Rows, *, commas: bool = False) -> None:
        self.rows = rows
        self.commas = commas
        self.kinds: list[Kind] = []  # the last met first
        self.seen: dict[str, int] = {}

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Text:
        """Return a reader, with decimal commas if the first lines have those and no points."""
        text = "\n".join(head)
        return cls(rows, commas=bool(COMMAS.search(text)) and not POINTS.search(text))

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        if self.commas or any(len(line) > LONG or "tensor(" in line for line in lines):
            lines = list(map(self._plain, lines))
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line or line.isspace():
                at += 1
                continue
            taken = self._run(lines, at, first + at)
            if not taken:
                self._one(line, first + at)
            at += taken or 1

    def _one(self, line: str, number: int) -> None:
        """Take a line word by word."""
        pairs = named(line)
        self.rows.add([(name, value) for name, value, _, _ in pairs], number)
        self._learn(line, pairs)

    def _plain(self, line: str) -> str:
        """A line of bearable length, with decimal points, and numbers out of their tensors."""
        line = line[:LONG].replace("tensor(", "")
        return COMMAS.sub(r"\1.\2", line) if self.commas else line

    def _run(self, lines: list[str], at: int, number: int) -> int:
        """Take the line at a place, and all of its kind that follow; return how many."""
        for i, kind in enumerate(self.kinds):
            match = kind.pattern.fullmatch
            found = match(lines[at])
            if found is None:
                continue
            if i:
                self.kinds.insert(0, self.kinds.pop(i))
            run = []
            for line in islice(lines, at, None):
                found = match(line)
                if found is None:
                    break
                run.append(found.groups())
            try:
                self._keep(kind, run, number)
            except ValueError:  # what looks like a number is none, such as 1-2
                for place, line in enumerate(lines[at : at + len(run)], number):
                    self._one(line, place)
            return len(run)
        return 0

    def _keep(self, kind: Kind, run: list[tuple[str, ...]], first: int) -> None:
        """Keep the figures of lines of one kind that follow each other."""
        columns = [self.rows.column(name) for name in kind.names]
        if (
            len(run) > 1
            and columns
            and max(kind.totals) < 0
            and len(set(kind.names)) == len(columns)
        ):
            figures = [array("d", map(float, one)) for one in zip(*run, strict=True)]
            held = zip(columns, figures, strict=True)
            parts: list[Part] = [(column, None, one) for column, one in held if column is not None]
            self.rows.add_block(parts, first, len(run))
            return
        rows = [kind.pairs(figures) for figures in run]
        for line, pairs in enumerate(rows, first):
            self.rows.add(pairs, line)

    def _learn(self, line: str, pairs: list[Named]) -> None:
        """Remember a line's kind, once it has been seen often."""
        likeness = FIGURE.sub("#", line)
        count = self.seen.get(likeness, 0) + 1
        if count > 1 or len(self.seen) < MOST:
            self.seen[likeness] = count
        if count >= OFTEN:
            kind = _kind(line, pairs)
            if kind is not None:
                self.kinds.insert(0, kind)
                del self.kinds[KINDS:]

    def end(self) -> None:
        """Nothing waits."""


def named(line: str) -> list[Named]:
    """Return each known name in a line, its number, where that stands, and where its total does.

    A line that says of which data it speaks says so for the names behind: `Test set: loss 0.05`.

    Examples
    --------
    >>> named("Test set: accuracy: 98/100")
    [('Test accuracy', 0.98, 20, 23)]
    """
    found = []
    data, said = "", list(DATA.finditer(line))
    for pair in PAIR.finditer(line):
        while said and said[0].start() < pair.end(1):
            data = said.pop(0)[1]
        spoken, value, start = pair[1], pair[2], pair.start(2)
        when = WHEN.fullmatch(spoken)
        if when is not None and spoken_name(when[1]):
            found.append((when[2], float(value), start, -1))
            then = THEN.match(line, pair.end())
            if then is None:
                continue
            spoken, value, start = when[1], then[1], then.start(1)
        name = spoken_name(spoken)
        means = meaning(name) if name else None
        if name is None or means is None:
            continue
        if means.kind not in ("step", "epoch", "rate") and not DATA.search(name):
            name = f"{data} {name}".strip()
        # Of `accuracy: 98/100` the share; of `epoch 3/10` the number.
        total = pair[3] if means.kind == "accuracy" and pair[3] and float(pair[3]) else None
        share = float(value) / float(total) if total else float(value)
        found.append((name, share, start, pair.start(3) if total else -1))
    return found


def _kind(line: str, pairs: list[Named]) -> Kind | None:
    """The kind of a line, or None if a number to keep is none of its figures (`loss: nan`)."""
    wanted = [at for _, _, own, total in pairs for at in (own, total) if at >= 0]
    pattern, end, groups = "", 0, []
    for figure in FIGURE.finditer(line):
        keep = figure.start() in wanted
        if keep:
            groups.append(figure.start())
        pattern += re.escape(line[end : figure.start()]) + (f"({RUN})" if keep else RUN)
        end = figure.end()
    if groups != sorted(wanted):
        return None
    names = [name for name, _, _, _ in pairs]
    totals = [groups.index(total) if total >= 0 else -1 for _, _, _, total in pairs]
    return Kind(re.compile(pattern + re.escape(line[end:])), names, totals)
