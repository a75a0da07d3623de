"""Moodle XML, read by the rules by which Moodle's own importer (`question/format/xml`) reads it."""

import dataclasses
import re
from dataclasses import dataclass, field

import pytest
from lxml import etree

from lossfns.quiz.exports import moodle
from lossfns.quiz.exports._common import option_html
from lossfns.quiz.markup import delimited, to_html
from tests.quiz.exported import (
    BANK,
    BUGS,
    MOODLE,
    NASTY,
    QUESTIONS,
    TIME,
    alone,
    as_read,
    numbered,
    of_kind,
)

CARRIED = [question for question in QUESTIONS if question.kind in moodle.KINDS]
TYPES = {"multichoice", "numerical", "ordering"}
# PHP's own precision, by which Moodle widens every tolerance.
EPSILON = 1e-14


@dataclass
class Answer:
    """One answer as Moodle stores it."""

    text: str
    fraction: float
    feedback: str
    tolerance: float


@dataclass
class Read:
    """One question as Moodle stores it."""

    type: str
    category: list
    text: str
    idnumber: str
    tags: list
    general: str
    answers: list = field(default_factory=list)
    options: dict = field(default_factory=dict)

    def graded(self, number):
        """The first answer that a number matches, as `qtype_numerical` looks for it."""
        for answer in self.answers:
            if answer.text == "*":
                return answer
            room = answer.tolerance + EPSILON
            if float(answer.text) - room <= number <= float(answer.text) + room:
                return answer
        raise AssertionError("a number without an answer")


def text_of(element, path=""):
    """The text below an element, and its format is HTML."""
    held = element.find(path) if path else element
    if held is None:
        return ""
    assert held.get("format") == "html"
    (text,) = held.findall("text")
    assert len(text) == 0, "marks of a text taken for XML"
    return text.text.strip()


def path_of(name):
    """A category's path in its parts; a doubled slash is one slash of a name."""
    return [part.replace("\0", "/").strip() for part in name.replace("//", "\0").split("/")]


def read(content):
    """Every question by its id."""
    questions, category = {}, None
    root = etree.fromstring(content)
    assert root.tag == "quiz"
    for element in root:
        assert element.tag == "question"
        kind = element.get("type")
        if kind == "category":
            category = path_of(element.findtext("category/text"))
            continue
        assert kind in TYPES, "a question that Moodle refuses"
        one = Read(
            type=kind,
            category=category,
            text=text_of(element, "questiontext"),
            idnumber=element.findtext("idnumber"),
            tags=[tag.text for tag in element.iterfind("tags/tag/text")],
            general=text_of(element, "generalfeedback"),
            options={each.tag: each.text for each in element if len(each) == 0},
        )
        for answer in element.iterfind("answer"):
            # A number stands in a text without a format of its own.
            plain = answer.findtext("text").strip()
            one.answers.append(
                Answer(
                    text=plain if kind == "numerical" else text_of(answer),
                    fraction=float(answer.get("fraction")),
                    feedback=text_of(answer, "feedback"),
                    tolerance=float(answer.findtext("tolerance", "0")),
                )
            )
        questions[element.findtext("name/text")] = one
    return questions


@pytest.fixture(scope="module")
def imported():
    return read(moodle.export(BANK, time=TIME))


def test_moodle_holds_each_question_once_below_its_chapter_and_objective(imported):
    assert sorted(imported) == sorted(question.id for question in CARRIED)
    for question in CARRIED:
        one = imported[question.id]
        chapter = BANK.chapters[question.chapter]
        assert one.category == ["Measuring Wrongness", chapter, question.objective]
        assert one.idnumber == question.id
        assert one.tags == [question.chapter, question.objective, question.kind]


def test_moodle_says_what_an_objective_promises():
    root = etree.fromstring(moodle.export(BANK, time=TIME))
    said = {}
    for element in root.iterfind("question[@type='category']"):
        said[path_of(element.findtext("category/text"))[-1]] = text_of(element, "info")
        # Two categories of a course with one idnumber would stop the import.
        assert element.find("idnumber") is None
    for name in {question.objective for question in CARRIED}:
        assert said[name] == to_html(BANK.objectives[name].text, delimited)


@pytest.mark.parametrize("kind", moodle.KINDS)
def test_moodle_reads_each_question_word_for_word(imported, kind):
    for question in of_kind(kind):
        one = imported[question.id]
        assert one.text == to_html(question.prompt, delimited)
        reasons = [to_html(option.feedback, delimited) for option in question.options]
        if question.kind == "order":
            assert one.type == "ordering"
            assert all(reason in one.general for reason in reasons)
            # Moodle places the items as the file does; fewer shown would be another question.
            assert one.options["selecttype"] == "ALL"
            assert one.options["gradingtype"] == "ALL_OR_NOTHING"
        if question.kind == "numeric":
            assert one.type == "numerical"
            reasons.append(to_html(question.otherwise, delimited))
        else:
            shown = [
                option_html(question, index, delimited) for index in range(len(question.options))
            ]
            assert [answer.text for answer in one.answers] == shown
        if question.kind != "order":
            assert [answer.feedback for answer in one.answers] == reasons


