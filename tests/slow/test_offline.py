"""What `make offline` made, read back by others than the tools that made it."""

import re
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from lxml import html

from sitebuild import offline
from sitebuild.offline.volume import headings, pages
from tests.browser import HTML, refuse, watched_page
from tests.explorers.cards import linked_state, skip_question, slide_by_keyboard

PDF, ZIP = (offline.OUT / name for name in (offline.PDF, offline.ZIP))
MEGABYTES = 10
CONFIG, TOC = (
    yaml.safe_load((offline.ROOT / name).read_text(encoding="utf-8"))
    for name in ("_config.yml", "_toc.yml")
)


@pytest.fixture(scope="module", autouse=True)
def made():
    """Both files, and what reads the one back."""
    if not (HTML / offline.PDF).is_file():
        refuse("the site has nothing to take along: run `make offline`")
    if not shutil.which("pdftotext"):
        refuse("no pdftotext was found: install Debian's poppler-utils")


@pytest.fixture(scope="module")
def pdf():
    from pypdf import PdfReader

    with PdfReader(PDF) as reader:
        yield reader


@pytest.fixture(scope="module")
def document():
    """The document that was printed."""
    return html.document_fromstring((offline.OUT / offline.DOCUMENT).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def texts():
    """What another program copies of each page."""
    copied = subprocess.run(["pdftotext", PDF, "-"], check=True, capture_output=True, text=True)
    return copied.stdout.split("\f")[:-1]


def titles(document):
    """Each chapter's place and title, the answers' too."""
    return {part.get("id"): part.find(".//h1").text_content() for part in document.iter("article")}


def structure(pdf):
    """Every element of the PDF's structure."""
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting.extend(element)
        elif isinstance(element, dict):
            yield element
            if "/K" in element:
                waiting.append(element["/K"])


def beginnings(texts, lines):
    """The place that begins on each page, by the lines of the contents, or none."""
    titles = {words(line.find("span").text): line.get("href")[1:] for line in lines}
    for text in texts:
        # Its head is the chapter's title, and so is its first heading.
        yield next((titles[t] for t in titles if words(text).startswith(f"{t} {t}")), None)


def words(text):
    return " ".join(text.split())


def test_the_pdf_is_one_file_of_fair_size_with_its_name_and_language(pdf):
    assert PDF.stat().st_size < MEGABYTES * 1_000_000
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == CONFIG["title"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_page_of_the_course_is_in_it_and_the_outline_leads_there(pdf, document, texts):
    chapters = titles(document)
    assert len(chapters) == len(list(pages(TOC))) + 1
    outlined = [entry for entry in pdf.outline if not isinstance(entry, list)]
    found = {words(one.title): pdf.get_destination_page_number(one) for one in outlined}
    for title in chapters.values():
        assert words(title) in words(texts[found[words(title)]]), title


def test_the_contents_and_every_answer_name_the_page_that_is_meant(pdf, document):
    numbers = {
        name: pdf.get_destination_page_number(place) + 1
        for name, place in pdf.named_destinations.items()
    }
    named = document.xpath("//@data-page")
    assert len(named) > 500
    assert set(named) <= {name.removeprefix("/") for name in numbers}


def test_the_contents_say_where_a_chapter_begins(document, texts):
    lines = document.xpath("//nav[@class='book-contents']//a")
    found = {name: number for number, name in enumerate(beginnings(texts, lines), 1) if name}
    said = re.findall(r"^\d+$", "\n".join(texts[1 : min(found.values()) - 1]), re.M)
    assert set(map(str, found.values())) <= set(said)


def test_no_link_inside_leads_nowhere_and_none_to_this_machine(pdf):
    known = {name.removeprefix("/") for name in pdf.named_destinations}
    inside = outside = 0
    for page in pdf.pages:
        for link in (note.get_object() for note in page.get("/Annots", ())):
            if "/Dest" in link:
                inside += 1
                assert str(link["/Dest"]).removeprefix("/") in known
            else:
                outside += 1
                assert re.match("https?://", link["/A"]["/URI"])
    assert inside > 1000
    assert outside > 50


def test_a_screen_reader_hears_headings_tables_pictures_and_formulas(pdf, document):
    elements = list(structure(pdf))
    kinds = [element.get("/S") for element in elements]
    assert kinds.count("/H1") == len(titles(document)) + 1
    assert kinds.count("/Table") > 50
    told = [e for e in elements if e.get("/S") in ("/Figure", "/Formula")]
    assert kinds.count("/Formula") == len(document.xpath("//span[@class='katex']")) > 1000
    assert kinds.count("/Figure") >= len(document.xpath("//svg[@role='img'] | //img")) > 80
    assert [e for e in told if not e.get("/Alt")] == []


def test_a_formula_is_copied_as_latex_or_as_it_is_read(texts):
    copied = words(" ".join(texts))
    assert (
        r"\frac{\partial L}{\partial z} = \frac{p - y}{p(1 - p)} \cdot p(1 - p) = p - y." in copied
    )
    assert re.search("the slope at the logit is p − y ?, and check it", copied)
    assert "​" not in copied


def test_every_page_says_something_and_nothing_that_only_a_screen_has(texts):
    assert [number for number, text in enumerate(texts, 1) if len(text.split()) < 6] == []
    copied = words(" ".join(texts))
    for words_of_the_screen in ("Skip to content", "Launch on Binder Open", "page 000"):
        assert words_of_the_screen not in copied


def test_the_landing_page_offers_both_files_with_their_sizes(pdf):
    landing = html.document_fromstring((HTML / "index.html").read_text(encoding="utf-8"))
    (place,) = landing.xpath("//div[@class='take-along']")
    said = words(place.text_content())
    assert f"{len(pdf.pages)} pages" in said
    for link, made in zip(place.iter("a"), (PDF, ZIP), strict=True):
        assert (HTML / link.get("href")).read_bytes() == made.read_bytes()
        assert offline.megabytes(made.stat().st_size) in said


def test_printed_twice_the_pdf_is_the_same_to_the_byte(tmp_path):
    from sitebuild.offline import press

    toc = {"root": "index", "parts": [{"caption": "", "chapters": [{"file": "primer"}]}]}
    made = []
    for _ in range(2):
        text, formulas = offline.course(CONFIG, toc, 1_700_000_000)
        path = offline.OUT / "twice.html"
        path.write_text(text, encoding="utf-8")
        # A thread of its own: Playwright starts once in each, and other tests have a browser here.
        with ThreadPoolExecutor(1) as thread:
            printed = thread.submit(press.print_document, path).result()
        path.unlink()
        made.append(
            press.finish(
                printed, formulas, headings(text), title="T", author="A", moment=1_700_000_000
            )
        )
    assert made[0] == made[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The site out of its zip, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("my downloads") / "a b"
    with zipfile.ZipFile(ZIP) as archive:
        archive.extractall(folder)
    (top,) = folder.iterdir()
    return top


@pytest.fixture
def on_disk(chromium, unpacked):
    """Open a page of the unpacked site; it asks nobody, and says nothing."""
    with watched_page(chromium, "file:") as page:
        yield lambda name: (page.goto(unpacked.as_uri() + "/" + name), page)[1]
        assert page.elsewhere == []
        assert page.messages == []


def test_the_zip_is_the_site_without_what_takes_it_along(unpacked):
    assert not list(unpacked.glob("*.pdf")) + list(unpacked.glob("*.zip"))
    assert '<div class="take-along"></div>' in (unpacked / "index.html").read_text(encoding="utf-8")
    for path in HTML.rglob("*.html"):
        name = path.relative_to(HTML)
        assert name.name == "index.html" or (unpacked / name).read_bytes() == path.read_bytes()


def test_the_unpacked_site_finds(on_disk):
    page = on_disk("search.html?q=crossentropy")
    page.locator("#search-results a").first.click()
    page.wait_for_url("**/03_cross_entropy.html*")
    assert page.locator("h1").inner_text().startswith("3 · Cross-entropy")


def test_the_unpacked_site_explores(on_disk):
    card = skip_question(on_disk("explorers.html"), "parabola")
    before = linked_state(card)
    slide_by_keyboard(card.get_by_role("slider").first, share=1)
    assert linked_state(card) != before


def test_the_unpacked_site_asks_and_judges(on_disk):
    page = on_disk("03_cross_entropy.html")
    form = page.locator("[data-quiz=page] form[data-kind=numeric]").first
    form.locator("input").fill("-0.91")
    form.get_by_role("button", name="Check").click()
    assert "Right" in form.locator(".quiz-verdict").inner_text()
