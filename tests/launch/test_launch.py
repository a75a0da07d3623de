"""Every way to start the notebooks but Binder's, which `tests/slow` has, in a fresh environment.

Each opens a chapter where it lies, runs all of it, moves an explorer, answers a question, and has
an exercise checked.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import time

import pytest

from sitebuild.paths import ROOT
from tests.browser import watched_page
from tests.slow.lab import PROGRAMS, jupyter_lab, opened, variables, wait_for_notebook
from tests.slow.visit import (
    CHAPTER,
    EXERCISE,
    answer_question,
    check_exercise,
    clear,
    move_explorer,
    run_chapter,
)

UV = PROGRAMS / "uv"
NBGITPULLER, NOTEBOOK = "nbgitpuller==1.3.0", "notebook==7.2.0"


def make_environment(folder, *packages):
    """A fresh environment with some packages; the variables with which its programs start."""
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    install = [UV, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *packages]
    subprocess.run(install, check=True)
    return variables(folder, programs=folder / "bin")


@pytest.fixture
def course(tmp_path):
    """A folder into which a reader has put a chapter and an exercise."""
    folder = tmp_path / "Losses (2)"
    folder.mkdir()
    shutil.copyfile(ROOT / "notebooks" / CHAPTER, folder / CHAPTER)
    shutil.copyfile(ROOT / "notebooks" / "exercises" / EXERCISE, folder / EXERCISE)
    return folder


def work(page, path, exercise, expected=None):
    """Do all that a reader does, from the chapter that is open."""
    run_chapter(page, path, expected)
    move_explorer(page)
    answer_question(page)
    check_exercise(page, exercise)


def test_jupyterlab_from_the_wheel_in_an_empty_environment(chromium, course, wheel_file, tmp_path):
    environment = make_environment(tmp_path / "env", "jupyterlab", f"{wheel_file}[course]")
    expected = clear(course / CHAPTER)
    with opened(chromium, course, environment, f"lab/tree/{CHAPTER}", height=1600) as page:
        siblings = page.locator(".jp-DirListing-itemText")
        assert {CHAPTER, EXERCISE} <= {*siblings.all_inner_texts()}
        work(page, course / CHAPTER, page.url.replace(CHAPTER, EXERCISE), expected)


@pytest.fixture(scope="session")
def oldest(wheel_file, tmp_path_factory):
    """The oldest of all that is declared, and Notebook of that time, in an environment."""
    folder = tmp_path_factory.mktemp("oldest")
    chosen = folder / "chosen.txt"
    compiled = [
        UV,
        "pip",
        "compile",
        ROOT / "pyproject.toml",
        "--extra",
        "course",
        "--group",
        "lab",
    ]
    compiled += ["--resolution", "lowest-direct", "--only-binary", ":all:", "--quiet"]
    compiled += ["--python", sys.executable, "--output-file", chosen]
    subprocess.run(compiled, cwd=ROOT, check=True)
    assert "jupyterlab==4.2.0\n" in chosen.read_text("utf-8")
    return make_environment(folder / "env", "--requirement", chosen, NOTEBOOK, wheel_file)


@pytest.mark.parametrize(
    ("program", "place"),
    [("lab", "lab/tree"), ("notebook", "notebooks")],
    ids=["jupyterlab-4.2", "notebook-7.2"],
)
def test_the_oldest_of_all_that_is_declared(chromium, course, oldest, program, place):
    place = f"{place}/{CHAPTER}"
    clear(course / CHAPTER)
    with opened(chromium, course, oldest, place, height=1600, program=program) as page:
        work(page, course / CHAPTER, page.url.replace(CHAPTER, EXERCISE))


@contextlib.contextmanager
def git_server(folder):
    """The address at which git serves the repositories of a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["git", "daemon", "--export-all", "--listen=127.0.0.1", f"--port={port}"]
    with subprocess.Popen([*command, f"--base-path={folder}", folder]) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield f"git://127.0.0.1:{port}"
        finally:
            process.terminate()


def test_a_link_of_nbgitpuller_brings_the_course_and_opens_it(chromium, wheel_file, tmp_path):
    served, home = tmp_path / "served", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT.as_uri(), served / "course"], check=True)
    expected = clear(served / "course" / "notebooks" / CHAPTER)
    git = ["git", "-C", served / "course", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "switch", "--quiet", "--create", "lesson"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--all", "--message=Nothing has run"], check=True)
    packages = ("jupyterlab", NBGITPULLER, f"{wheel_file}[course]")
    environment = make_environment(tmp_path / "env", *packages)
    with (
        git_server(served) as server,
        jupyter_lab(home, environment) as address,
        watched_page(chromium, address, viewport={"width": 1280, "height": 1600}) as page,
    ):
        page.set_default_timeout(60_000)
        place = f"lab/tree/course/notebooks/{CHAPTER}"
        page.goto(f"{address}git-pull?repo={server}/course&branch=lesson&urlpath={place}")
        page.wait_for_url(f"**/{place}*")
        wait_for_notebook(page)
        notebooks = home / "course" / "notebooks"
        exercise = f"{address}lab/tree/course/notebooks/exercises/{EXERCISE}"
        work(page, notebooks / CHAPTER, exercise, expected)
