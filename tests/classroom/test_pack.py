"""A pack holds what was chosen, runs, and holds nothing back by mistake."""

import io
import json
import re
import zipfile

import nbformat
import pytest

from lossfns.checks import check, exercise_ids, find, hint, reference, solution, solution_source
from lossfns.classroom import nbgrader, otter, own, tasks
from lossfns.classroom.answers import answer_key
from lossfns.classroom.pack import pack
from lossfns.classroom.roster import Student
from lossfns.classroom.seeds import seed
from lossfns.command import main

ADA, BOB = Student("Ada Lovelace"), Student("*Bob* <b>")
CHECK = re.compile(r'check\("(?P<id>[\w.@]+)", \w+\)')


@pytest.fixture(autouse=True)
def nothing_held_back(monkeypatch):
    """What a pack's notebook sets is forgotten after the test."""
    monkeypatch.setenv("LOSSFNS_HELD_BACK", "")


@pytest.fixture(scope="module")
def sheets():
    return tasks.sheets(tasks.chosen([]))


def secrets(name):
    """What gives an exercise away: the words of its hints, and our code."""
    hints = [hint(name, level).details[0][1] for level in (1, 2, 3)]
    return hints, solution_source(name).partition("\n\n# Here")[0]


def texts(files):
    """All that is in a pack's files, also in zips, as one text."""
    whole = ""
    for name, content in files.items():
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                whole += texts({inner: archive.read(inner) for inner in archive.namelist()})
        elif name.endswith(".ipynb"):
            notebook = json.loads(content)
            whole += json.dumps(notebook["metadata"])
            whole += "".join(
                "".join(cell["source"]) + json.dumps([cell["metadata"], cell.get("outputs")])
                for cell in notebook["cells"]
            )
        else:
            whole += content.decode()
    return whole


def test_every_exercise_is_in_a_pack_of_all(sheets):
    found = CHECK.findall(texts(pack(sheets)))
    assert tuple(found) == exercise_ids()


@pytest.mark.parametrize("hints", [False, True])
@pytest.mark.parametrize("solutions", [False, True])
@pytest.mark.parametrize("zips", [False, True])
def test_hints_and_solutions_are_there_only_when_they_are_wanted(sheets, hints, solutions, zips):
    given = texts(pack(sheets, [ADA], hints=hints, solutions=solutions, zips=zips))
    for name in exercise_ids():
        words, code = secrets(name)
        assert not any(word in given for word in words), "a hint's words are in no pack"
        assert (code in given) == solutions, name
        assert (f'hint("{name}")' in given) == hints
    assert ("Our solution" in given) == solutions


@pytest.mark.parametrize("files", [{"roster": [ADA, BOB]}, {"roster": []}])
def test_every_notebook_of_a_pack_is_valid_and_has_no_outputs(sheets, files):
    for content in pack(sheets, files["roster"], hints=True, solutions=True).values():
        notebook = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(notebook)
        assert not any(cell.get("outputs") for cell in notebook.cells)


def test_each_student_is_asked_about_numbers_of_their_own(sheets):
    files = pack(sheets[:1], [ADA, BOB])
    asked = [re.findall(r"mse\.by_hand@\d+", texts({n: c})) for n, c in files.items()]
    assert asked == [[f"mse.by_hand@{s.seed}"] * 3 for s in (ADA, BOB)]
    assert list(files) == [
        "Ada Lovelace/ex01_mean_squared_error.ipynb",
        f"{BOB.folder}/ex01_mean_squared_error.ipynb",
    ]


def test_a_name_is_shown_as_it_stands_whatever_markdown_thinks(sheets):
    (content,) = pack(sheets[:1], [BOB]).values()
    assert r"For \*Bob\* \<b\>, with" in "".join(json.loads(content)["cells"][1]["source"])


def test_the_same_pack_has_the_same_bytes(sheets):
    assert pack(sheets, [ADA], zips=True) == pack(sheets, [ADA], zips=True)


def test_links_to_pages_that_are_not_in_the_pack_become_words(sheets):
    assert not re.findall(r"\]\((?!\w+:)[^)]*\)", texts(pack(sheets)))


