"""GIFT, Moodle's plain-text format. Formulas stand between ``\\(`` and ``\\)``.

GIFT has no ordering question and no flash card.
"""

from lossfns.quiz.exports._common import category, number, option_html, percents
from lossfns.quiz.markup import delimited, to_html

KINDS = ("single", "multiple", "numeric", "sign", "bug")


def export(bank, *, time):
    """Return the bank as the bytes of a GIFT file; it carries no time."""
    blocks = []
    for chapter in bank.chapters:
        blocks.append(f"$CATEGORY: {category(bank.chapters[chapter])}")
        blocks += [
            _question(question) for question in bank.of_chapter(chapter) if question.kind in KINDS
        ]
    return "\n\n".join([*blocks, ""]).encode()


def escaped(text):
    r"""Escape what GIFT reads as its own marks; backslashes first, or they would double again.

    Examples
    --------
    >>> escaped(r"\(\nabla_{z} = 1\)")
    '\\\\(\\\\nabla_\\{z\\} \\= 1\\\\)'
    """
    text = text.replace("\\", "\\\\")
    for mark in "~=#{}:":
        text = text.replace(mark, f"\\{mark}")
    return text


def _rich(html):
    return f"[html]{escaped(html)}"


def _text(text):
    return _rich(to_html(text, delimited))


def _question(question):
    answers = _numeric(question) if question.kind == "numeric" else _choices(question)
    return (
        f"// [id:{question.id}] [tag:{question.objective}]\n"
        f"::{question.id}::{_text(question.prompt)}{{{answers}\n}}"
    )


def _choices(question):
    lines = []
    worth = percents(question)
    for index, option in enumerate(question.options):
        only = "=" if option.right else "~"
        mark = f"~%{worth[index]}%" if question.kind == "multiple" else only
        text = _rich(option_html(question, index, delimited))
        lines.append(f"\n{mark}{text}#{_text(option.feedback)}")
    return "".join(lines)


def _numeric(question):
    key, *slips = question.options

    def answer(mark, option):
        near = f"{number(option.value)}:{number(option.tolerance)}"
        return f"\n{mark}{near}#{_text(option.feedback)}"

    lines = [answer("=", key), *(answer("=%0%", slip) for slip in slips)]
    return "".join(["#", *lines, f"\n~#{_text(question.otherwise)}"])
