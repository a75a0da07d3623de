"""A question as a form that can be read, and thought about, without any script."""

import html
import json
from collections.abc import Callable
from string import ascii_uppercase

from lossfns.quiz._bank import Bank
from lossfns.quiz.markup import to_html

TASKS = {
    "single": "Choose one",
    "multiple": "Choose all that hold",
    "numeric": "Give a number",
    "order": "Put in order",
    "sign": "Predict the sign",
    "bug": "Find the wrong line",
    "card": "Say it aloud, then look",
}
INPUTS = {"single": "radio", "multiple": "checkbox", "sign": "radio", "bug": "radio"}


def quiz_html(questions, *, component, label, formula):
    """Render questions as one block that a component can bring to life.

    Parameters
    ----------
    questions : iterable of Question
    component : str
        The component's name on the site.
    label : str
        What the block is, for those who hear it.
    formula : callable
        Gives a formula's HTML from its LaTeX.
    """
    forms = "\n".join(
        question_html(question, number, formula) for number, question in enumerate(questions, 1)
    )
    return (
        f'<div class="quiz ex-card" data-quiz="{component}" data-state="{{}}" role="group" '
        f'aria-label="{html.escape(label)}">\n{forms}\n</div>'
    )


def review_html(bank: Bank, *, formula: Callable[[str], str]) -> str:
    """Render the bank's objectives and the names of its questions, for the review page.

    The questions themselves come chapter by chapter, when one of them is asked
    (`question_script`).
    """
    goals = []
    for chapter, title in bank.chapters.items():
        objectives = "".join(
            f'<li data-objective="{objective.id}"><span>{to_html(objective.text, formula)}'
            "</span></li>"
            for objective in bank.objectives.values()
            if objective.chapter == chapter
        )
        goals.append(
            f'<details data-chapter="{chapter}"><summary><span>{html.escape(title)}</span>'
            f"</summary><ul>{objectives}</ul></details>"
        )
    names = "\n".join(
        f'<li data-question="{question.id}" data-digest="{question.digest}" '
        f'data-objective="{question.objective}" data-chapter="{chapter}"></li>'
        for chapter in bank.chapters
        for question in bank.of_chapter(chapter)
    )
    lines = "\n".join(goals)
    return (
        '<div class="quiz ex-card" data-quiz="review" data-state="{}" role="group" '
        'aria-label="Review"><p>Without JavaScript nothing can be asked here, but '
        '<a href="questions.html">every question of the course</a> can be read, its answer folded '
        'beneath.</p><div class="quiz-goals"><p class="ex-label">What you can do, and how '
        f'firmly it sits</p>\n{lines}\n</div>\n<ul hidden class="quiz-names">\n{names}\n</ul></div>'
    )


def questions_html(
    bank: Bank, chapter: str, *, formula: Callable[[str], str], asked: bool = True
) -> str:
    """Render a chapter's questions, numbered as in the whole bank: to be asked, or to be read."""
    return "\n".join(
        question_html(question, number, formula, asked=asked)
        for number, question in bank.numbered(chapter)
    )


def question_script(chapter: str, forms: str) -> str:
    """Write a chapter's rendered questions as the script that brings them to the review page."""
    return f"(window.courseQuestions ??= {{}})[{json.dumps(chapter)}] = {json.dumps(forms)};\n"


def prediction_html(prediction, *, formula):
    """Render a prediction as a form, its buttons left to the script.

    The empty row keeps their place, so that nothing moves when they come.
    """
    prompt = to_html(prediction.prompt, formula)
    controls = "" if prediction.kind == "tick" else _controls(prediction, formula)
    ideas = (
        '<details class="quiz-answer"><summary>Answer</summary>\n'
        f"{_answers(prediction, formula)}\n</details>\n"
        if prediction.options
        else ""
    )
    return (
        '<div class="quiz quiz-guess ex-card" data-quiz="prediction" data-state="{}" role="group" '
        'aria-label="Your prediction">\n'
        f'<form class="quiz-question" method="dialog" data-question="{prediction.id}" '
        f'data-kind="{prediction.kind}" data-digest="{prediction.digest}">\n'
        '<fieldset><legend><span class="quiz-task">Guess first: the answer follows.</span> '
        f'<span class="quiz-prompt">{prompt}</span></legend>\n{controls}</fieldset>\n'
        f'<div class="ex-row"></div>\n{ideas}</form>\n</div>'
    )


