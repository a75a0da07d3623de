"""The quiz in a real browser: answered by keyboard and by pointer, kept, and brought back."""

import json
import re
import shutil
import time

import pytest

from lossfns import explorers, quiz
from lossfns.quiz import Quiz, load_bank
from lossfns.quiz.markup import for_site
from sitebuild.browser import FLAGS, find_chromium
from sitebuild.ext.assets import katex_styles
from sitebuild.ext.math import Katex
from sitebuild.ext.quiz import render_formulas
from sitebuild.paths import ROOT
from tests.browser import axe_findings, serve, wait_until, watched_page

PAGE = """<!doctype html>
<html lang="en" data-content_root="./">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quiz</title>
<link rel="stylesheet" href="quiz.css">
<script defer src="{script}"></script>
<body data-theme="auto"><main><h1>Quiz</h1><h2>Questions</h2>{body}</main></body>
</html>
"""
BANK = load_bank()
ONE_OF_EACH = {
    "single": "mse-palace",
    "multiple": "mse-sum-to-mean",
    "numeric": "mse-nudge",
    "order": "ce-cancellation",
    "sign": "mse-sign",
    "bug": "mse-column",
    "card": "recall-collapse",
}
every_kind = pytest.mark.parametrize("kind", ONE_OF_EACH)
LIST = "measuring-wrongness.answers"
ENTRY = "measuring-wrongness.answer/"
DAY = 86_400_000
NOW = 1_795_348_800_000  # 2026-11-22, noon


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A quiz with one question of each kind, one with the whole bank, and the review page."""
    folder = tmp_path_factory.mktemp("quiz")
    katex = Katex()
    fsrs = ROOT / "node_modules" / "ts-fsrs"
    pages = {
        "quiz": ("quiz.js", Quiz(ONE_OF_EACH.values())._html()),
        "bank": ("quiz.js", Quiz(BANK.questions)._html()),
        "review": ("review.js", quiz.review_html(BANK, formula=for_site)),
    }
    for name, (script, body) in pages.items():
        text = PAGE.format(
            script=script,
            body=render_formulas(body, lambda latex: katex.render(latex, False, None)),
        )
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    questions = folder / "_static" / "questions"
    questions.mkdir(parents=True)
    for chapter in BANK.chapters:
        forms = render_formulas(
            quiz.questions_html(BANK, chapter, formula=for_site),
            lambda latex: katex.render(latex, False, None),
        )
        script = quiz.question_script(chapter, forms)
        (questions / f"{chapter}.js").write_text(script, encoding="utf-8")
    katex.close()
    (folder / "quiz.js").write_text(quiz.site_script(), encoding="utf-8")
    library = (fsrs / "dist" / "index.mjs").read_text(encoding="utf-8")
    licence = (fsrs / "LICENSE").read_text(encoding="utf-8")
    (folder / "review.js").write_text(quiz.review_script(library, licence), encoding="utf-8")
    styles = katex_styles() + explorers.stylesheet()
    styles += quiz.stylesheet() + "body { margin: 0; }"
    (folder / "quiz.css").write_text(styles, encoding="utf-8")
    shutil.copytree(ROOT / "node_modules" / "katex" / "dist" / "fonts", folder / "katex")
    (folder / "favicon.ico").write_bytes(b"")
    return folder


@pytest.fixture(scope="session")
def address(folder):
    with serve(folder) as address:
        yield address


def form_of(page, kind):
    return page.locator(f'[data-question="{ONE_OF_EACH[kind]}"]')


def status_of(form):
    """What was announced last, without signs that are hidden from the ear."""
    return form.locator("[role=status]").evaluate(
        "(status) => { const copy = status.cloneNode(true);"
        "copy.querySelectorAll('[aria-hidden=true]').forEach((sign) => sign.remove());"
        "return copy.textContent; }"
    )


def plain(text):
    """A text of the bank without its marks and formulas, cut at the formulas."""
    return [part for part in re.split(r"\$[^$]*\$|[*`]", text) if part.strip()]


def answers_of(kind):
    """A right and a wrong answer to the question of a kind."""
    question = BANK.questions[ONE_OF_EACH[kind]]
    right = [index for index, option in enumerate(question.options) if option.right]
    wrong = [index for index, option in enumerate(question.options) if not option.right]
    if kind == "numeric":
        return question.options[0].text, question.options[2].text
    if kind == "multiple":
        return right, [right[0], wrong[0]]
    if kind in ("order", "card"):
        return True, False
    return right, wrong[:1]


# --- hands -----------------------------------------------------------------------------------


def tab_to(page, form, selector):
    """Press Tab until what has the focus matches, as a reader without a pointer does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if form.locator(selector).evaluate_all("(all) => all.includes(document.activeElement)"):
            return
    pytest.fail(f"Tab never reached {selector}")


def sort_items(form, up):
    """Move the items into their order, one step at a time."""
    count = form.locator(".quiz-order > li").count()
    for option in range(count):
        item = form.locator(f'.quiz-order > li[data-option="{option}"]')
        while item.evaluate("(item) => [...item.parentElement.children].indexOf(item)") > option:
            up(item.locator(".quiz-up"))


