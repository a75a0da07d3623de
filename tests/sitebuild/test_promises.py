"""The page for teachers says of each promise where it is taught, practised and asked."""

import html
import re

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from lossfns.quiz import load_bank
from sitebuild.ext.promises import show_promises
from sitebuild.promises import table
from tests.browser import HTML

BANK = load_bank()


def test_a_row_names_section_exercises_and_the_number_of_questions():
    asked = sum(one.objective == "ce-race" for one in BANK.questions.values())
    shown = table(BANK, "03_cross_entropy", lambda page, section: f"{page}, {section}", str)
    row = shown.split("<tr>")[-1]
    assert 'href="03_cross_entropy.html#the-race">03_cross_entropy, the-race</a>' in row
    assert '<td data-label="Exercises"><code>ce.<wbr>train</code></td>' in row
    assert f'<td data-label="Questions">{asked}</td>' in row


def test_a_place_for_a_chapter_that_promises_nothing_is_refused():
    document = new_document("page")
    document += nodes.raw("", '<div class="promises" data-chapters="9">', format="html")
    with pytest.raises(ExtensionError, match="teachers: no chapter 9 promises anything"):
        show_promises(None, document, "teachers")


# On the site


@pytest.mark.parametrize("chapter", BANK.chapters)
def test_every_promise_leads_to_the_heading_that_it_names(chapter):
    page = (HTML / "teachers.html").read_text(encoding="utf-8")
    links = re.findall(
        rf'<td data-label="Taught in"><a [^>]*href="{chapter}\.html#([\w-]+)">(.*?)</a>', page
    )
    promised = [one.section for one in BANK.objectives.values() if one.chapter == chapter]
    assert [section for section, _ in links] == promised
    text = (HTML / f"{chapter}.html").read_text(encoding="utf-8")
    for section, title in links:
        heading = re.search(rf'id="{section}">.*?<h[23]>(.*?)<a ', text, re.S)[1]
        assert html.unescape(re.sub("<.*?>", "", heading)) == html.unescape(title)
