"""The whole course as one document to print: title page, contents, every page, the answers."""

import html as text
from itertools import groupby
from typing import NamedTuple

from lxml import html

from sitebuild.offline import answers, parts
from sitebuild.offline.answers import CHAPTER, Answers, element, number_of

STYLESHEET = "_static/formulas.css"  # with those of every page
FORMULA = "x-f"
# The package's reference: its docstrings, which `help` shows without a network too.
REFERENCE = "api/"


class Formula(NamedTuple):
    """A formula's LaTeX, and whether its drawing reads from left to right like a line of text."""

    latex: str
    is_line: bool


def pages(contents):
    """The pages that a table of contents names, in order: caption of the part, depth, name.

    The package's reference is left out.

    Parameters
    ----------
    contents : dict
        What `_toc.yml` holds.

    Examples
    --------
    >>> toc = {"root": "index", "parts": [{"caption": "A", "chapters": [
    ...     {"file": "one", "sections": [{"file": "two"}]}]}]}
    >>> list(pages(toc))
    [('', 0, 'index'), ('A', 0, 'one'), ('A', 1, 'two')]
    """
    yield "", 0, contents["root"]
    for part in contents["parts"]:
        yield from below(part["chapters"], part["caption"], 0)


def below(entries, caption, depth):
    for entry in entries:
        if not entry["file"].startswith(REFERENCE):
            yield caption, depth, entry["file"]
        yield from below(entry.get("sections", ()), caption, depth + 1)


def title_page(title, lines, folder):
    """The first page: the cat-robot, the title, and a line for each thing to know."""
    told = "".join(f"<p>{text.escape(line)}</p>" for line in lines)
    return element(
        '<header class="title-page"><img src="'
        f'{folder}_static/cat-robot.svg" alt="The cat-robot" width="230" height="230">'
        f'<p class="title">{text.escape(title)}</p>{told}</header>'
    )


def contents_page(chapters):
    """The contents, with a link and a page's number for each (caption, depth, place, title)."""
    page = element('<nav class="book-contents" aria-label="Contents"><h1>Contents</h1></nav>')
    for caption, entries in groupby(chapters, key=lambda chapter: chapter[0]):
        if caption:
            page.append(element(f'<p class="part">{text.escape(caption)}</p>'))
        lines = element("<ul></ul>")
        for _, depth, place, title in entries:
            lines.append(
                element(
                    f'<li class="depth-{depth}"><a href="#{place}"><span class="to">'
                    f"{text.escape(title)}</span>{number_of(place)}</a></li>"
                )
            )
        page.append(lines)
    return page


def show_formulas(document):
    """Let each formula's drawing be read, and return what the formulas are.

    On the site MathML speaks for a formula, and its drawing is hidden. A printed page has no
    MathML, so the drawing is shown to the reader's program; a language that nothing else has
    marks it, ``x-f0``, ``x-f1``, … by its place in what is returned. Its role keeps the mark.

    Returns
    -------
    list of Formula
    """
    formulas = []
    for drawn in document.xpath("//span[@class='katex']"):
        latex = drawn.find(".//annotation").text.strip()
        drawn.find("span[@class='katex-mathml']").drop_tree()
        del drawn.find("span[@class='katex-html']").attrib["aria-hidden"]
        drawn.set("role", "math")
        drawn.set("lang", f"{FORMULA}{len(formulas)}")
        # KaTeX draws in a list from top to bottom whatever is above something else.
        formulas.append(Formula(latex, not drawn.xpath(".//span[contains(@class, 'vlist')]")))
    # A space without width, for one browser's sake, would be copied along.
    for filler in document.xpath("//span[@class='vlist-s']"):
        filler.text = None
    return formulas


def headings(document):
    """Every heading of a document's HTML, in order.

    >>> headings("<h1>One</h1><p>x</p><h2>Two <em>three</em></h2>")
    ['One', 'Two three']
    """
    found = html.document_fromstring(document).iter("h1", "h2", "h3", "h4", "h5", "h6")
    return [" ".join(heading.text_content().split()) for heading in found]


def running_heads(chapters):
    """Each chapter's title at the head of its pages, as styles."""
    rules = []
    for number, (_, _, place, title) in enumerate(chapters):
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        rules.append(f'@page c{number} {{ @top-left {{ content: "{quoted}"; }} }}')
        rules.append(f"#{css_name(place)} {{ page: c{number}; }}")
    return "\n".join(rules)


def css_name(place):
    """An id as a selector; one that starts with a digit needs an escape.

    >>> css_name("01_mse")
    '\\\\30 1_mse'
    """
    return f"\\3{place[0]} {place[1:]}" if place[0].isdigit() else place


def bind(read, contents, *, title, lines, site="", folder="", styles=()):
    """Bind the pages of the site into one document.

    Parameters
    ----------
    read : callable
        Gives a page's HTML by its name.
    contents : dict
        What `_toc.yml` holds.
    title : str
    lines : sequence of str
        What the title page says below the title.
    site : str, optional
        The site's address, for links to what the document does not hold.
    folder : str, optional
        Where the site lies, from the document, with a slash at its end.
    styles : iterable of str, optional
        Addresses of more stylesheets.

    Returns
    -------
    document : str
        HTML.
    formulas : list of Formula
        As the document marks them.

    Raises
    ------
    ValueError
        A link leads to a place that is nowhere.
    """
    named = list(pages(contents))
    names = {name for _, _, name in named}
    told, bound, chapters = Answers(), [], []
    for caption, depth, name in named:
        part = parts.article(read(name))
        parts.name_places(part, name)
        parts.lead(part, name, names, site=site, folder=folder)
        told.take(part, parts.place(name))
        bound.append(part)
        chapters.append((caption, depth, parts.place(name), answers.title(part)))
    bound.append(told.chapter())
    chapters.append(("", 0, CHAPTER, "Answers"))
    body = html.Element("body")
    body.set("data-theme", "light")
    body.append(title_page(title, lines, folder))
    body.append(contents_page(chapters))
    for part in bound:
        body.append(part)
    formulas = show_formulas(body)
    if lost := parts.lost_links(body):
        raise ValueError(f"links that lead nowhere: {', '.join(lost)}")
    links = "".join(
        f'<link rel="stylesheet" href="{text.escape(style)}">'
        for style in (folder + STYLESHEET, *styles)
    )
    head = f'<meta charset="utf-8"><title>{text.escape(title)}</title>{links}'
    head += f"<style>{running_heads(chapters)}</style>"
    inner = html.tostring(body, encoding="unicode")
    return f'<!doctype html><html lang="en"><head>{head}</head>{inner}</html>\n', formulas
