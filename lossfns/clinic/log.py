"""A training log in memory, and how it gets there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from lossfns.clinic._alike import Alike
from lossfns.clinic._lines import BLOCK, LogError, read_blocks, text_blocks, whole_lines
from lossfns.clinic._names import TRAINING, Meaning, is_reward, meaning, of_rivals, stem
from lossfns.clinic._rows import MOST_COLUMNS, Column, Rows
from lossfns.clinic.formats import OneByOne, reader_of

__all__ = ["LogError", "Series", "TrainingLog", "read_log"]

# So many lines of a log, or letters, decide what format it has.
HEAD, HEAD_LETTERS = 400, 1 << 20
# So much is shown of a name that is told.
SHOWN = 60
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """One curve of a log.

    Attributes
    ----------
    name : str
        As the log has it.
    means : Meaning
        What the name says: a loss or an accuracy, of training or held out.
    steps, values : ndarray, shape (n,)
        Where on the log's clock each value stands, and the value.
    """

    name: str
    means: Meaning
    steps: Floats
    values: Floats

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class TrainingLog:
    """The curves of a log.

    Attributes
    ----------
    format : str
        What it was read as.
    clock : {"step", "epoch", "line"}
        What the steps of the curves count: what the log counts, or its own lines.
    series : dict of str to Series
        The curves by name, in the order of the log.
    rows : int
        How many rows of numbers there were.
    ignored : int
        How many lines, not counting empty ones, held none.
    notes : tuple of str
        What could not be read, with line and column.
    """

    format: str
    clock: str
    series: dict[str, Series]
    rows: int
    ignored: int
    notes: tuple[str, ...]

    def of(
        self, kind: str, *, held_out: bool | None = None, run: str | None = None
    ) -> list[Series]:
        """Return the curves of a kind, of training or held out, of one run or all."""
        return [
            curve
            for curve in self.series.values()
            if curve.means.kind == kind
            and held_out in (None, curve.means.held_out)
            and run in (None, curve.means.run)
        ]


def read_log(
    source: str | os.PathLike[str] | IO[str] | IO[bytes] | Iterable[str],
    *,
    progress: Callable[[int, int | None], None] | None = None,
) -> TrainingLog:
    """Read the curves of a training log, whatever wrote it.

    The format is found by the content: JSON lines, a trainer's state or printed dicts (Hugging
    Face), a table with a line of names (Lightning, Keras' CSVLogger, TensorBoard, Weights &
    Biases, fastai), what Keras prints, a history, or any text with `name: number` in its lines.
    Only curves whose names the clinic knows are kept: losses, accuracies, perplexities, learning
    rates, norms of the gradient, and what counts steps and epochs.

    Parameters
    ----------
    source : str, path, file or iterable of str
        A str with a line end in it, or that starts with a bracket, is a text, another the path of a
        file. A file may be open in either mode.
    progress : callable, optional
        Called as `progress(done, total)` in bytes while a file is read; `total` is None where
        nobody knows.

    Returns
    -------
    TrainingLog

    Raises
    ------
    LogError
        If it is empty, no text, or has no loss in it; a ValueError, with line and column.
    OSError
        If the file can't be opened.

    Examples
    --------
    >>> log = read_log("epoch,loss,val_loss\\n0,2.31,2.30\\n1,2.12,2.15\\n")
    >>> log.format, log.clock, list(log.series)
    ('table', 'epoch', ['epoch', 'loss', 'val_loss'])
    >>> log.series["val_loss"].values.tolist()
    [2.3, 2.15]
    """
    if isinstance(source, os.PathLike) or (isinstance(source, str) and not _is_text(source)):
        path = Path(source)
        with path.open("rb") as file:
            blocks = iter(partial(file.read, BLOCK), b"")
            total = path.stat().st_size or None
            tag = re.search(r"-tag-(.+)\.csv$", path.name)
            return _read(text_blocks(read_blocks(blocks, total, progress)), tag[1] if tag else "")
    return _read(_texts(source, progress))


def _is_text(source: str) -> bool:
    return "\n" in source or "\r" in source or source.lstrip()[:1] in ("", "{", "[")


def _texts(source: object, progress: Callable[[int, int | None], None] | None) -> Iterator[str]:
    """The text of what is no path, in pieces."""
    if isinstance(source, str):
        yield from (source[at : at + BLOCK] for at in range(0, len(source), BLOCK))
        return
    read = getattr(source, "read", None)
    if read is None:
        for line in source:  # type: ignore[attr-defined]
            yield line if line.endswith(("\n", "\r")) else f"{line}\n"
        return
    blocks = iter(partial(read, BLOCK), read(0))
    if isinstance(read(0), bytes):
        yield from text_blocks(read_blocks(blocks, None, progress))
    else:
        yield from blocks


def _read(texts: Iterable[str], tag: str = "") -> TrainingLog:
    """The log of a text that comes in pieces; `tag` names a curve that has no name of its own."""
    pieces = whole_lines(texts)
    begun: list[str] = []
    head: list[str] = []
    at = 1
    for piece in pieces:
        begun.append(piece)
        head += piece.split("\n")
        if sum(bool(line.strip()) for line in head[: 2 * HEAD]) >= HEAD:
            break
        if sum(map(len, begun)) >= HEAD_LETTERS:
            if any(map(str.strip, head)):
                break
            at += len(head)
            begun, head = [], []
    if not any(map(str.strip, head)):
        raise LogError("the log is empty")
    rows = Rows()
    reader = reader_of(head[:HEAD], rows)
    take = Alike(reader, rows).take if isinstance(reader, OneByOne) else None
    for piece in chain(["\n".join(begun)], pieces):
        if take is not None:
            take(piece, at)
        else:
            reader.read(piece.split("\n"), at)
        at += piece.count("\n") + 1
    reader.end()
    return _log(reader.name, rows, tag)


def _log(form: str, rows: Rows, tag: str) -> TrainingLog:
    """The curves of the rows, on the clock that fits them."""
    means = meaning(tag)
    if means is not None and "loss" in rows.columns:
        column = rows.columns.pop("loss")
        column.name, column.means = tag, means
        rows.columns[tag] = column
    columns = [column for column in rows.columns.values() if column.rows]
    if not any(column.means.kind == "loss" for column in columns):
        for column in columns:  # then what is a loss by another name is the loss
            if column.means.kind == "also-loss":
                column.means = replace(column.means, kind="loss")
    losses = [column for column in columns if column.means.kind in ("loss", "perplexity")]
    if not losses:
        raise _no_loss(rows)
    _free_sums(columns, any(map(is_reward, rows.others)))
    _place_accuracies(columns)
    clock, ticks = _clock(columns, losses, rows)
    series = {}
    for column in columns:
        if column.means.kind in ("step", "also-loss"):
            continue
        places = np.frombuffer(column.rows, np.uint32)
        whole = len(places) == len(ticks)
        steps = ticks if whole else ticks[places]
        series[column.name] = Series(
            column.name, column.means, steps, np.frombuffer(column.values, np.float64)
        )
    notes = []
    if rows.complaint is not None:
        name, line, place, text = rows.complaint
        more = f", and {rows.unreadable - 1} more like it" if rows.unreadable > 1 else ""
        notes.append(f"line {line}, column {place}: {name} is {text[:40]!r}, no number{more}")
    if rows.crowded:
        notes.append(f"of more than {MOST_COLUMNS:,} curves the first {MOST_COLUMNS:,} are kept")
    if rows.cut:
        notes.append("the log ends in the middle of a row")
    return TrainingLog(form, clock, series, len(rows.lines), rows.ignored, tuple(notes))


def _free_sums(columns: list[Column], rewarded: bool) -> None:
    """A sum of losses that pull against each other need not fall either, nor one beside rewards."""
    losses = [column for column in columns if column.means.kind == "loss"]
    runs = {column.means.run for column in losses if of_rivals(column.name)}
    for column in losses:
        if (rewarded or column.means.run in runs) and stem(column.name) == "loss":
            column.means = replace(column.means, free=True)


def _place_accuracies(columns: list[Column]) -> None:
    """Take a plain `accuracy` for held out where only losses say which of the two they are."""
    losses = [column for column in columns if column.means.kind == "loss"]
    told = [TRAINING & set(column.name.lower().replace("_", " ").split()) for column in losses]
    accuracies = [column for column in columns if column.means.kind == "accuracy"]
    if not any(told) or not any(loss.means.held_out for loss in losses):
        return
    if not any(one.means.held_out or "train" in one.name.lower() for one in accuracies):
        for column in accuracies:
            column.means = replace(column.means, held_out=True)


def _clock(columns: list[Column], losses: list[Column], rows: Rows) -> tuple[str, Floats]:
    """What to count by, and its count at every row: it must rise with every value of each loss."""
    places = [np.frombuffer(loss.rows, np.uint32) for loss in losses]
    for kind in ("step", "epoch"):
        counts = [column for column in columns if column.means.kind == kind]
        # Each alone; then together, where a log counts by one name here and by another there.
        for some in (*([count] for count in counts), counts):
            ticks = _carried(some, len(rows.lines))
            at = [ticks[rows_of_loss] for rows_of_loss in places]
            if all(np.isfinite(one).all() and (np.diff(one) > 0).all() for one in at):
                return kind, ticks
    return "line", np.frombuffer(rows.lines, np.uint32).astype(np.float64)


def _carried(columns: list[Column], count: int) -> Floats:
    """The columns' value at every row: where they have none, the one before."""
    ticks = np.full(count, np.nan)
    last = np.zeros(count, np.intp)
    for column in columns:
        places = np.frombuffer(column.rows, np.uint32)
        ticks[places] = np.frombuffer(column.values, np.float64)
        last[places] = places
    np.maximum.accumulate(last, out=last)
    return ticks[last]


def _no_loss(rows: Rows) -> LogError:
    """Say that there is no loss, and what there is."""
    if rows.complaint is not None:
        name, line, place, text = rows.complaint
        return LogError(f"{name} should be a number, and is {text[:40]!r}", line, place)
    empty = [column.name for column in rows.columns.values() if column.means.kind == "loss"]
    if empty:
        return LogError(f"no loss in it: there is no number in {_shown(empty)}")
    names = [name for name in (*rows.columns, *rows.others) if name]
    if not names:
        return LogError(
            "no loss in it: no line has a name and a number, as in `loss: 2.3026`, "
            "and no column is called loss"
        )
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return LogError(f"no loss in it: nothing is called loss; there is {_shown(names)}{more}")


def _shown(names: list[str]) -> str:
    return ", ".join(name[:SHOWN] for name in names[:8])
