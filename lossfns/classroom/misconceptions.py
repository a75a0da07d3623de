"""Count the wrong ideas of a class: which, how often, and where to spend the next lesson.

Names are counted and never repeated: what comes out can be shown to the class.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lossfns.checks import exercise_ids, find
from lossfns.classroom.seeds import normal
from lossfns.judging.display import Table
from lossfns.judging.misconceptions import MISCONCEPTIONS

COLUMNS = ("student", "exercise", "verdict", "misconception")
# What each verdict is counted as: those of the check, and those of `lossfns grade`.
COUNTED = {
    "correct": "right",
    "incorrect": "wrong",
    "error": "raised",
    "stopped": "stopped",
    "not_attempted": "not tried",
    "missing": "not tried",
    "absent": "not tried",
    "unreadable": "not graded",
    "broken": "not graded",
}
KINDS = tuple(dict.fromkeys(COUNTED.values()))
TRIED = ("right", "wrong", "raised", "stopped")


class ReportError(ValueError):
    """A report that can't be used; the message names the file, the line and what is wrong."""


class Row(NamedTuple):
    """What came of one student's answer to one exercise; without a known idea, "" for it."""

    student: str
    exercise: str
    verdict: str
    misconception: str = ""


@dataclass(frozen=True)
class Idea:
    """A wrong idea in a class.

    students : how many have it
    answered : how many have answered at least one of the exercises in which it was seen
    exercises : in which it was seen, in the course's order
    """

    id: str
    students: int
    answered: int
    exercises: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the idea is called, for teachers."""
        return MISCONCEPTIONS[self.id].title

    @property
    def matters(self) -> str:
        """Why it matters, for learners."""
        return MISCONCEPTIONS[self.id].matters

    @property
    def chapters(self) -> tuple[int, ...]:
        """The chapters of its exercises."""
        known = set(self.exercises) & set(exercise_ids())
        return tuple(sorted({find(name).chapter for name in known}))


@dataclass(frozen=True)
class ClassReport:
    """What a class got wrong.

    students : how many there are
    ideas : the wrong ideas, what most have first
    exercises : for each exercise, how many answers are of each of `KINDS`
    """

    students: int
    ideas: tuple[Idea, ...]
    exercises: Mapping[str, Mapping[str, int]]

    def table(self) -> Table:
        """Return the ideas as a table."""
        rows = (
            (
                idea.id,
                idea.title,
                str(idea.students),
                str(idea.answered),
                " ".join(map(str, idea.chapters)),
                " ".join(idea.exercises),
            )
            for idea in self.ideas
        )
        head = ("misconception", "title", "students", "answered", "chapters", "exercises")
        return Table(head, tuple(rows))

    def __str__(self) -> str:
        """The report as text for a terminal."""
        return "\n".join([*self._ideas(), "", *self._exercises()])

    def _ideas(self) -> list[str]:
        people = "1 student" if self.students == 1 else f"{self.students:,} students"
        if not self.ideas:
            return [f"{people}: no wrong answer shows an idea that is known."]
        lines = [f"{people}. Where to spend the next lesson:"]
        for place, idea in enumerate(self.ideas, 1):
            lines.append(f"{place:3}. {idea.title}: {idea.students} of {idea.answered}")
            if place <= 3:
                lines.append(f"     {idea.matters}")
            chapters = f"chapter {', '.join(map(str, idea.chapters))}: " if idea.chapters else ""
            lines.append(f"     in {chapters}{', '.join(idea.exercises)}")
        return lines

    def _exercises(self) -> list[str]:
        width = max(map(len, self.exercises), default=0)
        lines = [f"{'':{width}}  {'  '.join(KINDS)}"]
        for name, kinds in self.exercises.items():
            cells = (f"{kinds.get(kind, 0):{len(kind)}}" for kind in KINDS)
            lines.append(f"{name:{width}}  {'  '.join(cells)}")
        return lines


def count(rows: Iterable[Row]) -> ClassReport:
    """Return what a class got wrong; of a student's answers to an exercise the last counts.

    Examples
    --------
    >>> report = count([
    ...     Row("ada", "mse.value", "incorrect", "sum-for-mean"),
    ...     Row("bob", "mse.value", "correct"),
    ... ])
    >>> report.ideas[0].title, report.ideas[0].students, report.ideas[0].answered
    ('The sum is taken for the mean', 1, 2)
    """
    answers = {}
    for row in rows:
        answers[normal(row.student), row.exercise.partition("@")[0]] = row
    order = {name: place for place, name in enumerate(exercise_ids())}
    names = sorted({name for _, name in answers}, key=lambda n: (order.get(n, len(order)), n))
    holders: dict[str, set[str]] = {}
    seen: dict[str, set[str]] = {}
    tried: dict[str, set[str]] = {name: set() for name in names}
    kinds: dict[str, dict[str, int]] = {name: {} for name in names}
    for (student, name), row in answers.items():
        kind = COUNTED[row.verdict]
        kinds[name][kind] = kinds[name].get(kind, 0) + 1
        if kind in TRIED:
            tried[name].add(student)
        if row.misconception in MISCONCEPTIONS:  # in nbgrader's folder a student may write any
            holders.setdefault(row.misconception, set()).add(student)
            seen.setdefault(row.misconception, set()).add(name)
    ideas = [
        Idea(
            idea,
            len(students),
            len(set().union(*(tried[name] for name in seen[idea]))),
            tuple(name for name in names if name in seen[idea]),
        )
        for idea, students in holders.items()
    ]
    ideas.sort(key=lambda idea: (-idea.students, idea.answered, idea.title))
    return ClassReport(len({student for student, _ in answers}), tuple(ideas), kinds)


def read_rows(path: Path | str) -> list[Row]:
    """Return the rows of a report, as `lossfns grade` writes it.

    Raises
    ------
    ReportError
        If a column is missing, a verdict unknown or nothing there.
    OSError
        If the file can't be read.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ReportError(f"{path}: this is no text in UTF-8") from None
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ReportError(
                f"{path}: the first line must name the columns {', '.join(COLUMNS)};"
                f" {', '.join(missing)} is not there"
            )
        rows = [_row(path, reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ReportError(f"{path}, line {reader.line_num}: {error}") from None
    if not rows:
        raise ReportError(f"{path}: nobody is in this report")
    return rows


def _row(path: Path, line: int, row: Mapping[str, str | None]) -> Row:
    student, name, verdict, misconception = ((row[column] or "").strip() for column in COLUMNS)
    if not student or not name:
        raise ReportError(f"{path}, line {line}: a student and an exercise are needed")
    if verdict not in COUNTED:
        known = ", ".join(COUNTED)
        raise ReportError(
            f"{path}, line {line}: the verdict is one of {known}; got {verdict!r:.80}"
        )
    return Row(student, name, verdict, misconception)


def picture(ideas: Sequence[Idea], *, most: int = 12) -> str:
    """Return a drawing of the ideas as an SVG file's text: a bar for each, what most have first.

    Raises
    ------
    ModuleNotFoundError
        Without Matplotlib, which ``lossfns[course]`` brings.
    """
    from lossfns.figures.classroom import ideas_svg

    return ideas_svg([(idea.title, idea.students, idea.answered) for idea in ideas[:most]])
