r"""Moodle XML: a question bank by chapter and objective. Formulas stand between ``\(`` and ``\)``.

Moodle's MathJax filter draws those, and its editors keep them, while they may lose MathML. There is
no flash card. Ordering questions want Moodle 4.4; they have no feedback for each item, so all the
reasons stand together in the general feedback.
"""

from lxml import etree
from lxml.builder import E

from lossfns.quiz.exports._common import (
    category,
    number,
    option_html,
    percents,
    serialised,
)
from lossfns.quiz.markup import delimited, to_html

KINDS = ("single", "multiple", "numeric", "order", "sign", "bug")


def export(bank, *, time):
    """Return the bank as the bytes of a Moodle XML file; it carries no time."""
    quiz = E.quiz()
    for objective in bank.objectives.values():
        questions = [
            question
            for question in bank.questions.values()
            if question.objective == objective.id and question.kind in KINDS
        ]
        if questions:
            quiz.append(_category(objective, bank.chapters[objective.chapter]))
            quiz.extend(map(_question, questions))
    etree.indent(quiz)
    return serialised(quiz)


def _category(objective, chapter):
    # Named by its id, which stays when the promise is reworded: the next import finds it again. An
    # idnumber would harm: Moodle wants it once in a course, and stops where a title has changed.
    path = E.category(E.text(category(chapter, objective.id)))
    return E.question(path, _html("info", to_html(objective.text, delimited)), type="category")


def _html(tag, html):
    return E(tag, E.text(html), format="html")


def _text(tag, text):
    return _html(tag, to_html(text, delimited))


def _question(question):
    build = {"numeric": _numeric, "order": _order}.get(question.kind, _choice)
    kind, *parts = build(question)
    tags = (question.chapter, question.objective, question.kind)
    return E.question(
        E.name(E.text(question.id)),
        _text("questiontext", question.prompt),
        E.idnumber(question.id),
        *parts,
        E.tags(*(E.tag(E.text(tag)) for tag in tags)),
        type=kind,
    )


def _choice(question):
    yield "multichoice"
    yield E.single("false" if question.kind == "multiple" else "true")
    yield E.shuffleanswers("false")
    yield E.answernumbering("none")
    worth = percents(question)
    for index, option in enumerate(question.options):
        answer = _html("answer", option_html(question, index, delimited))
        answer.set("fraction", worth[index])
        answer.append(_text("feedback", option.feedback))
        yield answer


def _numeric(question):
    yield "numerical"
    for option in question.options:
        percent = "100" if option.right else "0"
        yield _near(number(option.value), number(option.tolerance), percent, option.feedback)
    # Anything else.
    yield _near("*", "0", "0", question.otherwise)


def _near(value, tolerance, percent, feedback):
    return E.answer(
        E.text(value), _text("feedback", feedback), E.tolerance(tolerance), fraction=percent
    )


def _order(question):
    yield "ordering"
    reasons = "".join(
        f"<li>{to_html(option.text, delimited)}: {to_html(option.feedback, delimited)}</li>"
        for option in question.options
    )
    yield _html("generalfeedback", f"<ol>{reasons}</ol>")
    yield E.layouttype("VERTICAL")
    yield E.selecttype("ALL")
    yield E.selectcount(str(len(question.options)))
    yield E.gradingtype("ALL_OR_NOTHING")
    yield E.showgrading("SHOW")
    yield E.numberingstyle("none")
    for place, option in enumerate(question.options, 1):
        answer = _text("answer", option.text)
        answer.set("fraction", str(place))
        yield answer