def by_keyboard(page, form, kind, answer):
    form.evaluate("(form) => { form.tabIndex = -1; form.focus(); }")
    if kind == "card":
        tab_to(page, form, "button:text('Turn the card')")
        page.keyboard.press("Enter")
        tab_to(page, form, f"button:text('{'I knew it' if answer else 'Not yet'}')")
        page.keyboard.press("Space")
        return
    if kind == "numeric":
        tab_to(page, form, "input")
        page.keyboard.type(answer.replace("−", "-"))
        page.keyboard.press("Enter")
        return
    if kind == "order":
        tab_to(page, form, "button")

        def up(button):
            for _ in range(2 * form.locator("button").count()):
                if button.evaluate("(button) => button === document.activeElement"):
                    break
                page.keyboard.press("Tab")
            else:
                form.evaluate("(form) => form.focus()")
                return up(button)
            page.keyboard.press("Enter")

        if answer:
            sort_items(form, up)
    elif kind == "multiple":
        tab_to(page, form, "input")
        for index in range(form.locator("input").count()):
            if index in answer:
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
    else:
        tab_to(page, form, "input")
        page.keyboard.press("Space")
        for _ in range(answer[0]):
            page.keyboard.press("ArrowDown")
    if not form.get_by_role("button", name="Check").evaluate(
        "(button) => button === document.activeElement"
    ):
        tab_to(page, form, "button:text-is('Check')")
    page.keyboard.press("Enter")


def by_pointer(page, form, kind, answer):
    if kind == "card":
        form.get_by_role("button", name="Turn the card").click()
        form.get_by_role("button", name="I knew it" if answer else "Not yet").click()
        return
    if kind == "numeric":
        form.get_by_label("Your answer").fill(answer)
    elif kind == "order":
        if answer:
            sort_items(form, lambda button: button.click())
    else:
        for index in answer:
            form.locator("label").nth(index).click()
    form.get_by_role("button", name="Check").click()


every_hand = pytest.mark.parametrize("hand", [by_keyboard, by_pointer])


@every_hand
@every_kind
def test_a_right_answer_is_told_so_with_its_reason(opened, kind, hand):
    page = opened("quiz.html")
    form = form_of(page, kind)
    assert status_of(form) == ""
    hand(page, form, kind, answers_of(kind)[0])
    said = status_of(form)
    question = BANK.questions[ONE_OF_EACH[kind]]
    if kind == "card":
        assert "Good. It comes back later." in said
        assert all(part in said for part in plain(question.back))
    elif kind == "order":
        assert said == "Right, every one in its place."
    else:
        assert said.startswith("Right.")
        for option in question.options:
            assert all(part in said for part in plain(option.feedback)) == option.right, option
    assert form.get_attribute("data-outcome") == "right"
    assert (
        page.locator(".quiz-score").inner_text()
        == f"1 of {len(ONE_OF_EACH)} answered, 1 right at the first try."
    )


@every_hand
@every_kind
def test_a_wrong_answer_is_told_which_idea_leads_there(opened, kind, hand):
    page = opened("quiz.html")
    form = form_of(page, kind)
    answer = answers_of(kind)[1]
    hand(page, form, kind, answer)
    said = status_of(form)
    question = BANK.questions[ONE_OF_EACH[kind]]
    if kind == "card":
        assert "It comes back soon." in said
        assert all(part in said for part in plain(question.trap))
    elif kind == "order":
        assert said.startswith("Not yet. These stand in another place:")
        misplaced = [i for place, i in enumerate(question.shuffled) if i != place]
        for index in misplaced:
            assert all(part in said for part in plain(question.options[index].feedback))
    elif kind == "multiple":
        missed = answers_of(kind)[0][1]
        assert f"{'ABCD'[answer[1]]} does not hold: " in said
        assert f"{'ABCD'[answer[0]]} holds: " in said
        assert f"{'ABCD'[missed]} holds too: " in said
    else:
        assert said.startswith("Not yet.")
        chosen = question.options[2 if kind == "numeric" else answer[0]]
        assert all(part in said for part in plain(chosen.feedback))
        others = [option for option in question.options if option is not chosen]
        assert not any(all(part in said for part in plain(o.feedback)) for o in others)
    assert form.get_attribute("data-outcome") == "missed"
    assert (
        page.locator(".quiz-score").inner_text()
        == f"1 of {len(ONE_OF_EACH)} answered, 0 right at the first try."
    )


def test_a_verdict_of_several_lines_is_spoken_whole(opened):
    """Orca spoke only the last line, the reason, and never whether it was right."""
    verdicts = opened("quiz.html").locator(".quiz-status[role=status]")
    assert verdicts.count() == len(ONE_OF_EACH)
    assert verdicts.evaluate_all("(all) => all.every((one) => one.ariaAtomic === 'true')")


def test_touch_answers_too(opened):
    page = opened("quiz.html", has_touch=True, viewport={"width": 390, "height": 844})
    form = form_of(page, "single")
    form.locator("label").nth(1).tap()
    form.get_by_role("button", name="Check").tap()
    assert status_of(form).startswith("Right.")


EVERY_OPTION = """() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const said = {};
  for (const form of all(document, ".quiz-question")) {
    const { question, kind } = form.dataset;
    const lines = said[question] = [];
    const check = () => {
      all(form, "button").find((button) => button.textContent === "Check").click();
      lines.push(form.querySelector("[role=status]").textContent);
    };
    if (kind === "numeric") {
      for (const item of all(form, ".quiz-answer li")) {
        form.querySelector("input").value = item.dataset.value ?? "123456";
        check();
      }
    } else if (kind !== "order" && kind !== "card") {
      for (const input of all(form, "input")) {
        for (const other of all(form, "input")) other.checked = other === input;
        check();
      }
    }
  }
  return said;
}"""


