"""Whoever writes an explorer edits its script, and sees the edit in the JupyterLab that is open."""

import shutil

import pytest

from tests.slow.lab import opened, run, variables, write

NOTEBOOK = "mine.ipynb"
CELLS = [
    """from lossfns.explorers import LossExplorer
loss = LossExplorer(revealed=True)
loss""",
    "print(loss.probability)",
]


@pytest.fixture
def package(wheel, tmp_path):
    """A copy of the package, whose scripts a test may edit."""
    return shutil.copytree(wheel, tmp_path / "lib") / "lossfns"


@pytest.fixture
def lab(chromium, package, tmp_path):
    """A page with the notebook open in a JupyterLab that was started for hot reload."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder / NOTEBOOK, CELLS)
    fresh = variables(tmp_path, PYTHONPATH=package.parent, ANYWIDGET_HMR="1")
    with opened(chromium, folder, fresh, f"lab/tree/{NOTEBOOK}", height=2000) as page:
        yield page


def edit(script, old, new):
    text = script.read_text(encoding="utf-8")
    assert old in text
    script.write_text(text.replace(old, new), encoding="utf-8")


def test_edit_of_a_script_shows_in_the_open_notebook_and_keeps_the_state(lab, package):
    card = run(lab, 0).locator(".ex-card")
    card.get_by_text("The loss explorer", exact=True).wait_for()
    card.get_by_role("button", name="z = −10").click()

    explorers, shared = package / "explorers" / "static", package / "web" / "static"
    edit(explorers / "loss.mjs", 'title: "The loss explorer"', 'title: "The edited explorer"')
    card.get_by_text("The edited explorer", exact=True).wait_for()
    assert card.count() == 1
    assert run(lab, 1).inner_text().startswith("4.539")

    edit(
        shared / "controls.mjs", '"aria-label": `${label}: more`', '"aria-label": `Raise ${label}`'
    )
    card.get_by_role("button", name="Raise Probability p").click()
    assert run(lab, 1).inner_text().strip() == "0.01"
