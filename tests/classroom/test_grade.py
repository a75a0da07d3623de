"""A class gets one row for each student and exercise, in one order, whatever was handed in."""

import csv
import io
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lossfns.checks import reference
from lossfns.checks.elsewhere import task
from lossfns.classroom import grade, sandbox
from lossfns.classroom.grade import Grading, Handed, Job, Row, as_csv, grade_job
from lossfns.classroom.journal import Journal, Refused
from lossfns.classroom.roster import Student
from lossfns.classroom.sandbox import Limits, Outcome, run_notebook
from lossfns.classroom.submission import Submission, find_submissions
from lossfns.classroom.tasks import chosen
from lossfns.command import main
from lossfns.judging.bounds import Fault
from lossfns.judging.trying import try_out
from tests.classroom.notebooks import RIGHT, START, STUB, SUM, hand_in, notebook

LIMITS = Limits(trusted=True)
END = "import os\nos._exit(0)"


def handed(student, *names, **seeds):
    named = {name: (at, "") for at, name in enumerate(names)}
    named |= {name.replace("__", "."): (9, seed) for name, seed in seeds.items()}
    return Handed(Submission(student, Path(f"{student}.ipynb")), named)


def test_what_one_student_deleted_or_made_up_changes_nothing_for_the_others():
    pack = ["mse.value", "mse.gradient", "ce.softmax"]
    work = [
        handed("a", *pack),
        handed("b", *pack),
        handed("c", "mse.value", "wild.dice", *pack[2:]),
    ]
    assert grade.asked_exercises([*work, handed("d", "mse.value")]) == tuple(pack)
    # Nor does who handed in no exercise at all, and copies are no students.
    nothing = [handed(name) for name in "fghij"]
    assert grade.asked_exercises([*work, *work[2:] * 9, *nothing]) == tuple(pack)
    assert grade.asked_exercises([*work[:2], handed("e", *pack, "mse.line")]) == tuple(pack)


def test_many_copies_of_one_student_turn_nobodys_own_numbers_off():
    pack = [handed(name, mse__by_hand="7") for name in "ab"]
    copies = [handed("c", mse__by_hand="") for _ in range(9)]
    assert grade.seeded_exercises([*pack, *copies]) == {"mse.by_hand"}
    assert grade.seeded_exercises([*copies, handed("a", mse__by_hand="7")]) == frozenset()


def outcome_of(monkeypatch, **parts):
    monkeypatch.setattr(grade, "run_notebook", lambda *_: Outcome(**parts))


def job(named, exercises=None, seeds=()):
    exercises = tuple(named) if exercises is None else exercises
    return Job("kim", ("",) * 9, named, exercises, dict(seeds), LIMITS)


def numbers(exercise_id, seed=""):
    return seed, try_out(
        task(exercise_id), reference(f"{exercise_id}@{seed}" if seed else exercise_id)
    )


@pytest.mark.parametrize(
    ("checked_with", "own", "verdict"),
    [
        ("61213", 61213, "correct"),
        ("7", 61213, "incorrect"),
        ("", 61213, "incorrect"),
        ("7", None, "correct"),
        ("", None, "correct"),
    ],
)
def test_a_neighbours_numbers_are_judged_by_the_students_own(
    monkeypatch, checked_with, own, verdict
):
    outcome_of(monkeypatch, tried={"mse.by_hand": numbers("mse.by_hand", checked_with)})
    seeds = {} if own is None else {"mse.by_hand": own}
    (row,) = grade_job(job({"mse.by_hand": (0, checked_with)}, seeds=seeds))
    assert row.verdict == verdict
    assert ("Judged by this student's own numbers, @61213" in row.message) == (
        verdict == "incorrect"
    )


