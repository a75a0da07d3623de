"""The quiz in a real JupyterLab, from the wheel: every kind is answered, and Python hears of it."""

import pytest

from lossfns.quiz import Quiz, load_bank
from tests.quiz.test_browser import (
    ONE_OF_EACH,
    answer_at_once,
    answers_of,
    by_keyboard,
    by_pointer,
    form_of,
    kept,
    kept_soon,
    status_of,
)
from tests.slow.lab import (
    opened,
    restart_kernel,
    run,
    variables,
    wait_for_notebook,
    write,
    write_stored,
)

NOTEBOOK = "quiz.ipynb"
OTHERS = ("one.ipynb", "other.ipynb")
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
MANY = tuple(name for name, question in load_bank().questions.items() if question.kind != "card")
MANY_CELLS = [
    f"""from lossfns.quiz import Quiz
asked = Quiz({MANY[:60]!r})
asked""",
    "print(len(asked.progress))",
    "asked",
]


@pytest.fixture
def lab(chromium, wheel, tmp_path):
    """A page with the notebook open in JupyterLab, its kernel waiting."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder / NOTEBOOK, CELLS)
    for name in OTHERS:
        write(folder / name, MANY_CELLS)
    write_stored(folder / STORED, "Quiz(IDS)", Quiz(IDS))
    fresh = variables(tmp_path, PYTHONPATH=wheel)
    with opened(chromium, folder, fresh, f"lab/tree/{NOTEBOOK}", height=4500) as page:
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

    # Python hears of it, and the browser keeps it.
    expected = {ONE_OF_EACH[kind]: kind not in wrong for kind in ONE_OF_EACH}
    told = run(lab, 1).inner_text().strip()
    assert told == f"(4, 7) {dict(sorted(expected.items()))}"
    assert {answer["question"]: answer["right"] for answer in kept(lab)} == expected

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


def last_times(output):
    return [text for text in output.locator(".quiz-before").all_inner_texts() if text]


def test_answers_outlive_the_kernel_the_page_and_another_run(lab):
    output = run(lab, 0)
    output.locator(".quiz").wait_for()
    by_pointer(lab, form_of(output, "single"), "single", answers_of("single")[0])
    restart_kernel(lab)

    # The quiz still stands there without a kernel: it grades, says why, and its answer is kept.
    form = form_of(output, "sign")
    by_pointer(lab, form, "sign", answers_of("sign")[1])
    assert status_of(form).startswith("Not yet.")
    assert output.locator(".quiz-score").inner_text().startswith("2 of 7 answered, 1 right")
    expected = ["Last time: right.", "Last time: missed."]
    run(lab, 4)
    output = run(lab, 0)
    output.get_by_text("Last time: right.").wait_for()
    assert last_times(output) == expected
    assert run(lab, 1).inner_text().strip() == "(0, 7) {}"

    lab.reload()
    wait_for_notebook(lab)
    output = run(lab, 0)
    output.get_by_text("Last time: right.").wait_for()
    assert last_times(output) == expected

    # The record can be taken along and erased from here, too.
    output.get_by_text("Your answers", exact=True).click()
    output.get_by_role("button", name="Erase my answers").click()
    assert output.get_by_text("2 answers would be gone for good.").is_visible()
    output.get_by_role("button", name="Yes, erase").click()
    output.get_by_text("Erased.").wait_for()
    assert last_times(output) == []
    assert kept(lab) == []


def open_beside(lab, notebooks):
    """Two notebooks, or one twice, each in a tab and a workspace of its own."""
    tabs = (lab, lab.context.new_page())
    address = lab.url.partition("lab/")[0]
    for number, (tab, name) in enumerate(zip(tabs, notebooks, strict=True)):
        tab.set_default_timeout(60_000)
        tab.goto(f"{address}lab/workspaces/tab-{number}/tree/{name}")
        wait_for_notebook(tab)
    return tabs


def test_two_kernels_at_the_same_time_lose_no_answer(lab):
    """Each hears of its own quiz, and the browser keeps both."""
    tabs = open_beside(lab, OTHERS)
    for tab in tabs:
        run(tab, 0).locator(".quiz").wait_for()
    answer_at_once(dict.fromkeys(tabs, (0, 60)))
    for tab in tabs:
        assert len(kept_soon(tab, 120)) == 120
        assert run(tab, 1).inner_text().strip() == "60"


def test_two_tabs_on_one_kernel_lose_no_answer(lab):
    """Python adds up what the views of one quiz say at the same time."""
    tabs = open_beside(lab, (OTHERS[0], OTHERS[0]))
    views = [run(tab, cell).locator(".quiz") for tab, cell in zip(tabs, (0, 2), strict=True)]
    for view in views:
        view.wait_for()
    answer_at_once({tabs[0]: (0, 30), tabs[1]: (30, 60)})
    for tab, view in zip(tabs, views, strict=True):
        view.get_by_text("60 of 60 answered, 0 right at the first try.").wait_for()
        assert len(kept_soon(tab, 60)) == 60
    assert run(lab, 1).inner_text().strip() == "60"
