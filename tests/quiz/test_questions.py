"""The question bank, its rules, and the quiz as Python shows it."""

import copy
import html
import json
import re
import tomllib
from collections import Counter

import nbformat
import numpy as np
import pytest
import traitlets

import lossfns
from lossfns import quiz
from lossfns.quiz import (
    BankError,
    Quiz,
    load_bank,
    load_predictions,
    mixed,
    read_bank,
    recall,
)
from lossfns.quiz._bank import BANK
from lossfns.quiz._html import TASKS, question_html
from lossfns.quiz._numbers import compute, shown
from lossfns.quiz._schema import read_question
from lossfns.quiz.markup import FORMULAS, delimited, for_site, formulas, mathml, to_html, tokens
from sitebuild import prose
from sitebuild import question_bank as tool
from sitebuild.notebooks import chapters, notebook_path
from sitebuild.paths import ROOT

QUESTIONS = list(load_bank().questions.values())
EVERY = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
CHAPTERS = list(load_bank().chapters)


# --- the bank itself -------------------------------------------------------------------------


def test_the_bank_is_large_and_every_kind_is_in_it():
    assert len(QUESTIONS) >= 60
    assert {question.kind for question in QUESTIONS} == set(TASKS)
    assert min(Counter(question.chapter for question in QUESTIONS).values()) >= 4


def test_every_objective_has_a_question_in_its_chapter():
    bank = load_bank()
    served = {(question.chapter, question.objective) for question in QUESTIONS}
    assert served == {(goal.chapter, goal.id) for goal in bank.objectives.values()}


def promised(page):
    """A chapter's title, and what it says a reader can do afterwards."""
    text = page.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    listed = re.search(r"\*\*After this \w+ you can\*\*\n\n((?:- .+\n)+)", text)[1]
    listed = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", listed)
    return title, [line[2:].rstrip(";.") for line in listed.splitlines()]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_objectives_are_what_the_chapter_promises(chapter):
    """Whoever changes a chapter's title or promises copies them into objectives.toml."""
    page = ROOT / "book" / f"{chapter}.md"
    bank = load_bank()
    goals = [goal.text for goal in bank.objectives.values() if goal.chapter == chapter]
    assert goals
    assert (bank.chapters[chapter], goals) == promised(page)


def test_every_chapter_pauses_on_three_questions():
    pauses = Counter(question.chapter for question in QUESTIONS if question.pause)
    assert pauses == dict.fromkeys(CHAPTERS, 3)


def test_the_right_choice_stands_in_no_favourite_place():
    """A reader who always takes the second option must not do well."""
    places = Counter(
        [option.right for option in question.options].index(True)
        for question in QUESTIONS
        if question.kind == "single"
    )
    assert max(places.values()) < 0.4 * sum(places.values())


@EVERY
def test_every_option_says_why(question):
    reasons = [option.feedback for option in question.options]
    reasons += [question.otherwise] if question.kind == "numeric" else []
    reasons += [question.back, question.trap] if question.kind == "card" else []
    assert reasons
    assert all(len(reason.split()) >= 4 for reason in reasons)
    assert len(set(reasons)) == len(reasons)


@pytest.fixture(scope="module")
def printed():
    """The numbers that each chapter's cells are given or print."""
    read = {path.stem: nbformat.read(notebook_path(path), as_version=4) for path in chapters()}
    return {chapter: prose.computed_numbers(notebook) for chapter, notebook in read.items()}


@EVERY
def test_numbers_in_a_question_are_computed(question, printed):
    """In prompts, options and feedback: decimals of three digits or more, and thousands.

    Each is an argument of the question's own computation, or its chapter prints it.
    """
    table = next(table for table in tables_of(question.chapter) if table["id"] == question.id)
    given = prose.numbers(json.dumps(table.get("key", {})) + json.dumps(table.get("values", {})))
    known = given | printed[question.chapter]
    typed = " ".join(texts_as_typed(table))
    stale = [text for text in prose.decimals(typed) if not prose.is_computed(text, known)]
    assert stale == []
    everywhere = given.union(*printed.values())
    thousands = re.findall(r"\b\d{1,3}(?:,\d{3})+\b", prose.plain_prose(typed))
    assert {float(text.replace(",", "")) for text in thousands} <= everywhere


