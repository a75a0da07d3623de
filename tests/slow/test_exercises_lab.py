"""An exercise as a learner meets it: JupyterLab in a browser, an answer typed, a verdict read."""

import shutil

import pytest

from sitebuild.paths import ROOT
from tests.slow.lab import opened, run, variables

NOTEBOOK = "ex01_mean_squared_error.ipynb"
WRONG = "return np.sum((predictions - targets) ** 2)"
RIGHT = "return np.mean((predictions - targets) ** 2)"
ANSWER = """def mean_squared_error(predictions, targets):
    {body}

check("mse.value", mean_squared_error)"""


@pytest.fixture
def lab(chromium, tmp_path):
    """A page with the notebook open in JupyterLab, its kernel waiting."""
    folder = tmp_path / "course"
    folder.mkdir()
    shutil.copyfile(ROOT / "notebooks" / "exercises" / NOTEBOOK, folder / NOTEBOOK)
    place = f"lab/tree/{NOTEBOOK}"
    with opened(chromium, folder, variables(tmp_path), place, height=1600) as page:
        yield page


def answer(page, number, body):
    """Type an answer over what stands in a cell, run it and return the verdict."""
    editor = page.locator(".jp-CodeCell").nth(number).locator(".cm-content")
    editor.click()
    editor.press("Control+a")
    page.keyboard.insert_text(ANSWER.format(body=body))
    return run(page, number).locator(".jp-OutputArea-output [role=status]")


COLOURS = """verdict => [...verdict.querySelectorAll("*")].map(element => {
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
    behind = behind.parentElement;
  }
  const numbers = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(numbers);
})"""


def luminance(colour):
    parts = [value / 255 for value in colour]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def least_contrast(verdict):
    """The smallest ratio of any text of a verdict to what lies behind it."""
    pairs = [sorted(map(luminance, pair)) for pair in verdict.evaluate(COLOURS)]
    return min((light + 0.05) / (dark + 0.05) for dark, light in pairs)


def test_learner_types_an_answer_runs_it_and_reads_the_verdict(lab):
    code = lab.locator(".jp-CodeCell")
    # The first cell, folded, finds the package; this learner has it.
    run(lab, 1)
    assert "Not attempted yet" in code.nth(2).locator(".jp-OutputArea-output").inner_text()

    verdict = answer(lab, 2, WRONG)
    verdict.get_by_text("These are the squares added up, not divided").wait_for()
    assert "Expected: 2.5" in verdict.inner_text()

    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab.get_by_role("menuitem", name="Settings", exact=True).click()
        lab.get_by_text("Theme", exact=True).hover()
        lab.get_by_role("menuitem", name=theme, exact=True).click()
        light = str(theme.endswith("Light")).lower()
        lab.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")
        assert least_contrast(verdict) >= 4.5, theme

    verdict = answer(lab, 2, RIGHT)
    verdict.get_by_text("Correct: right on all").wait_for()

    hints = code.nth(3).locator("details")
    assert hints.count() == 3
    assert not hints.first.locator("p").is_visible()
    hints.first.locator("summary").click()
    hints.first.locator("p").wait_for()
