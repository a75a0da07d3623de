"""A page of the built site as a part of one document: its article, with places of its own.

On the site two pages may have the same id, and a link names a file. In one document every id
starts with its page's name, and a link inside the course leads to such an id.
"""

import posixpath
import re
from urllib.parse import unquote, urlsplit

from lxml import html

# What a reader of paper has no use for.
ON_SCREEN_ONLY = (
    "//nav[contains(@class, 'launch')] | //a[@class='headerlink'] | //noscript | //script"
    " | //p[@class='run-cell'] | //div[@class='opening-live'] | //div[@class='start']"
    " | //div[contains(@class, 'quiz-goals')] | //div[@class='toctree-wrapper compound']"
    " | //div[contains(@class, 'cell_output')][.//div[@role='status']//strong[starts-with(., '○')]]"
)
NAMING = ("aria-describedby", "aria-labelledby", "for", "headers")
WITHIN = re.compile(r"url\(#([^)]+)\)")


def article(text):
    """The article of a page, without what only a screen can use.

    Parameters
    ----------
    text : str
        The page as it is on the site.

    Raises
    ------
    ValueError
        The page has no article.
    """
    found = html.document_fromstring(text).find(".//article")
    if found is None:
        raise ValueError("text must be a page with an article, and has none")
    # An element apart from its page, so that a path below it looks nowhere else.
    found = html.fragment_fromstring(html.tostring(found, encoding="unicode"))
    for element in found.xpath(ON_SCREEN_ONLY):
        element.drop_tree()
    for form in found.xpath("//div[contains(@class, 'clinic ')]"):
        note = html.fragment_fromstring(
            '<p class="paper-note">There is a form here on the site.</p>'
        )
        note.tail = form.tail
        form.getparent().replace(form, note)
    for folded in found.xpath("//details[contains(@class, 'hide')]"):
        folded.find("summary").drop_tree()
        folded.tag = "div"
        folded.attrib.pop("class")
    # A table to look things up in, which is no answer.
    for folded in found.xpath("//details[@class='promises']"):
        folded.find("summary").tag = "h3"
        folded.tag = "div"
    for held in found.xpath("//div[@hidden='until-found']"):
        held.attrib.pop("hidden")
    for picture in found.iter("img"):
        picture.attrib.pop("loading", None)
    return found


def place(page, anchor=""):
    """The id in the document of a page, or of an id on it.

    >>> place("exercises/ex01", "warm-up")
    'exercises-ex01--warm-up'
    """
    name = page.replace("/", "-")
    return f"{name}--{anchor}" if anchor else name


def name_places(part, page):
    """Start every id of a part, and every mention of one, with its page's name."""
    for element in part.iter():
        if not isinstance(element.tag, str):
            continue
        for attribute, value in element.items():
            if attribute == "id":
                element.set("id", place(page, value))
            elif attribute in NAMING:
                element.set(attribute, " ".join(place(page, name) for name in value.split()))
            elif attribute.endswith("href") and value.startswith("#") and element.tag != "a":
                element.set(attribute, "#" + place(page, value[1:]))
            elif "url(#" in value:
                element.set(attribute, WITHIN.sub(rf"url(#{place(page, 'X')[:-1]}\1)", value))
    part.set("id", place(page))


def lead(part, page, pages, *, site="", folder=""):
    """Let a part's links lead inside the document, or to the site.

    Parameters
    ----------
    part : lxml element
        Its places are named.
    page : str
        The page's name.
    pages : collection of str
        The names of all pages in the document.
    site : str, optional
        The site's address with a slash at its end; without it a link to a file becomes its text.
    folder : str, optional
        Where the site lies, from the document, with a slash at its end.
    """
    for element in part.xpath(".//img[@src]"):
        element.set(
            "src",
            folder
            + posixpath.normpath(posixpath.join(posixpath.dirname(page), element.get("src"))),
        )
    for link in part.xpath(".//a[@href]"):
        split = urlsplit(link.get("href"))
        if split.scheme or split.netloc:
            continue
        path = unquote(split.path)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        name = path.removesuffix(".html")
        if name in pages and (path == page or path != name):
            link.set("href", "#" + place(name, unquote(split.fragment)))
        elif site:
            link.set("href", f"{site}{path}" + (f"#{split.fragment}" if split.fragment else ""))
        else:
            link.drop_tag()


def lost_links(document):
    """The addresses inside the document that lead nowhere."""
    known = set(document.xpath("//@id"))
    return sorted(
        {href for href in document.xpath("//a/@href") if href[:1] == "#" and href[1:] not in known}
    )
