"""The door `lossfns grade`."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossfns.classroom.grade import Grading, Job, Row
    from lossfns.classroom.journal import Journal

LOOK = 1
REFUSED = 2
MOST = 20  # lines that name what to look at
FEW = 5  # exercises that are named
EPILOG = """\
exit code: 0 all is graded, 1 so it is, and something needs a look, 2 refused

A notebook runs without a network, sees nobody's files and can write into its own folder alone;
Linux and bubblewrap do that.

examples:
  lossfns grade submitted --roster class.csv
  lossfns grade submitted --exercises 1 ce.by_hand   (folders first)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="+", type=Path, help="notebooks, or a folder per student"
    )
    parser.add_argument("--roster", metavar="CSV", help="who is in the class")
    parser.add_argument(
        "--exercises",
        nargs="+",
        default=[],
        metavar="ID",
        help="ids, and numbers of chapters; without them what at least half handed in",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, default=Path("grades.csv"), help="grades.csv, or else"
    )
    parser.add_argument(
        "--again", action="store_true", help="go on where an earlier run was stopped"
    )
    parser.add_argument(
        "--jobs", metavar="N", type=_count, default=os.cpu_count() or 1, help="how many at once"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster")
    parser.add_argument(
        "--seconds", metavar="S", type=_seconds, default=60.0, help="for one notebook (60)"
    )
    parser.add_argument(
        "--memory", metavar="MB", type=_count, default=1024, help="for one process (1024)"
    )
    parser.add_argument(
        "--trust", action="store_true", help="do without a sandbox where there is none"
    )


def _count(typed: str) -> int:
    if not typed.isdecimal() or not int(typed):
        raise argparse.ArgumentTypeError(f"a whole number above 0 is needed, got {typed!r}")
    return int(typed)


def _seconds(typed: str) -> float:
    try:
        seconds = float(typed)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"seconds above 0 are needed, got {typed!r}")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Grade, write the results, print a summary, and return the exit code."""
    from lossfns.classroom.cluster import NoCluster
    from lossfns.classroom.grade import as_csv
    from lossfns.classroom.journal import Journal
    from lossfns.classroom.sandbox import NoSandbox

    try:
        grading = look_over(arguments)
        with Journal(arguments.out, again=arguments.again) as journal:
            jobs = list(grading.jobs())
            work = [
                (name, partial(grading.job, handed))
                for name, handed in jobs
                if name not in journal.graded
            ]
            grade(arguments, work, journal, len(jobs))
            rows = list(grading.rows(journal.graded))
            journal.finish(as_csv(rows))
    except OSError as error:
        return refuse(f"{error.filename}: {error.strerror}" if error.filename else error)
    except (ValueError, NoSandbox, NoCluster) as error:
        return refuse(error)
    except KeyboardInterrupt:
        print("\nStopped. The same command with --again goes on.", file=sys.stderr)
        sys.stderr.flush()
        os._exit(130)  # no waiting for those at work: bubblewrap ends them with this process
    doubts = list(to_look_at(grading, rows))
    print("\n".join(summary(grading, rows, doubts, arguments.out)))
    return LOOK if doubts else 0


def refuse(reason: object) -> int:
    """Say why nothing, or no more, is done."""
    from lossfns.command.terminal import visible

    print(f"lossfns grade: {visible(str(reason))}", file=sys.stderr)
    return REFUSED


def look_over(arguments: argparse.Namespace) -> Grading:
    """Read the roster and every notebook, without running one."""
    from lossfns.classroom import grade
    from lossfns.classroom.roster import read_roster
    from lossfns.classroom.sandbox import Limits
    from lossfns.classroom.submission import find_submissions, passed_over
    from lossfns.classroom.tasks import chosen

    for folder in arguments.folders:
        if not folder.is_dir():
            hint = ": unpack it first" if folder.suffix.casefold() == ".zip" else ""
            raise ValueError(f"FOLDER must be a folder of submissions, got {folder}{hint}")
    roster = read_roster(arguments.roster) if arguments.roster else ()
    handed = tuple(grade.look_over(find_submissions(arguments.folders, roster)))
    ours = {os.path.abspath(name) for name in (arguments.roster, f"{arguments.out}.part") if name}
    passed = tuple(
        grade.Handed(submission, {}, fault=fault)
        for submission, fault in passed_over(arguments.folders, roster)
        if os.path.abspath(submission.path) not in ours
    )
    if not handed:
        only = f"; {passed[0].submission.path.name}: {passed[0].fault}" if passed else ""
        raise ValueError(f"no notebook lies in {', '.join(map(str, arguments.folders))}{only}")
    if arguments.exercises:
        exercises = chosen(arguments.exercises)
    else:
        exercises = grade.asked_exercises(handed)
    if not exercises and any(one.named for one in handed):
        raise ValueError("no exercise was handed in by half of the students: name --exercises")
    if not exercises:
        raise ValueError(
            f"none of {len(handed)} notebooks names an exercise of this course;"
            f" {handed[0].submission.path.name}: {handed[0].fault or 'no check(…) is in it'}"
        )
    limits = Limits(arguments.seconds, arguments.memory * 2**20, arguments.trust)
    return grade.Grading(handed, tuple(roster), exercises, limits, passed)


def grade(
    arguments: argparse.Namespace,
    work: Sequence[tuple[str, Callable[[], Job]]],
    journal: Journal,
    total: int,
) -> None:
    """Grade what is left, and keep each result as it comes."""
    from lossfns.classroom.cluster import grade_there
    from lossfns.classroom.grade import grade_here

    if not work:
        return
    results = (
        grade_there(arguments.scheduler, work)
        if arguments.scheduler
        else grade_here(work, arguments.jobs)
    )
    seen = sys.stderr.isatty()
    for done, (name, rows) in enumerate(results, total - len(work) + 1):
        journal.keep(name, rows)
        if seen:
            print(f"\r{done:,} of {total:,} notebooks", end="", file=sys.stderr)
    if seen:
        print("\r\x1b[K", end="", file=sys.stderr)


def to_look_at(grading: Grading, rows: Sequence[Row]) -> Iterator[str]:
    """Yield what a person should see to, one line each."""
    from lossfns.classroom.wire import text

    for handed in (*grading.handed, *grading.passed):
        name = text(handed.submission.path.name)
        if handed.fault:
            yield f"{text(handed.submission.student)}: {name}: {handed.fault}"
        elif not handed.named:
            yield f"{text(handed.submission.student)}: {name} names no exercise of this course"
    unknown = {h.submission.student for h in grading.handed if not h.submission.known}
    yield from (f"{text(name)} is not on the roster" for name in sorted(unknown))
    for row in rows:
        if row.verdict in ("stopped", "broken"):
            yield f"{text(row.student)}: {row.exercise}: {row.message}"


def summary(
    grading: Grading, rows: Sequence[Row], doubts: Sequence[str], out: Path
) -> Iterator[str]:
    """Yield what came of it, for a terminal."""
    from lossfns.classroom.grade import VERDICTS

    counted = (
        (len(grading.students()), "student"),
        (len(grading.handed), "notebook"),
        (len(grading.exercises), "exercise"),
    )
    yield ", ".join(f"{count:,} {name}{'s' * (count != 1)}" for count, name in counted)
    counts = Counter(row.verdict for row in rows)
    for verdict, means in VERDICTS.items():
        if counts[verdict]:
            yield f"  {verdict:14}{counts[verdict]:7}  {means}"
    if left := grading.left:
        more = f" and {len(left) - FEW} more" if len(left) > FEW else ""
        yield f"Handed in but not graded: {', '.join(left[:FEW])}{more} (--exercises asks for it)"
    if doubts:
        yield "To look at:"
        yield from (f"  {line}" for line in doubts[:MOST])
        if len(doubts) > MOST:
            yield f"  and {len(doubts) - MOST} more"
    yield f"Every result: {out}"