@pytest.mark.parametrize("kind", [kind for kind in moodle.KINDS if kind != "order"])
def test_moodle_gives_full_marks_for_the_right_answer_alone(imported, kind):
    for question in of_kind(kind):
        one = imported[question.id]
        fractions = [answer.fraction for answer in one.answers]
        assert {abs(fraction) for fraction in fractions} <= set(MOODLE)
        right = [option.right for option in question.options]
        if question.kind == "multiple":
            assert one.options["single"] == "false"
            assert sum(max(fraction, 0) for fraction in fractions) == pytest.approx(100, abs=1e-3)
            # Who ticks everything gets nothing.
            assert sum(fractions) == pytest.approx(0, abs=2e-3)
            assert [fraction > 0 for fraction in fractions] == right
        else:
            assert one.options.get("single", "true") == "true"
            assert fractions[: len(right)] == [100 * each for each in right]
            assert not any(fractions[len(right) :])


def test_moodle_takes_each_number_within_its_tolerance_and_no_further(imported):
    for question in of_kind("numeric"):
        one = imported[question.id]
        for place, option in enumerate(question.options):
            reason = to_html(option.feedback, delimited)
            # Rounded to two significant digits is on the edge of the tolerance, and inside.
            for typed in (option.value, float(f"{option.value:.1e}"), float(f"{option.value:.6g}")):
                graded = one.graded(typed)
                assert graded.feedback == reason
                assert graded.fraction == (0 if place else 100)
            for typed in (option.value - 1.01 * option.tolerance - 1e-8, option.value + 1e6):
                assert one.graded(typed).feedback != reason
        assert one.graded(-1e9).feedback == to_html(question.otherwise, delimited)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-3.0, "-3"), (1e-7, "0.0000001"), (11013.73, "11013.73")],
)
def test_numbers_of_every_size_and_sign_are_written_as_moodle_reads_them(value, text):
    question = BANK.questions["mse-value"]
    key = dataclasses.replace(question.options[0], value=value, tolerance=0.0)
    content = moodle.export(alone(question, options=(key,)), time=TIME)
    one = read(content)[question.id]
    assert (one.answers[0].text, one.answers[0].tolerance) == (text, 0)
    assert one.graded(value).fraction == 100
    assert one.graded(value + 1e-8).fraction == 0


def test_program_keeps_its_lines_in_order_in_moodle(imported):
    for question in BUGS:
        one = imported[question.id]
        assert one.options["shuffleanswers"] == "false"
        assert [as_read(answer.text) for answer in one.answers] == numbered(question)


@pytest.mark.parametrize("identifier", ["mse-palace", "ce-likelihood", "mse-value"])
def test_marks_in_a_text_survive_moodle(identifier):
    question = BANK.questions[identifier]
    nasty = rf"$\nabla_{{z}} < {{1}}$ {NASTY}"
    bank = alone(
        question,
        prompt=nasty,
        otherwise=nasty,
        options=tuple(
            dataclasses.replace(option, text=f"{nasty} {place}", feedback=nasty)
            for place, option in enumerate(question.options)
        ),
    )
    one = read(moodle.export(bank, time=TIME))[identifier]
    assert one.text == to_html(nasty, delimited)
    if question.kind == "order":
        assert one.general.count(to_html(nasty, delimited)) == 2 * len(question.options)
    else:
        assert {answer.feedback for answer in one.answers} == {to_html(nasty, delimited)}


def test_a_slash_in_a_title_makes_no_category_of_its_own():
    title = "N/A // and ]]>"
    bank = alone(BANK.questions["mse-value"])
    bank = dataclasses.replace(bank, chapters={"01_mean_squared_error": title})
    one = read(moodle.export(bank, time=TIME))["mse-value"]
    assert one.category[1] == title


def test_formulas_stand_as_moodle_s_filter_finds_them(imported):
    """Between \\( and \\), never as MathML, which Moodle's editors may drop."""
    everything = moodle.export(BANK, time=TIME).decode()
    assert "MathML" not in everything
    question = BANK.questions["ce-likelihood"]
    assert re.findall(r"\\\(.*?\\\)", imported[question.id].answers[0].text) == [
        r"\(p^y (1 - p)^{1 - y}\)"
    ]
