"""The figure of a class: how many students have which wrong idea."""

import html
import io
import textwrap
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lossfns.figures.style import MSE, PALETTE, STYLE, axes
from lossfns.figures.svg import steady

# Inches: a line of text, a bar, and the figure.
LINE, BAR, WIDTH = 0.19, 0.2, 5.0


def plot_ideas(ideas: Sequence[tuple[str, int, int]], *, ax: Axes | None = None) -> Axes:
    """Draw how many students have which wrong idea, a bar below the name of each.

    Parameters
    ----------
    ideas : sequence of (str, int, int)
        A title, how many students have the idea, and how many of them answered.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax, figsize=(WIDTH, _height(ideas)))
    texts = [_lines(title) for title, *_ in ideas]
    at = 0.0
    for lines, (_, students, answered) in zip(texts, ideas, strict=True):
        ax.text(0, at, "\n".join(lines), va="top", linespacing=1.2)
        at += len(lines) * LINE
        ax.barh(at, students, height=BAR, align="edge", color=MSE["color"])
        ax.annotate(
            f"{students} of {answered}",
            (students, at + BAR / 2),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=PALETTE["muted"],
        )
        at += 2 * BAR
    ax.set_ylim(at, 0)
    most = max(students for _, students, _ in ideas)
    ax.set_xlim(0, most * 1.25)
    ax.set_axis_off()
    ax.set_title("Students with each wrong idea", fontweight="bold", pad=10)
    return ax


def _lines(title: str) -> list[str]:
    return textwrap.wrap(title, 58)


def _height(ideas: Sequence[tuple[str, int, int]]) -> float:
    """Return how high a figure must be, with its title."""
    return sum(len(_lines(title)) * LINE + 2 * BAR for title, *_ in ideas) + 0.5


def ideas_svg(ideas: Sequence[tuple[str, int, int]]) -> str:
    """Return `plot_ideas` as an SVG file's text, with its numbers in words for a screen reader.

    Examples
    --------
    >>> "30 of 40" in ideas_svg([("The sum is taken for the mean", 30, 40)])
    True
    """
    if not ideas:
        raise ValueError("ideas must be one or more, got none")
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, _height(ideas)))
        plot_ideas(ideas, ax=figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    said = "; ".join(f"{title}: {students} of {answered}" for title, students, answered in ideas)
    svg = steady(file.getvalue())
    start = svg.index(">", svg.index("<svg ")) + 1
    opening = svg[:start].removesuffix(">") + ' role="img" aria-labelledby="told">'
    title = f'<title id="told">Students with each wrong idea. {html.escape(said)}</title>'
    return f"{opening}\n {title}{svg[start:]}"
