"""A class goes once round nbgrader: release, hand in, autograde, feedback, in its own database."""

import csv
import re
from html import unescape

import nbformat
import pytest

from lossfns.checks import hint, solution_source
from lossfns.classroom.misconceptions import count
from lossfns.classroom.nbgrader import read_autograded
from lossfns.command import main
from tests.slow.classroom import fill, right, tool

ADA = "Ada Ω"  # a name that is no word of a shell
IDS = ("mse.value", "mse.line", "mse.by_hand")
STEM = "ex01_mean_squared_error"
SUMMED = "def mean_squared_error(p, y):\n    return np.sum((p - y) ** 2)"
LOUD = (
    "import sys\n\n\ndef mean_squared_error(p, y):\n    print('hm', file=sys.stderr)\n"
    "    return np.mean((p - y) ** 2)"
)
FORGED = (
    "def mean_squared_error(p, y):\n    return 0.0\n\n"
    "def check(*anything):\n    return require\n\n"
    "def require(anything):\n    pass"
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that was handed out, handed in, graded and given back."""
    folder = tmp_path_factory.mktemp("class") / "course"
    roster = folder.parent / "class.csv"
    roster.write_text(f"student\n{ADA}\nbob\nkim\nmal\n", encoding="utf-8")
    call = ["pack", str(folder), "--for", "nbgrader", "--roster", str(roster), "--exercises", *IDS]
    assert main(call) == 0
    tool("nbgrader", "generate_assignment", "losses", cwd=folder)
    tool("nbgrader", "db", "student", "import", "students.csv", cwd=folder)
    given = folder / "release" / "losses" / f"{STEM}.ipynb"
    hands_in = {
        ADA: {name: right(name, ADA) for name in IDS} | {"mse.value": LOUD},
        "bob": {"mse.value": SUMMED, "mse.by_hand": right("mse.by_hand", "bob")},
        "kim": {},
        "mal": {"mse.value": FORGED, "mse.by_hand": right("mse.by_hand", ADA)},
    }
    for student, answers in hands_in.items():
        written = folder / "submitted" / student / "losses" / f"{STEM}.ipynb"
        named = {"mal": ADA}.get(student, student)
        fill(given, written, student=named, answers=answers)
    tool("nbgrader", "autograde", "losses", cwd=folder)
    tool("nbgrader", "generate_feedback", "losses", cwd=folder)
    tool("nbgrader", "export", cwd=folder)
    return folder


def test_what_students_get_holds_no_solution_and_no_hint(course):
    text = (course / "release" / "losses" / f"{STEM}.ipynb").read_text(encoding="utf-8")
    for name in IDS:
        code = solution_source(name).splitlines()[-1].strip()
        assert code not in text
        assert hint(name, 2).details[0][1] not in text
    assert "BEGIN SOLUTION" not in text


def test_grades_are_those_of_the_checks(course):
    with (course / "grades.csv").open(newline="") as file:
        grades = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert grades == {ADA: 3, "bob": 1, "kim": 0, "mal": 0}


def test_feedback_names_the_idea(course):
    page = (course / "feedback" / "bob" / "losses" / f"{STEM}.html").read_text(encoding="utf-8")
    words = " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())
    assert "These are the squares added up, not divided by how many there are." in words
    assert "so the learning rate that worked stops working." in words
    assert "Traceback (most" not in words


def test_answers_to_anothers_numbers_are_no_answers(course):
    page = (course / "feedback" / "mal" / "losses" / f"{STEM}.html").read_text(encoding="utf-8")
    assert f"STUDENT must be the name of 'mal', got {ADA!r}" in unescape(
        re.sub(r"<[^>]*>", "", page)
    )


def test_the_class_is_told_from_what_nbgrader_graded(course):
    report = count(read_autograded(course / "autograded"))
    assert report.students == 4
    assert [(idea.id, idea.students) for idea in report.ideas] == [("sum-for-mean", 1)]
    assert report.exercises["mse.value"] == {"right": 1, "wrong": 2, "not tried": 1}


def test_a_right_notebook_runs_to_its_end(course):
    path = course / "autograded" / ADA / "losses" / f"{STEM}.ipynb"
    outputs = [o for c in nbformat.read(path, as_version=4).cells for o in c.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    assert any("step 20: slope 0.5" in output.get("text", "") for output in outputs)
