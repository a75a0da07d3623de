"""What the sources of nbgrader and otter-grader share: solutions, in regions that they strip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lossfns.checks import solution_source
from lossfns.classroom.tasks import Cell, Sheet, Task

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"  # both tools know these
MEANING = re.compile(r"^    \.\.\.,  (#.*)$", re.M)  # of a part of an answer


def solved(task: Task) -> str:
    """Return the cell with our solution: what a tool leaves of it is a stub.

    Examples
    --------
    >>> from lossfns.classroom.tasks import sheets
    >>> (sheet,) = sheets(["mse.gradient"])
    >>> print(solved(sheet.tasks[0]))
    def mse_gradient(predictions, targets):
        # BEGIN SOLUTION
        return 2 * (predictions - targets) / len(predictions)
        # END SOLUTION
    """
    exercise = task.exercise
    if exercise.question is None:
        head, _, body = solution_source(exercise.id).partition("\n")
        return f"{head}\n    {BEGIN}\n{body}\n    {END}"
    parts = [f"    {meaning}" for meaning in MEANING.findall(task.stub)]
    answer = f"    *checks.reference({own(task)}),"
    return "\n".join(["answer = (", *parts, f"    {BEGIN}", answer, f"    {END}", ")"])


def own(task: Task) -> str:
    """Return the code of an exercise's id, with the student's seed if it is one in numbers."""
    exercise = task.exercise
    return f'f"{exercise.id}@{{SEED}}"' if exercise.draw else f'"{exercise.id}"'


def seeded(sheet: Sheet) -> bool:
    """Whether a student's name matters."""
    return any(task.exercise.draw for task in sheet.tasks)


def opening(sheet: Sheet) -> Iterator[Cell]:
    """Yield what stands above the exercises."""
    named = (
        " First write your name into the cell below, exactly as on your class's roster: it decides"
        " the numbers that you are asked about."
    )
    yield Cell(
        "markdown",
        f"# {sheet.title}\n\n{sheet.minutes} minutes.{named if seeded(sheet) else ''} Replace each"
        " `...`, and run the cell and the one below it: where a known idea leads to exactly your"
        " numbers, the verdict names it.",
        "opening",
    )
    if seeded(sheet):
        yield Cell("code", 'STUDENT = "nobody"  # your name, between the quotes', "student")


def imports(sheet: Sheet, *, hints: bool, seed_from: str = "lossfns.classroom.seeds") -> Cell:
    """Return the cell that imports what the others call, and finds the seed."""
    names = "check, hint, question" if hints else "check, question"
    lines = ["import numpy as np", "", "from lossfns import checks"]
    lines.append(f"from lossfns.checks import {names}")
    if seeded(sheet):
        lines += [f"from {seed_from} import seed", "", "SEED = seed(STUDENT)"]
    return Cell("code", holding("\n".join(lines), hints=hints, solutions=False), "imports")


def holding(source: str, *, hints: bool, solutions: bool) -> str:
    """Return the code of a cell that also holds back what the notebook is not to give.

    Examples
    --------
    >>> print(holding("import numpy as np", hints=True, solutions=False))
    import os
    <BLANKLINE>
    import numpy as np
    <BLANKLINE>
    os.environ["LOSSFNS_HELD_BACK"] = "solutions"  # until your teacher gives them out
    """
    given = {"hints": hints, "solutions": solutions}
    held = " ".join(name for name, there in given.items() if not there)
    line = f'os.environ["LOSSFNS_HELD_BACK"] = "{held}"  # until your teacher gives them out'
    return f"import os\n\n{source}\n\n{line}" if held else source


def told(task: Task) -> Iterator[Cell]:
    """Yield what stands above an exercise's stub."""
    for number, cell in enumerate(task.before, 1):
        source = cell.source.replace(f'question("{task.exercise.id}")', f"question({own(task)})")
        yield Cell(cell.kind, source, f"{task.key}-task-{number}")


def below(task: Task, *, hints: bool) -> Iterator[Cell]:
    """Yield what stands below an exercise's test."""
    if hints:
        yield Cell("code", f'hint("{task.exercise.id}")', f"{task.key}-hints")
    for number, cell in enumerate(task.after, 1):
        yield Cell(cell.kind, cell.source, f"{task.key}-after-{number}")
