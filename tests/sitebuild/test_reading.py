"""Where a reader left off: kept in their browser, offered quietly, forgotten on request."""

import json

import pytest

from tests.browser import HTML, axe_findings, wait_until

CHAPTER = "03_cross_entropy.html"
KEY = "measuring-wrongness.places"
PLACE = {"id": "the-race", "heading": "The race", "at": 1, "done": False}
STAY = 3000


def stored(**places):
    """A script that fills a fresh browser's storage."""
    text = json.dumps(json.dumps(places))
    return f"if (!sessionStorage.seen) localStorage['{KEY}'] = {text}; sessionStorage.seen = 1"


KEPT = stored(**{"03_cross_entropy": PLACE})


def kept(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "{}")


def settle(page):
    page.wait_for_load_state("load")
    page.wait_for_timeout(100)


def test_the_section_one_stays_in_is_kept_and_the_landing_page_leads_back(reader):
    reader.clock.install(time=0)
    reader.clock.pause_at(1000)
    reader.goto(f"{reader.address}{CHAPTER}#the-showdown")
    reader.locator(".progress").wait_for(state="attached")
    reader.evaluate("new Promise((seen) => new IntersectionObserver(seen).observe(document.body))")
    reader.clock.run_for(STAY - 500)
    assert kept(reader) == {}, "who only passes reads nothing"
    reader.clock.run_for(1000)
    place = kept(reader)["03_cross_entropy"]
    assert (place["id"], place["heading"], place["done"]) == ("the-showdown", "The showdown", False)
    reader.goto(reader.address)
    reader.clock.run_for(100)
    link = reader.locator(".left-off a")
    assert link.inner_text() == "chapter 3, “The showdown”"
    link.click()
    reader.wait_for_url(f"**/{CHAPTER}#the-showdown")


def test_a_page_read_to_its_end_leads_to_the_next(reader):
    reader.add_init_script(stored(**{"03_cross_entropy": PLACE | {"done": True}}))
    reader.goto(reader.address)
    settle(reader)
    assert reader.locator(".left-off a").inner_text().startswith("4 · Information theory")
    reader.goto(reader.address + CHAPTER)
    settle(reader)
    assert reader.locator(".left-off").count() == 0


def test_who_comes_back_is_offered_the_place_and_moved_by_their_own_hand_only(reader):
    reader.add_init_script(KEPT)
    reader.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => {"
        "for (const entry of list.getEntries()) window.shift += entry.value;"
        "}).observe({ type: 'layout-shift', buffered: true })"
    )
    reader.goto(reader.address + CHAPTER)
    link = reader.locator(".left-off a")
    link.wait_for(state="visible")
    assert reader.evaluate("[scrollY, window.shift]") == [0, 0]
    assert axe_findings(reader) == []
    assert link.inner_text() == "The race"
    link.click()
    assert reader.url.endswith("#the-race")
    link.wait_for(state="detached")
    assert reader.evaluate("scrollY") > 1000


def offers(reader, before, asked=""):
    """How many offers a chapter makes to who comes with what is kept before."""
    reader.add_init_script(before)
    reader.goto(reader.address + CHAPTER + asked)
    settle(reader)
    return reader.locator(".left-off").count()


@pytest.mark.parametrize("asked", ["#the-showdown", "?p=0.2"])
def test_a_link_to_a_place_wins(reader, asked):
    assert offers(reader, KEPT, asked) == 0


def test_the_offer_leaves_with_the_first_screen(reader):
    reader.add_init_script(KEPT)
    reader.goto(reader.address + CHAPTER)
    below = "getComputedStyle(document.documentElement).scrollPaddingBottom"
    reader.locator(".left-off").wait_for(state="visible")
    assert reader.evaluate(below) == "80px", "what a key brings to the foot would be under it"
    reader.evaluate("scrollTo(0, 2000)")
    reader.locator(".left-off").wait_for(state="hidden")
    assert reader.evaluate(below) == "auto"


@pytest.mark.parametrize("page", ["", CHAPTER])
def test_a_reader_is_forgotten_by_key(reader, page):
    reader.add_init_script(KEPT)
    reader.goto(reader.address + page)
    button = reader.get_by_role("button", name="Forget")
    button.wait_for(state="visible")
    button.press("Enter")
    assert reader.locator(".left-off").count() == 0
    assert kept(reader) == {}
    assert reader.evaluate("document.activeElement.tagName") == "H1"


def test_who_forgets_one_page_keeps_the_others(reader):
    reader.add_init_script(stored(**{"03_cross_entropy": PLACE, "primer": PLACE}))
    reader.goto(reader.address + CHAPTER)
    reader.get_by_role("button", name="Forget").click()
    assert list(kept(reader)) == ["primer"]


REFUSED = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })"
)


@pytest.mark.parametrize(
    "before", [REFUSED, f"localStorage['{KEY}'] = '{{'", stored(**{"03_cross_entropy": {"id": 7}})]
)
def test_where_nothing_is_kept_or_it_is_damaged_nothing_is_offered(reader, before):
    assert offers(reader, before) == 0


def test_progress_is_drawn_and_paper_shows_neither(reader):
    reader.add_init_script(KEPT)
    reader.goto(reader.address + CHAPTER)
    reader.locator(".left-off").wait_for(state="visible")
    width = "document.querySelector('.progress').getBoundingClientRect().width"
    assert reader.evaluate(width) == 0
    reader.emulate_media(media="print")
    assert not reader.locator(".left-off").is_visible()
    assert not reader.locator(".progress").is_visible()
    reader.emulate_media(media="screen")
    reader.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    wait_until(reader, f"{width} > innerWidth - 20")


def test_only_chapters_and_the_landing_page_have_the_script():
    without = {"glossary.html", "404.html", "search.html", "api/index.html", "review.html"}
    for name in ("index.html", CHAPTER, "exercises/ex01_mean_squared_error.html", *without):
        text = (HTML / name).read_text(encoding="utf-8")
        assert ("reading.js" in text) == (name not in without), name
