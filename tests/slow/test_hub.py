"""The hub that `make hub` starts, with twenty students in it at once."""

import contextlib
import json
import runpy
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from sitebuild.paths import ROOT
from tests.browser import refuse, watched_page
from tests.slow.hub import PROGRAMS, Student, environment, kill, mebibytes, running, wait_for
from tests.slow.lab import run, wait_for_notebook
from tests.slow.test_exercises_lab import ANSWER, NOTEBOOK, RIGHT, WRONG, answer

PLACE = f"course/notebooks/exercises/{NOTEBOOK}"
VALUES = yaml.safe_load((ROOT / "classroom" / "z2jh.yaml").read_text(encoding="utf-8"))
# Names as they stand on a roster.
NAMES = ["zoë", "o-brien.2", *(f"student{number}" for number in range(18))]
link = runpy.run_path(str(ROOT / "classroom" / "links.py"))["link"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the hub keeps all; beside it the course's repository, as a host would serve it."""
    if not (PROGRAMS / "jupyterhub").is_file():
        refuse("no hub is installed: run `make .venv/hub/ready`")
    folder = tmp_path_factory.mktemp("hub")
    course = folder / "course.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, course], check=True)
    # CI may have checked out a commit, not a branch.
    git(course, "update-ref", "refs/heads/main", "HEAD")
    git(course, "symbolic-ref", "HEAD", "refs/heads/main")
    return folder


def git(folder, *words):
    who = ("-c", "user.name=Teacher", "-c", "user.email=teacher@localhost")
    subprocess.run(["git", *who, "-C", folder, *words], check=True)


@pytest.fixture(scope="module")
def school(folder):
    with running(folder) as school:
        yield school


@pytest.fixture(scope="module")
def notebook_link(school, folder):
    return link(school.address, (folder / "course.git").as_uri(), f"exercises/{NOTEBOOK}")


@pytest.fixture(scope="module")
def students(school):
    with contextlib.ExitStack() as room:
        yield {
            name: room.enter_context(Student(school.address, name, school.password()))
            for name in NAMES
        }


def lesson(student, address):
    """Log in, click, answer, save and run; the verdict. Every second student is wrong."""
    student.log_in()
    student.follow(address)
    notebook = student.read(PLACE)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    right = NAMES.index(student.name) % 2 == 0
    code[2]["source"] = ANSWER.format(body=RIGHT if right else WRONG)
    student.save(PLACE, notebook)
    return student.run(PLACE, [cell["source"] for cell in code[:3]])[-1]


@pytest.fixture(scope="module")
def verdicts(students, notebook_link):
    """Twenty verdicts, from a lesson that all began at once."""
    with ThreadPoolExecutor(len(NAMES)) as room:
        return list(room.map(lambda one: lesson(one, notebook_link), students.values()))


def test_twenty_students_at_once_get_their_own_verdicts(verdicts, school):
    for number, (name, verdict) in enumerate(zip(NAMES, verdicts, strict=True)):
        says = "Incorrect. These are the squares added up" if number % 2 else "Correct: right on"
        assert says in verdict
        kept = json.loads((school.home(name) / "progress.json").read_text(encoding="utf-8"))
        assert kept == {"mse.value": "tried" if number % 2 else "done"}


def test_a_student_fits_into_the_memory_that_is_set_aside(verdicts, school):
    guaranteed = int(VALUES["singleuser"]["memory"]["guarantee"].removesuffix("M"))
    for name in NAMES:
        pids = school.processes(JUPYTERHUB_USER=name)
        assert len(pids) >= 2  # a server and its kernel
        assert sum(map(mebibytes, pids)) < guaranteed


def test_killed_server_comes_back_with_nothing_lost(verdicts, students, school, notebook_link):
    student = students["zoë"]
    before = student.read(PLACE)
    for pid in school.processes(JUPYTERHUB_USER=student.name):
        kill(pid)
    # The same link again, until the hub has noticed.
    wait_for(lambda: student.web.get(notebook_link).is_success, seconds=60)
    student.follow(notebook_link)
    assert student.read(PLACE) == before
    shown = student.run(PLACE, ["from lossfns.checks import progress\nprogress()"])[-1]
    assert "Done: mse.value" in shown


def test_cell_that_asks_for_all_memory_is_told_no_and_the_kernel_lives(verdicts, students):
    greedy = "import numpy as np\nnp.ones(10**9)"
    refused, alive = students["student0"].run(PLACE, [greedy, "print(6 * 7)"])
    assert "MemoryError" in refused
    assert alive == "42\n"


def test_second_click_brings_what_is_new_and_keeps_what_was_written(
    verdicts, students, folder, notebook_link
):
    desk = folder / "desk"
    git(folder, "clone", "--quiet", "course.git", desk)
    notebook = desk / "notebooks" / "exercises" / NOTEBOOK
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("# Exercises 1", "# Monday: exercises 1"), encoding="utf-8")
    git(desk, "commit", "--quiet", "--all", "--message", "For Monday")
    git(desk, "push", "--quiet", "origin", "main")
    students["student1"].follow(notebook_link)
    text = json.dumps(students["student1"].read(PLACE))
    assert "# Monday: exercises 1" in text
    assert WRONG in text


def test_each_student_finds_the_teachers_files(verdicts, students, school):
    (school.state / "shared" / "tuesday.txt").write_text("Read chapter 3.", encoding="utf-8")
    assert students["student1"].read("shared/tuesday.txt") == "Read chapter 3."


@pytest.mark.parametrize("name", ["../../outside", "a/b", "", "x" * 99])
def test_name_that_is_no_folder_is_turned_away(school, folder, name):
    with Student(school.address, name, school.password()) as stranger:
        assert stranger.log_in().status_code == 403
    assert not (folder / "outside").exists()


def test_wrong_password_is_turned_away(school):
    with Student(school.address, "zoë", "not the password") as stranger:
        assert stranger.log_in().status_code == 403


def test_link_opens_the_notebook_in_a_browser(chromium, school, notebook_link):
    with watched_page(chromium, school.address, viewport={"width": 1280, "height": 1600}) as page:
        page.set_default_timeout(120_000)
        page.goto(notebook_link)
        page.get_by_label("Username").fill("browser")
        page.get_by_label("Password").fill(school.password())
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/user/browser/lab/tree/{PLACE}")
        wait_for_notebook(page)
        run(page, 1)
        answer(page, 2, RIGHT).get_by_text("Correct: right on all").wait_for()


def test_idle_servers_are_stopped_and_the_work_stays(verdicts, students, school):
    (culler,) = school.processes(JUPYTERHUB_SERVICE_NAME="idle-culler")
    # The hub's own culler, in a hurry.
    hurry = ["--timeout=1", "--cull-every=1"]
    with subprocess.Popen(
        [PROGRAMS / "python", "-m", "jupyterhub_idle_culler", *hurry],
        env=environment(culler),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(lambda: not school.processes(JUPYTERHUB_USER="student1"), seconds=60)
        finally:
            process.kill()
    assert WRONG in (school.home("student1") / PLACE).read_text(encoding="utf-8")
