"""The quiz as a component: live in a notebook, and on the site from its stored output."""

import hashlib
from collections.abc import Iterable
from itertools import chain, zip_longest
from pathlib import Path

import traitlets

from lossfns.quiz._bank import load_bank, load_predictions
from lossfns.quiz._html import prediction_html, quiz_html
from lossfns.quiz.markup import for_site, mathml
from lossfns.web.component import Component, card_styles
from lossfns.web.join import SHIM, classic_script, join

STATIC = Path(__file__).parent / "static"


def stylesheet() -> str:
    """Return the quiz's own CSS; it builds on the card's."""
    return (STATIC / "quiz.css").read_text(encoding="utf-8")


def site_script() -> str:
    """Return the classic script that brings every quiz and prediction on a page to life.

    Examples
    --------
    >>> "import " in site_script().split('"use strict";')[0]
    False
    """
    return classic_script("quiz", ["page", "prediction"], static=STATIC)


def review_script(library: str, licence: str) -> str:
    """Return the classic script of the review page, with ts-fsrs inside.

    Parameters
    ----------
    library : str
        ts-fsrs as one ES module.
    licence : str
        Its licence, which goes on top.
    """
    body, _, _ = library.rpartition("\nexport {")
    joined = join(["review.mjs", SHIM], static=STATIC)
    return (
        f'/* ts-fsrs\n{licence}*/\n(() => {{\n"use strict";\n'
        f"const library = (() => {{\n{body}\nreturn {{ fsrs, createEmptyCard, Rating }};\n}})();\n"
        f'{joined}\nstart("quiz", {{ review: review(library) }});\n}})();\n'
    )


class Quiz(Component):
    """Questions from the bank, answered one by one, with a reason for every answer.

    Parameters
    ----------
    questions : sequence of str
        The questions' ids, in the order in which they are asked.
    label : str
        What the quiz is, for those who hear it.

    Attributes
    ----------
    progress : dict
        Whether the first answer was right, by question id; empty at the start. The browser keeps
        every answer too, for longer than a kernel lives.

    Raises
    ------
    ValueError
        No ids, an id twice, or one that the bank does not have.

    Examples
    --------
    >>> Quiz(["mse-nudge", "mse-palace"])
    Quiz(label='Recall quiz', questions=('mse-nudge', 'mse-palace'))
    """

    component = "quiz"
    _static = STATIC
    _css = card_styles() + stylesheet()
    _run_to = "answer"

    questions = traitlets.Tuple(read_only=True).tag(state=True)
    label = traitlets.Unicode(read_only=True).tag(state=True)
    form = traitlets.Unicode(read_only=True).tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, questions: Iterable[str], *, label: str = "Recall quiz") -> None:
        super().__init__()
        known = load_bank().questions
        questions = (questions,) if isinstance(questions, str) else tuple(questions)
        unknown = [name for name in questions if name not in known]
        if unknown or not questions or len(set(questions)) < len(questions):
            raise ValueError(
                "questions must be different ids of the bank, such as "
                f"{next(iter(known))!r}, got {unknown or list(questions)!r}"
            )
        self.set_trait("questions", questions)
        self.set_trait("label", label)
        self.set_trait("form", self._rendered("quiz", mathml))
        self.on_msg(self._hear)

    def _hear(self, _, content, buffers):
        """Add up what the views say: several may be answered at the same time."""
        if "restarted" in content:
            self.progress = {}
        else:
            question = content["question"]
            first = self.progress.get(question, content["right"])
            self.progress = {**self.progress, question: first}

    @traitlets.validate("progress")
    def _known_and_marked(self, proposal):
        for name, right in proposal["value"].items():
            if name not in self.questions or not isinstance(right, bool):
                raise traitlets.TraitError(
                    "Quiz.progress must give True or False for ids of this quiz, "
                    f"got {name!r}: {right!r}"
                )
        return proposal["value"]

    @property
    def score(self) -> tuple[int, int]:
        """How many first answers were right, of how many questions."""
        return sum(self.progress.values()), len(self.questions)

    def _rendered(self, component, formula):
        questions = [load_bank().questions[name] for name in self.questions]
        return quiz_html(questions, component=component, label=self.label, formula=formula)

    def _html(self):
        return self._rendered("page", for_site)


class Prediction(Component):
    """A prediction that the page asks for; on the site what follows waits for the answer.

    Parameters
    ----------
    prediction : str
        Its id.

    Raises
    ------
    ValueError
        An id that no page has.
    """

    component = "prediction"
    _static = STATIC
    _css = card_styles() + stylesheet()
    _run_to = "answer"

    prediction = traitlets.Unicode(read_only=True).tag(state=True)
    form = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, prediction: str) -> None:
        super().__init__()
        if prediction not in load_predictions():
            raise ValueError(
                "prediction must be an id of lossfns/quiz/predictions, such as "
                f"{next(iter(load_predictions()))!r}, got {prediction!r}"
            )
        self.set_trait("prediction", prediction)
        self.set_trait("form", self._rendered(mathml))

    def _rendered(self, formula):
        return prediction_html(load_predictions()[self.prediction], formula=formula)

    def _html(self):
        return self._rendered(for_site)


def predict(prediction: str) -> Prediction:
    """Return what asks for one prediction, before the page goes on.

    Parameters
    ----------
    prediction : str
        Its id in ``lossfns/quiz/predictions``.

    Examples
    --------
    >>> predict("mse-ten-times-guess")
    Prediction(prediction='mse-ten-times-guess')
    """
    return Prediction(prediction)


def recall(chapter: str) -> Quiz:
    """Return the three questions on which a chapter pauses.

    Parameters
    ----------
    chapter : str
        The chapter's file name without its ending, such as "03_cross_entropy".

    Examples
    --------
    >>> recall("01_mean_squared_error").questions
    ('mse-nudge', 'mse-palace', 'mse-sum-to-mean')
    """
    bank = load_bank()
    if chapter not in bank.chapters:
        raise ValueError(f"chapter must be one of {', '.join(bank.chapters)}, got {chapter!r}")
    chosen = [question.id for question in bank.of_chapter(chapter) if question.pause]
    return Quiz(chosen, label="Pause and recall")


def mixed(count: int) -> Quiz:
    """Return a mixed set: in turn from every chapter, what no chapter pauses on.

    Parameters
    ----------
    count : int
        How many questions; the same count gives the same set.

    Examples
    --------
    >>> len(mixed(8).questions)
    8
    """
    bank = load_bank()
    pools = [
        sorted(
            (question.id for question in bank.of_chapter(chapter) if not question.pause),
            key=lambda name: hashlib.sha256(name.encode()).digest(),
        )
        for chapter in bank.chapters
    ]
    turns = [name for name in chain.from_iterable(zip_longest(*pools)) if name]
    if not 1 <= count <= len(turns):
        raise ValueError(f"count must be from 1 to {len(turns)}, got {count!r}")
    return Quiz(turns[:count], label="Mixed recall")
