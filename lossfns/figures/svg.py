"""Drawings that every machine writes alike.

The last bits of a coordinate are the processor's: another one adds in another order. Matplotlib
writes six decimals of it, and derives a shape's id from all its bits.
"""

import hashlib
import re

TAG = re.compile(r"<(?!!)[^>]*>")
# A factor's decimals are multiplied by what it scales: they stay.
NUMBER = re.compile(r"(?P<factor>(?:scale|matrix)\([^)]*\))|-?\d+\.\d{3,}")
# As Matplotlib makes them: a kind, and ten digits of a digest.
ID = re.compile(r'(?P<before>\bid="|url\(#|href="#)(?P<id>\w*[0-9a-f]{10})(?=[")])')
PIXELS = re.compile(r'(?<=href="data:)[^"]*')


def steady(svg: str) -> str:
    """Return a drawing of Matplotlib's without what only the processor decided.

    Parameters
    ----------
    svg : str
        The file's text.

    Returns
    -------
    str
        The same drawing, rounded to a hundredth of a point. Its ids follow from what is left, so
        no other drawing on the same page has one of them.

    Examples
    --------
    >>> steady('<path id="m0123456789" d="M 0.10000001 7.999996 L -0.0004 1"/>')
    '<path id="s773881082b-1" d="M 0.1 8 L 0 1"/>'
    """
    svg = TAG.sub(lambda tag: NUMBER.sub(_rounded, tag[0]), svg)
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        number = numbers.setdefault(found["id"], len(numbers) + 1)
        return f"{found['before']}s{drawing}-{number}"

    drawing = ""
    text = PIXELS.sub("", ID.sub(numbered, svg))
    drawing = hashlib.sha256(text.encode()).hexdigest()[:10]
    return ID.sub(numbered, svg)


def _rounded(number: re.Match[str]) -> str:
    return number["factor"] or f"{round(float(number[0]), 2) + 0.0:.15g}"  # and no -0
