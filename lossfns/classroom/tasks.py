"""Take the exercises' notebooks apart: what each exercise tells, asks and leaves to be written.

Only what stands in the cells is read, never what they printed: a stored notebook's outputs hold
the hints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import lossfns
from lossfns.checks import Exercise, UnknownExercise, exercise_ids, find

CHECK = re.compile(r'^(?P<kept>result = )?check\("(?P<id>[\w.]+)", \w+\)(?:\nresult)?\s*\Z', re.M)
HINT = re.compile(r'hint\("[\w.]+"\)\s*')
# A link to another page of the course, which does not lie beside a pack.
LINK = re.compile(r"\[((?:[^][]|\[[^][]*\])*)\]\((?!\w+:)[^()\s]*\)")


class TasksError(ValueError):
    """Notebooks that can't be taken apart; the message names the file."""


class Cell(NamedTuple):
    """A cell of a notebook: "markdown", "code" or "raw", its text, its id and its metadata."""

    kind: str
    source: str
    id: str
    metadata: dict[str, Any] | None = None


@dataclass(frozen=True)
class Task:
    """An exercise as its page tells it.

    before : what stands above the stub
    stub : the code to be filled in, without its check
    after : what runs once it is right, with the verdict as ``result``
    """

    exercise: Exercise
    before: tuple[Cell, ...]
    stub: str
    after: tuple[Cell, ...]

    @property
    def key(self) -> str:
        """The exercise's id, as cells may be called."""
        return self.exercise.id.replace(".", "-")


@dataclass(frozen=True)
class Sheet:
    """The exercises of a chapter.

    stem : the file's name without its ending
    setup : the cell that looks for the package
    """

    stem: str
    title: str
    setup: Cell
    tasks: tuple[Task, ...]

    @property
    def minutes(self) -> int:
        """The time that its exercises need."""
        return sum(task.exercise.minutes for task in self.tasks)


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids that are named, in the course's order; a number names a chapter.

    Parameters
    ----------
    names : sequence of str
        Ids such as "mse.value" and chapters such as "3"; nothing stands for all.

    Raises
    ------
    ValueError
        If there is no such exercise or chapter.

    Examples
    --------
    >>> chosen(["ce.softmax", "mse.value", "mse.value"])
    ('mse.value', 'ce.softmax')
    >>> len(chosen(["1"])), chosen([]) == exercise_ids()
    (6, True)
    """
    known = {name: find(name).chapter for name in exercise_ids()}
    wanted = set() if names else set(known)
    chapters = set(known.values())
    for name in names:
        if name.isdecimal():
            if int(name) not in chapters:
                here = f"{min(chapters)} to {max(chapters)}"
                raise ValueError(f"there is no chapter {name} with exercises, only {here}")
            wanted |= {one for one, chapter in known.items() if chapter == int(name)}
        elif "@" in name:
            raise ValueError(f"an exercise is named without a seed, got {name!r}")
        else:
            wanted.add(_known(name))
    return tuple(name for name in known if name in wanted)


def _known(name: str) -> str:
    try:
        return find(name).id
    except UnknownExercise as error:
        raise ValueError(f"{error}; `lossfns pack --list` names them all") from None


def notebooks_folder() -> Path:
    """Return where the exercises' notebooks lie: in the clone that the package is part of.

    An installed package has none; then the current folder is taken for a clone.
    """
    beside = Path(lossfns.__file__).parents[1] / "notebooks" / "exercises"
    return beside if beside.is_dir() else Path("notebooks", "exercises")


def sheets(ids: Iterable[str], folder: Path | None = None) -> tuple[Sheet, ...]:
    """Return the chapters with their chosen exercises.

    Raises
    ------
    TasksError
        If an exercise is nowhere in the folder, or a file there is no notebook.
    """
    wanted, folder = set(ids), folder or notebooks_folder()
    paths = sorted(folder.glob("ex*.ipynb"))
    if not paths:
        raise TasksError(
            f"{folder}: there are no exercises here (ex01_….ipynb). They lie in the course's"
            " repository, in notebooks/exercises: name that folder with --notebooks"
        )
    found = []
    for path in paths:
        sheet = _sheet(path, wanted)
        if sheet.tasks:
            found.append(sheet)
    missing = wanted - {task.exercise.id for sheet in found for task in sheet.tasks}
    if missing:
        raise TasksError(f"{folder}: no notebook here asks {', '.join(sorted(missing))}")
    return tuple(found)


def _sheet(path: Path, wanted: set[str]) -> Sheet:
    cells = _cells(path)
    # Below the last code there are only ways to other pages.
    last = max((at for at, cell in enumerate(cells) if cell.kind == "code"), default=-1)
    sections: list[list[Cell]] = [[]]
    for cell in cells[: last + 1]:
        if cell.kind == "markdown" and cell.source.startswith("## "):
            sections.append([])
        sections[-1].append(cell)
    title = next((cell.source for cell in sections[0] if cell.source.startswith("# Ex")), "")
    tasks = [task for section in sections[1:] if (task := _task(section))]
    return Sheet(
        path.stem,
        title.partition("\n")[0].removeprefix("# "),
        Cell("code", cells[0].source, "setup", {"jupyter": {"source_hidden": True}}),
        tuple(task for task in tasks if task.exercise.id in wanted),
    )


def _cells(path: Path) -> list[Cell]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [
            Cell(cell["cell_type"], LINK.sub(r"\1", "".join(cell["source"])), cell.get("id", ""))
            if cell["cell_type"] == "markdown"
            else Cell(cell["cell_type"], "".join(cell["source"]), cell.get("id", ""))
            for cell in cells
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise TasksError(f"{path}: this is no notebook ({type(error).__name__}: {error})") from None


def _task(section: list[Cell]) -> Task | None:
    """Return the exercise of a section, or None where it has none that we know."""
    for at, cell in enumerate(section):
        match = CHECK.search(cell.source) if cell.kind == "code" else None
        if match and match["id"] in exercise_ids():
            return Task(
                find(match["id"]),
                tuple(section[:at]),
                cell.source[: match.start()].rstrip(),
                tuple(c for c in section[at + 1 :] if not HINT.fullmatch(c.source)),
            )
    return None
