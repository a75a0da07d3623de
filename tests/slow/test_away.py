"""Downloaded from the built site, in an empty environment: a notebook says what it needs, and runs.

COURSE_PYTHON names another Python than the one that runs the tests.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sitebuild.first_cell import WHEEL
from tests.browser import HTML
from tests.slow.lab import PROGRAMS, opened, run, variables, wait_until_idle

# Prose and figures; explorers; exercises whose checks train on scikit-learn's digits.
NOTEBOOKS = [
    "01_mean_squared_error.ipynb",
    "explorers.ipynb",
    "exercises/ex03_cross_entropy.ipynb",
]
RUN = """
import json, sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
try:
    nbclient.NotebookClient(notebook, timeout=300).execute()
except nbclient.exceptions.CellExecutionError:
    pass
nbformat.write(notebook, sys.argv[1])
"""


def make_environment(folder, *packages):
    """A fresh environment that knows nothing of the course; its variables."""
    python = os.environ.get("COURSE_PYTHON", sys.executable)
    subprocess.run([python, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages]
    subprocess.run(pip, check=True, capture_output=True)
    return variables(folder, programs=folder / "bin")


def download(folder, *names):
    """Take files from the built site into one folder, as a browser does."""
    folder.mkdir()
    for name in names:
        shutil.copyfile(HTML / "notebooks" / name, folder / Path(name).name)
    return folder


def execute(name, folder, environment):
    """Run a notebook with plain nbclient; its code cells."""
    command = ["python", "-c", RUN, Path(name).name]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    cells = nbformat.read(folder / Path(name).name, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def errors(cells):
    return [out for cell in cells for out in cell.outputs if out.output_type == "error"]


def test_downloaded_notebooks_say_what_to_run_and_then_run(tmp_path):
    environment = make_environment(tmp_path / "env", "nbclient", "ipykernel")
    folder = download(tmp_path / "Downloads (2)", WHEEL, *NOTEBOOKS)

    (error,) = errors(execute(NOTEBOOKS[0], folder, environment))
    assert error.ename == "ModuleNotFoundError"
    command = re.search(r"run: (pip install .+)$", error.evalue)[1]
    assert command == f'pip install "{folder / WHEEL}[course]"'

    subprocess.run(
        command, cwd=folder, env=environment, shell=True, check=True, capture_output=True
    )
    for name in NOTEBOOKS:
        cells = execute(name, folder, environment)
        assert errors(cells) == []
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
        assert cells[0].outputs == []


@pytest.fixture
def lab(chromium, tmp_path):
    """A downloaded exercise in JupyterLab, its kernel in an environment without the course."""
    environment = make_environment(tmp_path / "env", "ipykernel")
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    python = str(tmp_path / "env" / "bin" / "python")
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    folder = download(tmp_path / "Downloads", WHEEL, "exercises/ex01_mean_squared_error.ipynb")
    environment |= {
        "PATH": f"{PROGRAMS}{os.pathsep}{environment['PATH']}",
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
    }
    place = "lab/tree/ex01_mean_squared_error.ipynb"
    with opened(chromium, folder, environment, place, height=1600) as page:
        yield page


def test_in_jupyterlab_a_yes_installs_the_wheel_beside_the_notebook(lab):
    code = lab.locator(".jp-CodeCell")
    first = code.nth(0)
    assert not first.locator(".cm-content").is_visible()
    first.click()
    lab.keyboard.press("Shift+Enter")
    field = first.locator(".jp-Stdin-input")
    field.wait_for()
    said = first.locator(".jp-OutputArea")
    asked = said.inner_text()
    assert WHEEL in re.sub(r"\s", "", asked)
    field.fill("y")
    field.press("Enter")
    said.get_by_text("Installed.").wait_for(timeout=300_000)
    wait_until_idle(lab)
    run(lab, 1)
    run(lab, 2)
    code.nth(2).get_by_text("Not attempted yet").wait_for()