def test_a_stale_number_in_a_question_is_found(printed):
    """A figure that no computation gives is named, in whichever text it stands."""
    made = table("single", prompt="It took 12.345 steps.", options=[choice("0.5678"), choice("b")])
    typed = prose.decimals(" ".join(texts_as_typed(made)))
    assert typed == ["12.345", "0.5678"]
    assert not any(prose.is_computed(text, printed["02_failed_attempts"]) for text in typed)


def tables_of(chapter):
    return tomllib.loads((BANK / f"{chapter}.toml").read_text("utf-8"))["question"]


def texts_as_typed(value):
    """Every text of a question's table, without what is computed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_as_typed(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in ("key", "values", "value", "id", "kind", "objective"):
                yield from texts_as_typed(item)


def test_known_figures_of_the_lesson_are_the_keys():
    """The bank agrees with the figures that the chapters teach."""
    keys = {question.id: question.options[0].value for question in QUESTIONS if question.options}
    for name, value in {
        "attempts-whisper": -0.021494,
        "recall-exact": -0.392,
        "recall-cross-entropy": 1.6094379,
        "attempts-many-classes": 5.0,
        "attempts-too-right": 81.0,
        "soft-smoothing-floor": 0.50027,
        "lm-first-loss": np.log(44),
        "speech-ctc-paths": -np.log(0.75),
        "wild-clip-floor": np.log(2),
        "info-nats-to-bits": 0.5310,
        "floats-far-off": 1000.0,
    }.items():
        assert keys[name] == pytest.approx(value, abs=1e-4), name


# --- rules, and the errors that name their place ---------------------------------------------


ONE = '[one]\ntitle = "One"\n[one.objectives]\ngoal = '


def objectives(folder, text=ONE + '{ text = "do it", section = "s" }\n'):
    (folder / "objectives.toml").write_text(text, encoding="utf-8")


def choice(text="a", feedback="because", **more):
    return {"text": text, "feedback": feedback, **more}


VALID = {
    "single": {"options": [choice("a", correct=True), choice("b")]},
    "multiple": {"options": [choice("a", correct=True), choice("b"), choice("c")]},
    "numeric": {
        "key": {"call": "squared_error", "args": [3.0, 1.0], "digits": 1},
        "feedback": "yes",
        "otherwise": "no",
        "slips": [{"value": {"call": "surprisal", "args": [1.0]}, "feedback": "no"}],
    },
    "order": {"items": [choice("a"), choice("b"), choice("c")]},
    "sign": {
        "key": {"call": "squared_error_grad", "args": [1.0, 3.0]},
        "signs": {"negative": "it is <<key>>", "zero": "no", "positive": "no"},
    },
    "bug": {"lines": [choice("x = 1"), choice("x = 1", bug=True), choice("y = 2")]},
    "card": {"back": "b", "trap": "t"},
}


def table(kind, /, **changes):
    made = {"id": "q-1", "kind": kind, "objective": "goal", "prompt": "What?"}
    made |= copy.deepcopy(VALID[kind])
    for field, value in changes.items():
        if value is None:
            del made[field]
        else:
            made[field] = value
    return made


def read(made):
    return read_question(made, file="one.toml", number=1, chapter="one")


@pytest.mark.parametrize("kind", VALID)
def test_the_smallest_question_of_each_kind_is_read(kind):
    assert read(table(kind)).kind == kind


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (table("single", id=None), "question 1: id: is missing"),
        (table("single", id="Q 1"), "question 'Q 1': id: must be lower-case words"),
        (table("single", kind="essay"), "'q-1': kind: must be one of single, multiple"),
        (table("single", prompt=None), "'q-1': prompt: is missing"),
        (table("single", prompt=" "), "'q-1': prompt: is empty"),
        (table("single", prompt=3), "'q-1': prompt: must be a text, got 3"),
        (table("single", pause="yes"), "'q-1': pause: must be true or false, got 'yes'"),
        (table("single", hint="no"), "'q-1': hint: is unknown; known are id, kind"),
        (table("single", prompt="What is $p?"), "'q-1': prompt: a $ is opened and not closed"),
        (table("single", prompt="An `open"), "'q-1': prompt: a ` is opened and not closed"),
        (table("single", prompt="<<v>>"), "'q-1': prompt: <<v>> is not among the question's"),
        (table("single", options="a"), "'q-1': options: must be a list, got 'a'"),
        (table("single", options=[choice()]), "'q-1': options: needs at least 2, got 1"),
        (table("single", options=["a", "b"]), "'q-1': option 1: it: must be a table, got 'a'"),
        (
            table("single", options=[choice(correct=True), {"text": "b"}]),
            "'q-1': option 2: feedback: is missing",
        ),
        (
            table("single", options=[choice(correct="yes"), choice("b")]),
            "'q-1': option 1: correct: must be true or false",
        ),
        (
            table("single", options=[choice("a"), choice("b")]),
            "'q-1': options: exactly one must be marked `correct = true`, got 0",
        ),
        (
            table("single", options=[choice(correct=True), choice()]),
            "'q-1': options: two are the same",
        ),
        (
            table("multiple", options=[choice(text, correct=True) for text in "abc"]),
            "'q-1': options: some must be marked `correct = true`, and not all",
        ),
        (table("order", items=[choice(), choice("b")]), "'q-1': items: needs at least 3, got 2"),
        (
            table("order", items=[choice(), choice("b"), choice("c", correct=True)]),
            "'q-1': item 3: correct: is unknown",
        ),
        (
            table("bug", lines=[choice("x"), choice("y"), choice("z")]),
            "'q-1': lines: exactly one must be marked `bug = true`, got 0",
        ),
        (table("sign", signs={"zero": "z"}), "'q-1': signs: negative: is missing"),
        (
            table("sign", key={"call": "squared_error", "args": [[1.0], [2.0]]}),
            "'q-1': key: must be one number",
        ),
        (table("numeric", tolerance=0.0), "'q-1': tolerance: must be greater than 0, got 0.0"),
        (table("numeric", tolerance=True), "'q-1': tolerance: must be a number, got True"),
        (
            table("numeric", tolerance=5.0),
            "'q-1': slip 1: value: 0.0000 can't be told from the key within the tolerance",
        ),
        (
            table("numeric", key={"call": "surprisal", "args": [0.3], "digits": 0}, slips=[]),
            "'q-1': key: shown as 1, it would not be taken for 1.20397",
        ),
        (
            table("numeric", key={"call": "surprisal", "args": [0.0]}),
            "'q-1': key: must be one finite number, got inf",
        ),
        (
            table("numeric", slips=[{"value": {"call": "surprisal", "args": [1.0]}}]),
            "'q-1': slip 1: feedback: is missing",
        ),
        (table("numeric", key={"args": [1]}), "'q-1': key: call must be a name, got None"),
        (table("numeric", key={"call": "x", "args": [1]}), "'q-1': key: call must name a function"),
        (
            table("single", values={"v": {"call": "surprisal", "args": [0.5]}}),
            "'q-1': values: v is in no text",
        ),
        (table("single", values={"v": 3}), "'q-1': values: v: must be a table, got 3"),
        (table("card", trap=None), "'q-1': trap: is missing"),
        (table("numeric", slips=[1]), "'q-1': slip 1: it: must be a table, got 1"),
        *(
            (
                table("numeric", key={"call": "surprisal", "args": [0.3], field: wrong}),
                f"'q-1': key: {field} must be {word}, got {wrong!r}",
            )
            for field, wrong, word in [
                ("call", ["surprisal"], "a name"),
                ("args", 0.3, "a list"),
                ("kwargs", [], "a table"),
                ("item", "0", "an index or a list of them"),
                ("reduce", ["mean"], "a name"),
                ("times", "2", "a number"),
                ("over", 2, "a table"),
                ("digits", "2", "a whole number"),
                ("digits", True, "a whole number"),
            ]
        ),
    ],
)
def test_a_fault_is_named_by_file_question_and_field(made, message):
    with pytest.raises(BankError) as caught:
        read(made)
    assert str(caught.value).startswith("one.toml: question ")
    assert message in str(caught.value)


QUESTION = """
[[question]]
id = "{name}"
kind = "card"
objective = "{goal}"
prompt = "p"
back = "b"
trap = "t"
"""


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"one": "[[question]"}, "one.toml: is not valid TOML"),
        ({"one": "x = 1"}, r"one.toml: must hold \[\[question\]\] tables only, got \['x'\]"),
        ({"one": "[question]"}, r"one.toml: must hold \[\[question\]\] tables only, got"),
        ({"one": "question = [1]"}, r"one.toml: must hold \[\[question\]\] tables only, got"),
        ({"two": QUESTION.format(name="a", goal="goal")}, "two.toml: objectives.toml has no chap"),
        (
            {"one": QUESTION.format(name="a", goal="other")},
            "one.toml: question 'a': objective: must be one of the chapter's in objectives.toml, "
            "got 'other'",
        ),
        (
            {"one": QUESTION.format(name="a", goal="goal") * 2},
            "one.toml: question 'a': id: is taken by a question of one.toml",
        ),
        ({}, "objectives.toml: objective 'goal' has no question"),
    ],
)
def test_a_fault_between_questions_is_named_too(tmp_path, files, message):
    objectives(tmp_path)
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BankError, match=message):
        read_bank(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[one]\ntitle = "One"\n', "chapter 'one': must have the fields title, objectives"),
        ("one = 3\n", "chapter 'one': must have the fields title, objectives, got 3"),
        ('[one]\ntitle = "O"\nobjectives = ["a"]\n', "'one': objectives: must be a table, got"),
        (ONE + '"do it"', "objective 'goal': must have text and section, may have exercises, got"),
        (ONE + '{ text = "do it" }', "objective 'goal': must have text and section"),
        (ONE + '{ text = "a", section = "s", minutes = 3 }', "'goal': must have text and section"),
        (ONE + '{ text = "", section = "s" }', "objective 'goal': text: must be a text, got ''"),
        (ONE + '{ text = "a", section = 3 }', "objective 'goal': section: must be a text, got 3"),
        (ONE + '{ text = "$p", section = "s" }', "objective 'goal': a \\$ is opened"),
        (
            ONE + '{ text = "a", section = "s", exercises = "mse.value" }',
            "objective 'goal': exercises: must be a list of ids, got 'mse.value'",
        ),
        (
            ONE + '{ text = "a", section = "s" }\n'
            '[two]\ntitle = "T"\n[two.objectives]\ngoal = { text = "a", section = "s" }\n',
            "chapter 'two': objective 'goal' is there twice",
        ),
    ],
)
def test_a_fault_in_the_objectives_is_named(tmp_path, text, message):
    objectives(tmp_path, text)
    with pytest.raises(BankError, match=rf"objectives\.toml: .*{message}"):
        read_bank(tmp_path)


def test_an_edited_question_gets_another_digest_but_new_feedback_does_not_cost_the_record():
    before = read(table("single"))
    assert read(table("single", prompt="Why?")).digest != before.digest
    other = [choice("a", correct=True), choice("c")]
    assert read(table("single", options=other)).digest != before.digest
    kinder = [choice("a", "kinder", correct=True), choice("b", "kinder too")]
    assert read(table("single", options=kinder, objective="x")).digest == before.digest


def test_what_is_to_be_ordered_is_never_shown_in_order():
    for length in range(3, 8):
        items = [choice(str(number)) for number in range(length)]
        for number in range(30):
            question = read(table("order", id=f"q-{number}", items=items))
            assert sorted(question.shuffled) == list(range(length))
            assert question.shuffled != list(range(length))


# --- numbers as data -------------------------------------------------------------------------


def test_a_number_is_what_lossfns_computes():
    spec = {"call": "softmax_squared_error_grad", "args": [[0.1, 0.2], [1, 0]]}
    exact = lossfns.softmax_squared_error_grad([0.1, 0.2], [1, 0])
    assert np.array_equal(compute(spec), exact)
    assert compute({**spec, "item": 1}) == exact[1]
    assert compute({**spec, "reduce": "sum"}) == pytest.approx(0, abs=1e-15)
    diagonal = lossfns.softmax_squared_error_grad([0.1, 0.2], [1, 0], jacobian="diagonal")
    assert np.array_equal(compute({**spec, "kwargs": {"jacobian": "diagonal"}}), diagonal)
    ratio = {
        "call": "surprisal",
        "args": [0.25],
        "times": 3,
        "over": {"call": "surprisal", "args": [0.5]},
    }
    assert compute(ratio) == pytest.approx(6)
    nested = {"call": "perplexity", "args": [{"call": "surprisal", "args": [0.25]}]}
    assert compute(nested) == pytest.approx(4)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"call": "eval", "args": ["1"]}, "call must name a function of lossfns, got 'eval'"),
        ({"call": "__class__", "args": []}, "call must name a function of lossfns"),
        ({"call": "Value", "args": [1.0]}, "call must name a function of lossfns"),
        ({"call": ["surprisal"], "args": [1.0]}, "call must be a name, got"),
        ({"args": [1]}, "call must be a name, got None"),
        ({"call": "surprisal"}, "args must be a list, got None"),
        ({"call": "surprisal", "args": [2.0]}, "surprisal refuses the arguments: p must"),
        ({"call": "surprisal", "args": [], "kwargs": {"x": 1}}, "surprisal refuses the arguments"),
        ({"call": "surprisal", "args": [[0.5]], "item": 7}, "surprisal refuses the arguments"),
        ({"call": "surprisal", "args": [[0.5]], "reduce": "max"}, 'reduce must be "mean" or "sum"'),
        ({"call": "surprisal", "args": [0.5], "plus": 1}, "expected only the fields .* got plus"),
    ],
)
def test_what_is_no_number_of_lossfns_is_refused(spec, message):
    with pytest.raises(ValueError, match=message):
        compute(spec)


def test_numbers_are_shown_as_people_write_them():
    assert shown(-0.0004, 2) == "0.00"
    assert shown(-1.5, 1) == "−1.5"
    assert shown(float("-inf")) == "−∞"
    assert shown(np.array([0.5, -0.25]), 2) == "[0.50, −0.25]"


# --- markup and formulas ---------------------------------------------------------------------


def test_markup_is_rendered_and_everything_else_escaped():
    rendered = to_html("a < b & *c* `x < 1` **d** $p < 1$", delimited)
    assert rendered == (
        "a &lt; b &amp; <em>c</em> <code>x &lt; 1</code> <strong>d</strong> \\(p &lt; 1\\)"
    )
    attribute = to_html('$a"b$', for_site)
    assert 'data-latex="a&quot;b"' in attribute


@pytest.mark.parametrize("text", ["$p", "a ` b", "*x", "**x*"])
def test_a_mark_left_open_is_refused(text):
    with pytest.raises(ValueError, match="opened and not closed"):
        list(tokens(text))


def test_every_formula_is_stored_as_mathml_and_none_too_many():
    """In a notebook there is no KaTeX: a formula that is not stored can't be shown."""
    stored = json.loads(FORMULAS.read_text(encoding="utf-8"))
    assert stored == tool.render_formulas(load_bank(), load_predictions())


