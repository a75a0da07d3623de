"""A learner's copies: made, brought up to date, and never written over."""

import json
import os
import re
import subprocess
import tomllib

import pytest

from sitebuild import lab, stored
from sitebuild import notebooks as tool
from sitebuild.paths import ROOT
from tests.files import identity
from tests.sitebuild.test_notebooks import CHAPTER, edit, prints, solve, write_chapter


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of three notebooks, one of them an exercise."""
    folders = {"ROOT": "", "BOOK": "book", "NOTEBOOKS": "notebooks"}
    for name, folder in folders.items():
        monkeypatch.setattr(tool, name, tmp_path / folder)
    monkeypatch.setattr(lab, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(lab, "LAB", tmp_path / "lab")
    (tmp_path / "book" / "exercises").mkdir(parents=True)
    for name in ("01_a", "02_b", "exercises/ex01_a"):
        revise(tmp_path, name, CHAPTER)
    return tmp_path


def revise(course, name, body):
    """Write a text and store its notebook, as `make notebooks` would, but without a kernel."""
    text = write_chapter(course, name, body)
    notebook = stored.made(tool.convert(text), tool.convert(text))
    path = tool.notebook_path(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tool.nbformat.writes(notebook, indent=1) + "\n")
    return path


def copy(course, name="01_a"):
    return course / "lab" / f"{name}.ipynb"


def original(course, name="01_a"):
    return course / "notebooks" / f"{name}.ipynb"


def files(course):
    return sorted(
        path.relative_to(course / "lab").as_posix()
        for path in (course / "lab").rglob("*")
        if not path.is_dir() and path.name != lab.MEMORY
    )


ALL = ["01_a.ipynb", "02_b.ipynb", "exercises/ex01_a.ipynb"]


def test_first_run_copies_every_notebook(course, capsys):
    assert lab.main() == 0
    assert files(course) == ALL
    assert copy(course).read_bytes() == original(course).read_bytes()
    assert "3 made" in capsys.readouterr().out
    copy(course).write_text("anyone can write it")


def test_second_run_changes_nothing(course, capsys):
    lab.main()
    before = {path: identity(path) for path in (course / "lab").rglob("*.ipynb")}
    assert lab.main() == 0
    assert {path: identity(path) for path in (course / "lab").rglob("*.ipynb")} == before
    assert "3 left as they are" in capsys.readouterr().out


def test_deleted_copy_comes_back(course):
    lab.main()
    copy(course).unlink()
    lab.main()
    assert copy(course).read_bytes() == original(course).read_bytes()


def test_copy_that_nobody_touched_is_brought_up_to_date(course, capsys):
    lab.main()
    for words in ("Second words.", "Third words."):
        revise(course, "01_a", CHAPTER.replace("Some words.", words))
        assert lab.main() == 0
        assert copy(course).read_bytes() == original(course).read_bytes()
        assert "1 brought up to date" in capsys.readouterr().out
    assert files(course) == ALL


def run_only(notebook):
    prints(notebook)["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]}
    ]


def save_only(notebook):
    notebook["metadata"]["language_info"]["version"] = "3.12"


def change(path, how):
    notebook = json.loads(path.read_bytes())
    how(notebook)
    path.write_text(json.dumps(notebook))
    return path.read_bytes()


@pytest.mark.parametrize("how", [solve, run_only, save_only], ids=lambda how: how.__name__)
@pytest.mark.parametrize("name", ["01_a", "exercises/ex01_a"])
def test_copy_that_a_learner_touched_stays_and_the_new_one_comes_beside_it(
    course, capsys, how, name
):
    lab.main()
    mine = change(copy(course, name), how)
    lab.main()
    assert files(course) == ALL
    capsys.readouterr()

    revise(course, name, CHAPTER.replace("Some words.", "New words."))
    assert lab.main() == 0
    assert copy(course, name).read_bytes() == mine
    new = copy(course, f"{name}.new")
    assert new.read_bytes() == original(course, name).read_bytes()
    told = capsys.readouterr().out
    assert f"lab/{name}.ipynb is yours and stays" in told
    assert f"lab/{name}.new.ipynb" in told

    lab.main()
    assert "yours and stays" not in capsys.readouterr().out, "once is enough"


def test_newer_original_replaces_the_one_beside_unless_that_was_touched(course):
    lab.main()
    mine = change(copy(course), solve)
    for number in (1, 2):
        revise(course, "01_a", CHAPTER.replace("words", f"words {number}"))
        lab.main()
    new = copy(course, "01_a.new")
    assert new.read_bytes() == original(course).read_bytes()
    mine_too = change(new, solve)
    for number in (3, 4):
        revise(course, "01_a", CHAPTER.replace("words", f"words {number}"))
        lab.main()
    assert copy(course).read_bytes() == mine
    assert new.read_bytes() == mine_too
    assert copy(course, "01_a.new-2").read_bytes() == original(course).read_bytes()
    assert len(files(course)) == 5


def test_new_original_that_a_learner_deleted_does_not_come_again(course):
    lab.main()
    change(copy(course), solve)
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    lab.main()
    copy(course, "01_a.new").unlink()
    lab.main()
    assert files(course) == ALL


def test_file_of_the_learners_in_the_new_ones_place_stays(course):
    lab.main()
    change(copy(course), solve)
    copy(course, "01_a.new").write_text("mine")
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    lab.main()
    assert copy(course, "01_a.new").read_text() == "mine"
    assert copy(course, "01_a.new-2").read_bytes() == original(course).read_bytes()


def test_learner_who_takes_the_new_one_is_kept_up_to_date_again(course):
    lab.main()
    change(copy(course), solve)
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    lab.main()
    copy(course, "01_a.new").replace(copy(course))
    lab.main()
    revise(course, "01_a", CHAPTER.replace("words", "newer words"))
    lab.main()
    assert copy(course).read_bytes() == original(course).read_bytes()
    assert files(course) == ALL


MEMORIES = {
    "lost": None,
    "empty": b"",
    "half": b'{"01_a.ipynb": "ab',
    "a list": b"[]",
    "other values": b'{"01_a.ipynb": 3, "02_b.ipynb": null}',
    "binary": b"\xff\x00",
}


@pytest.mark.parametrize("memory", MEMORIES.values(), ids=MEMORIES)
def test_lab_that_has_forgotten_what_it_laid_overwrites_nothing(course, memory):
    lab.main()
    mine = change(copy(course), solve)
    old = copy(course, "02_b").read_bytes()
    path = course / "lab" / lab.MEMORY
    path.unlink() if memory is None else path.write_bytes(memory)
    for name in ("01_a", "02_b"):
        revise(course, name, CHAPTER.replace("words", "new words"))
    assert lab.main() == 0
    assert copy(course).read_bytes() == mine
    assert copy(course, "02_b").read_bytes() == old
    assert copy(course, "02_b.new").read_bytes() == original(course, "02_b").read_bytes()


def test_lab_that_has_forgotten_learns_again_from_copies_like_their_originals(course):
    lab.main()
    (course / "lab" / lab.MEMORY).unlink()
    lab.main()
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    lab.main()
    assert copy(course).read_bytes() == original(course).read_bytes()


def test_learners_own_notebooks_and_folders_stay(course):
    lab.main()
    own = {"mine.ipynb": "mine", "exercises/own.ipynb": "too", "data/x.part": "data"}
    for name, text in own.items():
        path = course / "lab" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    lab.main()
    assert {name: (course / "lab" / name).read_text() for name in own} == own


def replace_by_link(path):
    target = path.parent / "target"
    target.write_text("mine")
    path.unlink()
    path.symlink_to(target)


def replace_by_dangling_link(path):
    path.unlink()
    path.symlink_to("nowhere")


def replace_by_folder(path):
    path.unlink()
    path.mkdir()
    (path / "mine").write_text("mine")


def replace_by_pipe(path):
    path.unlink()
    os.mkfifo(path)


def make_read_only(path):
    path.chmod(0o444)


def described(folder):
    return {
        path: (identity(path), path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
        if path.name.startswith("01_a") or path.name in ("target", "mine")
    }


@pytest.mark.parametrize(
    "obstacle",
    [
        replace_by_link,
        replace_by_dangling_link,
        replace_by_folder,
        replace_by_pipe,
        make_read_only,
    ],
    ids=lambda obstacle: obstacle.__name__,
)
def test_what_is_no_plain_writable_file_is_left_alone(course, capsys, obstacle):
    lab.main()
    obstacle(copy(course))
    before = described(course / "lab")
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    revise(course, "02_b", CHAPTER.replace("words", "new words"))
    assert lab.main() == 0
    assert described(course / "lab") == before
    assert "lab/01_a.ipynb is" in capsys.readouterr().out
    assert copy(course, "02_b").read_bytes() == original(course, "02_b").read_bytes()


@pytest.mark.parametrize("make", [lambda p: p.write_text("mine"), lambda p: p.symlink_to("..")])
def test_something_else_in_place_of_a_folder_is_left_alone(course, capsys, make):
    (course / "lab").mkdir()
    make(course / "lab" / "exercises")
    before = identity(course / "lab" / "exercises")
    assert lab.main() == 0
    assert identity(course / "lab" / "exercises") == before
    assert not (course / "ex01_a.ipynb").exists()
    assert "lab/exercises is no plain folder; left as it is" in capsys.readouterr().out
    assert copy(course).is_file()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("mine"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(path),
        lambda path: path.symlink_to("notebooks"),
    ],
    ids=["file", "dangling link", "link to itself", "link to the originals"],
)
def test_lab_that_cannot_be_a_folder_of_copies_is_told(course, capsys, make):
    make(course / "lab")
    before = {path: path.read_bytes() for path in (course / "notebooks").rglob("*.ipynb")}
    assert lab.main() == 1
    assert "must be a folder" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (course / "notebooks").rglob("*.ipynb")} == before
    assert not (course / "notebooks" / lab.MEMORY).exists()


def test_lab_on_another_disk_by_a_link_is_used(course, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("disk")
    (course / "lab").symlink_to(elsewhere)
    assert lab.main() == 0
    assert (elsewhere / "01_a.ipynb").read_bytes() == original(course).read_bytes()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError("disk full")], ids=["stop", "full"])
@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_interrupted_run_leaves_whole_files_and_the_next_goes_on(
    course, monkeypatch, fault, writes
):
    replace, done = os.replace, []

    def failing(*names):
        if len(done) == writes:
            raise fault
        done.append(names)
        replace(*names)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        lab.main()
    for name in files(course):
        assert (course / "lab" / name).read_bytes() == (course / "notebooks" / name).read_bytes()
    assert lab.main() == 0
    assert files(course) == ALL
    revise(course, "01_a", CHAPTER.replace("words", "new words"))
    lab.main()
    assert files(course) == ALL
    assert copy(course).read_bytes() == original(course).read_bytes()


def test_what_a_killed_run_left_half_written_is_cleared_away(course):
    lab.main()
    half = course / "lab" / "exercises" / ".ex01_a.ipynb.4711.part"
    half.write_text('{"cel')
    lab.main()
    assert files(course) == ALL


def test_work_done_in_the_originals_moves_to_the_lab_and_is_kept(course, capsys):
    """As someone has it who worked before there was a lab."""
    path = original(course)
    clean = path.read_bytes()
    mine = edit(tool.BOOK / "01_a.md", solve).read_bytes()
    lab.main()
    assert copy(course).read_bytes() == mine
    assert "holds the work found in notebooks/01_a.ipynb" in capsys.readouterr().out
    lab.main()
    path.write_bytes(clean)
    lab.main()
    assert copy(course).read_bytes() == mine


def test_damaged_original_is_not_laid(course, capsys):
    lab.main()
    before = copy(course).read_bytes()
    original(course).write_text("{\n<<<<<<< ours\n")
    copy(course, "02_b").unlink()
    original(course, "02_b").write_text("")
    assert lab.main() == 0
    assert copy(course).read_bytes() == before
    assert not copy(course, "02_b").exists()
    assert "notebooks/01_a.ipynb is no whole notebook" in capsys.readouterr().out


LINK = re.compile(r"\]\((?!\w+:|#)([^)\s#]+)")


def test_links_in_copies_lead_to_the_same_places():
    for text in tool.chapters():
        notebook = tool.notebook_path(text)
        place = lab.LAB / notebook.relative_to(tool.NOTEBOOKS)
        for cell in tool.stored_notebook(text).cells:
            for target in LINK.findall(cell.source) if cell.cell_type == "markdown" else ():
                from_notebook = os.path.normpath(notebook.parent / target)
                from_copy = os.path.normpath(place.parent / target)
                moved = from_notebook.replace(str(tool.NOTEBOOKS), str(lab.LAB), 1)
                assert from_copy in (from_notebook, moved), (text.name, target)
                assert os.path.exists(from_notebook), (text.name, target)


@pytest.mark.parametrize(("user", "flag"), [("0", True), ("1000", False)])
def test_only_root_tells_jupyter_that_it_is_root(tmp_path, user, flag):
    fake = tmp_path / "id"
    fake.write_text(f"#!/bin/sh\necho {user}\n")
    fake.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    printed = subprocess.run(
        ["make", "--dry-run", "lab"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "python -m sitebuild lab" in printed
    assert "--LabApp.default_url=/lab/tree/lab" in printed
    assert ("--allow-root" in printed) == flag


def test_git_ruff_and_pytest_leave_a_learners_work_alone():
    assert {"/lab/", "/aside/", "*.part"} <= set((ROOT / ".gitignore").read_text().splitlines())
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert {"lab", "aside"} <= set(tools["ruff"]["extend-exclude"])
    assert {"lab", "aside"} <= set(tools["pytest"]["ini_options"]["norecursedirs"])
