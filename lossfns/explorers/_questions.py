"""What each explorer asks first, read from where it is written: the component's own module."""

import json
import re
from functools import cache
from typing import NamedTuple

from lossfns.explorers._join import STATIC

# The house rule: three lines, and plain strings.
_QUESTION = re.compile(r'ask: (".*"),\n\s*options: (\[".*"\]),\n\s*answer: (\d+),')


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
    return [Question(*map(json.loads, found)) for found in _QUESTION.findall(code)]
