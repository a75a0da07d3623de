"""Which numbers are a student's own, where nbgrader grades what they handed in."""

from __future__ import annotations

import os
from pathlib import Path

from lossfns.classroom import seeds
from lossfns.classroom.roster import folder_name


def seed(student: str) -> int:
    """Return a student's seed; while nbgrader grades, of nobody but the one who handed in.

    Raises
    ------
    ValueError
        If there is no name, or another's: its answers would be another's too.

    Examples
    --------
    >>> seed("Ada Lovelace")
    61213
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        # It runs in autograded/STUDENT/ASSIGNMENT.
        folder = Path.cwd().parent.name
        if seeds.normal(folder_name(student)) != seeds.normal(folder):
            raise ValueError(f"STUDENT must be the name of {folder!r}, got {student!r:.80}")
    return seeds.seed(student)