def test_every_option_of_the_bank_says_its_own_reason(opened):
    page = opened("bank.html")
    said = page.evaluate(EVERY_OPTION)
    looked = 0
    for name, lines in said.items():
        question = BANK.questions[name]
        reasons = [option.feedback for option in question.options]
        reasons += [question.otherwise] if question.kind == "numeric" else []
        for line, reason in zip(lines, reasons if lines else [], strict=True):
            looked += 1
            assert all(part in line for part in plain(reason)), (name, line)
        if question.kind in ("single", "sign", "bug", "numeric"):
            rights = [option.right for option in question.options]
            rights += [False] if question.kind == "numeric" else []
            assert [line.startswith("✓ Right.") for line in lines] == rights, name
    assert looked > 300


# --- scoring ---------------------------------------------------------------------------------


def test_nothing_chosen_is_a_word_and_no_answer(opened):
    page = opened("quiz.html")
    words = {
        "single": "Choose one first.",
        "multiple": "Choose at least one first.",
        "numeric": "Write a number, such as 0.25, −2, 8/27, ln 2 or 25 %.",
        "sign": "Choose one first.",
        "bug": "Choose a line first.",
    }
    for kind, word in words.items():
        form = form_of(page, kind)
        form.get_by_role("button", name="Check").click()
        assert status_of(form) == word
        assert form.get_attribute("data-outcome") is None
    form = form_of(page, "numeric")
    form.get_by_label("Your answer").fill("about two")
    form.get_by_label("Your answer").press("Enter")
    assert status_of(form) == f"“two” is not understood. {words['numeric']}"
    assert kept(page) == []
    assert page.locator(".quiz-score").inner_text() == ""


def test_only_the_first_answer_counts(opened):
    page = opened("quiz.html")
    form = form_of(page, "single")
    right, wrong = answers_of("single")
    by_pointer(page, form, "single", wrong)
    by_pointer(page, form, "single", right)
    assert status_of(form).startswith("Right.")
    assert (
        page.locator(".quiz-score").inner_text()
        == f"1 of {len(ONE_OF_EACH)} answered, 0 right at the first try."
    )
    assert [answer["right"] for answer in kept(page)] == [False]


def test_the_answer_may_be_asked_for_and_counts_as_missed(opened):
    page = opened("quiz.html")
    form = form_of(page, "numeric")
    assert not form.locator(".quiz-answer").is_visible()
    form.get_by_role("button", name="Show the answer").click()
    assert form.locator(".quiz-answer").is_visible()
    assert "is right" in form.locator(".quiz-answer").inner_text()
    assert status_of(form) == "The answer stands below. The question counts as missed."
    form.get_by_role("button", name="Show the answer").click()
    assert status_of(form) == "The answer stands below."
    assert form.get_attribute("data-outcome") == "missed"


@pytest.mark.parametrize("knew", [True, False])
def test_a_card_says_what_it_has_kept_and_takes_no_second_word(opened, knew):
    page = opened("quiz.html")
    form = form_of(page, "card")
    by_pointer(page, form, "card", knew)
    said = status_of(form)
    assert ("comes back later" in said) is knew
    assert page.evaluate("document.activeElement.classList.contains('quiz-status')")
    form.get_by_role("button", name="Turn the card").click()
    assert form.get_by_role("button", name="I knew it").is_visible() is False
    assert form.get_by_role("button", name="Not yet").is_visible() is False
    assert form.get_attribute("data-outcome") == ("right" if knew else "missed")
    page.get_by_role("button", name="Start over").click()
    form.get_by_role("button", name="Turn the card").click()
    assert form.get_by_role("button", name="I knew it").is_visible()


def test_a_quiz_can_be_started_over(opened):
    page = opened("quiz.html")
    again = page.get_by_role("button", name="Start over")
    assert not again.is_visible()
    order = form_of(page, "order").locator(".quiz-order > li")
    shuffled = order.evaluate_all("(all) => all.map((item) => item.dataset.option)")
    for kind in ("single", "multiple", "order", "card"):
        by_pointer(page, form_of(page, kind), kind, answers_of(kind)[0])
    form_of(page, "numeric").get_by_role("button", name="Show the answer").click()
    again.click()
    assert page.locator("input:checked").count() == 0
    assert page.locator("[data-outcome]").count() == 0
    assert page.locator(".quiz-answer:visible").count() == 0
    assert page.get_by_role("button", name="I knew it").is_visible() is False
    assert order.evaluate_all("(all) => all.map((item) => item.dataset.option)") == shuffled
    assert form_of(page, "order").locator(".quiz-before").inner_text() == "Last time: right."
    assert status_of(form_of(page, "single")) == ""
    assert page.locator(".quiz-score").inner_text() == ""


def test_moving_an_item_keeps_the_focus_and_says_where_it_is(opened):
    page = opened("quiz.html")
    form = form_of(page, "order")
    second = form.locator(".quiz-order > li").nth(1)
    option = second.get_attribute("data-option")
    second.locator(".quiz-up").focus()
    page.keyboard.press("Enter")
    assert status_of(form) == "Now in place 1 of 5."
    assert form.locator(".quiz-order > li").first.get_attribute("data-option") == option
    focused = "document.activeElement.closest('li')?.dataset.option"
    assert page.evaluate(focused) == option
    page.keyboard.press("Enter")
    assert status_of(form) == "This is the first already."
    described = "document.getElementById(document.activeElement.getAttribute('aria-describedby'))"
    assert page.evaluate(f"{described}.className") == "quiz-text"


# --- on the page -----------------------------------------------------------------------------