def test_a_formula_not_yet_rendered_says_what_to_do():
    with pytest.raises(ValueError, match=r"\$x_9\^9\$ is not rendered yet: run `make question"):
        mathml("x_9^9")


def test_a_formula_that_katex_refuses_is_named_by_its_question(monkeypatch):
    broken = read(table("single", prompt=r"What is $\frac{1}$?"))
    bank = quiz.load_bank()
    monkeypatch.setitem(bank.questions, "q-1", broken)
    with pytest.raises(ValueError, match=r"one\.toml: question 'q-1': .*frac"):
        tool.render_formulas(bank, {})


def test_formulas_are_found_in_every_text():
    question = read(
        table("single", prompt="$a$", options=[choice("$b$", "$c$", correct=True), choice("d")])
    )
    found = [latex for text in question.texts() for latex in formulas(text)]
    assert sorted(found) == ["a", "b", "c"]


# --- what a page holds -----------------------------------------------------------------------


@EVERY
def test_a_question_reads_whole_without_scripts(question):
    page = question_html(question, 1, delimited)
    plain = html.unescape(re.sub(r"<[^>]+>", "", page))
    for text in question.texts():
        assert html.unescape(re.sub(r"<[^>]+>", "", to_html(text, delimited))) in plain
    assert page.count("<form") == page.count("<fieldset") == page.count("<legend") == 1
    assert '<details class="quiz-answer"><summary>' in page