@pytest.mark.parametrize(
    ("parts", "verdict", "says"),
    [
        (
            {"stopped": {2: "it had not ended"}},
            "stopped",
            "Its cell was stopped: it had not ended.",
        ),
        ({"stopped": {1: "late"}, "late": True}, "stopped", "The time for the whole notebook"),
        ({"stopped": {1: "it hung"}}, "missing", "its cell was changed"),
        (
            {"faults": {2: Fault("NameError", "no a", "a", 3)}},
            "error",
            "NameError: no a, line 3: `a`",
        ),
        ({}, "missing", "No cell checks it"),
    ],
)
def test_an_exercise_that_gave_nothing_says_why(monkeypatch, parts, verdict, says):
    outcome_of(monkeypatch, **parts)
    (row,) = grade_job(job({"mse.value": (2, "")}))
    assert (row.verdict, row.points) == (verdict, 0)
    assert says in row.message


def test_a_fault_of_ours_is_not_blamed_on_the_student(monkeypatch):
    monkeypatch.setattr(grade, "judge_elsewhere", lambda *_: 1 / 0)
    outcome_of(monkeypatch, tried={"mse.by_hand": numbers("mse.by_hand")})
    (row,) = grade_job(job({"mse.by_hand": (0, "")}))
    assert row.verdict == "broken"
    assert "ZeroDivisionError" in row.message


def row(student, exercise, verdict):
    return Row(student, exercise, int(verdict == "correct"), verdict, "", "")


def test_rows_follow_the_roster_then_strangers_and_the_better_of_two_notebooks_counts():
    roster = tuple(map(Student, ("zoe", "ada", "kim", "lou")))
    first, second, other, stranger = (
        Handed(Submission(name, Path(f"{at}.ipynb")), {"mse.value": (0, "")}, str(at))
        for at, name in enumerate(("ada", "ada", "zoe", "eve"))
    )
    broken = Handed(Submission("lou", Path("lou.ipynb")), {}, fault="it is empty")
    grading = Grading(
        (first, second, other, stranger, broken), roster, ("mse.value", "mse.gradient"), LIMITS
    )
    names = [name for name, _ in grading.jobs()]
    results = [
        [row("ada", "mse.value", "incorrect"), row("ada", "mse.gradient", "missing")],
        [row("ada", "mse.value", "correct"), row("ada", "mse.gradient", "not_attempted")],
        [row("zoe", "mse.value", "error")],
        [row("eve", "mse.value", "correct")],
    ]
    rows = list(grading.rows(dict(zip(names, results, strict=True))))
    assert [(one.student, one.exercise, one.verdict) for one in rows] == [
        ("zoe", "mse.value", "error"),
        ("zoe", "mse.gradient", "missing"),
        ("ada", "mse.value", "correct"),
        ("ada", "mse.gradient", "not_attempted"),
        ("kim", "mse.value", "absent"),
        ("kim", "mse.gradient", "absent"),
        ("lou", "mse.value", "unreadable"),
        ("lou", "mse.gradient", "unreadable"),
        ("eve", "mse.value", "correct"),
        ("eve", "mse.gradient", "missing"),
    ]


def test_a_spreadsheet_runs_nothing_that_a_student_wrote():
    text = as_csv([Row('=HYPERLINK("x")', "mse.value", 1, "correct", "", "@a\nb, \x1b[2J")])
    ((_, cells),) = enumerate(list(csv.reader(io.StringIO(text)))[1:])
    assert cells == ['\'=HYPERLINK("x")', "mse.value", "1", "correct", "", "'@a b, [2J"]


# One run after another


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    out = tmp_path / "grades.csv"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="nothing is overwritten"):
        Journal(out, again=True)
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_a_file_that_comes_meanwhile_is_not_overwritten_either(tmp_path):
    out = tmp_path / "grades.csv"
    with Journal(out) as journal:
        journal.keep("a", [])
        out.write_text("mine", encoding="utf-8")
        with pytest.raises(Refused, match="came meanwhile"):
            journal.finish("ours")
    assert out.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "grades.csv.part").exists()


