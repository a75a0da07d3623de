"""What the tests of the exports share: the bank, its programs as people read them, and changes."""

import dataclasses
import html
import re

from lossfns.quiz import load_bank
from lossfns.quiz._bank import Bank

BANK = load_bank()
QUESTIONS = list(BANK.questions.values())
TIME = 1_700_000_000

# Every mark that one of the formats could take for its own.
NASTY = (
    r"~ = # : -> {T} ::x:: 100% ]]> & < > \" ' <b> &amp; &#x41; \n / // \( x < 1 \) 🤖 é −1 "
    "<![CDATA[ <!-- {{x}} [[1]] @@PLUGINFILE@@/x ? {mlang en}"
)

# Fractions that Moodle accepts; it refuses a file with another one.
MOODLE = [0, 5, 10, 11.11111, 12.5, 14.28571, 16.66667, 20, 25, 30, 33.33333, 40, 50, 60, 66.66667]
MOODLE += [70, 75, 80, 83.33333, 90, 100]


def of_kind(kind):
    """Every question of a kind."""
    return [question for question in QUESTIONS if question.kind == kind]


BUGS = of_kind("bug")


def changed(question, **changes):
    """The bank with one question changed."""
    questions = {**BANK.questions, question.id: dataclasses.replace(question, **changes)}
    return Bank(questions, BANK.objectives, BANK.chapters)


def alone(question, **changes):
    """A bank of one question, changed."""
    one = dataclasses.replace(question, **changes)
    return dataclasses.replace(BANK, questions={one.id: one})


def numbered(question):
    """A program's lines as every format shows them."""
    return [f"{number}: {option.text}" for number, option in enumerate(question.options, 1)]


def as_read(rendered):
    """What a browser shows of a line of code, in which it would fold spaces."""
    text = html.unescape(re.fullmatch(r"<code>(.*)</code>", rendered)[1])
    assert "  " not in text, "spaces that a browser folds"
    return text.replace("\u00a0", " ")
