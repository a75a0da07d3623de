"""The command `lossfns`: the clinic and the classroom, from a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import import_module

# Each is a module of this package with `add_arguments(parser)` and `run(arguments)`.
DOORS = {
    "explain": "say what a loss of this value means",
    "diagnose": "say what the curves of a training log show",
    "audit": "say what a loss function computes, and where it goes wrong",
    "pack": "write exercises for a class, with numbers of each student's own",
    "grade": "grade the notebooks of a class, each in a sandbox of its own",
    "classes": "say what a class got wrong, and where to spend the next lesson",
}


# What argparse would take for an option: -1e-5, -inf, -2,3.
NEGATIVE = re.compile(r"-(?:[.,]?\d.*|inf(?:inity)?|nan|∞|1?\.?#\w+)", re.IGNORECASE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="lossfns", description=__doc__)
    doors = parser.add_subparsers(metavar="DOOR", required=True)
    for name, says in DOORS.items():
        door = doors.add_parser(name, help=says, description=says)
        module = import_module(f"lossfns.command.{name}")
        module.add_arguments(door)
        door.set_defaults(run=module.run)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["explain"]:  # behind a blank a number is none, and reads the same
        given = [f" {one}" if NEGATIVE.fullmatch(one) else one for one in given]
    chosen = parser.parse_args(given)
    return int(chosen.run(chosen))