def test_what_was_graded_before_a_crash_is_kept_and_a_torn_line_is_not(tmp_path):
    out, part = tmp_path / "grades.csv", tmp_path / "grades.csv.part"
    rows = [row("kim", "mse.value", "correct")]
    with Journal(out) as journal:
        journal.keep("a", rows)
    part.write_bytes(part.read_bytes() + b'["b", [["kim", "mse')
    with pytest.raises(Refused, match="--again goes on"):
        Journal(out)
    with Journal(out, again=True) as journal:
        assert journal.graded == {"a": rows}
        journal.keep("c", rows)
    with Journal(out, again=True) as journal:
        assert journal.graded == {"a": rows, "c": rows}
        journal.finish("x")
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="grading needs Linux or macOS")
def test_a_second_run_beside_one_that_goes_on_is_refused_and_harms_nothing(tmp_path):
    out = tmp_path / "grades.csv"
    with Journal(out) as journal:
        journal.keep("a", [])
        with pytest.raises(Refused, match="another run writes it now"):
            Journal(out, again=True)
        journal.keep("b", [])
    with Journal(out, again=True) as journal:
        assert list(journal.graded) == ["a", "b"]


# In a process of its own


def test_a_notebook_runs_from_top_to_bottom_and_a_fault_stops_only_its_cell():
    cells = (
        START,
        "%matplotlib inline\n1 / 0",
        "scale = 2",
        RIGHT.replace("return ", "return scale * "),
    )
    outcome = run_notebook(cells, {"mse.value": task("mse.value")}, LIMITS)
    _, tried = outcome.tried["mse.value"]
    np.testing.assert_array_equal(tried.given[0], [5.0])
    assert outcome.faults == {1: Fault("ZeroDivisionError", "division by zero", "1 / 0", 2)}
    assert outcome.stopped == {}


def test_the_last_attempt_counts_though_cells_ended_the_process_and_the_others_ran_again():
    cells = (START, SUM, END, f"{RIGHT}\n{END}", STUB)
    outcome = run_notebook(cells, {"mse.value": task("mse.value")}, LIMITS)
    assert list(outcome.stopped) == [2, 3]
    _, tried = outcome.tried["mse.value"]
    np.testing.assert_array_equal(tried.given[0], [2.5])


def test_a_time_that_is_over_while_python_starts_again_stops_one_notebook_not_the_class(
    monkeypatch,
):
    def run(job, limits, outcome, deadline):
        if not job.skip:
            return 3, "it ended its process"
        time.sleep(max(0, deadline - time.monotonic()))
        return -1, "the time for the whole submission was over"

    monkeypatch.setattr(sandbox, "_run", run)
    outcome = run_notebook(("",) * 4, {}, Limits(seconds=0.05, trusted=True))
    assert (outcome.stopped, outcome.late) == ({3: "it ended its process"}, True)


def test_a_process_that_never_starts_is_no_students_fault(monkeypatch):
    monkeypatch.setattr(sandbox, "_run", lambda *_: (-1, "no room for it"))
    with pytest.raises(sandbox.NoSandbox, match="could not start: no room for it"):
        run_notebook(("",), {}, LIMITS)


# The command


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{class}/nowhere"], "FOLDER must be a folder of submissions"),
        (["{class}.zip"], "unpack it first"),
        (["{empty}"], "no notebook lies in"),
        (["{zips}"], "zips; k�im.zip: it is a zip: unpack it"),
        (["{class}", "--exercises", "1", "mse.valu"], "did you mean 'mse.value'"),
        (["{class}", "--exercises", "9"], "there is no chapter 9 with exercises, only 1 to 7"),
        (["{mixed}"], "no exercise was handed in by half of the students: name --exercises"),
        (["{other}"], "none of 1 notebooks names an exercise"),
        (["{class}", "--roster", "{class}/nobody.csv"], "nobody.csv: No such file"),
        (["{class}", "--roster", "{roster}"], "line 3: 'kim' stands in line 2 too"),
        (["{class}", "--out", "{class}/no/grades.csv"], "grades.csv.part: No such file"),
    ],
)
def test_what_can_not_be_graded_is_refused_by_name(tmp_path, capsys, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "class", kim=notebook(STUB))
    hand_in(tmp_path / "other", kim=notebook("print(1)"))
    mixed = {name: notebook(f'check("mse.{name}", ...)') for name in ("value", "line", "column")}
    hand_in(tmp_path / "mixed", **mixed)
    (tmp_path / "empty").mkdir()
    (tmp_path / "zips").mkdir()
    (tmp_path / "zips" / "k\u202eim.zip").write_bytes(b"PK")
    (tmp_path / "class.zip").write_bytes(b"PK")
    (tmp_path / "roster").write_text("student\nkim\nkim\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    places = {
        name: str(tmp_path / name)
        for name in ("class", "empty", "mixed", "other", "roster", "zips")
    }
    assert main(["grade", *(one.format(**places) for one in arguments)]) == 2
    assert says in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--seconds", "nan"], ["--memory", "-1"]])
