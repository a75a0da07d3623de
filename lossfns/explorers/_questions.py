"""What each explorer asks first, read from where it is written: the component's own module."""

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).parent / "static"
# The house rule: plain strings, in this order.
_QUESTION = re.compile(r'ask:\s*(".*"),\s*options: (\[[^\]]*\]),\s*answer: (\d+),')


class Question(NamedTuple):
    """A prediction to make: what is asked, the options, and which of them is right."""

    ask: str
    options: list[str]
    answer: int


@cache
def questions(component):
    """Return the questions of an explorer, in the order of its module.

    Examples
    --------
    >>> question = questions("parabola")[0]
    >>> question.options[question.answer]
    '6, the average'
    """
    code = (STATIC / f"{component}.mjs").read_text(encoding="utf-8")
    return [
        Question(json.loads(ask), json.loads(re.sub(r",\s*\]", "]", options)), int(answer))
        for ask, options, answer in _QUESTION.findall(code)
    ]
