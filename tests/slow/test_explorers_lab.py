"""The explorers in a real JupyterLab, from the wheel: alive, two-way, and gone when removed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from lossfns.explorers import LossExplorer
from sitebuild.paths import ROOT
from tests.browser import watched_page
from tests.explorers.cards import BY_NAME, LOOK, NAMES, drive, not_shown
from tests.slow.test_binder import jupyter_lab

NOTEBOOK = "explorers.ipynb"
STORED = "stored.ipynb"
CELLS = [
    """import lossfns, lossfns.explorers as ex
import ipywidgets, traitlets
assert "wheel" in lossfns.__file__, lossfns.__file__
loss = ex.LossExplorer()
loss""",
    "print(loss.probability, loss.label, loss.revealed)",
    "loss.probability, loss.label = 0.25, 0",
    """slider = ipywidgets.FloatSlider(min=0.1, max=0.9, step=0.01)
traitlets.link((loss, "probability"), (slider, "value"))
slider""",
    "loss.probability = 2",
    """from IPython.display import display
for explorer in ex.EXPLORERS:
    display(explorer(revealed=True))""",
    "ex.explore_loss(lambda p, label: (p - label) ** 2)",
    "loss.close()",
    "kinds = iter(ex.EXPLORERS)",
    # Each state as Python knows it, told by another widget.
    """import json
explorer, told = next(kinds)(revealed=True), ipywidgets.HTML()
def tell(change=None):
    told.value = json.dumps(explorer.state())
tell()
explorer.observe(tell)
display(explorer, told)""",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A folder with lossfns as its wheel installs it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([*pip, *build], check=True, cwd=folder)
    found = next(folder.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "lib", found], check=True)
    return folder / "lib"


def write(path, cells):
    """Write a notebook."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@pytest.fixture
def lab(chromium, wheel, tmp_path):
    """A page with the notebook open in JupyterLab, its kernel waiting."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder / NOTEBOOK, [nbformat.v4.new_code_cell(cell) for cell in CELLS])
    data, _ = LossExplorer()._repr_mimebundle_()
    kept = {kind: data[kind] for kind in ("text/plain", "text/html")}
    output = nbformat.v4.new_output("execute_result", kept, execution_count=1)
    write(folder / STORED, [nbformat.v4.new_code_cell("LossExplorer()", outputs=[output])])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    fresh = {"HOME": str(tmp_path), "PYTHONPATH": str(wheel), "PATH": path}
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG"))}
    with (
        jupyter_lab(folder, variables | fresh) as address,
        watched_page(chromium, address, viewport={"width": 1280, "height": 3000}) as page,
    ):
        page.set_default_timeout(60_000)
        page.goto(f"{address}lab/tree/{NOTEBOOK}")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.get_by_text("(ipykernel) | Idle").wait_for()
        yield page


def run(page, number):
    """Run a cell; its output."""
    cell = page.locator(".jp-CodeCell").nth(number)
    before = cell.locator(".jp-InputPrompt").inner_text()
    cell.locator(".cm-content").press("Control+Enter")
    page.wait_for_function(
        "([cell, before]) => { const now = cell.querySelector('.jp-InputPrompt').innerText;"
        "return now !== before && /\\[\\d+\\]/.test(now); }",
        arg=[cell.element_handle(), before],
    )
    page.get_by_text("(ipykernel) | Idle").wait_for()
    return cell.locator(".jp-Cell-outputArea")


def test_explorers_live_in_jupyterlab(lab):
    card = run(lab, 0).locator(".ex-card")
    card.wait_for()
    assert card.get_by_role("button", name="Copy link").count() == 0

    # From the hand to Python; the notebook does not take the arrow keys.
    card.get_by_role("button", name="Skip to the explorer").click()
    slider = card.locator("input[type=range]").first
    slider.focus()
    lab.keyboard.press("ArrowRight")
    lab.keyboard.press("ArrowRight")
    card.get_by_label("0: no").click()
    assert run(lab, 1).inner_text().strip() == "0.03 0 True"

    # From Python to the hand, and to other widgets.
    run(lab, 2)
    box = card.locator("input[type=number]").first
    lab.wait_for_function("(box) => box.value === '0.25'", arg=box.element_handle())
    readout = run(lab, 3).locator(".widget-readout")
    readout.get_by_text("0.25").wait_for()
    slider.focus()
    lab.keyboard.press("ArrowRight")
    readout.get_by_text("0.26").wait_for()
    error = run(lab, 4).inner_text()
    assert "LossExplorer.probability must be a number from 0.00001 to 0.99999, got 2" in error

    # All of them at once, in the notebook's theme.
    cards = run(lab, 5).locator(".ex-card")
    lab.wait_for_function("document.querySelectorAll('.ex-body:not([hidden])').length > 10")
    assert cards.count() == len(NAMES)
    lab.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
    paper = cards.first.evaluate("(card) => getComputedStyle(card).backgroundColor")
    assert paper == "rgb(16, 18, 20)"
    own = run(lab, 6)
    own.locator("img").nth(1).wait_for()

    # Closed is gone.
    run(lab, 7)
    card.wait_for(state="detached")
    faults = [message for message in lab.messages if "explorer" in message.lower()]
    assert faults == []


@pytest.mark.parametrize("hand", ["keyboard", "pointer"])
def test_each_control_reaches_python_and_shows_what_lossfns_computes(lab, hand):
    run(lab, 0)
    run(lab, 8)
    for name in NAMES:
        output = run(lab, 9)
        card, told = output.locator(".ex-card"), output.locator(".widget-html-content")
        card.wait_for()
        if name == "clinic":
            for summary in card.locator("summary").all():
                summary.click()
        states = []
        for moved in drive(card, hand):
            states.append(agreed_state(card, told, name, moved))
        assert len(set(states)) > len(states) / 2


def agreed_state(card, told, name, moved):
    """What Python says of the explorer, once the page shows what lossfns computes for it."""
    end = time.monotonic() + 20
    lacking = True
    while lacking and time.monotonic() < end:
        time.sleep(0.05)
        state = told.inner_text()
        lacking = not_shown(card.evaluate(LOOK)["texts"], BY_NAME[name](**json.loads(state)))
    assert not lacking, (moved, lacking, state)
    return state


def test_a_stored_notebook_shows_the_fallback(lab):
    """Opened without running it, after JupyterLab's own sanitising: a figure and a table."""
    lab.goto(lab.url.replace(NOTEBOOK, STORED))
    output = lab.locator(".jp-OutputArea-output")
    output.locator("img").wait_for()
    assert output.locator("table td").count() == 4
    assert output.locator(".ex-card").count() == 0