@EVERY
def test_a_form_carries_its_key(question):
    page = question_html(question, 1, delimited)
    right = [int(found) for found in re.findall(r'data-option="(\d+)" data-right', page)]
    assert right == [index for index, option in enumerate(question.options) if option.right]
    assert f'data-digest="{question.digest}"' in page


def test_a_text_of_the_bank_can_not_break_out_of_its_place():
    nasty = '<script>alert(1)</script>" onclick="x'
    made = table("single", prompt=nasty, options=[choice(nasty, nasty, correct=True), choice("b")])
    page = question_html(read(made), 1, for_site)
    assert "<script" not in page
    assert ' onclick="' not in page.replace("&quot; onclick=&quot;", "")


# --- the widget ------------------------------------------------------------------------------


def test_what_a_notebook_stores_is_the_same_on_every_run():
    first, second = (mixed(8)._repr_mimebundle_()[0] for _ in range(2))
    assert first["text/html"] == second["text/html"]
    assert first["text/plain"] == second["text/plain"] == repr(mixed(8))


def test_a_stored_quiz_says_that_its_cell_wants_running():
    asked = recall("03_cross_entropy")
    stored = asked._repr_mimebundle_()[0]["text/html"]
    assert stored.startswith('<p class="run-cell">Run this cell to answer.')
    assert "Run this cell" not in asked.form


