"""What is handed in is found and read, whatever it is."""

import json
import os

import pytest

from lossfns.classroom import submission
from lossfns.classroom.roster import Student
from lossfns.classroom.submission import (
    UnreadableNotebook,
    find_submissions,
    parse,
    passed_over,
    read_notebook,
)
from tests.classroom.notebooks import RIGHT, hand_in, notebook


def found(folder, *names):
    roster = [Student(name) for name in names]
    return [(one.student, one.path.name, one.known) for one in find_submissions([folder], roster)]


def test_a_folder_per_student_is_found_however_deep_the_notebook_lies(tmp_path):
    hand_in(tmp_path, kim=notebook(RIGHT))
    deep = tmp_path / "ada" / "week 1" / "again"
    deep.mkdir(parents=True)
    (deep / "ex02.ipynb").write_bytes(notebook(RIGHT))
    checkpoints = tmp_path / "ada" / ".ipynb_checkpoints"
    checkpoints.mkdir()
    (checkpoints / "ex02-checkpoint.ipynb").write_bytes(notebook(RIGHT))
    assert found(tmp_path) == [("ada", "ex02.ipynb", True), ("kim", "ex01.ipynb", True)]


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "ada  lovelace",
        "Ada Lovelace_12345_assignsubmission_file",
        "Ada Lovelace (1)",
    ],
)
def test_a_learning_systems_additions_to_a_name_do_not_hide_the_student(tmp_path, name):
    hand_in(tmp_path, **{name: notebook(RIGHT)})
    assert found(tmp_path, "Ada", "Ada Lovelace") == [("Ada Lovelace", "ex01.ipynb", True)]


def test_a_file_per_student_belongs_to_whom_it_names(tmp_path):
    for name in ("Zoë_ex01.ipynb", "stranger.IPYNB", "grades.csv"):
        (tmp_path / name).write_bytes(notebook(RIGHT))
    assert found(tmp_path, "Zoe\u0308") == [
        ("Zoe\u0308", "Zoë_ex01.ipynb", True),
        ("stranger", "stranger.IPYNB", False),
    ]


def test_a_name_that_no_file_system_takes_is_found_by_its_folder(tmp_path):
    student = Student("../Ω?")
    hand_in(tmp_path, **{student.folder: notebook(RIGHT)})
    assert found(tmp_path, student.name) == [(student.name, "ex01.ipynb", True)]


BAD = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n", "it is empty"),
    "binary": (bytes(range(256)) * 40, "not in the format"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not in the format"),
    "cut": (notebook(RIGHT)[:200], "not in the format"),
    "deep": (b"[" * 100_000, "not in the format"),
    "a number of many digits": (b"9" * 10_000, "not in the format"),
    "not a notebook": (b'{"a": 1}', "it has no cells"),
    "a list": (b"[1, 2]", "it has no cells"),
    "cells of another kind": (b'{"cells": {"a": 1}}', "it has no cells"),
    "no code": (b'{"cells": [{"cell_type": "markdown", "source": "# Hi"}]}', "it has no code"),
    "nothing but empty cells": (b'{"cells": [{"cell_type": "code", "source": ""}, 3]}', "no code"),
    "a source that is none": (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "no source"),
    "old": (b'{"nbformat": 3, "worksheets": []}', "of 2014 or older"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_notebook_is_named_and_stops_nothing(name):
    content, says = BAD[name]
    with pytest.raises(UnreadableNotebook, match=says):
        parse(content)


def test_a_notebook_saved_elsewhere_with_a_mark_of_its_encoding_is_read():
    assert parse(b"\xef\xbb\xbf" + notebook(RIGHT)).named == {"mse.value": (1, "")}


def test_a_source_in_lines_is_read_as_one_in_one_piece():
    cells = [{"cell_type": "code", "source": RIGHT.splitlines(keepends=True)}]
    assert parse(json.dumps({"cells": cells}).encode()).cells == (RIGHT,)


def test_a_link_to_a_teachers_file_is_not_followed(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook(RIGHT))
    link = tmp_path / "link.ipynb"
    link.symlink_to(secret)
    with pytest.raises(UnreadableNotebook, match="it is a link"):
        read_notebook(link)


def test_a_linked_folder_is_not_walked(tmp_path):
    hand_in(tmp_path / "private", kim=notebook(RIGHT))
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "eve").symlink_to(tmp_path / "private")
    assert found(tmp_path / "class") == []


def test_what_is_no_notebook_is_passed_over_by_name(tmp_path):
    hand_in(tmp_path, kim=notebook(RIGHT))
    for name in ("kim/notes.pdf", "Zoe/a.py", "Zoe/b.pdf", "ada_1.zip", ".DS_Store", "lou/.x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"PK")
    (tmp_path / "none").mkdir()
    (tmp_path / "v. Eve").symlink_to(tmp_path / "kim")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "week").symlink_to(tmp_path / "kim")
    roster = [Student(name) for name in ("ada", "kim", "zoe", "v. Eve")]
    passed = {one.student: (one.path.name, why) for one, why in passed_over([tmp_path], roster)}
    assert passed == {
        "ada": ("ada_1.zip", "it is a zip: unpack it"),
        "zoe": ("a.py", "it is no notebook, and beside it lies none"),
        "v. Eve": ("v. Eve", "it is a link, which is not followed"),
        "loop": ("loop", "it is a link, which is not followed"),
        "deep": ("week", "it is a link, which is not followed"),
    }


def test_a_folder_that_cant_be_read_is_not_taken_for_an_empty_one(tmp_path, monkeypatch):
    hand_in(tmp_path, kim=notebook(RIGHT))
    (tmp_path / "kim" / "closed").mkdir()
    scandir = os.scandir

    def closed(place):
        if str(place).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(PermissionError, match="closed"):
        found(tmp_path)


def test_a_pipe_in_place_of_a_notebook_does_not_hold_up_the_others(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(UnreadableNotebook, match="no ordinary file"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_a_huge_notebook_is_not_taken_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "LARGEST", 1000)
    path = tmp_path / "huge.ipynb"
    path.write_bytes(notebook(RIGHT, "x" * 1000))
    with pytest.raises(UnreadableNotebook, match="clear its outputs"):
        read_notebook(path)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('check("mse.by_hand@61213", answer)', {"mse.by_hand": (0, "61213")}),
        ("check( 'mse.value', f)", {"mse.value": (0, "")}),
        ('check(f"mse.by_hand@{seed}", answer)', {"mse.by_hand": (0, "{seed}")}),
        ('check("mse.valu", f)', {}),
        ('hint("mse.value")', {}),
    ],
)
def test_what_a_cell_checks_is_known_before_it_runs(cell, named):
    assert submission.named_exercises([cell]) == named


def test_a_stranger_whose_name_begins_as_a_students_does_is_a_stranger(tmp_path):
    hand_in(tmp_path, **{"Ada Smith": notebook(RIGHT), "Ada-Luise": notebook(RIGHT)})
    assert found(tmp_path, "Ada") == [
        ("Ada Smith", "ex01.ipynb", False),
        ("Ada-Luise", "ex01.ipynb", False),
    ]
