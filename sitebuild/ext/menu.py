"""The menu of a long course: the pages around the reader, so that no page grows with the course."""

from bs4 import BeautifulSoup

MOST = 80  # entries that a reader can look over
AROUND = 6  # entries, or parts, that stay before and after the reader's own
ALL = '<ul><li class="toctree-l1"><a class="reference internal" href="{}">All pages</a></li></ul>'


def far(entries, first=1):
    """What is far from the reader's own entry; where none is theirs, all but the first ones.

    Parameters
    ----------
    entries : list of bs4.Tag
        Neighbours in the menu, one of which may be, or hold, the reader's page.

    Examples
    --------
    >>> menu = BeautifulSoup("<p></p>" * 9 + "<p class=current></p>" + "<p></p>" * 8, "html.parser")
    >>> len(far(menu.find_all("p"))), len(far(menu.find_all("p")[:9]))
    (5, 8)
    """
    own = [place for place, entry in enumerate(entries) if holds_reader(entry)]
    near = range(own[0] - AROUND, own[0] + AROUND + 1) if own else range(first)
    return [entry for place, entry in enumerate(entries) if place not in near]


def holds_reader(entry):
    return "current" in entry.get("class", ())


def trim(listed, first=1):
    """Take out of a list, and of those within it, what is far from the reader."""
    for entry in far(listed.find_all("li", recursive=False), first):
        entry.decompose()
    for entry in listed.find_all("li", recursive=False):
        for inner in entry.find_all("ul", recursive=False):
            if holds_reader(entry):
                trim(inner, first=2 * AROUND + 1)
            else:
                for part in entry.find_all(["ul", "input", "label"], recursive=False):
                    part.decompose()


def shorter(menu, home):
    """A menu of more than MOST entries without those far from the reader, and with a way to all.

    Parameters
    ----------
    menu : str
        Furo's menu: captions, each with a list; lists within lists.
    home : str
        The address of the page that lists everything.
    """
    soup = BeautifulSoup(menu, "html.parser")
    if len(soup.find_all("li")) <= MOST:
        return menu
    for part in far(soup.find_all("ul", recursive=False)):
        caption = part.find_previous_sibling()
        if caption is not None and caption.name != "ul":
            caption.decompose()
        part.decompose()
    for part in soup.find_all("ul", recursive=False):
        trim(part)
    return str(soup) + ALL.format(home)


def shorten(app, pagename, templatename, context, doctree):
    """Shorten the menu that Furo made."""
    menu = context.get("furo_navigation_tree")
    if menu:
        context["furo_navigation_tree"] = shorter(menu, context["pathto"](app.config.root_doc))


def setup(app):
    app.connect("html-page-context", shorten, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
