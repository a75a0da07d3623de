"""The quiz in a real JupyterLab, from the wheel: every kind is answered, and Python hears of it."""

import os
import sys
from pathlib import Path

import nbformat
import pytest

from lossfns.quiz import Quiz
from tests.browser import watched_page
from tests.slow.test_binder import jupyter_lab
from tests.slow.test_explorers_lab import run, wheel, write
from tests.test_quiz_browser import (
    ONE_OF_EACH,
    answers_of,
    by_keyboard,
    by_pointer,
    form_of,
    status_of,
)

__all__ = ["wheel"]

NOTEBOOK = "quiz.ipynb"
STORED = "stored.ipynb"
IDS = tuple(ONE_OF_EACH.values())
CELLS = [
    f"""import lossfns
from lossfns.quiz import Quiz
assert "wheel" in lossfns.__file__, lossfns.__file__
asked = Quiz({IDS!r})
asked""",
    "print(asked.score, dict(sorted(asked.progress.items())))",
    "asked",
    f"asked.progress = {{{IDS[0]!r}: True}}",
    "asked.close()",
]


@pytest.fixture
def lab(chromium, wheel, tmp_path):
    """A page with the notebook open in JupyterLab, its kernel waiting."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder / NOTEBOOK, [nbformat.v4.new_code_cell(cell) for cell in CELLS])
    data, _ = Quiz(IDS)._repr_mimebundle_()
    kept = {kind: data[kind] for kind in ("text/plain", "text/html")}
    output = nbformat.v4.new_output("execute_result", kept, execution_count=1)
    write(folder / STORED, [nbformat.v4.new_code_cell("Quiz(IDS)", outputs=[output])])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    fresh = {"HOME": str(tmp_path), "PYTHONPATH": str(wheel), "PATH": path}
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG"))}
    with (
        jupyter_lab(folder, variables | fresh) as address,
        watched_page(chromium, address, viewport={"width": 1280, "height": 4500}) as page,
    ):
        page.set_default_timeout(60_000)
        page.goto(f"{address}lab/tree/{NOTEBOOK}")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.get_by_text("(ipykernel) | Idle").wait_for()
        yield page


@pytest.mark.parametrize("hand", [by_keyboard, by_pointer])
def test_every_kind_is_answered_in_jupyterlab(lab, hand):
    card = run(lab, 0).locator(".quiz")
    card.wait_for()
    assert card.locator("math").count() > 0
    assert lab.get_by_role("link", name="review page").count() == 0
    wrong = ("multiple", "bug", "card")
    for kind in ONE_OF_EACH:
        form = form_of(lab, kind)
        hand(lab, form, kind, answers_of(kind)[kind in wrong])
        outcome = "missed" if kind in wrong else "right"
        assert form.get_attribute("data-outcome") == outcome, (kind, status_of(form))
    assert card.locator(".quiz-score").inner_text() == "7 of 7 answered, 4 right at the first try."

    # Python hears of it, and nothing is kept in the browser.
    expected = {ONE_OF_EACH[kind]: kind not in wrong for kind in ONE_OF_EACH}
    told = run(lab, 1).inner_text().strip()
    assert told == f"(4, 7) {dict(sorted(expected.items()))}"
    assert lab.evaluate("localStorage.getItem('measuring-wrongness.answers')") is None

    lab.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
    paper = card.evaluate("(card) => getComputedStyle(card).backgroundColor")
    assert paper == "rgb(16, 18, 20)"

    # Another view knows what was answered, hears what Python says, and starts over for all.
    other = run(lab, 2).locator(".quiz")
    score = other.locator(".quiz-score")
    score.get_by_text("7 of 7 answered, 4 right at the first try.").wait_for()
    run(lab, 3)
    score.get_by_text("1 of 7 answered, 1 right at the first try.").wait_for()
    other.get_by_role("button", name="Start over").click()
    lab.wait_for_function(
        "(score) => score.textContent === ''",
        arg=card.locator(".quiz-score").element_handle(),
    )
    assert run(lab, 1).inner_text().strip() == "(0, 7) {}"
    assert set(card.locator(".quiz-status").all_inner_texts()) == {""}
    assert card.locator("input:checked").count() == 0

    run(lab, 4)
    card.wait_for(state="detached")
    assert [message for message in lab.messages if "quiz" in message.lower()] == []


def test_a_stored_notebook_shows_the_questions_and_folds_the_answers(lab):
    """Opened without running it, after JupyterLab's own sanitising."""
    lab.goto(lab.url.replace(NOTEBOOK, STORED))
    output = lab.locator(".jp-OutputArea-output")
    output.get_by_text("Two guesses, 1.0 and 4.0.").wait_for()
    assert output.locator("details").count() == len(IDS)
    assert not output.get_by_text("is right.").first.is_visible()
    output.locator("summary").first.click()
    output.get_by_text("is right.").first.wait_for()
    output.locator("mjx-container:visible").first.wait_for()
    assert output.get_by_text("\\frac").count() == 0
