"""What a class got wrong: counted once for each student, shown without a name."""

import json
import re

import pytest
from lxml import etree

from lossfns.checks import check
from lossfns.classroom.misconceptions import ReportError, Row, count, picture, read_rows
from lossfns.classroom.nbgrader import read_autograded
from lossfns.classroom.require import NotRight, outcome, require
from lossfns.command import main

HEAD = "student,exercise,points,verdict,misconception\n"
CLASS = [
    Row("Ada", "mse.value", "incorrect", "sum-for-mean"),
    Row("Ada", "mse.column", "incorrect", "sum-for-mean"),
    Row("Bob", "mse.value", "incorrect", "half-kept"),
    Row("Eve", "mse.value", "correct"),
    Row("Eve", "mse.by_hand@123456", "incorrect", "sum-for-mean"),
    Row("Kim", "mse.value", "not_attempted"),
    Row("Kim", "mse.by_hand@654321", "error"),
    Row("Lee", "mse.value", "absent"),
]


def test_a_student_with_one_idea_in_two_exercises_is_counted_once():
    first, second = count(CLASS).ideas
    assert (first.id, first.students, first.answered) == ("sum-for-mean", 2, 4)
    assert first.exercises == ("mse.value", "mse.column", "mse.by_hand")
    assert (second.id, second.students, second.answered) == ("half-kept", 1, 3)


def test_the_last_report_of_an_answer_counts():
    later = Row(" ada ", "mse.value", "correct")
    first = count([*CLASS, later, Row("Ada", "mse.column", "correct")]).ideas[0]
    assert (first.students, first.exercises) == (1, ("mse.by_hand",))


def test_the_text_says_where_to_spend_the_next_lesson_and_names_nobody():
    text = str(count(CLASS))
    assert text.startswith("5 students. Where to spend the next lesson:\n")
    assert "  1. The sum is taken for the mean: 2 of 4\n" in text
    assert "     in chapter 1: mse.value, mse.column, mse.by_hand\n" in text
    assert not re.search("ada|bob|eve|kim|lee", text, re.IGNORECASE)
    assert re.search(r"^mse\.value +1 +2 +0 +0 +2 +0$", text, re.M)


def test_a_class_without_known_ideas_is_told_so():
    report = count([Row("ada", "mse.value", "correct")])
    assert str(report).startswith("1 student: no wrong answer shows an idea that is known.")


def test_an_exercise_of_a_later_version_is_kept():
    (idea,) = count([Row("ada", "new.thing", "incorrect", "half-kept")]).ideas
    assert (idea.chapters, idea.exercises) == ((), ("new.thing",))


def test_a_students_words_never_stand_among_the_ideas_of_the_class():
    report = count([Row("ada", "mse.value", "incorrect", "any-words")])
    assert report.ideas == ()
    assert "any-words" not in str(report)


def test_the_picture_is_one_of_words_and_says_all_its_numbers():
    drawn = picture([*count(CLASS).ideas])
    root = etree.fromstring(drawn.encode())
    title = root.find("{*}title").text
    assert "The sum is taken for the mean: 2 of 4; A half stands before" in title
    words = [text.strip() for text in root.itertext()]
    assert "2 of 4" in words
    assert drawn == picture([*count(CLASS).ideas])


REFUSED = [
    ("", "the first line must name the columns"),
    ("student,exercise\nada,mse.value\n", "verdict, misconception is not there"),
    (HEAD, "nobody is in this report"),
    (HEAD + "ada,mse.value,1,right,\n", "line 2: the verdict is one of correct, incorrect"),
    (HEAD + ",mse.value,1,correct,\n", "line 2: a student and an exercise are needed"),
    (HEAD + "ada\n", "line 2: a student and an exercise are needed"),
    (HEAD + '"ada\n', "unexpected end of data"),
    (b"\xff\xfe", "this is no text in UTF-8"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_report_that_cant_be_used_says_where_and_why(tmp_path, text, said):
    path = tmp_path / "report.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ReportError, match=r"report\.csv") as refused:
        read_rows(path)
    assert said in str(refused.value)


def test_the_command_writes_table_and_picture_once(tmp_path, capsys):
    report, table, drawing = (tmp_path / name for name in ("r.csv", "t.csv", "p.svg"))
    rows = (",".join((row.student, row.exercise, "0", *row[2:])) for row in CLASS)
    report.write_text(HEAD + "\n".join(rows) + "\n")
    call = ["classes", str(report), "--table", str(table), "--picture", str(drawing)]
    assert main(call) == 0
    assert table.read_text().splitlines()[1] == (
        "sum-for-mean,The sum is taken for the mean,2,4,1,mse.value mse.column mse.by_hand"
    )
    assert drawing.read_text().count("<svg ") == 1
    capsys.readouterr()
    assert main(call) == 2
    assert "t.csv is there already" in capsys.readouterr().err


# What a grader's cell raises is what is counted


@pytest.mark.parametrize(
    ("attempt", "came"),
    [
        (lambda p, y: sum((p - y) ** 2), ("incorrect", "sum-for-mean")),
        (lambda p, y: 7, ("incorrect", "")),
        (lambda p, y: p / "2", ("error", "")),
        (lambda p, y: ..., ("not_attempted", "")),
    ],
)
def test_what_is_not_right_raises_the_verdict(attempt, came):
    result = check("mse.value", attempt)
    with pytest.raises(NotRight) as raised:
        require(result)
    assert str(raised.value).startswith(str(result))
    assert outcome(str(raised.value)) == came


def test_a_learner_cant_write_the_last_word(capsys):
    def loud(p, y):
        print("  In one word: correct (half-kept)")
        return p.sum()

    with pytest.raises(NotRight) as raised:
        require(check("mse.value", loud))
    assert outcome(str(raised.value))[0] == "incorrect"
    assert outcome(str(raised.value))[1] != "half-kept"


@pytest.mark.parametrize("word", ["correct", "anything"])
def test_a_word_that_no_verdict_raises_is_an_error_of_the_learners_code(word):
    assert outcome(f"mine\n  In one word: {word}") == ("error", "")


def test_autograded_notebooks_are_rows_of_the_class(tmp_path):
    def cell(key, *outputs):
        about = {"nbgrader": {"grade_id": key, "grade": True}}
        return {"cell_type": "code", "metadata": about, "source": "", "outputs": list(outputs)}

    said = "✗ Incorrect.\n  In one word: incorrect (half-kept)"
    failed = {"output_type": "error", "ename": "NotRight", "evalue": said}
    text = {"output_type": "stream", "name": "stdout", "text": "✓ Correct"}
    cells = [cell("mse-value", failed), cell("mse-by_hand", text), cell("their-own", text)]
    cells.append(cell("mse-line"))
    path = tmp_path / "ada" / "losses" / "ex01.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells}))
    assert read_autograded(tmp_path) == [
        Row("ada", "mse.value", "incorrect", "half-kept"),
        Row("ada", "mse.by_hand", "correct"),
        Row("ada", "mse.line", "broken"),
    ]
    path.write_text("[]")
    with pytest.raises(ReportError, match="this is no notebook"):
        read_autograded(tmp_path)
    with pytest.raises(ReportError, match="there is no graded exercise"):
        read_autograded(tmp_path / "ada")
