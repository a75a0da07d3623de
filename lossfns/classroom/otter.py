"""Write assignments for otter-grader: a master notebook for each chapter.

Nothing here needs otter-grader itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lossfns.classroom import assignment
from lossfns.classroom.notebook import notebook
from lossfns.classroom.tasks import Cell, Sheet, Task

CONFIGURATION = """\
# ASSIGNMENT CONFIG
init_cell: true
check_all_cell: false
export_cell: false
solutions_pdf: false
template_pdf: false
generate:
    zips: false
    show_stdout: true
tests:
    ok_format: false
"""
GUIDE = """\
# Assignments for otter-grader

The notebooks here hold the solutions: hand out what `otter assign` writes into `student/`.
For each:

```sh
otter assign {stem}.ipynb dist/{stem}
otter run HANDED_IN.ipynb -a dist/{stem}/autograder/{stem}-autograder_*.zip
```

Its report holds the verdicts, with the idea behind each wrong answer. `otter run` runs what a
student wrote as you, and a cell that replaces parts of the package can forge its verdict.
`lossfns grade FOLDER --roster class.csv` grades the same notebooks in a sandbox, where neither
works, each by the numbers of its student.
"""


def assignments(sheets: Sequence[Sheet], *, hints: bool = False) -> dict[str, bytes]:
    """Return the files of the assignments, by their names.

    Parameters
    ----------
    sheets : sequence of Sheet
        The exercises, an assignment for each chapter. Each exercise is one point.
    hints : bool
        Whether the notebooks hold them.
    """
    files = {f"{sheet.stem}.ipynb": master(sheet, hints=hints) for sheet in sheets}
    files["README.md"] = GUIDE.format(stem=sheets[0].stem).encode()
    return files


def master(sheet: Sheet, *, hints: bool) -> bytes:
    """Return the master notebook of a chapter."""
    cells = [Cell("raw", CONFIGURATION, "configuration"), sheet.setup]
    cells += assignment.opening(sheet)
    cells.append(assignment.imports(sheet, hints=hints))
    for task in sheet.tasks:
        cells += _question(task)
        cells += assignment.below(task, hints=hints)
    return notebook(cells)


def _question(task: Task) -> Iterator[Cell]:
    key = task.key
    head = f"# BEGIN QUESTION\nname: {key.replace('-', '_')}\npoints: 1"
    yield Cell("raw", head, f"{key}-question")
    yield from assignment.told(task)
    yield Cell("raw", "# BEGIN SOLUTION", f"{key}-solution")
    yield Cell("code", assignment.solved(task), f"{key}-answer")
    yield Cell("raw", "# END SOLUTION", f"{key}-solution-end")
    yield Cell("raw", "# BEGIN TESTS", f"{key}-tests")
    yield Cell("code", test(task), f"{key}-test")
    yield Cell("raw", "# END TESTS", f"{key}-tests-end")
    yield Cell("raw", "# END QUESTION", f"{key}-question-end")


def test(task: Task) -> str:
    """Return the code of a question's test, which otter calls with what the notebook defines."""
    seed = ", SEED" if task.exercise.draw else ""
    return (
        f"def test_{task.key.replace('-', '_')}({task.exercise.name}{seed}):\n"
        "    from lossfns.checks import check\n"
        "    from lossfns.classroom.require import require\n\n"
        f"    require(check({assignment.own(task)}, {task.exercise.name}))"
    )
