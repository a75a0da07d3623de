"""The bank's small markup: `code`, *emphasis*, **strong** and $formulas$ in one paragraph."""

import html
import json
import re
from functools import cache
from pathlib import Path

FORMULAS = Path(__file__).parent / "bank" / "formulas.json"
_TOKEN = re.compile(
    r"\$(?P<math>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*"
)


def tokens(text):
    """Split a text into ``(kind, content)``: "text", "math", "code", "strong" or "em".

    Raises
    ------
    ValueError
        A mark that is opened and not closed.

    Examples
    --------
    >>> list(tokens("The slope is $p - y$."))
    [('text', 'The slope is '), ('math', 'p - y'), ('text', '.')]
    """
    end = 0
    for match in _TOKEN.finditer(text):
        yield from _plain(text[end : match.start()])
        kind = match.lastgroup or ""
        yield kind, match[kind]
        end = match.end()
    yield from _plain(text[end:])


def _plain(text):
    for mark in "$`*":
        if mark in text:
            raise ValueError(f"a {mark} is opened and not closed in {text!r}")
    if text:
        yield "text", text


def formulas(text):
    """List the formulas of a text, as LaTeX."""
    return [content for kind, content in tokens(text) if kind == "math"]


def to_html(text, formula):
    """Render a text as HTML; ``formula(latex)`` gives a formula's own HTML.

    Examples
    --------
    >>> to_html("If `p < 1`, then *$p$ wins*?".replace("$p$", "p"), delimited)
    'If <code>p &lt; 1</code>, then <em>p wins</em>?'
    """
    parts = []
    for kind, content in tokens(text):
        if kind == "math":
            parts.append(formula(content))
        elif kind == "text":
            parts.append(html.escape(content))
        else:
            parts.append(f"<{kind}>{html.escape(content)}</{kind}>")
    return "".join(parts)


def delimited(latex):
    r"""Write a formula between ``\(`` and ``\)``, as MathJax, Anki and Moodle read it."""
    return html.escape(rf"\({latex}\)", quote=False)


def for_site(latex):
    """Write a formula for the site, whose build puts KaTeX's HTML in its place."""
    return f'<span class="quiz-math" data-latex="{html.escape(latex)}">{delimited(latex)}</span>'


def mathml(latex):
    """Look up a formula's MathML, which browsers and readers draw without a script.

    Raises
    ------
    ValueError
        The formula has not been rendered yet.
    """
    try:
        return _rendered()[latex]
    except KeyError:
        raise ValueError(f"${latex}$ is not rendered yet: run `make question-bank`") from None


@cache
def _rendered():
    return json.loads(FORMULAS.read_text(encoding="utf-8")) if FORMULAS.is_file() else {}
