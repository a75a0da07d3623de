"""What a reader types finds the page that answers it, in the browser alone."""

import gzip
import json
import tomllib
from functools import cache
from pathlib import Path

from sitebuild.ext.search import words
from tests.browser import HTML, wait_until, watched_page
from tests.node import node

HERE = Path(__file__).parent
INDEX = HTML / "_static" / "search-index.js"
QUERIES = tomllib.loads((HERE / "queries.toml").read_text(encoding="utf-8"))


@cache
def first_pages(*queries):
    found = json.loads(node(HERE / "ask.mjs", INDEX, json.dumps(queries)))
    return [[page.removesuffix(".html") for page in pages[:3]] for pages in found]


def test_the_right_page_is_among_the_first_three():
    missed = {
        query: found
        for (query, page), found in zip(QUERIES.items(), first_pages(*QUERIES), strict=True)
        if page not in found
    }
    assert len(QUERIES) >= 60
    assert len(missed) <= 0.05 * len(QUERIES), missed


def test_a_query_that_names_a_javascript_property_finds_nothing_and_hangs_nowhere():
    queries = ("constructor", "__proto__", "toString", "hasOwnProperty", "")
    for found in first_pages(*queries):
        assert isinstance(found, list)


def test_a_long_query_ends():
    assert first_pages("cross entropy " * 500)[0][0] == "03_cross_entropy"


def test_a_word_is_indexed_as_it_may_be_typed():
    assert {"cross", "entropy", "crossentropy"} <= {*words("Cross-Entropy")}
    assert "log(0)" in words("what log(0) is")
    assert "labelsmoothing" in words("label_smoothing=0.1")


def test_the_index_stays_light():
    assert len(gzip.compress(INDEX.read_bytes(), mtime=0)) < 115_000


def test_results_come_as_one_types_and_are_announced(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "search.html?q=entropy")
        first = page.locator("#search-results a").first
        first.wait_for()
        page.locator("#search-field").fill("crossentropy")
        page.wait_for_url("**/search.html?q=crossentropy")
        assert "03_cross_entropy.html" in first.get_attribute("href")
        assert page.get_by_role("status").inner_text().endswith("the best first.")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_url("**/03_cross_entropy.html*")
        assert page.messages == []


def test_markup_in_a_query_stays_text(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "search.html?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+loss")
        page.locator("#search-results a").first.wait_for()
        assert page.locator("article img").count() == 0
        page.locator("#search-field").fill("loss " + "qwertzui " * 20_000)
        wait_until(page, "location.search.length < 400")
        assert page.messages == []
