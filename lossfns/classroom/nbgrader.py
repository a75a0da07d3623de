"""Write a course for nbgrader: the source of an assignment, and how to go on from there.

Nothing here needs nbgrader itself. `read_autograded` reads what it graded.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lossfns.checks import MARKS, exercise_ids
from lossfns.classroom import assignment
from lossfns.classroom.misconceptions import ReportError, Row
from lossfns.classroom.notebook import notebook
from lossfns.classroom.require import outcome
from lossfns.classroom.roster import Student
from lossfns.classroom.tasks import Cell, Sheet, Task

NAME = re.compile(r"\w[\w-]*")
CONFIGURATION = '''\
"""Settings of nbgrader for this course."""

c = get_config()

c.CourseDirectory.course_id = {name!r}
c.ClearSolutions.code_stub = {{"python": "..."}}
# An attempt may take five seconds; a notebook's longest cell runs after a right answer.
c.Execute.timeout = 120
'''
GUIDE = """\
# {name}: an assignment for nbgrader

The source holds the solutions: hand out `release/`, never this folder. Here:

```sh
nbgrader generate_assignment {name}
{students}nbgrader autograde {name}
nbgrader generate_feedback {name}
nbgrader export
lossfns classes autograded
```

After the first, collect what they hand in: `submitted/STUDENT/{name}/`. The last says which wrong
ideas the class has.

nbgrader runs what students wrote as you, and a cell that replaces parts of the package can forge
its verdict. `lossfns grade submitted --roster class.csv` grades the same notebooks in a sandbox,
where neither works, each by the numbers of its student.
"""


def course(
    sheets: Sequence[Sheet],
    students: Iterable[Student] = (),
    *,
    name: str = "losses",
    hints: bool = False,
) -> dict[str, bytes]:
    """Return the files of a course with one assignment, by their paths.

    Parameters
    ----------
    sheets : sequence of Sheet
        The exercises, a notebook for each chapter. Each exercise is one point.
    students : iterable of Student, optional
        For nbgrader's database.
    name : str
        What the assignment is called: letters, digits, - and _.
    hints : bool
        Whether the notebooks hold them.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"the name must have letters, digits, - and _ alone, got {name!r}")
    files = {f"source/{name}/{sheet.stem}.ipynb": source(sheet, hints=hints) for sheet in sheets}
    class_list = [student.folder for student in students]
    if class_list:
        rows = io.StringIO()
        csv.writer(rows, lineterminator="\n").writerows([("id",), *((one,) for one in class_list)])
        files["students.csv"] = rows.getvalue().encode()
    enrol = "nbgrader db student import students.csv\n" if class_list else ""
    files["nbgrader_config.py"] = CONFIGURATION.format(name=name).encode()
    files["README.md"] = GUIDE.format(name=name, students=enrol).encode()
    return files


def source(sheet: Sheet, *, hints: bool) -> bytes:
    """Return the source notebook of a chapter."""
    cells = [_fixed(sheet.setup)]
    opening = assignment.opening(sheet)
    cells += [cell if cell.id == "student" else _fixed(cell) for cell in opening]
    imports = assignment.imports(sheet, hints=hints, seed_from="lossfns.classroom.own")
    cells.append(_fixed(imports))
    for task in sheet.tasks:
        cells += [_fixed(cell) for cell in assignment.told(task)]
        answer = Cell("code", assignment.solved(task), f"{task.key}-answer")
        cells.append(_marked(answer, solution=True))
        cells.append(_marked(Cell("code", graded(task), task.key), grade=True, locked=True))
        cells += [_fixed(cell) for cell in assignment.below(task, hints=hints)]
    return notebook(cells)


def graded(task: Task) -> str:
    """Return the code of the cell that is worth a point."""
    return (
        "from lossfns.checks import check\n"
        "from lossfns.classroom.require import require\n\n"
        f"result = check({assignment.own(task)}, {task.exercise.name})\n"
        "require(result)"
    )


def _fixed(cell: Cell) -> Cell:
    return _marked(cell, locked=True)


def _marked(
    cell: Cell, *, grade: bool = False, solution: bool = False, locked: bool = False
) -> Cell:
    about: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell.id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    if grade:
        about["points"] = 1
    return cell._replace(metadata={**(cell.metadata or {}), "nbgrader": about})


def read_autograded(folder: Path) -> list[Row]:
    """Return what came of each exercise in the notebooks that nbgrader graded.

    Parameters
    ----------
    folder : Path
        nbgrader's folder ``autograded``: a folder for each student, in it one for each assignment.

    Raises
    ------
    ReportError
        If no graded exercise is there, or a notebook can't be read.
    """
    rows = []
    for path in sorted(folder.glob("*/*/*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            rows += [row for cell in cells for row in _row(path.parts[-3], cell)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReportError(f"{path}: this is no notebook ({type(error).__name__})") from None
    if not rows:
        raise ReportError(f"{folder}: there is no graded exercise in STUDENT/ASSIGNMENT/….ipynb")
    return rows


def _row(student: str, cell: Mapping[str, Any]) -> Iterator[Row]:
    about = cell["metadata"].get("nbgrader", {})
    name = {name.replace(".", "-"): name for name in exercise_ids()}.get(about.get("grade_id"))
    if name and about.get("grade"):
        yield Row(student, name, *_came(cell["outputs"]))


def _came(outputs: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the outcome and the misconception of a graded cell; one that never ran is broken."""
    for output in outputs:
        if output["output_type"] == "error":
            return outcome(output["evalue"])
    printed = "".join("".join(output.get("text", "")) for output in outputs)
    return ("correct" if printed.startswith(MARKS["correct"]) else "broken", "")