def test_the_quiz_works_from_a_disk(chromium, folder):
    with watched_page(chromium, "file:") as page:
        page.goto((folder / "quiz.html").as_uri())
        assert page.locator("[data-live]").count() == 1
        by_pointer(page, form_of(page, "single"), "single", [1])
        page.goto((folder / "review.html").as_uri())
        assert page.locator("[data-live]").count() == 1
        assert ask_new(page, 1)[0] in BANK.questions
        assert page.messages == []
        assert page.elsewhere == []


def test_without_scripts_everything_can_be_read(opened):
    page = opened("quiz.html", java_script_enabled=False)
    forms = page.locator(".quiz-question")
    assert forms.count() == len(ONE_OF_EACH)
    assert forms.first.locator("fieldset legend").is_visible()
    answer = forms.first.locator(".quiz-answer")
    answer.locator("summary").click()
    assert answer.locator("li").first.is_visible()
    assert page.get_by_role("button").count() == 0


def test_the_review_page_names_the_place_of_all_questions_to_those_without_scripts(opened):
    page = opened("review.html", java_script_enabled=False)
    assert page.get_by_role("link", name="every question").get_attribute("href") == "questions.html"


def test_enter_in_a_page_without_scripts_goes_nowhere(opened):
    page = opened("quiz.html", java_script_enabled=False)
    page.get_by_label("Your answer").fill("3")
    page.get_by_label("Your answer").press("Enter")
    assert page.url.endswith("quiz.html")
    assert page.get_by_label("Your answer").input_value() == "3"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["quiz", "review"])
def test_axe_finds_nothing(opened, name, theme):
    page = opened(f"{name}.html", before=keep(missed("mse-palace")), color_scheme=theme)
    assert axe_findings(page) == []
    if name == "quiz":
        for kind in ONE_OF_EACH:
            by_pointer(page, form_of(page, kind), kind, answers_of(kind)[1])
        page.get_by_role("button", name="Show the answer").first.click()
    else:
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Erase my answers").click()
    assert axe_findings(page) == []


def show_all_answers(page):
    page.get_by_role("button", name="Show the answer").evaluate_all(
        "(all) => all.forEach((button) => button.click())"
    )


@pytest.mark.parametrize("name", ["bank", "review"])
def test_targets_are_large_enough(opened, name):
    page = opened(f"{name}.html", viewport={"width": 360, "height": 800})
    show_all_answers(page)
    small = page.locator("button, summary, input, label").evaluate_all(
        """(all) => all.filter((one) => {
          const box = one.getBoundingClientRect();
          const inLabel = one.matches(".quiz-options input");
          return box.width && !inLabel && (box.width < 24 || box.height < 24);
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_keys_stay_with_the_quiz_in_jupyterlab(opened):
    deaf = (
        opened("quiz.html")
        .locator("button, summary, input")
        .evaluate_all("(all) => all.filter((o) => o.dataset.lmSuppressShortcuts !== 'true').length")
    )
    assert deaf == 0


@pytest.mark.parametrize("name", ["bank", "review"])
def test_nothing_scrolls_sideways_on_a_phone(opened, name):
    page = opened(f"{name}.html", viewport={"width": 320, "height": 700})
    show_all_answers(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_long_formula_can_be_scrolled_by_keyboard_or_fits(opened):
    """A box that scrolls sideways would need the focus; none of the bank's does at 320 px."""
    page = opened("bank.html", viewport={"width": 320, "height": 700})
    wide = page.locator(".quiz-text").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.closest('form').dataset.question)"
    )
    assert wide == []


# --- kept in this browser --------------------------------------------------------------------


def keep(*answers):
    """A script that fills the storage of a browser."""
    lines = []
    for answer in answers:
        key = f"{ENTRY}1/{answer['question']}/{answer['digest']}/{answer['at']}/"
        lines.append(f"localStorage.setItem('{key}', '{'right' if answer['right'] else 'missed'}')")
    return "; ".join(lines)


def everything(page):
    """All that the storage holds; of long texts, how long they are."""
    return page.evaluate(
        "Object.fromEntries(Object.entries(localStorage)"
        ".map(([key, text]) => [key, text.length > 1e5 ? text.length : text]))"
    )


def kept(page):
    """The answers that the storage holds, oldest first."""
    answers = []
    for key, text in everything(page).items():
        if key.startswith(ENTRY):
            _, _, question, digest, at, page_name = key.split("/")
            page_name = {"page": page_name} if page_name else {}
            answer = {"question": question, "digest": digest, "at": int(at)}
            answers.append(answer | {"right": text == "right"} | page_name)
    return sorted(answers, key=lambda answer: answer["at"])


def kept_soon(page, count):
    """The answers that the storage holds, once there are as many, or at last after a while."""
    deadline = time.monotonic() + 30
    while len(kept(page)) != count and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return kept(page)


def answered(name, *, right, days_ago=0.0):
    digest = BANK.questions[name].digest
    return {"question": name, "digest": digest, "at": int(NOW - days_ago * DAY), "right": right}


def missed(name, days_ago=0.0):
    return answered(name, right=False, days_ago=days_ago)


def right(name, days_ago=0.0):
    return answered(name, right=True, days_ago=days_ago)


def test_what_happened_is_remembered_by_the_next_visit(opened):
    page = opened("quiz.html")
    by_pointer(page, form_of(page, "single"), "single", answers_of("single")[0])
    by_pointer(page, form_of(page, "sign"), "sign", answers_of("sign")[1])
    page.reload()
    assert form_of(page, "single").locator(".quiz-before").inner_text() == "Last time: right."
    assert form_of(page, "sign").locator(".quiz-before").inner_text() == "Last time: missed."
    assert not form_of(page, "bug").locator(".quiz-before").is_visible()


