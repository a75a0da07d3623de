"""Print a document with Chromium, and make its PDF whole: formulas in words, and fixed bytes."""

import io
import re
from datetime import UTC, datetime

import pikepdf
from playwright.sync_api import sync_playwright

from sitebuild.browser import FLAGS, find_chromium
from sitebuild.offline.volume import FORMULA

# `document.fonts.ready` is true, too, before anything has asked for a font.
LOAD_FONTS = "Promise.all(Array.from(document.fonts, (one) => one.load())).then(() => 0)"
FILL = """(pages) => {
  for (const one of document.querySelectorAll("[data-page]")) {
    one.textContent = pages[one.dataset.page] ?? "000";
  }
}"""
TURNS = 3
NODE = re.compile(rb"\(node\d{8}\)")
MARKED = re.compile(rb"/\w+ <</MCID (\d+) >>BDC")


def print_document(path):
    """The PDF of a document that names pages in itself.

    A number may be wider than the one before it, and move a line: it is printed until what the
    document says of its pages is what they are.

    Parameters
    ----------
    path : Path
        HTML, in which each element with ``data-page`` waits for the number of that id's page.

    Raises
    ------
    FileNotFoundError
        There is no Chromium.
    RuntimeError
        The pages do not come to rest.
    """
    chromium = find_chromium()
    if not chromium:
        raise FileNotFoundError(
            "no Chromium was found: install Debian's chromium, or name one in CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        def printed(numbers, **options):
            # A page that is printed again has every heading twice in its outline.
            page = browser.new_page()
            page.set_default_timeout(0)
            page.goto(path.as_uri())
            page.emulate_media(media="print")
            page.evaluate(LOAD_FONTS)
            page.evaluate(FILL, numbers)
            made = page.pdf(prefer_css_page_size=True, print_background=True, **options)
            page.close()
            return made

        # The first print is only asked for its pages: without tags it takes half the time.
        said = places(printed({}))
        for _ in range(TURNS):
            pdf = printed(said, tagged=True, outline=True)
            found = places(pdf)
            if found == said:
                return pdf
            said = found
    raise RuntimeError(f"the numbers of the pages still change after {TURNS + 1} prints")


def places(printed):
    """The number of the page on which each named place of a PDF is."""
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        named = pdf.Root.get("/Dests", {})
        return {name[1:]: numbers[place[0].objgen] for name, place in named.items()}


def finish(printed, formulas, headings, *, title, author, moment):
    """Give a printed PDF what Chromium can't: its formulas in words, its origin, fixed bytes.

    Parameters
    ----------
    printed : bytes
        What `print_document` gave.
    formulas : list of Formula
        As `volume.show_formulas` marked them.
    headings : list of str
        Every heading of the document, in order.
    title, author : str
    moment : int
        When the course last changed, in seconds since 1970.

    Returns
    -------
    bytes
        The PDF, the same for the same course.
    int
        How many pages it has.

    Raises
    ------
    ValueError
        A formula is not in the PDF, or its outline has other headings.
    """
    with pikepdf.open(io.BytesIO(with_steady_ids(printed))) as pdf:
        tell_formulas(pdf, formulas)
        with pdf.open_outline() as outline:
            # Chromium names an entry by what was painted of it, which may be twice.
            for entry, heading in zip(entries(outline.root), headings, strict=True):
                entry.title = heading
        day = datetime.fromtimestamp(moment, UTC)
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = title
            metadata["dc:creator"] = [author]
            metadata["dc:language"] = ["en"]
        pdf.docinfo = pdf.make_indirect(
            pikepdf.Dictionary(
                Title=title,
                Author=author,
                CreationDate=day.strftime("D:%Y%m%d%H%M%SZ"),
                ModDate=day.strftime("D:%Y%m%d%H%M%SZ"),
            )
        )
        pdf.Root.Lang = pikepdf.String("en")
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        written = io.BytesIO()
        pdf.save(
            written,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            linearize=False,
        )
        pages = len(pdf.pages)
    return written.getvalue(), pages


def with_steady_ids(printed):
    """A PDF whose elements are numbered by their order, not by what else the browser counted.

    >>> with_steady_ids(b"/ID (node00000183) /Headers [ (node00000007) ]")
    b'/ID (node00000001) /Headers [ (node00000000) ]'
    """
    ranks = {name: rank for rank, name in enumerate(sorted(set(NODE.findall(printed))))}
    # As long as before, so that every place in the file stays where it was.
    return NODE.sub(lambda match: b"(node%08d)" % ranks[match[0]], printed)


def entries(level):
    """The outline's entries in the order of the pages."""
    for entry in level:
        yield entry
        yield from entries(entry.children)


def tell_formulas(pdf, formulas):
    """Make each marked element a formula, told as its LaTeX, and copied as it where it must be.

    What is drawn is many pieces in the order of their drawing, a denominator before what stands
    above it. So the first piece is given the whole LaTeX as its text, and the others none.
    """
    told, texts = set(), {}
    for element in pdf.objects:
        if not isinstance(element, pikepdf.Dictionary) or element.get("/Type") != "/StructElem":
            continue
        mark = str(element.get("/Lang", ""))
        if not mark.startswith(FORMULA):
            continue
        number = int(mark.removeprefix(FORMULA))
        told.add(number)
        del element["/Lang"]
        element.S = pikepdf.Name.Formula
        text = formulas[number].latex
        element.Alt = pikepdf.String(text)
        for page, piece in () if formulas[number].is_line else pieces(element):
            texts.setdefault(page.objgen, (page, {}))[1][piece] = text
            text = ""
    if lost := sorted(set(range(len(formulas))) - told):
        raise ValueError(f"{len(lost)} formulas were not printed, as {formulas[lost[0]].latex}")
    for page, named in texts.values():
        content = pikepdf.Page(page)
        content.contents_coalesce()
        page.Contents = pdf.make_stream(MARKED.sub(text_of(named), page.Contents.read_bytes()))


def pieces(element):
    """The page and the number of each piece drawn below an element, in reading order."""
    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, int):
            yield element.Pg, child
        elif isinstance(child, pikepdf.Dictionary) and "/MCID" in child:
            yield child.get("/Pg", element.get("/Pg")), int(child.MCID)
        elif isinstance(child, pikepdf.Dictionary):
            yield from pieces(child)


def text_of(named):
    """A replacement that adds its text to each piece named."""

    def replace(match):
        piece = int(match[1])
        if piece not in named:
            return match[0]
        text = pikepdf.String(named[piece]).unparse()
        # Of a Span alone every reader believes another text than the one drawn.
        return b"/Span <</MCID %d /ActualText %s >>BDC" % (piece, text)

    return replace