def test_a_stored_quiz_has_formulas_in_both_forms():
    asked = recall("03_cross_entropy")
    stored = asked._repr_mimebundle_()[0]["text/html"]
    assert 'data-latex="p - y"' in stored or "data-latex=" in stored
    assert "<math" not in stored
    assert "<math" in asked.form
    assert "data-latex" not in asked.form


@pytest.mark.parametrize("given", [[], ["nowhere"], ["mse-sign", "mse-sign"]])
def test_a_quiz_of_unknown_questions_is_refused(given):
    with pytest.raises(ValueError, match=r"questions must be different ids of the bank"):
        Quiz(given)


def test_one_id_is_enough():
    assert Quiz("mse-sign").questions == ("mse-sign",)


def test_progress_is_checked_and_scored():
    asked = Quiz(["mse-sign", "mse-nudge"])
    seen = []
    asked.observe(lambda change: seen.append(change["new"]), "progress")
    asked.progress = {"mse-sign": True}
    assert asked.score == (1, 2)
    for wrong in ({"mse-sign": 1}, {"other": True}):
        with pytest.raises(traitlets.TraitError, match=r"Quiz\.progress must give True or False"):
            asked.progress = wrong
    assert seen == [{"mse-sign": True}]
    assert asked.progress == {"mse-sign": True}


