"""The formats of a training log, each recognised by its content.

A format is a class with a `name`, a `recognise(head)` that returns a reader of it or None for the
first lines of a log, a `read(lines, first)` that takes the next lines, the first of which has the
number `first`, and an `end()`. Where most lines can be read each by itself, its `alone(line)` does,
and returns None for the others.
"""

from typing import Protocol, runtime_checkable

from lossfns.clinic._rows import Rows
from lossfns.clinic.formats.history import History
from lossfns.clinic.formats.keras import KerasProgress
from lossfns.clinic.formats.objects import Objects
from lossfns.clinic.formats.tables import Table
from lossfns.clinic.formats.text import Text


class Reader(Protocol):
    """What reads a log of one format."""

    name: str

    def read(self, lines: list[str], first: int) -> None:
        """Take the next lines."""

    def end(self) -> None:
        """Keep what still waits."""


@runtime_checkable
class OneByOne(Reader, Protocol):
    """What reads a log of a format whose lines mostly need no others.

    Attributes
    ----------
    start : int
        How many lines stand above the first that it reads.
    """

    start: int

    @property
    def waits(self) -> bool:
        """Whether the next line belongs to what is not over yet."""

    def alone(self, line: str) -> list[tuple[str, float]] | None:
        """Return what a line holds; None if that takes its neighbours, or a complaint."""


def reader_of(head: list[str], rows: Rows) -> Reader:
    """Return what reads a log that starts so."""
    # The first that recognises a log reads it; the last takes any text.
    for known in (History, Objects, KerasProgress, Table):
        found: Reader | None = known.recognise(head, rows)
        if found is not None:
            return found
    return Text.recognise(head, rows)


__all__ = ["OneByOne", "Reader", "reader_of"]
