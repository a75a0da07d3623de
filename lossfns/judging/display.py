"""Show a message: a headline and labelled lines, the same words as plain text and as HTML."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass

# Colours are left to the page, so that a message reads in a light and in a dark theme.
LINES = "white-space: pre-wrap"
FRAME = f"border-left: 0.25em solid; padding: 0.1em 0 0.1em 0.9em; margin: 0.5em 0; {LINES}"
CELL = "text-align: left; vertical-align: top; padding: var(--cell-room, 0.3em 0.6em 0.3em 0)"


def inline(text: str) -> str:
    """Return a line of text as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))


@dataclass(frozen=True, repr=False)
class Message:
    """A headline and labelled lines."""

    headline: str
    details: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "\n".join([self.headline, *(f"  {label}: {text}" for label, text in self.details)])

    def _repr_html_(self) -> str:
        lines = "".join(
            f"<div><b>{html.escape(label)}:</b> {inline(text)}</div>"
            for label, text in self.details
        )
        headline = f"<div><strong>{inline(self.headline)}</strong></div>"
        return f'<div role="status" style="{FRAME}">{headline}{lines}</div>'


@dataclass(frozen=True, repr=False)
class Folded:
    """Parts that are unfolded one by one in a browser; plain text says how to get each."""

    text: str
    parts: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return "".join(
            f"<details><summary>{html.escape(title)}</summary>"
            f'<p style="{LINES}">{inline(text)}</p></details>'
            for title, text in self.parts
        )


@dataclass(frozen=True, repr=False)
class Code:
    """A piece of code with a line above it."""

    headline: str
    source: str

    def __repr__(self) -> str:
        return f"{self.headline}\n\n{self.source}"

    def _repr_html_(self) -> str:
        return (
            f"<p><strong>{inline(self.headline)}</strong></p>"
            f"<pre><code>{html.escape(self.source)}</code></pre>"
        )


def _data_cell(text: str, label: str) -> str:
    # On a phone the site shows each row as a list, by its labels. Elsewhere a long text would be
    # squeezed to a word a line: the table scrolls sideways instead.
    width = "; min-width: var(--cell-width, 12em)" if len(text) > 60 else ""
    label = html.escape(label)
    return f'<td style="{CELL}{width}" data-label="{label}">{inline(text)}</td>'


@dataclass(frozen=True, repr=False)
class Table:
    """A table; as plain text, one line a row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in (self.head, *self.rows))

    def csv(self) -> str:
        """Return the table as comma-separated values, for a spreadsheet."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows((self.head, *self.rows))
        return text.getvalue()

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="{CELL}">{inline(c)}</th>' for c in self.head)
        rows = ("".join(map(_data_cell, row, self.head)) for row in self.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f'<table class="reflow"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
