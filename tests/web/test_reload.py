"""Whoever edits a component's script sees the edit in the notebook that is open."""

import shutil
import time

import pytest

from lossfns.explorers import ParabolaExplorer
from lossfns.web import join, reload


@pytest.fixture
def parabola(tmp_path, monkeypatch):
    """An explorer whose scripts a test may edit, and one of them."""
    for folder in ("web", "explorers"):
        source = join.STATIC.parents[1] / folder / "static"
        shutil.copytree(source, tmp_path / folder / "static")
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    monkeypatch.setattr(reload, "PAUSE", 0.01)
    monkeypatch.setattr(reload, "STATIC", tmp_path / "web" / "static")
    monkeypatch.setattr(ParabolaExplorer, "_static", tmp_path / "explorers" / "static")
    return ParabolaExplorer()


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_edit_of_a_script_reaches_a_living_explorer(parabola):
    script = parabola._static / "parabola.mjs"
    script.write_text(script.read_text().replace("One number for all", "Edited"))
    until(lambda: "Edited" in parabola._esm)


def test_edit_of_a_shared_script_that_breaks_the_rules_is_named_and_the_old_one_stays(
    parabola, capsys
):
    shared, old = reload.STATIC / "controls.mjs", parabola._esm
    good = shared.read_text()
    shared.write_text("const broken = 1;\n")
    said = []
    until(lambda: said.append(capsys.readouterr().out) or "not reloaded" in "".join(said))
    assert "controls.mjs:1" in "".join(said)
    assert parabola._esm == old
    shared.write_text(good.replace('class: "ex-button"', 'class: "ex-button edited"'))
    until(lambda: "ex-button edited" in parabola._esm)


def test_nothing_is_watched_unasked(monkeypatch):
    monkeypatch.delenv("ANYWIDGET_HMR", raising=False)
    monkeypatch.setattr(reload.threading, "Thread", lambda **options: pytest.fail("a watcher"))
    ParabolaExplorer()