def test_what_several_views_say_is_added_up_and_the_first_answer_stays():
    asked = Quiz(["mse-sign", "mse-nudge"])
    for question, right in (("mse-sign", False), ("mse-nudge", True), ("mse-sign", True)):
        asked._handle_custom_msg({"question": question, "right": right}, [])
    assert asked.progress == {"mse-sign": False, "mse-nudge": True}
    asked._handle_custom_msg({"restarted": True}, [])
    assert asked.progress == {}


def test_questions_of_a_quiz_stay():
    with pytest.raises(traitlets.TraitError):
        Quiz("mse-sign").questions = ("mse-nudge",)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_pauses_on_its_own_questions(chapter):
    bank = load_bank()
    assert {bank.questions[name].chapter for name in recall(chapter).questions} == {chapter}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_asks_its_pause_from_the_bank(chapter):
    """Not from a list of its own, which no review would bring back."""
    page = (ROOT / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    _, *pauses = page.split("> **Pause and recall.**")
    assert len(pauses) == 1
    _, after = pauses[0].split("\n\n", 1)
    asked = f'from lossfns.quiz import recall\n\nrecall("{chapter}")\n'
    assert after.startswith(f"```{{code-cell}} python\n{asked}```")


def test_an_unknown_chapter_is_refused():
    with pytest.raises(ValueError, match=r"chapter must be one of 01_mean.*got 'x'"):
        recall("x")


def test_a_mixed_set_comes_from_every_chapter_and_repeats_no_pause():
    bank = load_bank()
    asked = [bank.questions[name] for name in mixed(len(CHAPTERS)).questions]
    assert Counter(question.chapter for question in asked) == dict.fromkeys(CHAPTERS, 1)
    assert not any(question.pause for question in asked)
    assert len({question.kind for question in asked}) >= 5
    most = sum(not question.pause for question in QUESTIONS)
    assert mixed(most).questions[:20] == mixed(20).questions
    for count in (0, most + 1):
        with pytest.raises(ValueError, match=f"count must be from 1 to {most}"):
            mixed(count)
