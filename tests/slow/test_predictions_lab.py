"""A prediction in a real JupyterLab: the answer is folded, and the box says how to see it."""

import nbformat
import pytest

from lossfns.quiz import load_predictions, predict
from sitebuild.paths import ROOT
from sitebuild.reveals import fold_reveals
from tests.slow.lab import opened, variables

NOTEBOOK = "guess.ipynb"
NAME = next(name for name, one in load_predictions().items() if one.kind == "single")
ASKS = f'from lossfns.quiz import predict\n\npredict("{NAME}")'


def stored(source, output):
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)


@pytest.fixture
def lab(chromium, tmp_path):
    """A page with a stored notebook open in JupyterLab, its kernel waiting."""
    data = predict(NAME)._repr_mimebundle_()[0]
    data = {kind: data[kind] for kind in ("text/plain", "text/html")}
    cells = [
        stored(ASKS, nbformat.v4.new_output("execute_result", data, execution_count=1)),
        nbformat.v4.new_markdown_cell("Look:"),
        stored("print('the', 'answer')", nbformat.v4.new_output("stream", text="the answer\n")),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    fold_reveals(notebook)
    folder = tmp_path / "course"
    folder.mkdir()
    nbformat.write(notebook, folder / NOTEBOOK)
    environment = variables(tmp_path, PYTHONPATH=ROOT)
    with opened(chromium, folder, environment, f"lab/tree/{NOTEBOOK}", height=1400) as page:
        yield page


def test_the_answer_waits_folded_until_a_click(lab):
    cells = lab.locator(".jp-CodeCell")
    answer = cells.nth(1).locator(".jp-OutputArea-output").get_by_text("the answer")
    # Stored, it reads well: the question with its options, the ideas folded.
    assert cells.first.get_by_text(load_predictions()[NAME].options[0].text).is_visible()
    assert not cells.first.get_by_text("is right.").first.is_visible()
    assert not answer.is_visible()

    cells.first.locator(".cm-content").press("Control+Enter")
    form = cells.first.locator(".quiz-guess form")
    form.get_by_role("button", name="This is my guess").wait_for()
    form.locator("input").first.focus()
    lab.keyboard.press("Space")
    lab.keyboard.press("ArrowDown")
    form.locator("[type=submit]").press("Enter")
    told = form.locator("[role=status]").inner_text()
    assert told.startswith("You expected: ")
    assert told.endswith("run it, or click the dots below it.")
    assert not answer.is_visible()
    # Nor does JupyterLab's own first line of what is folded give it away.
    assert not cells.nth(1).locator(".jp-PlaceholderText").is_visible()

    cells.nth(1).locator(".jp-OutputPlaceholder").click()
    answer.wait_for()


def test_a_run_of_the_next_cell_shows_the_answer(lab):
    cell = lab.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-content").press("Control+Enter")
    cell.get_by_text("the answer").wait_for()


def test_a_guess_outlives_another_run_of_its_cell(lab):
    cell = lab.locator(".jp-CodeCell").first
    for _ in range(2):
        cell.locator(".cm-content").press("Control+Enter")
        form = cell.locator(".quiz-guess form")
        show = form.get_by_role("button", name="Show me")
        show.or_(form.locator("[role=status]:not(:empty)")).wait_for()
        if show.is_visible():
            show.click()
        told = form.locator("[role=status]").inner_text()
        assert told == "The next cell shows what happens: run it, or click the dots below it."