def test_what_was_kept_as_one_list_still_counts(opened):
    text = json.dumps({"version": 1, "answers": [right("mse-palace"), missed("mse-sign")]})
    before = f"localStorage.setItem('{LIST}', {json.dumps(text)})"
    page = opened("quiz.html", now=NOW, before=before)
    assert form_of(page, "single").locator(".quiz-before").inner_text() == "Last time: right."
    by_pointer(page, form_of(page, "bug"), "bug", answers_of("bug")[1])
    page.goto(page.url.replace("quiz", "review"))
    assert page.locator(".quiz-due").inner_text() == "2 missed questions are waiting."
    assert everything(page)[LIST] == text


def test_two_tabs_do_not_overwrite_each_other(opened):
    page = opened("quiz.html")
    other = page.context.new_page()
    other.goto(page.url)
    by_pointer(page, form_of(page, "single"), "single", answers_of("single")[1])
    mark = form_of(other, "single").locator(".quiz-before")
    mark.wait_for(state="visible")
    assert mark.inner_text() == "Last time: missed."
    by_pointer(other, form_of(other, "sign"), "sign", answers_of("sign")[0])
    by_pointer(page, form_of(page, "bug"), "bug", answers_of("bug")[0])
    names = {answer["question"] for answer in kept(page)}
    assert names == {"mse-palace", "mse-sign", "mse-column"}


# At a moment that several tabs know, and as fast as they can.
ANSWER_ALL = """([start, first, last]) => setTimeout(async () => {
  const buttons = [...document.querySelectorAll("button")]
    .filter((button) => button.textContent === "Show the answer");
  for (const button of buttons.slice(first, last)) {
    button.click();
    await new Promise((go) => setTimeout(go));
  }
}, start - Date.now())"""


def answer_at_once(parts):
    """Answer some of the questions in each of several tabs: {tab: (first, last)}."""
    start = next(iter(parts)).evaluate("Date.now() + 300")
    for tab, (first, last) in parts.items():
        tab.evaluate(ANSWER_ALL, [start, first, last])


def test_two_tabs_at_the_same_time_lose_no_answer(opened):
    """Each answers the same questions, at the same moment, again and again."""
    count, rounds = 60, 3
    tabs = [opened("bank.html")]
    tabs.append(tabs[0].context.new_page())
    tabs[1].goto(tabs[0].url)
    for number in range(1, rounds + 1):
        answer_at_once(dict.fromkeys(tabs, (0, count)))
        for tab in tabs:
            assert len(kept_soon(tab, 2 * count * number)) == 2 * count * number
            tab.get_by_role("button", name="Start over").click()
    names = [answer["question"] for answer in kept(tabs[0])]
    assert {names.count(name) for name in names} == {2 * rounds}


def answer_one(page):
    """Answer one question of the page, rightly."""
    if page.url.endswith("review.html"):
        page.get_by_label("New questions from").select_option("01_mean_squared_error")
        page.get_by_role("button", name="Ask me something new").click()
        page.get_by_label("Your answer").fill("1.5")
        page.get_by_label("Your answer").press("Enter")
    else:
        by_pointer(page, form_of(page, "single"), "single", answers_of("single")[0])
    assert page.locator(".quiz-status").first.inner_text().startswith("✓ Right.")


every_page = pytest.mark.parametrize("name", ["quiz", "review"])
UNREAD = {
    "damaged list": (LIST, '{"version": 1', "is damaged"),
    "damaged entry": (f"{ENTRY}1/mse-sign/0123abcd/soon/", "right", "is damaged"),
    "newer list": (LIST, '{"version": 9, "answers": []}', "comes from a newer version of"),
    "newer entry": (f"{ENTRY}9/mse-sign", "0.5", "comes from a newer version of"),
}


@every_page
@pytest.mark.parametrize("fault", UNREAD)
def test_what_can_not_be_read_is_left_as_it_is_and_costs_nothing_else(opened, name, fault):
    key, text, word = UNREAD[fault]
    before = f"localStorage.setItem({json.dumps(key)}, {json.dumps(text)});"
    page = opened(f"{name}.html", before=before + keep(missed("mse-bell", days_ago=1)))
    for answers in (1, 2):
        assert word in page.locator(".quiz-word").first.inner_text()
        found = everything(page)
        assert found.pop(key) == text
        assert len([one for one in found if one.startswith(ENTRY)]) == answers
        if answers == 1:
            answer_one(page)
            page.reload()


def test_what_can_not_be_read_can_be_taken_along_and_erased(opened, tmp_path):
    key, text, _ = UNREAD["damaged list"]
    page = opened("review.html", now=NOW, accept_downloads=True)
    page.evaluate(f"localStorage.setItem('{key}', '{text}');" + keep(missed("mse-bell")))
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    said = "1 answer and 1 part that can't be read written to measuring-wrongness-answers.json."
    assert record_word(page).inner_text() == said
    path = tmp_path / "answers.json"
    download.value.save_as(path)
    assert json.loads(path.read_text())["unread"] == {key: text}
    page.get_by_role("button", name="Erase my answers").click()
    said = record_word(page).inner_text()
    assert said.startswith("1 answer and 1 part that can't be read would be gone for good.")
    page.get_by_role("button", name="Yes, erase").click()
    page.get_by_label("Import").set_input_files(path)
    page.get_by_text("1 answer added from answers.json.").wait_for()
    assert page.locator(".quiz-lead .quiz-word").inner_text() == ""
    assert key not in everything(page)


