"""A sheet for a class: as many different questions as students, and answers that pass."""

import csv
import html
import io
import re

import numpy as np
import pytest

from lossfns.checks import check, question, question_sheet, reference
from lossfns.checks._registry import EXERCISES

QUESTIONS = [exercise.id for exercise in EXERCISES.values() if exercise.question]

per_question = pytest.mark.parametrize("exercise_id", QUESTIONS)


def numbers(written):
    return tuple(float(part) for part in written.split(", "))


def passes_for_another(sheet, exercise):
    """The pairs of students of whom one may copy the other's answer, and the page's own too."""
    written = np.array([numbers(answer) for *_, answer in sheet.rows])
    exact = np.array([reference(exercise_id) for exercise_id, *_ in sheet.rows])
    exact = np.vstack([exact, reference(exercise.id)])
    rtol, atol = exercise.tolerance
    near = np.isclose(written[:, np.newaxis], exact, rtol=rtol, atol=atol).all(axis=2)
    return [(one, other) for one, other in np.argwhere(near) if one != other]


@per_question
def test_class_of_forty_gets_forty_questions_whose_answers_can_not_be_shared(exercise_id):
    sheet = question_sheet(exercise_id, 40)
    ids, words, answers = zip(*sheet.rows, strict=True)
    assert len(set(ids)) == len(set(words)) == len(set(answers)) == 40
    assert passes_for_another(sheet, EXERCISES[exercise_id]) == []


@per_question
def test_row_of_a_sheet_is_the_question_of_its_id_and_its_answer_is_correct(exercise_id):
    for name, words, answer in question_sheet(exercise_id, 5).rows:
        assert name.startswith(f"{exercise_id}@")
        assert dict(question(name).details)["Question"] == words
        assert check(name, numbers(answer)).outcome == "correct"


@per_question
def test_late_student_gets_the_next_question_and_nobody_s_changes(exercise_id):
    sheet = question_sheet(exercise_id, 12)
    assert question_sheet(exercise_id, 12) == sheet
    assert question_sheet(exercise_id, 13).rows[:12] == sheet.rows


def test_students_sheet_holds_all_but_the_answers():
    sheet = question_sheet("ce.by_hand", 3)
    students = sheet.for_students()
    assert students.head == ("Exercise", "Question")
    assert students.rows == tuple(row[:2] for row in sheet.rows)
    for *_, answer in sheet.rows:
        for shown in (repr(students), students._repr_html_(), students.csv()):
            assert answer not in shown


def test_sheet_says_the_same_as_text_as_page_and_in_a_spreadsheet():
    sheet = question_sheet("more.by_hand", 3)
    cells = [cell for row in (sheet.head, *sheet.rows) for cell in row]
    page = re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", sheet._repr_html_())
    assert [html.unescape(cell) for cell in page] == cells
    assert [cell for line in repr(sheet).splitlines() for cell in line.split(" | ")] == cells
    assert [cell for row in csv.reader(io.StringIO(sheet.csv())) for cell in row] == cells


def test_zero_has_no_sign_on_the_answer_sheet():
    answers = [answer for *_, answer in question_sheet("mse.by_hand", 40).rows]
    assert any("0.00" in answer.split(", ") for answer in answers)
    assert not any("-0.00" in answer.split(", ") for answer in answers)


def test_class_too_large_is_told_how_many_questions_there_are():
    with pytest.raises(ValueError, match=r"students must be at most (\d+) .*; got 1000") as error:
        question_sheet("attempts.loudest", 1000)
    largest = int(re.search(r"at most (\d+)", str(error.value))[1])
    assert len(question_sheet("attempts.loudest", largest).rows) == largest
    with pytest.raises(ValueError, match=rf"at most {largest} .*; got {largest + 1}"):
        question_sheet("attempts.loudest", largest + 1)


@pytest.mark.parametrize("students", [0, -1, 2.0, "3", None, True, np.float64(2)])
def test_number_of_students_that_is_none_is_refused(students):
    with pytest.raises(ValueError, match="students must be a whole number, 1 or more, got"):
        question_sheet("mse.by_hand", students)


def test_number_of_students_may_be_numpys():
    assert len(question_sheet("mse.by_hand", np.int64(2)).rows) == 2


@pytest.mark.parametrize(
    ("exercise_id", "said"),
    [
        ("mse.value", "exercise_id must be a question in numbers, one of mse.by_hand, .* got"),
        ("mse.by_hand@7", "exercise_id must be without a seed, got 'mse.by_hand@7'"),
        ("mse.by_han", "did you mean 'mse.by_hand'"),
        (None, "an id comes first, in quotes; there is no exercise None"),
    ],
)
def test_exercise_without_a_sheet_is_refused(exercise_id, said):
    with pytest.raises(ValueError, match=said):
        question_sheet(exercise_id, 3)