def test_bounds_that_bound_nothing_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        main(["grade", "class", *arguments])
    assert "needed, got" in capsys.readouterr().err


def test_what_few_handed_in_is_not_graded_and_the_summary_says_so(tmp_path, capsys):
    last_week = notebook(STUB, 'check("wild.dice", ...)', 'check("ce.softmax", ...)')
    hand_in(tmp_path / "class", ada=notebook(STUB), kim=notebook(STUB), lou=last_week)
    out = tmp_path / "grades.csv"
    assert main(["grade", str(tmp_path / "class"), "--out", str(out), "--trust"]) == 0
    assert out.read_text(encoding="utf-8").count("\n") == 1 + 3
    said = "Handed in but not graded: ce.softmax, wild.dice (--exercises asks for it)"
    assert said in capsys.readouterr().out


def test_who_handed_in_a_zip_is_not_said_to_have_handed_in_nothing(tmp_path, capsys):
    folder, out = hand_in(tmp_path / "class", kim=notebook(STUB)), tmp_path / "grades.csv"
    (folder / "ada.zip").write_bytes(b"PK")
    (folder / "ada_2.zip").symlink_to(folder / "ada_2.zip")
    (folder / "class.csv").write_text("student\nkim\nada\n", encoding="utf-8")
    roster = ["--roster", str(folder / "class.csv")]
    assert main(["grade", str(folder), *roster, "--out", str(out), "--trust"]) == 1
    said = capsys.readouterr().out
    assert said.partition("To look at:\n")[2].splitlines()[:-1] == [
        "  ada: ada.zip: it is a zip: unpack it",
        "  ada: ada_2.zip: it is a link, which is not followed",
    ]
    assert "ada,mse.value,0,unreadable,,ada.zip: it is a zip: unpack it" in out.read_text()


def test_exercises_are_named_as_for_a_pack_by_id_or_chapter(tmp_path):
    hand_in(tmp_path / "class", kim=notebook(STUB))
    out = tmp_path / "grades.csv"
    arguments = [str(tmp_path / "class"), "--exercises", "1", "ce.by_hand", "--out", str(out)]
    assert main(["grade", *arguments, "--trust"]) == 0
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert tuple(line[1] for line in rows[1:]) == chosen(["1", "ce.by_hand"])


def test_who_is_not_on_the_roster_is_graded_and_named(tmp_path, capsys):
    hand_in(tmp_path / "class", kim=notebook(STUB), stranger=notebook(STUB))
    (tmp_path / "roster.csv").write_text("student\nkim\nada\n", encoding="utf-8")
    out = tmp_path / "grades.csv"
    arguments = [tmp_path / "class", "--roster", tmp_path / "roster.csv", "--out", out, "--trust"]
    assert main(["grade", *map(str, arguments)]) == 1
    said = capsys.readouterr().out
    assert "3 students, 2 notebooks, 1 exercise" in said
    assert "stranger is not on the roster" in said
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [line[:4] for line in rows[1:]] == [
        ["kim", "mse.value", "0", "not_attempted"],
        ["ada", "mse.value", "0", "absent"],
        ["stranger", "mse.value", "0", "not_attempted"],
    ]


def test_the_same_folders_give_the_same_jobs_in_the_same_order(tmp_path):
    hand_in(tmp_path, **{name: notebook(STUB) for name in ("b", "a", "Ω", "A")})
    found = [list(find_submissions([tmp_path])) for _ in range(2)]
    assert found[0] == found[1]
    assert [one.student for one in found[0]] == ["A", "a", "b", "Ω"]