def run(notebook, filled):
    """Run a notebook's code with the stubs filled in; the verdicts, by exercise."""
    space, verdicts = {}, {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        call = CHECK.search(source)
        if cell["cell_type"] != "code" or cell["id"] == "setup":
            continue
        if call and filled:
            name = call["id"]
            space[find(name).name] = reference(name)
            source = source[source.rindex("\n\n\n") :]
        exec(source, space)
        if call:
            verdicts[call["id"]] = eval(call[0], space).outcome
    return verdicts


def test_a_students_notebook_runs_untouched_and_filled(sheets):
    by_hand = tasks.sheets(["more.smooth", "more.by_hand"])
    (content,) = pack(by_hand, [ADA]).values()
    own = ("more.smooth", f"more.by_hand@{ADA.seed}")
    assert run(json.loads(content), filled=False) == dict.fromkeys(own, "not_attempted")
    assert run(json.loads(content), filled=True) == dict.fromkeys(own, "correct")


@pytest.mark.parametrize(
    ("options", "held"),
    [({}, "hints solutions"), ({"hints": True}, "solutions"), ({"solutions": True}, "hints")],
)
def test_what_a_notebook_does_not_give_the_package_does_not_give_there_either(
    sheets, options, held
):
    (content,) = pack(sheets[5:6], [ADA], **options).values()
    run(json.loads(content), filled=False)
    assert ("holds the hints back" in repr(hint("mse.value"))) == ("hints" in held)
    assert ("hint(" in repr(check("mse.value", None))) == ("hints" not in held)
    given = repr(solution("mse.value", give_up=True))
    assert ("holds the solutions back" in given) == ("solutions" in held)
    assert "np.mean" in solution_source("mse.value")


def test_a_pack_with_everything_holds_nothing_back(sheets):
    assert "HELD_BACK" not in texts(pack(sheets, hints=True, solutions=True))


# nbgrader and otter


def graded_cells(content):
    cells = json.loads(content)["cells"]
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]


def test_each_exercise_is_a_point_of_nbgrader_in_a_cell_that_is_locked(sheets):
    files = nbgrader.course(sheets, [ADA], name="week-1")
    sources = [content for name, content in files.items() if name.endswith(".ipynb")]
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for s in sources for cell in graded_cells(s)]
    assert ids == [name.replace(".", "-") for name in exercise_ids()]
    for content in sources:
        nbformat.validate(nbformat.reads(content.decode(), as_version=4))
        for cell in graded_cells(content):
            about = cell["metadata"]["nbgrader"]
            assert (about["locked"], about["solution"], about["points"]) == (True, False, 1)
    assert files["students.csv"] == b"id\nAda Lovelace\n"


@pytest.mark.parametrize("system", [nbgrader, otter])
def test_our_solutions_stand_in_regions_that_are_stripped_and_nowhere_else(sheets, system):
    write = nbgrader.source if system is nbgrader else otter.master
    for sheet in sheets:
        cells = json.loads(write(sheet, hints=False))["cells"]
        whole = "\n".join("".join(cell["source"]) for cell in cells)
        solved = re.sub(r"    # (?:BEGIN|END) SOLUTION\n", "", whole)
        stripped = re.sub(r"# BEGIN SOLUTION\n.*?# END SOLUTION", "...", whole, flags=re.S)
        for task in sheet.tasks:
            words, code = secrets(task.exercise.id)
            assert not any(text in stripped for text in [code, *words])
            assert bool(task.exercise.question) or code in solved
        assert "reference(" not in stripped
        assert "hint(" not in whole


def test_the_guides_judge_each_student_by_their_own_numbers_not_by_those_they_name(sheets):
    for files in (nbgrader.course(sheets, [ADA]), otter.assignments(sheets)):
        command = re.search(r"`lossfns grade[^`]*`", files["README.md"].decode())
        assert "--roster class.csv" in command[0]


@pytest.mark.parametrize(("name", "folder"), [("ADA", "ada"), ("*Bob* <b>", BOB.folder)])
def test_while_nbgrader_grades_a_student_has_their_own_seed_alone(
    tmp_path, monkeypatch, name, folder
):
    (tmp_path / folder / "losses").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder / "losses")
    assert own.seed("eve") == seed("eve")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert own.seed(name) == seed(name)
    with pytest.raises(ValueError, match="STUDENT must be the name of"):
        own.seed("eve")


