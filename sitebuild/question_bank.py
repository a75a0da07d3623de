"""Render the question bank's formulas, and write its exports: ``_build/question-bank``.

Usage: ``python -m sitebuild question-bank``
"""

import json
from contextlib import closing
from itertools import chain

from lossfns.quiz import load_bank, load_predictions
from lossfns.quiz.exports import write_exports
from lossfns.quiz.markup import FORMULAS, formulas
from sitebuild.ext.math import Katex
from sitebuild.ext.quiz import bank_time
from sitebuild.paths import ROOT
from sitebuild.safe_files import write_whole

FOLDER = ROOT / "_build" / "question-bank"


def render_formulas(bank, predictions):
    """Every formula of the bank and of the predictions with its MathML, sorted.

    Raises
    ------
    ValueError
        A formula that KaTeX refuses; the message names its place.
    """
    places = {}
    for goal in bank.objectives.values():
        for latex in formulas(goal.text):
            places.setdefault(latex, f"objectives.toml: objective {goal.id!r}")
    named = [("question", one) for one in bank.questions.values()]
    named += [("prediction", one) for one in predictions.values()]
    for what, question in named:
        place = f"{question.chapter}.toml: {what} {question.id!r}"
        for latex in chain.from_iterable(map(formulas, question.texts())):
            places.setdefault(latex, place)
    table = {}
    with closing(Katex()) as katex:
        for latex in sorted(places):
            answer = katex.ask(latex, display=False, output="mathml")
            if "error" in answer:
                raise ValueError(f"{places[latex]}: ${latex}$: {answer['error']}")
            html = answer["html"].removeprefix('<span class="katex">')
            table[latex] = html.removesuffix("</span>")
    return table


def main(arguments=()):
    bank = load_bank()
    table = render_formulas(bank, load_predictions())
    text = json.dumps(table, ensure_ascii=False, indent=0) + "\n"
    write_whole(FORMULAS, text.encode())
    for line in write_exports(bank, FOLDER, time=bank_time()):
        print(line)
    return 0
