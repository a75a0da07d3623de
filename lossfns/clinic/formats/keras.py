"""What Keras prints while it fits."""

from __future__ import annotations

import re

from lossfns.clinic._rows import NUMBER, Rows

EPOCH = re.compile(r"^\s*Epoch (\d+)/\d+\s*$")
BAR = re.compile(r"^\s*(\d+)/(\d+|Unknown|None)\s")
PAIR = re.compile(rf"(?<![A-Za-z0-9_])([A-Za-z_]\w*): ({NUMBER})(?=\s|$)", re.I)


class KerasProgress:
    """A line `Epoch 1/10`, then a bar that ends in the epoch's numbers.

    Where the bar's updates stand on lines of their own, only an epoch's last counts: the others
    are averages over the part of the epoch that is over.
    """

    name = "Keras progress"

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.epoch = 0.0
        self.total = ""
        self.last: tuple[list[tuple[str, float]], int] | None = None

    @classmethod
    def recognise(cls, head: list[str], rows: Rows) -> KerasProgress | None:
        """Return a reader if an epoch's line and a bar with a loss are there."""
        epoch = any(map(EPOCH.match, head))
        return (
            cls(rows) if epoch and any(" - " in line and BAR.match(line) for line in head) else None
        )

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""
        for at, line in enumerate(lines, first):
            epoch = EPOCH.match(line)
            if epoch:
                self.end()
                self.epoch = float(epoch[1])
                continue
            bar = BAR.match(line)
            if bar is None:
                self.rows.ignored += bool(line.strip())
                continue
            done, total = bar.groups()
            if self.total in ("", total) and (done == total or not total.isdigit()):
                pairs = [(name, float(value)) for name, value in PAIR.findall(line)]
                if pairs:
                    self.total = total
                    self.last = pairs, at

    def end(self) -> None:
        """Keep the epoch that is over."""
        if self.last is not None:
            pairs, line = self.last
            self.rows.add([("epoch", self.epoch), *pairs], line)
        self.last = None
        self.total = ""
