"""The door `lossfns pack`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossfns.classroom.roster import Student
    from lossfns.classroom.tasks import Sheet

REFUSED = 2
OF_A_PACK = ("system", "hints", "solutions", "zip", "name", "notebooks")  # what no answer key has
EPILOG = """\
exit code: 0 it is written, 2 an argument, the roster or the place is wrong (nothing is written)

examples:
  lossfns pack monday --exercises 1 ce.by_hand --roster class.csv --zip
  lossfns pack course --for nbgrader --exercises 3
  lossfns pack --answers key.md --roster class.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name what the door takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("folder", nargs="?", type=Path, help="a new folder for the pack")
    parser.add_argument(
        "--for",
        dest="system",
        choices=("plain", "nbgrader", "otter"),
        help="plain notebooks (the default), or the source of an assignment",
    )
    parser.add_argument(
        "--exercises",
        nargs="+",
        default=[],
        metavar="ID",
        help="ids, and numbers of chapters; without them all",
    )
    parser.add_argument("--list", action="store_true", help="name the exercises, and write nothing")
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help='the class, in a column "student", "id" or "name": each gets numbers of their own',
    )
    parser.add_argument("--hints", action="store_true", help="put the hints in")
    parser.add_argument("--solutions", action="store_true", help="put our solutions in")
    parser.add_argument("--zip", action="store_true", help="a zip for each student, not a folder")
    parser.add_argument("--name", help="what nbgrader calls the assignment: losses, or else")
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="a new file for the answer key, in Markdown"
    )
    parser.add_argument(
        "--notebooks", type=Path, metavar="FOLDER", help="where the exercises' notebooks lie"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write what is asked for, and return the exit code."""
    try:
        print("\n".join(_listed() if arguments.list else _written(arguments)))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        name = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
        print(f"lossfns pack: {name}{reason}", file=sys.stderr)
        return REFUSED
    return 0


def _listed() -> list[str]:
    from lossfns.checks import exercise_ids, find

    width = max(map(len, exercise_ids()))
    return [
        f"{one.chapter}  {one.id:{width}}  {one.minutes:2} minutes  {one.objective}"
        for one in map(find, exercise_ids())
    ]


def _written(arguments: argparse.Namespace) -> list[str]:
    from lossfns.classroom import tasks
    from lossfns.classroom.answers import answer_key
    from lossfns.classroom.roster import read_roster
    from lossfns.classroom.safely import refuse, write_file, write_folder

    folder, answers = arguments.folder, arguments.answers
    _agree(arguments)
    for path in (folder, answers):
        if path:
            refuse(path)
    students = read_roster(arguments.roster) if arguments.roster else ()
    ids = tasks.chosen(arguments.exercises)
    lines = []
    if folder:
        files = _files(arguments, tasks.sheets(ids, arguments.notebooks), students)
        write_folder(folder, files)
        whom = f" for {len(students)} students" if students else ""
        lines.append(f"{folder}: {len(ids)} exercises{whom}, {len(files)} files")
    if answers:
        write_file(answers, answer_key(ids, students))
        lines.append(f"{answers}: the answer key, for teachers")
    return lines


def _agree(arguments: argparse.Namespace) -> None:
    """Raise where arguments contradict each other."""
    folder, answers = arguments.folder, arguments.answers
    if not (folder or answers):
        raise ValueError("name a new folder for the pack, or --answers FILE for the answer key")
    if folder and answers and folder.resolve() in (answers.resolve(), *answers.resolve().parents):
        raise ValueError(f"{answers} lies in the pack {folder}, which students get: name another")
    if not folder:
        given = [f"--{name}" for name in OF_A_PACK if getattr(arguments, name)]
        if given:
            options = ", ".join(given).replace("--system", "--for")
            raise ValueError(f"{options}: only a pack has that; name a new folder too")
    if arguments.name is not None and arguments.system != "nbgrader":
        raise ValueError("--name is for nbgrader: say --for nbgrader too, or leave it out")
    if arguments.system in ("nbgrader", "otter"):
        for name in ("solutions", "zip"):
            if getattr(arguments, name):
                raise ValueError(
                    f"--{name} is for plain notebooks: {arguments.system} makes its own releases,"
                    " without our solutions"
                )
    if arguments.system == "otter" and arguments.roster and folder and not answers:
        raise ValueError("otter keeps no roster: leave --roster out; a student writes their name")


def _files(
    arguments: argparse.Namespace, sheets: tuple[Sheet, ...], students: tuple[Student, ...]
) -> dict[str, bytes]:
    from lossfns.classroom import nbgrader, otter
    from lossfns.classroom.pack import pack

    hints = arguments.hints
    if arguments.system == "nbgrader":
        name = {} if arguments.name is None else {"name": arguments.name}
        return nbgrader.course(sheets, students, **name, hints=hints)
    if arguments.system == "otter":
        return otter.assignments(sheets, hints=hints)
    return pack(sheets, students, hints=hints, solutions=arguments.solutions, zips=arguments.zip)