def question_html(question, number, formula, *, asked=True):
    """Render one question with its answers folded beneath; asked, it is a form."""
    prompt = to_html(question.prompt, formula)
    element = "form" if asked else "div"
    told = (
        f' method="dialog" data-question="{question.id}" data-kind="{question.kind}" '
        f'data-digest="{question.digest}" data-objective="{question.objective}" '
        f'data-chapter="{question.chapter}"'
    )
    return (
        f'<{element} class="quiz-question"{told if asked else ""}>\n'
        f'<fieldset><legend><span class="quiz-task"><span class="quiz-number">{number}. </span>'
        f'{TASKS[question.kind]}</span> <span class="quiz-prompt">{prompt}</span></legend>\n'
        f"{_controls(question, formula, asked=asked)}</fieldset>\n"
        f'<details class="quiz-answer"><summary>Answer</summary>\n'
        f"{_answers(question, formula)}\n</details>\n</{element}>"
    )


def _shown(question, option, formula):
    if question.kind == "bug":
        return f"<code>{html.escape(option.text)}</code>"
    return to_html(option.text, formula)


def _controls(question, formula, *, asked=True):
    if question.kind == "card" or (question.kind == "numeric" and not asked):
        return ""
    if question.kind == "numeric":
        return (
            '<label class="quiz-entry">Your answer '
            # A telephone's keypad for decimals may lack the minus and the slash.
            '<input type="text" inputmode="text" autocomplete="off" autocapitalize="off" '
            'spellcheck="false" size="12"></label>'
        )
    if question.kind == "order":
        items = "".join(
            f'<li data-option="{index}"><span class="quiz-text">'
            f"{_shown(question, question.options[index], formula)}</span></li>\n"
            for index in question.shuffled
        )
        return f'<ol class="quiz-options quiz-order">\n{items}</ol>'
    choice = f'<input type="{INPUTS[question.kind]}" name="{question.id}" value="{{}}">'
    element, choice = ("label", choice) if asked else ("div", "")
    options = "".join(
        f"<{element}>{choice.format(index)}"
        f'<span class="quiz-letter">{ascii_uppercase[index]}</span> '
        f'<span class="quiz-text">{_shown(question, option, formula)}</span></{element}>\n'
        for index, option in enumerate(question.options)
    )
    return f'<div class="quiz-options">\n{options}</div>'


def _answers(question, formula):
    def item(attributes, name, feedback):
        why = to_html(feedback, formula)
        return f'<li{attributes}><strong>{name}</strong> <span class="quiz-why">{why}</span></li>'

    if question.kind == "card":
        back, trap = (to_html(text, formula) for text in (question.back, question.trap))
        return f"<p data-back>{back}</p>\n<p data-trap>{trap}</p>"
    items = []
    for index, option in enumerate(question.options):
        attributes = f' data-option="{index}"' + (" data-right" if option.right else "")
        if question.kind == "numeric":
            attributes += (
                f' data-value="{option.value:.12g}" data-tolerance="{option.tolerance:.12g}"'
            )
            name = option.text + (" is right." if option.right else ":")
        elif question.kind == "order":
            name = f"{_shown(question, option, formula)}:"
        else:
            name = f"{ascii_uppercase[index]} is {'right' if option.right else 'wrong'}."
        items.append(item(attributes, name, option.feedback))
    if question.otherwise:
        items.append(item(" data-otherwise", "Another number:", question.otherwise))
    tag = "ol" if question.kind == "order" else "ul"
    listed = "\n".join(items)
    return f"<{tag}>\n{listed}\n</{tag}>"
