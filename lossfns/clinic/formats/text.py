"""Free text: lines with `name: number`, `name = number` or `name number` in them."""

from __future__ import annotations

import re

from lossfns.clinic._names import EPOCH, HELD_OUT, STEP, TRAINING, meaning, spoken_name
from lossfns.clinic._rows import NUMBER, Rows

WORD = r"[A-Za-z_][A-Za-z0-9_@./\-]{0,99}(?:'s)?"
# Up to four words, then a sign if any, then a number, perhaps in a bracket or out of a total.
PAIR = re.compile(
    rf"(?<![A-Za-z_])({WORD}(?: {WORD}){{0,3}})[\"']?\s*(?:[:=|]\s*)?(?:[\[(\"']\s*)?"
    rf"({NUMBER})(?:/\s*(\d+))?",
    re.I,
)
# A loss that says first when it was: `loss after epoch 3: 0.5`.
WHEN = re.compile(rf"(.+?) (?:(?:at|after|in|for|of) )?({'|'.join(sorted(STEP | EPOCH))})", re.I)
THEN = re.compile(rf"\s*(?:[:=]|is\b)\s*({NUMBER})", re.I)
DATA = re.compile(rf"(?<![a-z])({'|'.join(sorted(HELD_OUT | TRAINING))})(?![a-z])", re.I)
COMMAS = re.compile(r"(?<![\d.,])(\d+),(\d{2,})(?![\d,])")
POINTS = re.compile(r"\d\.\d")


# No line of a log is longer; what is, is data, and would take for ever.
LONG = 4000


class Text:
    """Lines that name their numbers."""

    name = "text"
    start = 0
    waits = False

    def __init__(self, rows: Rows, *, commas: bool = False) -> None:
        self.rows = rows
        self.commas = commas

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> Text:
        """Return a reader, with decimal commas if the first lines have those and no points."""
        text = "\n".join(head)
        return cls(rows, commas=bool(COMMAS.search(text)) and not POINTS.search(text))

    def alone(self, line: str) -> list[tuple[str, float]]:
        """Return the named numbers of a line."""
        line = line[:LONG].replace("tensor(", "")
        return named(COMMAS.sub(r"\1.\2", line) if self.commas else line)

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        for at, line in enumerate(lines, first):
            if line.strip():
                self.rows.add(self.alone(line), at)

    def end(self) -> None:
        """Nothing waits."""


def named(line: str) -> list[tuple[str, float]]:
    """Return each known name in a line with its number.

    A line that says of which data it speaks says so for the names behind: `Test set: loss 0.05`.

    Examples
    --------
    >>> named("Test set: accuracy: 98/100")
    [('Test accuracy', 0.98)]
    """
    found = []
    data, said = "", list(DATA.finditer(line))
    for pair in PAIR.finditer(line):
        while said and said[0].start() < pair.end(1):
            data = said.pop(0)[1]
        spoken, value = pair[1], pair[2]
        when = WHEN.fullmatch(spoken)
        if when is not None and spoken_name(when[1]):
            found.append((when[2], float(value)))
            then = THEN.match(line, pair.end())
            if then is None:
                continue
            spoken, value = when[1], then[1]
        name = spoken_name(spoken)
        means = meaning(name) if name else None
        if name is None or means is None:
            continue
        if means.kind not in ("step", "epoch", "rate") and not DATA.search(name):
            name = f"{data} {name}".strip()
        # Of `accuracy: 98/100` the share; of `epoch 3/10` the number.
        total = pair[3] if means.kind == "accuracy" and pair[3] and float(pair[3]) else None
        found.append((name, float(value) / float(total) if total else float(value)))
    return found
