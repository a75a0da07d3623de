"""Free text: lines with `name: number`, `name = number` or `name number` in them."""

from __future__ import annotations

import re

from lossfns.clinic._names import HELD_OUT, TRAINING, meaning, spoken_name
from lossfns.clinic._rows import NUMBER, Rows

WORD = r"[A-Za-z_][A-Za-z0-9_@./\-]*"
# Up to four words, then a sign if any, then a number, perhaps in a bracket or out of a total.
PAIR = re.compile(
    rf"({WORD}(?: {WORD}){{0,3}})[\"']?\s*[:=]?\s*[\[(\"']?\s*({NUMBER})(?:/\s*(\d+))?",
    re.I,
)
DATA = re.compile(rf"\b({'|'.join(sorted(HELD_OUT | TRAINING))})\b", re.I)
COMMAS = re.compile(r"(?<![\d.,])(\d+),(\d{2,})(?![\d,])")
POINTS = re.compile(r"\d\.\d")


class Text:
    """Lines that name their numbers."""

    name = "text"

    def __init__(self, rows: Rows, *, commas: bool = False) -> None:
        self.rows = rows
        self.commas = commas

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Text:
        """Return a reader, with decimal commas if the first lines have those and no points."""
        text = "\n".join(head)
        return cls(rows, commas=bool(COMMAS.search(text)) and not POINTS.search(text))

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        find, add = PAIR.findall, self.rows.add
        for at, line in enumerate(lines, first):
            if "tensor(" in line:
                line = line.replace("tensor(", "")
            if self.commas:
                line = COMMAS.sub(r"\1.\2", line)
            if DATA.search(line):
                add(_with_data(line), at)
            elif line:
                pairs = [
                    (spoken_name(words), _value(words, value, total))
                    for words, value, total in find(line)
                ]
                add([(name, value) for name, value in pairs if name], at)

    def end(self) -> None:
        """Nothing waits."""


def _value(words: str, value: str, total: str) -> float:
    """The number; of `accuracy: 9838/10000`, the share."""
    if total and float(total) and "cc" in words:
        return float(value) / float(total)
    return float(value)


def _with_data(line: str) -> list[tuple[str, float]]:
    """The pairs of a line that says of which data it speaks, as in `Test set: loss 0.05`."""
    pairs = []
    data, said = "", list(DATA.finditer(line))
    for found in PAIR.finditer(line):
        while said and said[0].start() < found.end(1):
            data = said.pop(0)[1]
        name = spoken_name(found[1])
        if name is None:
            continue
        means = meaning(name)
        if means.kind not in ("step", "epoch", "rate") and not DATA.search(name.replace("_", " ")):
            name = f"{data} {name}".strip()
        pairs.append((name, _value(*found.groups(default=""))))
    return pairs
