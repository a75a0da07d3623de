"""What a component's page holds without scripts: numbers as text, and tables."""

import html
import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import SupportsFloat


def shown(value: SupportsFloat, digits: int = 3) -> str:
    """Return a number as the live explorer shows it: the rules of ``format.mjs``.

    Examples
    --------
    >>> [shown(value) for value in (0.0625, -11013.7, 0.00042, float("inf"))]
    ['0.063', '−11,014', '4.2e−4', '∞']
    """
    number = float(value)
    if math.isnan(number):
        return "nan"
    size = Decimal(abs(number))
    with localcontext(rounding=ROUND_HALF_UP):
        if size.is_infinite():
            text = "∞"
        elif size >= 10**6:
            text = f"{size:.1e}".replace("+", "")
        elif size >= 1000:
            text = f"{size:,.0f}"
        elif 0 < size < Decimal(10) ** -digits:
            text = f"{size:.1e}".replace("-", "−")
        else:
            text = f"{size:.{digits}f}"
    return f"−{text}" if number < 0 else text


def signed(value: SupportsFloat, digits: int = 3) -> str:
    """Return a number that has a direction, as `shown`, with its sign in both directions.

    Examples
    --------
    >>> [signed(value, 1) for value in (34, -0.5, 0)]
    ['+34.0', '−0.5', '0.0']
    """
    return ("+" if float(value) > 0 else "") + shown(value, digits)


def table(caption: str, head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an HTML table of texts; the first of each row names it."""
    columns = "".join(
        f'<th scope="col">{html.escape(cell)}</th>' if cell else "<td></td>" for cell in head
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    )
