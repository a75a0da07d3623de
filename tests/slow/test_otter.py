"""A class goes once through otter-grader: assign, hand in, run, on this machine."""

import json

import pytest

from lossfns.checks import hint, solution_source
from lossfns.command import main
from tests.slow.classroom import fill, right, tool

IDS = ("mse.value", "mse.best_constants", "mse.by_hand")
STEM = "ex01_mean_squared_error"
SUMMED = "def mean_squared_error(p, y):\n    return np.sum((p - y) ** 2)"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An assignment that otter has taken apart; its own tests ran on our solutions."""
    folder = tmp_path_factory.mktemp("class") / "course"
    assert main(["pack", str(folder), "--for", "otter", "--exercises", *IDS]) == 0
    tool("otter", "assign", f"{STEM}.ipynb", f"dist/{STEM}", cwd=folder)
    return folder


def grade(course, student, answers):
    """Hand in as a student, and grade; the results of each question, and of all."""
    written = course / "handed_in" / student / f"{STEM}.ipynb"
    fill(
        course / "dist" / STEM / "student" / written.name, written, student=student, answers=answers
    )
    (archive,) = (course / "dist" / STEM / "autograder").glob("*.zip")
    tool("otter", "run", written, "-a", archive, "-o", written.parent, cwd=course)
    results = json.loads((written.parent / "results.json").read_text())["tests"]
    return {result["name"]: result for result in results}


def test_what_students_get_holds_no_solution_and_no_hint(course):
    for path in (course / "dist" / STEM / "student").rglob("*"):
        text = path.read_text(encoding="utf-8")
        for name in IDS:
            code = solution_source(name).splitlines()[-1].strip()
            assert code not in text
            assert hint(name, 2).details[0][1] not in text
        assert "reference" not in text


def test_right_answers_get_every_point(course):
    results = grade(course, "ada", {name: right(name, "ada") for name in IDS})
    points = {
        name: (result["score"], result["max_score"])
        for name, result in results.items()
        if result.get("max_score")
    }
    assert points == {"mse_value": (1, 1), "mse_best_constants": (1, 1), "mse_by_hand": (1, 1)}


def test_a_wrong_answer_is_told_by_its_idea(course):
    results = grade(course, "bob", {"mse.value": SUMMED})
    assert [results[name]["score"] for name in ("mse_value", "mse_by_hand")] == [0, 0]
    assert "These are the squares added up" in results["mse_value"]["output"]
    assert "sum-for-mean" in results["mse_value"]["output"]