FILL = """() => {
  let text = "";
  for (let size = 2 ** 23; size >= 1; size /= 2) {
    try {
      localStorage.setItem("filler", text + "x".repeat(size));
      text += "x".repeat(size);
    } catch {}
  }
}"""


@every_page
def test_a_full_storage_costs_a_word_and_nothing_that_it_holds(opened, name):
    """Really full; and what could not be written is written once another tab makes room."""
    page = opened(f"{name}.html", before=keep(missed("mse-bell", days_ago=1)))
    page.evaluate(FILL)
    held = everything(page)
    answer_one(page)
    word = page.locator(".quiz-word").first
    assert "This browser's storage is full." in word.inner_text()
    assert everything(page) == held
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate("localStorage.removeItem('filler')")
    wait_until(page, "(word) => word.textContent === ''", word.element_handle())
    assert len(kept_soon(other, 2)) == 2


def test_an_import_for_which_there_is_no_room_changes_nothing(opened):
    page = opened("review.html", now=NOW, before=keep(missed("mse-palace")))
    page.evaluate(FILL)
    held = everything(page)
    text = json.dumps({"version": 1, "answers": [missed("mse-sign", ago) for ago in range(50)]})
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("Import").set_input_files(file)
    page.get_by_text("this browser's storage has no room for it. Nothing was changed.").wait_for()
    assert everything(page) == held
    assert page.locator(".quiz-due").inner_text() == "1 missed question is waiting."


def test_what_one_tab_erases_is_not_brought_back_by_another(opened):
    """Not even what the other could not write, once there is room."""
    page = opened("quiz.html")
    page.evaluate(keep(missed("mse-bell")))
    page.evaluate(FILL)
    answer_one(page)
    assert "is full" in page.locator(".quiz-word").inner_text()
    other = page.context.new_page()
    other.goto(page.url.replace("quiz", "review"))
    other.get_by_text("1 missed question is waiting.").wait_for()
    other.get_by_role("button", name="Erase my answers").click()
    other.get_by_role("button", name="Yes, erase").click()
    other.evaluate("localStorage.removeItem('filler')")
    wait_until(page, "() => !document.querySelector('.quiz-word').textContent")
    by_pointer(page, form_of(page, "sign"), "sign", answers_of("sign")[1])
    assert [answer["question"] for answer in kept_soon(other, 1)] == ["mse-sign"]


FORBIDDEN = "This browser does not let the page keep anything"


@every_page
@pytest.mark.parametrize("where", ["on its own", "within another site"])
def test_forbidden_storage_costs_a_word_and_nothing_else(chromium, folder, tmp_path, name, where):
    """By the browser's own setting: no site may keep anything, or none within another."""
    forbidden = {"default_content_setting_values": {"cookies": 2}}
    third_party = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
    own = where == "on its own"
    (tmp_path / "Default").mkdir()
    settings = json.dumps({"profile": forbidden if own else third_party})
    (tmp_path / "Default" / "Preferences").write_text(settings)
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=find_chromium(), args=FLAGS
    )
    with serve(folder) as address:
        page = context.new_page()
        page.goto(f"{address}{name}.html")
        if not own:
            page.goto(address.replace("127.0.0.1", "localhost") + f"{name}.html")
            page.evaluate(
                "(url) => { document.body.innerHTML = `<iframe src=${url}></iframe>`; }",
                f"{address}{name}.html",
            )
        frame = page.frames[-1]
        frame.wait_for_selector("[data-live]")
        assert frame.url == f"{address}{name}.html"
        answer_one(frame)
        assert FORBIDDEN in frame.locator(".quiz-word").first.inner_text()
        context.close()


# --- the review page -------------------------------------------------------------------------


def asked(page):
    form = page.locator(".quiz-stage:not([aria-busy]) .quiz-question")
    return form.get_attribute("data-question")


def test_the_first_visit_offers_something_new(opened):
    page = opened("review.html", now=NOW)
    assert "you have not answered a question" in page.locator(".quiz-due").inner_text()
    assert not page.get_by_role("button", name="Next question").is_visible()
    page.get_by_role("button", name="Ask me something new").click()
    assert asked(page) in BANK.questions
    assert page.evaluate("document.activeElement.dataset.question") == asked(page)


def test_missed_questions_come_first_then_what_is_due_longest(opened):
    record = [
        right("mse-nudge", days_ago=40),
        missed("mse-palace", days_ago=1),
        right("ce-nudge", days_ago=90),
        missed("mse-sign", days_ago=3),
        right("mse-bell", days_ago=0.1),
    ]
    page = opened("review.html", now=NOW, before=keep(*record))
    assert page.locator(".quiz-due").inner_text() == "4 questions are due, 2 of them missed."
    order = [asked(page)]
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="Next question").click()
    order.append(asked(page))
    assert order == ["mse-sign", "mse-palace"]
    assert "Missed the last time." in page.locator(".quiz-stage .quiz-note").inner_text()


def test_next_goes_through_all_that_waits_and_then_begins_again(opened):
    """Also past what the reader leaves unanswered."""
    waiting = ["mse-palace", "mse-sign", "mse-bell", "mse-column"]
    record = [missed(name, days_ago=9 - place) for place, name in enumerate(waiting)]
    page = opened("review.html", now=NOW, before=keep(*record))
    seen = [asked(page)]
    for _ in range(7):
        page.get_by_role("button", name="Next question").click()
        seen.append(asked(page))
    assert seen == [*waiting, *waiting]


