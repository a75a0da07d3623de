"""The door `lossfns diagnose`."""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from lossfns.command.terminal import visible

if TYPE_CHECKING:
    from lossfns.clinic import Finding, Series, TrainingLog

FOUND = 1
REFUSED = 2
BARS = "▁▂▃▄▅▆▇█"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.add_argument("log", help="a training log: any file, or - for standard input")
    parser.add_argument(
        "--classes", metavar="K", help="how many classes, or how large a vocabulary"
    )
    parser.add_argument("--counts", metavar="N,N,…", help="how often each class occurs")
    parser.epilog = (
        "Exit code 0: nothing wrong is seen; 1: something is; 2: the log or an argument is wrong."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, and return the exit code."""
    from lossfns.clinic import diagnose, read_log

    piped = arguments.log == "-"
    try:
        log = read_log(
            sys.stdin.buffer if piped else Path(arguments.log),
            progress=progress if sys.stderr.isatty() else None,
        )
        found = diagnose(log, classes=arguments.classes, counts=arguments.counts)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        name = "standard input" if piped else arguments.log
        print(visible(f"lossfns diagnose: {name}: {reason}"), file=sys.stderr)
        return REFUSED
    finally:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
    width = min(shutil.get_terminal_size().columns, 100)
    print(visible("\n".join([*summary(log, width), "", *findings(log, found, width)])))
    return FOUND if found else 0


def progress(done: int, total: int | None) -> None:
    """Draw how much of a file is read, on one line of the terminal."""
    if total is None:
        print(f"\r{done / 1e6:.0f} MB", end="", file=sys.stderr)
        return
    share = min(done / total, 1.0)
    filled = round(30 * share)
    print(
        f"\r{'█' * filled}{'░' * (30 - filled)} {share:4.0%}", end="", file=sys.stderr, flush=True
    )


def summary(log: TrainingLog, width: int) -> list[str]:
    """Return what was read: the curves, each drawn small."""
    rows = "1 row" if log.rows == 1 else f"{log.rows:,} rows"
    head = f"Read as {log.format}: {rows}, counted by {log.clock}"
    if log.ignored:
        others = "1 line" if log.ignored == 1 else f"{log.ignored:,} lines"
        head += f"; {others} held no number to keep"
    drawn = [
        series
        for series in log.series.values()
        if series.means.kind in ("loss", "accuracy", "perplexity")
    ]
    longest = max((len(series.name) for series in drawn), default=0)
    names = min(longest, width // 3)
    lines = textwrap.wrap(head, width)
    lines += [line for note in log.notes for line in textwrap.wrap(f"Not read: {note}", width)]
    for series in drawn[:12]:
        room = max(width - names - 32, 8)
        first, last = ends(series)
        lines.append(f"{series.name[:names]:{names}}  {sparkline(series, room)}  {first} → {last}")
    if len(drawn) > 12:
        lines.append(f"and {len(drawn) - 12} more curves")
    return lines


def ends(series: Series) -> list[str]:
    """Return a curve's first and last value, as text."""
    from lossfns.clinic.diagnose import shown

    first, last = (float(series.values[at]) for at in (0, -1))
    return [shown(value) if math.isfinite(value) else str(value) for value in (first, last)]


def sparkline(series: Series, width: int) -> str:
    """Draw a curve in blocks, its least value low and its greatest high; × where it is no number.

    Examples
    --------
    >>> from lossfns.clinic import read_log
    >>> sparkline(read_log("loss\\n3\\n2\\n1\\nnan\\n").series["loss"], 4)
    '█▅▁×'
    """
    import numpy as np

    values = series.values
    pieces = min(width, len(values))
    starts = np.arange(pieces + 1) * len(values) // pieces
    parts = [values[a:b] for a, b in pairwise(starts)]
    finite = [part[np.isfinite(part)] for part in parts]
    levels = [float(np.median(part)) if len(part) else math.nan for part in finite]
    known = [level for level in levels if level == level]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    span = high - low
    drawn = [
        "×"
        if level != level
        else BARS[round((level - low) / span * 7) if 0 < span < math.inf else 0]
        for level in levels
    ]
    return "".join(drawn)


def findings(log: TrainingLog, found: tuple[Finding, ...], width: int) -> list[str]:
    """Return the findings as lines for a terminal."""
    if not found:
        return ["Nothing wrong is to be seen in these curves."]
    lines = []
    for one in found:
        where = place(log.clock, one.where.first, one.where.last)
        lines.append(f"{one.id} ({one.sure}): {one.where.series}, {where}")
        for label, text in (("", one.says), ("Do: ", one.do), ("See: ", one.see)):
            lines += textwrap.wrap(
                label + text,
                width,
                initial_indent="  ",
                subsequent_indent="  ",
                break_on_hyphens=False,
                break_long_words=False,
            )
        lines.append("")
    return lines[:-1]


def place(clock: str, first: float, last: float) -> str:
    """Return a span of a log's clock as text."""
    from lossfns.clinic.diagnose import shown

    return f"{clock} {shown(first)}" + ("" if first == last else f" to {shown(last)}")
