"""A notebook away from the checkout: its first cell says what to run, and runs it if asked to."""

import importlib.util
import subprocess
import types

import nbformat
import pytest
from IPython.core.error import StdinNotImplementedError

import lossfns
from sitebuild import first_cell as cells
from sitebuild import notebooks as tool
from sitebuild.find_lossfns import find_lossfns
from sitebuild.paths import ROOT

NEEDED = ["lossfns", "matplotlib"]
VERSION = lossfns.__version__
WHEEL = f"lossfns-{VERSION}-py3-none-any.whl"


class Machine:
    """A machine on which modules may be missing, someone may answer, and pip may do its work."""

    def __init__(self, folder):
        self.folder = folder
        self.missing, self.namespaces = set(NEEDED), set()
        self.answer = None
        self.asked, self.ran = [], []
        self.brings, self.code, self.error = set(NEEDED), 0, ""

    def find_spec(self, name):
        if name in self.namespaces:
            return types.SimpleNamespace(origin=None)
        return None if name in self.missing else types.SimpleNamespace(origin="here")

    def input(self, prompt):
        self.asked.append(prompt)
        if self.answer is None:
            raise StdinNotImplementedError("raw_input was called, but this frontend has no stdin")
        return self.answer

    def run(self, command, **options):
        self.ran.append(command)
        self.missing -= self.brings
        return subprocess.CompletedProcess(command, self.code, "", self.error)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    folder = tmp_path / "a" / "b" / "c" / "d"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    machine = Machine(folder)
    monkeypatch.setattr(importlib.util, "find_spec", machine.find_spec)
    monkeypatch.setattr("builtins.input", machine.input)
    monkeypatch.setattr(subprocess, "run", machine.run)
    return machine


def refused(source=""):
    """What the cell says when it can't go on."""
    with pytest.raises(ModuleNotFoundError) as caught:
        find_lossfns(VERSION, source, NEEDED)
    return str(caught.value)


def test_where_all_is_there_the_cell_is_silent(machine, capsys):
    machine.missing = set()
    find_lossfns(VERSION, "", NEEDED)
    assert capsys.readouterr() == ("", "")
    assert not machine.asked


@pytest.mark.parametrize("levels", [0, 1], ids=["beside", "above"])
def test_without_anybody_to_ask_it_stops_and_names_the_command(machine, levels):
    wheel = [machine.folder, *machine.folder.parents][levels] / WHEEL
    wheel.touch()
    said = refused()
    assert said == f'Missing here: lossfns, matplotlib. Please run: pip install "{wheel}[course]"'
    assert said in machine.asked[0]
    assert not machine.ran


def test_yes_installs_the_wheel_beside_the_notebook(machine, capsys):
    (machine.folder / WHEEL).touch()
    machine.answer = " Yes"
    find_lossfns(VERSION, "", NEEDED)
    assert [command[1:] for command in machine.ran] == [
        ["-m", "pip", "install", f"{machine.folder / WHEEL}[course]"]
    ]
    assert capsys.readouterr().out.startswith("Installed.")


@pytest.mark.parametrize("answer", ["", "n", "no", "yesterday", "maybe"])
def test_anything_but_yes_installs_nothing(machine, answer):
    machine.answer = answer
    assert "pip install" in refused("lossfns[course] @ git+https://git.example/a/b@main")
    assert not machine.ran


def test_checkout_above_is_what_it_installs(machine):
    checkout = machine.folder.parents[1]
    (checkout / "lossfns").mkdir()
    (checkout / "lossfns" / "py.typed").touch()
    (machine.folder / WHEEL).touch()
    assert refused().endswith(f'pip install "{checkout}[course]"')


@pytest.mark.parametrize("found", [f"lossfns-{VERSION}-py3-none-any (1).whl", "lossfns-9.9.whl"])
def test_wheel_that_pip_would_refuse_or_of_another_version_is_not_taken(machine, found):
    (machine.folder / found).touch()
    assert f"put {WHEEL}" in refused()


def test_address_that_the_notebook_knows_is_what_it_installs(machine):
    source = cells.from_git("https://git.example/a/b", "main")
    assert refused(source).endswith(
        'pip install "lossfns[course] @ git+https://git.example/a/b@main"'
    )


def test_without_any_address_it_asks_for_the_wheel_and_names_no_index(machine):
    said = refused()
    assert f"put {WHEEL}" in said
    assert str(machine.folder) in said
    assert "pip install" not in said
    assert not machine.asked


def test_missing_extra_alone_is_added_to_what_is_there(machine):
    machine.missing = {"matplotlib"}
    (machine.folder / WHEEL).touch()
    assert refused() == 'Missing here: matplotlib. Please run: pip install "lossfns[course]"'


def test_folder_that_happens_to_be_called_lossfns_is_not_the_package(machine):
    machine.namespaces = {"lossfns"}
    assert refused().startswith("Missing here: lossfns, matplotlib.")


def test_when_pip_fails_its_own_words_are_shown(machine):
    machine.answer, machine.code, machine.brings = "y", 1, set()
    machine.error = "ERROR: externally-managed-environment"
    assert refused("lossfns[course] @ x") == machine.error


def test_what_the_kernel_finds_only_after_a_restart_is_said(machine):
    machine.answer, machine.brings = "y", set()
    assert "Restart the kernel" in refused("lossfns[course] @ x")


def test_another_version_is_named_and_the_notebook_goes_on(machine, capsys):
    machine.missing = set()
    find_lossfns("9.9.9", "", NEEDED)
    assert capsys.readouterr().out == (
        f"This notebook was made for lossfns 9.9.9; here is {VERSION}.\n"
    )


@pytest.mark.parametrize("text", tool.chapters(), ids=lambda path: path.stem)
def test_every_notebook_starts_with_the_same_cell(text):
    stored = nbformat.read(tool.notebook_path(text), as_version=4)
    first = stored.cells[0]
    assert first.source == cells.first_cell(cells.stored_source(tool.CONFIGURATION)).source
    assert first.outputs == []
    assert first.metadata.tags == ["remove-cell"]


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("", ""),
        ("https://git.example/a/b", "lossfns[course] @ git+https://git.example/a/b@stable"),
    ],
)
def test_stored_notebooks_name_a_repository_only_where_one_is_configured(tmp_path, address, source):
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    line = 'course_repository: {url: "", branch: main}'
    assert line in text
    path = tmp_path / "_config.yml"
    path.write_text(text.replace(line, f'course_repository: {{url: "{address}", branch: stable}}'))
    assert cells.stored_source(path) == source
    assert f'"{VERSION}", "{source}"' in cells.first_cell(source).source.splitlines()[-1]