def ask_new(page, times):
    """Ask for something new so often; which questions came."""
    fresh = []
    for _ in range(times):
        page.get_by_role("button", name="Ask me something new").click()
        fresh.append(asked(page))
    return fresh


def test_new_questions_come_from_every_chapter_in_turn_and_not_always_the_same(opened):
    page = opened("review.html", now=NOW)
    fresh = ask_new(page, len(BANK.chapters))
    assert {BANK.questions[name].chapter for name in fresh} == set(BANK.chapters)
    page.reload()
    assert ask_new(page, len(BANK.chapters)) != fresh


def test_a_chapter_can_be_chosen_until_it_has_nothing_new(opened):
    chapter = "03_cross_entropy"
    names = [question.id for question in BANK.of_chapter(chapter)]
    record = [right(name) for name in names[2:]]
    page = opened("review.html", now=NOW, before=keep(*record))
    choice = page.get_by_label("New questions from")
    choice.select_option(chapter)
    assert ask_new(page, 3) == [*names[:2], names[0]]
    page.evaluate(keep(right(names[0]), right(names[1])))
    page.reload()
    assert choice.locator(f'[value="{chapter}"]').is_disabled()
    assert choice.input_value() == ""
    assert choice.locator(":disabled").count() == 1


def test_the_next_question_is_spoken_by_name(opened):
    page = opened("review.html", now=NOW, before=keep(missed("mse-palace"), missed("mse-sign", 2)))
    page.get_by_role("button", name="Next question").click()
    form = page.get_by_role("form", name=re.compile("One guess must serve five houses"))
    assert form.evaluate("(form) => form === document.activeElement")


