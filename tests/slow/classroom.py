"""Students for the graders' tests: what they write into the notebook that they are given."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from lossfns.checks import find, reference, solution_source
from lossfns.classroom.seeds import seed
from tests.browser import refuse

TOOLS = Path(sys.prefix) / "classroom" / "bin"


def tool(name, *arguments, cwd):
    """Run a grader's command in its own environment; what it printed."""
    if not (TOOLS / name).is_file():
        refuse(f"{name} was not found: run `make .venv/classroom/ready`")
    environment = {
        **os.environ,
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "LOSSFNS_PROGRESS": os.devnull,
        "JUPYTER_CONFIG_DIR": str(cwd / ".jupyter"),
        "IPYTHONDIR": str(cwd / ".ipython"),
    }
    command = [TOOLS / name, *map(str, arguments)]
    result = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def right(exercise_id, student):
    """What a student writes who has understood."""
    if not find(exercise_id).question:
        return solution_source(exercise_id)
    values = reference(f"{exercise_id}@{seed(student)}")
    return f"answer = {tuple(map(float, values))}"


def fill(given, written, *, student=None, answers=None):
    """Hand in a notebook: the one that was given, with a student's name and answers."""
    notebook = nbformat.read(given, as_version=4)
    for cell in notebook.cells:
        place = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        if cell.source.startswith("STUDENT = ") and student:
            cell.source = f"STUDENT = {student!r}"
        for exercise_id, source in (answers or {}).items():
            if place == f"{exercise_id.replace('.', '-')}-answer":
                cell.source = source
    written.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, written)