@pytest.mark.parametrize("name", ["", "a b", "../x", "é!"])
def test_a_name_that_nbgrader_cant_use_is_refused(sheets, name):
    with pytest.raises(ValueError, match="the name must have letters"):
        nbgrader.course(sheets, name=name)


# The command


def lossfns(*arguments):
    return main(["pack", *map(str, arguments)])


def test_the_command_writes_what_was_chosen_for_the_roster(tmp_path, capsys):
    (tmp_path / "class.csv").write_text("student\nada\nΩ\n", encoding="utf-8")
    pack, key = tmp_path / "new" / "monday", tmp_path / "key.md"
    roster = ("--roster", tmp_path / "class.csv")
    assert lossfns(pack, "--exercises", "2", "mse.by_hand", *roster, "--answers", key) == 0
    assert {path.relative_to(pack).as_posix() for path in pack.rglob("*.ipynb")} == {
        f"{name}/{stem}.ipynb"
        for name in ("ada", "Ω")
        for stem in ("ex01_mean_squared_error", "ex02_failed_attempts")
    }
    assert f"{pack}: 7 exercises for 2 students, 4 files" in capsys.readouterr().out
    assert [path.name for path in pack.parent.iterdir()] == ["monday"]
    text = key.read_text(encoding="utf-8")
    assert "| Ω |" in text
    assert "def softmax_mse_gradient" in text


def test_the_answer_key_holds_answers_that_pass(tmp_path):
    rows = re.findall(
        r"^\| Ada Lovelace \|.*\| ([^|]*) \|$", answer_key(["mse.by_hand"], [ADA]), re.M
    )
    answer = tuple(map(float, rows[0].split(",")))
    assert check(f"mse.by_hand@{ADA.seed}", answer).outcome == "correct"


REFUSED = [
    ((), "name a new folder"),
    (("{new}", "--exercises", "mse.valeu"), "did you mean 'mse.value'"),
    (("{new}", "--exercises", "9"), "there is no chapter 9 with exercises, only 1 to 7"),
    (("{new}", "--exercises", "mse.by_hand@7"), "an exercise is named without a seed"),
    (("{there}",), "is there already, and nothing is written over it"),
    (("{new}", "--answers", "{there}"), "is there already, and nothing is written over it"),
    (("{new}", "--answers", "{new}/key.md"), "which students get"),
    (("{new}", "--roster", "{there}/none.csv"), "none.csv: No such file"),
    (("{new}", "--notebooks", "{there}"), "there are no exercises here"),
    (("{new}", "--notebooks", "{spoilt}"), "this is no notebook"),
    (("{new}", "--for", "nbgrader", "--solutions"), "--solutions is for plain notebooks"),
    (("{new}", "--for", "otter", "--zip"), "--zip is for plain notebooks"),
    (("{new}", "--for", "nbgrader", "--name", "a/b"), "the name must have letters"),
    (("{new}", "--name", "week"), "--name is for nbgrader"),
    (("{new}", "--for", "otter", "--name", "week"), "--name is for nbgrader"),
    (("--answers", "{new}", "--hints", "--zip"), "--hints, --zip: only a pack has that"),
    (("--answers", "{new}", "--solutions"), "--solutions: only a pack has that"),
    (("--answers", "{new}", "--for", "plain", "--name", "a"), "--for, --name: only a pack"),
    (("--answers", "{new}", "--notebooks", "{there}"), "--notebooks: only a pack has that"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cant_be_done_is_said_and_nothing_is_written(tmp_path, capsys, arguments, said):
    there, spoilt = tmp_path / "there", tmp_path / "spoilt"
    there.mkdir()
    spoilt.mkdir()
    (spoilt / "ex01_a.ipynb").write_text("PK\x03\x04")
    before = sorted(tmp_path.rglob("*"))
    places = {"new": tmp_path / "new", "there": there, "spoilt": spoilt}
    assert lossfns(*(text.format(**places) for text in arguments)) == 2
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