def spoken_places(page):
    """How many status regions the browser's accessibility tree holds."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return sum(node.get("role", {}).get("value") == "status" for node in nodes)


def test_what_will_be_said_has_its_place_before_it_is_said(opened):
    """A live region that appears together with its first word is often not spoken."""
    page = opened("quiz.html")
    every = page.locator("[role=status]").count()
    assert every == len(ONE_OF_EACH) + 2
    assert spoken_places(page) == every
    by_pointer(page, form_of(page, "single"), "single", answers_of("single")[0])
    assert spoken_places(page) == every


def test_answering_right_works_through_the_queue(opened):
    record = [
        missed("mse-palace", days_ago=1),
        right("mse-sign", days_ago=40),
        missed("mse-bell", 9),
    ]
    page = opened("review.html", now=NOW, before=keep(*record))
    seen = []
    for _ in range(3):
        seen.append(asked(page))
        form = page.locator(".quiz-stage form")
        good = [o.right for o in BANK.questions[seen[-1]].options].index(True)
        form.locator("label").nth(good).click()
        form.get_by_role("button", name="Check").click()
        page.clock.run_for(1000)
        onward = page.get_by_role("button", name="Next question")
        if onward.is_visible():
            onward.click()
    assert seen == ["mse-bell", "mse-palace", "mse-sign"]
    said = page.locator(".quiz-due").inner_text()
    assert re.fullmatch(r"Nothing is due\. The next question comes back on \d+ \w+\.", said)
    assert page.locator(".quiz-status").is_visible(), "the last reason can still be read"


def test_questions_come_back_across_days(opened):
    page = opened("review.html", now=NOW, before=keep(right("mse-palace")))
    assert page.locator(".quiz-due").inner_text().startswith("Nothing is due.")
    due = page.locator(".quiz-due").inner_text()
    day = int(re.search(r"on (\d+) November", due)[1])
    assert 23 <= day <= 27
    page.clock.set_fixed_time((NOW + (day - 22) * DAY) / 1000)
    page.reload()
    assert page.locator(".quiz-due").inner_text() == "1 question is due."
    assert asked(page) == "mse-palace"
    form = page.locator(".quiz-stage form")
    form.locator("label").nth(1).click()
    form.get_by_role("button", name="Check").click()
    assert page.locator(".quiz-due").inner_text().startswith("Nothing is due.")
    page.clock.set_fixed_time((NOW + (day - 20) * DAY) / 1000)
    page.reload()
    assert page.locator(".quiz-due").inner_text().startswith("Nothing is due.")
    page.clock.set_fixed_time((NOW + 200 * DAY) / 1000)
    page.reload()
    assert page.locator(".quiz-due").inner_text() == "1 question is due."


def test_strength_is_shown_for_every_objective(opened):
    record = [right("mse-nudge"), right("mse-value"), missed("mse-sign"), right("attempts-teacher")]
    page = opened("review.html", now=NOW, before=keep(*record))
    strength = page.locator("[data-objective] .quiz-strength")
    assert strength.count() == len(BANK.objectives)
    of = {
        name: page.locator(f'.quiz-goals [data-objective="{name}"] .quiz-strength').text_content()
        for name in ("mse-by-hand", "attempts-wish", "ce-race")
    }
    assert of == {
        "mse-by-hand": "67 % recalled now",
        "attempts-wish": "50 % recalled now, 1 of 2 tried",
        "ce-race": "not tried yet",
    }
    page.clock.set_fixed_time((NOW + 60 * DAY) / 1000)
    page.reload()
    faded = page.locator('.quiz-goals [data-objective="mse-by-hand"] .quiz-strength').text_content()
    assert int(faded.split()[0]) < 60


def test_the_review_page_carries_no_question_until_it_is_asked(opened):
    page = opened("review.html", now=NOW)
    loaded = "[...document.scripts].map(({ src }) => src.split('/').at(-1))"
    assert page.evaluate(loaded) == ["review.js"]
    assert page.locator("form").count() == 0
    page.get_by_label("New questions from").select_option("03_cross_entropy")
    ask_new(page, 2)
    assert sorted(page.evaluate(loaded)) == ["03_cross_entropy.js", "review.js"]


def test_a_question_that_does_not_load_says_so_and_comes_when_asked_again(chromium, address):
    with watched_page(chromium, address) as page:
        page.route("**/questions/*.js", lambda route: route.abort())
        page.goto(f"{address}review.html")
        again = page.get_by_role("button", name="Ask me something new")
        again.click()
        page.get_by_text("This question did not load.").wait_for()
        page.unroute("**/questions/*.js")
        again.click()
        assert asked(page) in BANK.questions


def test_a_question_that_comes_late_does_not_replace_the_next(opened):
    page = opened("review.html", now=NOW)
    waiting = []
    page.route("**/questions/01_*.js", lambda route: waiting.append(route))
    choice = page.get_by_label("New questions from")
    for chapter in ("01_mean_squared_error", "03_cross_entropy"):
        choice.select_option(chapter)
        page.get_by_role("button", name="Ask me something new").click()
    assert BANK.questions[asked(page)].chapter == "03_cross_entropy"
    with page.expect_response("**/questions/01_*.js"):
        waiting[0].continue_()
    choice.select_option("01_mean_squared_error")
    assert BANK.questions[asked(page)].chapter == "03_cross_entropy"


def test_a_question_leads_back_to_its_chapter(opened):
    page = opened("review.html", now=NOW, before=keep(missed("ce-nudge")))
    link = page.locator(".quiz-stage .quiz-note a")
    assert link.get_attribute("href") == "03_cross_entropy.html"
    assert link.inner_text() == BANK.chapters["03_cross_entropy"]


def test_answers_in_a_chapter_reach_the_review_page(opened):
    page = opened("quiz.html")
    by_pointer(page, form_of(page, "bug"), "bug", answers_of("bug")[1])
    page.get_by_role("link", name="review page").click()
    assert page.url.endswith("review.html")
    assert asked(page) == "mse-column"
    assert page.locator(".quiz-due").inner_text() == "1 missed question is waiting."


def test_another_tab_s_answer_shows_at_once(opened):
    page = opened("review.html")
    other = page.context.new_page()
    other.goto(page.url.replace("review", "quiz"))
    by_pointer(other, form_of(other, "sign"), "sign", answers_of("sign")[1])
    page.get_by_text("1 missed question is waiting.").wait_for()


# --- taking the record along -----------------------------------------------------------------


def record_word(page):
    return page.locator(".quiz-record .quiz-word")


def test_export_erase_import_brings_everything_back(opened, tmp_path):
    record = [missed("mse-palace", days_ago=2), right("mse-sign", days_ago=1)]
    page = opened("review.html", now=NOW, accept_downloads=True)
    page.evaluate(keep(*record))
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "measuring-wrongness-answers.json"
    path = tmp_path / "answers.json"
    download.value.save_as(path)
    assert json.loads(path.read_text())["answers"] == record
    page.get_by_role("button", name="Erase my answers").click()
    assert "2 answers would be gone for good" in record_word(page).inner_text()
    page.get_by_role("button", name="Keep them").click()
    assert page.locator(".quiz-due").inner_text() == "1 missed question is waiting."
    page.get_by_role("button", name="Erase my answers").click()
    page.get_by_role("button", name="Yes, erase").click()
    assert record_word(page).inner_text() == "Erased. This browser holds no answer of yours."
    assert kept(page) == []
    assert "you have not answered" in page.locator(".quiz-due").inner_text()
    page.get_by_label("Import").set_input_files(path)
    page.get_by_text("2 answers added from answers.json.").wait_for()
    assert page.locator(".quiz-due").inner_text() == "1 missed question is waiting."
    assert kept(page) == record


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 10,
    "html": b"<script>alert(1)</script>",
    "wrong": b'{"version": 1, "answers": "all of them"}',
    "newer": b'{"version": 7, "answers": []}',
    "nested": b"[" * 200_000,
    "markup": json.dumps(
        {
            "version": 1,
            "answers": [{**missed("mse-sign"), "question": "<img src=x onerror=alert(1)>"}],
        }
    ).encode(),
    "huge": b'{"version": 1, "answers": [' + b"0," * 8_500_000 + b"0]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_changes_nothing(opened, tmp_path, name):
    page = opened("review.html", now=NOW, before=keep(missed("mse-palace")))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    before = everything(page)
    file = tmp_path / f"<b>{name}.json"
    file.write_bytes(HOSTILE[name])
    page.get_by_label("Import").set_input_files(file)
    page.get_by_text("Nothing was changed.").wait_for()
    assert record_word(page).inner_text().startswith(f"<b>{name}.json was not imported: ")
    assert everything(page) == before
    assert asked(page) == "mse-palace"
    assert page.locator(".quiz-record img, .quiz-record b, .quiz-record script").count() == 0


def test_a_partly_damaged_file_gives_what_it_can(opened):
    page = opened("review.html", now=NOW)
    text = json.dumps({"version": 1, "answers": [missed("mse-sign"), {"question": "x"}, None]})
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("Import").set_input_files(file)
    page.get_by_text("1 answer added from a.json. 2 entries were not understood.").wait_for()
    assert page.locator(".quiz-due").inner_text() == "1 missed question is waiting."
