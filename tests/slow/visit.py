"""What a reader does once a notebook is open: runs it, moves an explorer, answers, is checked."""

import nbformat
from playwright.sync_api import expect

from tests.slow.lab import cleared, run, run_all_and_save, wait_for_notebook
from tests.slow.test_exercises_lab import RIGHT, answer

CHAPTER = "01_mean_squared_error.ipynb"
EXERCISE = "ex01_mean_squared_error.ipynb"


def printed(notebook):
    """What each code cell of a notebook wrote."""
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def clear(path):
    """Take all that a notebook shows out of its file, so that what it shows later was run there.

    Returns what it printed.
    """
    notebook = nbformat.read(path, as_version=4)
    nbformat.write(cleared(notebook), path)
    return printed(notebook)


def run_chapter(page, path, expected=None):
    """Run the chapter that is open, in its own file; with the stored versions it says the same."""
    after = run_all_and_save(page, path, seconds=300)
    code = [cell for cell in after.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert any(printed(after))
    assert expected is None or printed(after) == expected


def bring(page, selector):
    """Scroll the notebook, which hides what is far away, to what a selector finds."""
    panel = page.locator(".jp-WindowedPanel-outer").first
    panel.evaluate("(all) => { all.scrollTop = 0; }")
    found = page.locator(selector).locator("visible=true").first
    for _ in range(200):
        if found.count():
            found.scroll_into_view_if_needed()
            return found
        panel.evaluate("(all) => { all.scrollTop += innerHeight / 2; }")
        page.wait_for_timeout(100)
    raise AssertionError(f"{selector} is nowhere in the notebook")


def move_explorer(page):
    """Move an explorer by hand: its number and its words follow."""
    card = bring(page, ".ex-card:has(input[type=range])")
    card.get_by_role("button", name="Skip to the explorer").click()
    box, words = card.locator("input[type=number]").first, card.locator(".ex-summary")
    expect(words).not_to_be_empty()
    number, said = box.input_value(), words.inner_text()
    card.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(box).not_to_have_value(number)
    expect(words).not_to_have_text(said)


def answer_question(page):
    """Answer a question of the quiz with its first option: it says whether, and why."""
    form = bring(page, ".quiz:not(.quiz-guess) form[data-kind=single]:has(.quiz-status)")
    form.locator("input[type=radio]").first.check()
    form.get_by_role("button", name="Check").click()
    expect(form.locator(".quiz-verdict")).to_be_visible()


def check_exercise(page, address):
    """Open the exercise at an address, answer it and have it checked."""
    page.goto(f"{address}?reset")  # nor is what was open before
    wait_for_notebook(page)
    run(page, 1)
    verdict = answer(page, 2, RIGHT)
    verdict.get_by_text("Correct: right on all").wait_for()
