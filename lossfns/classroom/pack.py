"""Write plain notebooks for a class: each student's own, with numbers of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossfns.checks import solution_source
from lossfns.classroom.assignment import holding
from lossfns.classroom.notebook import notebook, plain
from lossfns.classroom.roster import Student
from lossfns.classroom.safely import zipped
from lossfns.classroom.tasks import Cell, Sheet, Task


def pack(
    sheets: Sequence[Sheet],
    students: Iterable[Student] = (),
    *,
    hints: bool = False,
    solutions: bool = False,
    zips: bool = False,
) -> dict[str, bytes]:
    """Return the files of a pack, by their paths.

    Parameters
    ----------
    sheets : sequence of Sheet
        The exercises, by chapter.
    students : iterable of Student, optional
        Each gets a folder, and the questions ask about numbers of their own. Without students
        there is one set of notebooks, with the numbers of the exercise pages.
    hints, solutions : bool
        Whether the notebooks hold them.
    zips : bool
        Whether each student's folder is a zip.
    """
    options = {"hints": hints, "solutions": solutions}
    files: dict[str, bytes] = {}
    for student in students:
        own = {f"{sheet.stem}.ipynb": handout(sheet, student, **options) for sheet in sheets}
        own = {f"{student.folder}/{name}": content for name, content in own.items()}
        files |= {f"{student.folder}.zip": zipped(own)} if zips else own
    if not files:
        files = {f"{sheet.stem}.ipynb": handout(sheet, None, **options) for sheet in sheets}
        files = {"exercises.zip": zipped(files)} if zips else files
    return files


def handout(sheet: Sheet, student: Student | None, *, hints: bool, solutions: bool) -> bytes:
    """Return the notebook of a chapter for a student, or for everybody."""
    cells = [sheet.setup, *opening(sheet, student, hints=hints, solutions=solutions)]
    for task in sheet.tasks:
        cells += _asked(task, _own(task, student), hints=hints, solutions=solutions)
    ids = [_own(task, student) for task in sheet.tasks]
    about = {"student": student.name, "seed": student.seed} if student else {}
    return notebook(cells, {**about, "exercises": ids})


def opening(
    sheet: Sheet, student: Student | None, *, hints: bool, solutions: bool
) -> Iterator[Cell]:
    """Yield what stands above the exercises."""
    whose = f"For {plain(student.name)}, with numbers of your own. " if student else ""
    stuck = " Stuck? Run the cell with the hints." if hints else ""
    yield Cell(
        "markdown",
        f"# {sheet.title}\n\n{whose}{sheet.minutes} minutes. Replace each `...`, run the cell"
        " (Shift + Enter) and read the verdict below it: where a known idea leads to exactly your"
        f" numbers, it names the idea. Answer as often as you like; what counts is how the file"
        f" stands when you hand it in, under the name it has.{stuck}",
        "opening",
    )
    names = "check, hint, question" if hints else "check, question"
    source = f"import numpy as np\n\nfrom lossfns.checks import {names}"
    yield Cell("code", holding(source, hints=hints, solutions=solutions), "imports")


def _own(task: Task, student: Student | None) -> str:
    """Return an exercise's id, with the student's seed where it is a question in numbers."""
    exercise = task.exercise
    return f"{exercise.id}@{student.seed}" if student and exercise.draw else exercise.id


def _asked(task: Task, own: str, *, hints: bool, solutions: bool) -> Iterator[Cell]:
    quoted = f'"{task.exercise.id}"'
    for number, cell in enumerate(task.before, 1):
        source = cell.source.replace(f"question({quoted})", f'question("{own}")')
        yield cell._replace(source=source, id=f"{task.key}-task-{number}")
    call = f'check("{own}", {task.exercise.name})'
    judged = f"result = {call}\nresult" if task.after else call
    yield Cell("code", f"{task.stub}\n\n\n{judged}", f"{task.key}-answer")
    if hints:
        yield Cell("code", f"hint({quoted})", f"{task.key}-hints")
    if solutions:
        folded = _folded(solution_source(own))
        yield Cell("markdown", folded, f"{task.key}-solution")
    for number, cell in enumerate(task.after, 1):
        yield cell._replace(id=f"{task.key}-after-{number}")


def _folded(code: str) -> str:
    return f"<details><summary>Our solution</summary>\n\n```python\n{code}\n```\n\n</details>"
