"""The door `lossfns classes`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.add_argument(
        "reports",
        nargs="+",
        type=Path,
        metavar="REPORT",
        help="what `lossfns grade` wrote, or nbgrader's folder autograded",
    )
    parser.add_argument("--table", type=Path, metavar="CSV", help="a new file for the table")
    parser.add_argument("--picture", type=Path, metavar="SVG", help="a new file for the picture")
    parser.epilog = (
        "Where one student answered an exercise in several reports, the last report counts. "
        "Exit code 0: counted; 2: a report or a place is wrong."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what the class got wrong, and return the exit code."""
    from lossfns.classroom.misconceptions import count, picture, read_rows
    from lossfns.classroom.nbgrader import read_autograded
    from lossfns.classroom.safely import refuse, write_file

    try:
        for path in (arguments.table, arguments.picture):
            if path:
                refuse(path)
        rows = []
        for path in arguments.reports:
            rows += read_autograded(path) if path.is_dir() else read_rows(path)
        report = count(rows)
        print(report)
        if arguments.table:
            write_file(arguments.table, report.table().csv())
        if arguments.picture:
            if report.ideas:
                write_file(arguments.picture, picture(report.ideas))
            else:
                print(f"{arguments.picture} is not drawn: there is nothing to draw")
    except (OSError, ValueError, ModuleNotFoundError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        name = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
        print(f"lossfns classes: {name}{reason}", file=sys.stderr)
        return REFUSED
    return 0
