"""What search engines, shared links and feeds find."""

import json
import re
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader

from sitebuild import api
from sitebuild.ext import found
from sitebuild.notebooks import BOOK
from sitebuild.paths import ROOT
from tests.browser import HTML

BASE = "https://example.org/course/"
PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))


def head(name):
    return (HTML / name).read_text(encoding="utf-8").partition("</head>")[0]


def app(base=BASE):
    titles = dict.fromkeys(["index", "primer", "exercises/ex01"])
    return SimpleNamespace(
        config=SimpleNamespace(
            html_baseurl=base, root_doc="index", html_title="Measuring Wrongness", author="Us"
        ),
        builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html"),
        env=SimpleNamespace(titles=titles),
    )


def test_every_page_has_a_description_of_its_own_that_no_search_engine_cuts():
    texts = found.descriptions()
    written = {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("*.md")}
    made = {"search", "404", "questions", *api.descriptions()}
    assert set(texts) == (written - {"LICENSE"}) | made
    assert len(set(texts.values())) == len(texts)
    assert [name for name, text in texts.items() if not 50 < len(text) <= 160] == []


@pytest.mark.parametrize("name", PAGES)
def test_without_an_address_a_page_claims_none(name):
    assert re.findall(r'canonical|og:url|og:image|application/atom|"item"', head(name)) == []


@pytest.mark.parametrize("name", sorted({*PAGES} - {"404.html", "search.html"}))
def test_a_page_says_what_it_is_in_words_that_machines_read(name):
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', head(name), re.S)
    graph = json.loads(data[1])["@graph"]
    kinds = [part["@type"] for part in graph]
    if name == "index.html":
        assert kinds == ["Course"]
        return
    assert kinds[0] in {"LearningResource", "Quiz"}
    assert graph[0]["isPartOf"]["@type"] == "Course"
    way = graph[1]["itemListElement"]
    assert [step["position"] for step in way] == list(range(1, len(way) + 1))
    assert way[-1]["name"] == graph[0]["name"]


# What Lighthouse takes for a link that says nothing about where it leads.
EMPTY_WORDS = {
    *("click here", "click this", "go", "here", "information", "learn more", "more", "more info"),
    *("more information", "right here", "read more", "see more", "start", "this"),
}


def test_every_link_says_where_it_leads():
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        links = re.findall(r"<a\b[^>]*>(.*?)</a>", text, re.S)
        words = {re.sub(r"<[^>]+>|\W+$", "", link).strip().lower() for link in links}
        assert words & EMPTY_WORDS == set(), name


def test_a_workshop_stands_below_its_chapter():
    data = re.search(r"ld\+json\">(.*?)</script>", head("07d_speech.html"), re.S)
    way = json.loads(data[1])["@graph"][1]["itemListElement"]
    assert [step["name"].partition(" ")[0] for step in way] == ["Measuring", "7", "7d"]


def test_the_sitemap_names_every_page_by_its_address():
    places = [place.find("loc").text for place in found.sitemap(app())]
    assert places == [f"{BASE}exercises/ex01.html", BASE, f"{BASE}primer.html"]


def test_the_feed_holds_every_release_of_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    feed = found.feed(app(), changelog)
    entries = feed.findall("entry")
    assert len(entries) == len(re.findall(r"^## ", changelog, re.M))
    assert feed.find("updated").text == entries[0].find("updated").text
    assert entries[-1].find("content").text.startswith("The first course.")


def test_with_an_address_card_and_feed_are_absolute_from_every_depth(monkeypatch):
    context = {"pagename": "exercises/ex01", "title": "Exercises", "pathto": lambda *_: ""}
    monkeypatch.setattr(found, "parents", lambda *_: [])
    monkeypatch.setattr(found, "structured", lambda *_: [])
    found.add_page_context(app(), "exercises/ex01", "page.html", context, None)
    templates = Environment(loader=FileSystemLoader(BOOK / "_templates"), autoescape=True)
    page = templates.get_template("base.html")
    written = "".join(page.blocks["site_meta"](page.new_context(context)))
    assert f'content="{BASE}_static/card.png"' in written
    assert f'href="{BASE}changes.xml"' in written
    assert f'rel="canonical" href="{BASE}exercises/ex01.html"' in written


def test_a_lost_reader_under_any_path_is_led_back(monkeypatch):
    context = {}
    monkeypatch.setattr(found, "parents", lambda *_: [])
    found.add_page_context(app(), "404", "404.html", context, None)
    assert context["course_root"] == "/course/"
    assert "<base" not in head("404.html")  # built without an address, it is read where it lies
