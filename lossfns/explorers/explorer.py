"""The base of the explorers: ask first, then reveal; a figure and a table where no script runs."""

import html
import json
from functools import cache
from typing import Any

import numpy as np
import traitlets

from lossfns.explorers._data import load
from lossfns.explorers._questions import STATIC, questions
from lossfns.figures.picture import picture
from lossfns.web.component import Choice, Component, card_styles
from lossfns.web.fallback import table


@cache
def stylesheet() -> str:
    """Return the explorers' CSS, the same for the site and for a notebook."""
    return card_styles() + "\n" + (STATIC / "explorers.css").read_text(encoding="utf-8")


def normalised(weights):
    """Return weights as a distribution; all zero counts as all equal."""
    weights = np.array(weights)
    total = weights.sum()
    return weights / total if total else np.full(weights.shape, 1 / weights.size)


class Data(traitlets.TraitType[Any, Any]):
    """A table computed beforehand: read by the browser, never changed."""

    def __init__(self, name):
        super().__init__(load(name), read_only=True)
        self.tag(sync=True)


class Explorer(Component):
    """Base of the explorers.

    A subclass names its component, declares its traits, and gives the fallback:
    ``_draw(ax)``, ``_alt()`` and ``_table()``. The question asked first stands above; the table,
    and a figure that tells the answer, are folded until the reader has thought.
    """

    _css = stylesheet()
    _static = STATIC
    _run_to = "use it"
    _figure_answers = True

    revealed = Choice(False, (False, True))

    def _payload(self):
        """Return what the component needs on a page: the state, and fixed data if it has any."""
        return self.state() | ({"data": self.data} if self.has_trait("data") else {})

    def _question(self):
        """Return what is asked first; an explorer with several questions picks one."""
        return questions(self.component)[0]

    def _html(self):
        state = html.escape(json.dumps(self._payload(), sort_keys=True, separators=(",", ":")))
        ask, options, answer = self._question()
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        figure = picture(self._draw, self._alt())
        above, folded = ("", f"\n{figure}") if self._figure_answers else (f"\n{figure}", "")
        return (
            f'<div class="explorer" data-explorer="{self.component}" data-state="{state}">\n'
            f"<p><strong>Predict first.</strong> {html.escape(ask)}</p>\n<ul>{listed}</ul>{above}\n"
            f"<details{' open' if self.revealed else ''}><summary>The answer, with its numbers"
            f"</summary>\n<p>The answer: {html.escape(options[answer])}.</p>{folded}\n"
            f"{table(*self._table())}\n</details>\n</div>"
        )
