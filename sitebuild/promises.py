"""What each chapter promises: where it is taught, and what practises and asks it."""

import html
import re
from collections import Counter

from lossfns.quiz.markup import to_html
from sitebuild.tables import reflow

HEADS = ("Afterwards you can", "Taught in", "Exercises", "Questions")


def rows(bank, chapter):
    """A chapter's objectives, each with the number of questions that serve it.

    Examples
    --------
    >>> from lossfns.quiz import load_bank
    >>> objective, questions = rows(load_bank(), "03_cross_entropy")[-1]
    >>> objective.section, objective.exercises, questions > 0
    ('the-race', ('ce.train',), True)
    """
    asked = Counter(question.objective for question in bank.of_chapter(chapter))
    return [(one, asked[one.id]) for one in bank.objectives.values() if one.chapter == chapter]


def breakable(name):
    """An id that may go on in the next line of a narrow column, after a dot or an underscore."""
    return re.sub(r"(?<=[._])", "<wbr>", name)


def table(bank, chapter, heading, formula):
    """A chapter's objectives as a folded table, as HTML.

    Parameters
    ----------
    heading : callable
        ``(page, section)`` to the section's heading, as HTML.
    formula : callable
        LaTeX to HTML.
    """
    promised = rows(bank, chapter)
    cells = [
        (
            to_html(one.text, formula),
            f'<a class="reference internal" href="{chapter}.html#{one.section}">'
            f"{heading(chapter, one.section)}</a>",
            ", ".join(f"<code>{breakable(name)}</code>" for name in one.exercises),
            str(questions),
        )
        for one, questions in promised
    ]
    count = sum(questions for _, questions in promised)
    summary = f"{bank.chapters[chapter]} ({len(promised)} objectives, {count} questions)"
    return (
        f'<details class="promises"><summary>{html.escape(summary)}</summary>'
        f"{reflow(HEADS, cells)}</details>"
    )
