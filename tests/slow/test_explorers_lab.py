"""The explorers in a real JupyterLab, from the wheel: alive, two-way, and gone when removed."""

import json
import time

import pytest

from lossfns.explorers import LossExplorer
from tests.explorers.cards import BY_NAME, COUNT_PLOTS, LOOK, NAMES, drive, not_shown
from tests.slow.lab import opened, run, variables, write, write_stored

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
    """floats = ex.FloatsExplorer(revealed=True)
display(floats, floats)""",
    """with floats.hold_sync():
    floats.logit, floats.label, floats.dtype = -40, 1, "float64\"""",
]


@pytest.fixture
def lab(chromium, wheel, tmp_path):
    """A page with the notebook open in JupyterLab, its kernel waiting."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder / NOTEBOOK, CELLS)
    write_stored(folder / STORED, "LossExplorer()", LossExplorer())
    fresh = variables(tmp_path, PYTHONPATH=wheel)
    with opened(chromium, folder, fresh, f"lab/tree/{NOTEBOOK}", height=3000) as page:
        yield page


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
    # Messages to the kernel are paced, so a cell run at once may overtake the last of them.
    shown = (run(lab, 1).inner_text().strip() for _ in range(10))
    assert "0.03 0 True" in shown

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


def test_traits_that_change_together_redraw_each_view_once(lab):
    run(lab, 0)
    lab.evaluate(COUNT_PLOTS)
    output = run(lab, 10)
    cards = output.locator(".ex-card")
    cards.nth(1).wait_for()
    for hand in (
        lambda: cards.first.get_by_role("button", name="half precision").click(),
        lambda: run(lab, 11),
    ):
        drawn = lab.evaluate("drawn")
        hand()
        lab.wait_for_function(f"drawn > {drawn + 1}")
        lab.wait_for_timeout(1000)
        assert lab.evaluate("drawn") == drawn + 2
    assert {text.split(" the ")[0] for text in output.locator(".ex-summary").all_inner_texts()} == {
        "At z = −40.0 with label 1 in float64"
    }


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
