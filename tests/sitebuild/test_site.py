"""The built site in a real browser: the gate that every page passes, and what readers do."""

import re

import pytest

from lossfns.quiz import load_bank
from sitebuild.ext.policy import POLICY
from tests.browser import HTML, axe_findings, wait_until, watched_page

PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
KILOBYTE = 1000
MEASURE = """() => new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const files = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ].map((entry) => ({
    name: entry.name,
    bytes: entry.encodedBodySize,
    script: entry.initiatorType === "script",
    blocking: entry.renderBlockingStatus === "blocking",
  }));
  setTimeout(() => resolve({ shift, files }), 300);
})"""


# What is cut at the edge of a small screen without a shadow that says so, and words in figures
# that are less than 9 px high.
UNREADABLE = """() => {
  const cut = [...document.querySelectorAll("article *")].filter((one) => {
    const style = getComputedStyle(one);
    return one.clientWidth && one.scrollWidth > one.clientWidth + 1 &&
      /auto|scroll|hidden/.test(style.overflowX) &&
      !one.matches(".katex-mathml, .visually-hidden, input") &&
      !style.backgroundImage.includes("gradient");
  });
  const small = [...document.querySelectorAll("svg.figure")].filter((figure) => {
    const scale = figure.getBoundingClientRect().width / figure.viewBox.baseVal.width;
    const sizes = [...figure.querySelectorAll("text")].map((text) =>
      scale * parseFloat(getComputedStyle(text).fontSize));
    return scale * figure.viewBox.baseVal.width > innerWidth || Math.min(...sizes) < 9;
  });
  return [...cut, ...small].map((one) => one.outerHTML.slice(0, 120));
}"""


def open_page(page, url):
    page.goto(url, wait_until="load")
    wait_until(page, "document.fonts.status === 'loaded'")


def test_the_site_has_pages():
    assert "index.html" in PAGES
    assert "03_cross_entropy.html" in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light_and_asks_no_other_host(chromium, site, name):
    with watched_page(chromium, site, viewport={"width": 412, "height": 823}) as page:
        open_page(page, site + name)
        measured = page.evaluate(MEASURE)
        files = measured["files"]
        assert page.elsewhere == []
        assert page.messages == []
        assert sum(file["bytes"] for file in files) <= 150 * KILOBYTE, files
        # The search's index is data that only a script can bring to a page on a disk.
        scripts = [file for file in files if file["script"] and "search-index" not in file["name"]]
        assert sum(file["bytes"] for file in scripts) <= 120 * KILOBYTE, files
        assert len([file for file in files if file["blocking"]]) <= 2, files
        assert measured["shift"] <= 0.02
        unsized = "img:not([width][height]), svg[role=img]:not([width][height])"
        assert page.locator(unsized).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_open_to_everyone(chromium, site, name, scheme):
    with watched_page(chromium, site, color_scheme=scheme) as page:
        open_page(page, site + name)
        # Folded answers, and what waits for a prediction, are part of the page too.
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        page.evaluate("document.querySelectorAll('.held').forEach((h) => { h.hidden = false; })")
        assert axe_findings(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(chromium, site, name):
    with watched_page(chromium, site, viewport={"width": 320, "height": 640}) as page:
        open_page(page, site + name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate(UNREADABLE) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_works_from_a_file(chromium, name):
    with watched_page(chromium, "file:") as page:
        open_page(page, (HTML / name).as_uri())
        assert page.locator("h1").count() == 1
        assert page.messages == []
        assert page.elsewhere == []


@pytest.mark.parametrize("name", PAGES)
def test_every_formula_is_rendered_before_it_is_served(name):
    text = (HTML / name).read_text(encoding="utf-8")
    body = re.sub(r"<(annotation|pre|script|code)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert "mathjax" not in text.lower()
    assert ("formulas.css" in text) == ('class="katex' in text)
    assert not re.search(r"\\(?:frac|partial|sigma|sum|log)\b", re.sub(r"<[^>]+>", "", body))


@pytest.mark.parametrize("name", PAGES)
def test_every_icon_mark_and_edge_that_a_page_draws_is_on_it(name):
    text = (HTML / name).read_text(encoding="utf-8")
    drawn = re.findall(r'(?:<use\b[^>]* (?:xlink:)?href="#|url\(#)([^")]+)', text)
    ids = re.findall(r'<(?:symbol|g|path|clipPath|marker|linearGradient)\b[^>]* id="([^"]+)"', text)
    assert drawn
    assert set(drawn) - set(ids) == set()
    assert len(set(ids)) == len(ids)


def test_every_page_has_a_title_of_its_own():
    texts = [(HTML / name).read_text(encoding="utf-8") for name in PAGES]
    titles = [re.search(r"<title>(.*?)</title>", text)[1] for text in texts]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not re.match(r"[\w(]", title)] == []


def test_root_address_is_the_landing_page(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site)
        assert page.url == site
        assert page.locator("h1").first.inner_text().startswith("Measuring Wrongness")


def test_theme_that_a_reader_chose_stays(chromium, site):
    with watched_page(chromium, site, color_scheme="light") as page:
        page.goto(site + "primer.html")
        page.locator(".theme-toggle-content .theme-toggle").click()
        chosen = page.evaluate("document.body.dataset.theme")
        page.goto(site + "glossary.html")
        assert chosen != "auto"
        assert page.evaluate("document.body.dataset.theme") == chosen


def test_the_theme_s_button_shows_which_theme_it_is(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "primer.html")
        shown = set()
        for _ in range(3):
            page.locator(".theme-toggle-content .theme-toggle").click()
            icons = page.locator(".theme-toggle-content .theme-toggle svg:visible")
            assert icons.count() == 1
            shown.add(icons.get_attribute("class"))
        assert len(shown) == 3


def test_cards_are_dark_in_the_dark_and_light_in_the_light(chromium, site):
    papers = {}
    for scheme in ("light", "dark"):
        with watched_page(chromium, site, color_scheme=scheme) as page:
            page.goto(site + "03_cross_entropy.html")
            paper = "card => getComputedStyle(card).backgroundColor"
            papers[scheme] = {
                page.locator(card).first.evaluate(paper) for card in (".explorer .ex-card", ".quiz")
            }
    assert papers == {"light": {"rgb(255, 255, 255)"}, "dark": {"rgb(16, 18, 20)"}}


def test_notebook_of_a_chapter_can_be_downloaded(chromium, site):
    with watched_page(chromium, site, accept_downloads=True) as page:
        page.goto(site + "03_cross_entropy.html")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the notebook").click()
        assert download.value.suggested_filename == "03_cross_entropy.ipynb"


STOPS_OUT_OF_SIGHT = """() => {
  const edge = document.documentElement.clientWidth;
  return [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
    .filter((stop) => stop.checkVisibility({ visibilityProperty: true }))
    .filter((stop) => !stop.matches(".skip-to-content, .sidebar-toggle, .back-to-top"))
    .filter((stop) => {
      const { left, right } = stop.getBoundingClientRect();
      return right > left && (right <= 0 || left >= edge);
    })
    .map((stop) => stop.outerHTML.slice(0, 100));
}"""


@pytest.mark.parametrize("width", [320, 900, 1199])
def test_what_is_shut_on_a_narrow_screen_opens_by_key_and_holds_no_stop(chromium, site, width):
    with watched_page(chromium, site, viewport={"width": width, "height": 700}) as page:
        page.goto(site + "03_cross_entropy.html")
        assert page.evaluate(STOPS_OUT_OF_SIGHT) == []
        drawers = {"__navigation": ".sidebar-drawer li a", "__toc": ".toc-drawer li li a"}
        for name, links in list(drawers.items())[width > 63 * 16 :]:
            switch, link = page.locator(f"#{name}"), page.locator(links).first
            for key in ("Space", "Enter"):
                switch.focus()
                page.keyboard.press(key)
                link.wait_for(state="visible")
                page.keyboard.press("Escape")
                link.wait_for(state="hidden")
                assert page.evaluate("document.activeElement.id") == name


COVERED = """() => {
  const stop = document.activeElement;
  const { x, y, width, height } = stop.getBoundingClientRect();
  const shown = [0.1, 0.5, 0.9].some((across) => [0.1, 0.5, 0.9].some((down) => {
    const top = document.elementFromPoint(x + across * width, y + down * height);
    return top && (stop.contains(top) || top.closest("label")?.contains(stop));
  }));
  return shown || stop.matches("body, .sidebar-toggle, .skip-to-content") ? "" : stop.outerHTML;
}"""


@pytest.mark.parametrize("name", ["teachers.html", "explorers.html"])
def test_tabbing_back_hides_no_stop_below_the_header(chromium, site, name):
    """At 400 % zoom of a window of 1280 × 1024 px."""
    small = {"viewport": {"width": 320, "height": 256}, "reduced_motion": "reduce"}
    with watched_page(chromium, site, **small) as page:
        page.goto(site + name)
        page.locator("article a, article button").last.focus()
        for _ in range(40):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate(COVERED) == ""


def test_a_copy_button_that_has_the_focus_shows(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "03_cross_entropy.html")
        button = page.locator("button.copybtn").first
        page.keyboard.press("Tab")  # a key was the last thing used, so focus shows
        button.focus()
        wait_until(page, "e => getComputedStyle(e).opacity === '1'", button.element_handle())
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_escape_takes_a_copy_buttons_word_away(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "03_cross_entropy.html")
        button = page.locator("button.copybtn").first
        shown = (
            "e => { const word = getComputedStyle(e, '::after');"
            " return word.content !== 'none' && word.visibility === 'visible' }"
        )
        for _ in range(2):
            button.hover()
            wait_until(page, shown, button.element_handle())
            page.keyboard.press("Escape")
            assert not button.evaluate(shown)
            page.mouse.move(1, 1)


def test_paper_shows_what_is_folded_and_nothing_over_the_text(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "interview.html")
        page.emulate_media(media="print")
        assert not page.locator(".skip-to-content").is_visible()
        answers = page.locator("article details > :not(summary)")
        assert answers.count() > 10
        shown = "all => all.every((one) => one.checkVisibility({ contentVisibilityAuto: true }))"
        assert answers.evaluate_all(shown)


def test_a_question_in_a_part_that_is_held_back_comes_to_life_when_that_opens(chromium, site):
    """Until then it has no field, for which a browser would lay out all that is hidden."""
    with watched_page(chromium, site) as page:
        page.goto(site + "06_more_losses.html")
        question = page.locator('[data-question="more-bakery"]')
        show = page.locator('[aria-controls="held-more-focal-guess"]')
        show.wait_for()
        assert page.locator(".held[hidden] :is(input, select, textarea)").count() == 0
        show.click()
        question.get_by_role("radio").first.press("Space")
        question.get_by_role("button", name="Check").press("Enter")
        assert "Not yet." in question.locator("[role=status]").inner_text()


def test_on_paper_a_question_that_is_held_back_has_its_fields_to_be_ticked(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "06_more_losses.html")
        page.locator('[aria-controls="held-more-focal-guess"]').wait_for()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        options = page.locator('[data-question="more-bakery"] input')
        assert options.count() > 1
        assert options.first.is_visible()


REFUSED = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })"
)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize("storage", [REFUSED, FULL], ids=["refused", "full"])
def test_search_and_theme_work_where_the_browser_keeps_nothing(chromium, site, storage):
    with watched_page(chromium, site) as page:
        page.add_init_script(storage)
        page.goto(site + "search.html?q=entropy")
        page.wait_for_selector("#search-results a")
        themes = set()
        for _ in range(3):
            page.locator(".theme-toggle-content .theme-toggle").click()
            themes.add(page.evaluate("document.body.dataset.theme"))
        assert themes == {"auto", "light", "dark"}


@pytest.mark.parametrize("width", [1200, 1400])
def test_the_sections_of_a_long_page_stand_beside_it_where_there_is_room(chromium, site, width):
    with watched_page(chromium, site, viewport={"width": width, "height": 700}) as page:
        page.goto(site + "03_cross_entropy.html#the-showdown")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        text, sections = page.locator("article").bounding_box(), page.locator(".toc-tree")
        assert sections.bounding_box()["x"] >= text["x"] + text["width"]
        here = page.locator(".toc-tree .scroll-current > a")
        here.wait_for(state="visible")
        assert here.inner_text() == "The showdown"


LETTERS_IN_A_LINE = """() => {
  const [text] = [...document.querySelectorAll("article section > p")]
    .filter((one) => one.innerText.length > 400 && !one.querySelector(".katex"));
  const lines = new Map();
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const range = new Range();
  while (walk.nextNode())
    for (let at = 0; at < walk.currentNode.length; at++) {
      range.setStart(walk.currentNode, at);
      range.setEnd(walk.currentNode, at + 1);
      const line = Math.round(range.getBoundingClientRect().bottom / 10);
      lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  return [...lines.values()].slice(0, -1).sort((a, b) => a - b).at(lines.size / 2);
}"""


@pytest.mark.parametrize("width", [800, 1200, 1920])
def test_a_line_of_prose_is_as_long_as_an_eye_follows(chromium, site, width):
    with watched_page(chromium, site, viewport={"width": width, "height": 700}) as page:
        page.goto(site + "01_mean_squared_error.html")
        assert 60 <= page.evaluate(LETTERS_IN_A_LINE) <= 78


TARGETS = [
    ("03_cross_entropy.html#the-race", "#the-race h2"),
    ("exercises/ex05_stable_losses.html#solution-stable-log-sigmoid", "details.solution[open]"),
    ("03_cross_entropy.html#codecell12", "details[open] #codecell12"),
]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("address", "place"), TARGETS, ids=["section", "solution", "code"])
def test_a_link_jumps_to_its_place_below_the_header_and_opens_it(
    chromium, site, width, address, place
):
    with watched_page(chromium, site, viewport={"width": width, "height": 700}) as page:
        page.goto(site + address)
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
        target = page.locator(place).first
        target.wait_for(state="visible")
        wait_until(page, "document.readyState === 'complete'")
        header = page.locator(".mobile-header").bounding_box()
        top = target.bounding_box()["y"]
        assert (header["height"] if header else 0) <= top < 200


ASKED = """
  window.whoAsked = [];
  const ask = Element.prototype.getBoundingClientRect;
  Element.prototype.getBoundingClientRect = function () {
    if (this.dataset.quiz) whoAsked.push(this.dataset.quiz);
    return ask.call(this);
  };
"""


@pytest.mark.parametrize("place", ["", "#the-wrong-way"])
def test_a_question_wakes_without_laying_the_page_out(reader, place):
    reader.add_init_script(ASKED)
    reader.goto(f"{reader.address}02_failed_attempts.html{place}")
    wait_until(reader, "document.querySelector('[data-quiz=page][data-live]')")
    assert reader.evaluate("whoAsked.length") == 0


def test_nothing_floats_over_the_text_after_scrolling_up(chromium, site):
    with watched_page(chromium, site, viewport={"width": 390, "height": 700}) as page:
        page.goto(site + "03_cross_entropy.html")
        for place in (3000, 2900, 2000):
            page.evaluate(f"scrollTo(0, {place})")
            page.wait_for_timeout(50)
        fixed = "e => [...document.querySelectorAll('main *, article *, .article-container > a')]"
        over = page.evaluate(
            f"({fixed}.filter((one) => getComputedStyle(one).position === 'fixed' && "
            "one.checkVisibility()).map((one) => one.className))()"
        )
        assert over == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whoever_asked_for_more_contrast_reads_no_grey(chromium, site, scheme):
    with watched_page(chromium, site, color_scheme=scheme) as page:
        page.goto(site + "03_cross_entropy.html")
        colour = "e => getComputedStyle(e).color"
        quiet = [page.locator(".launch a").first, page.locator(".ex-kicker").first]
        for one in quiet:
            grey = one.evaluate(colour)
            page.emulate_media(contrast="more")
            assert one.evaluate(colour) != grey
            page.emulate_media(contrast="no-preference")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_cards_follow_the_systems_theme(chromium, site, scheme):
    with watched_page(chromium, site, java_script_enabled=False, color_scheme=scheme) as page:
        page.goto(site + "03_cross_entropy.html")
        card = page.locator(".ex-card").first
        ground = card.evaluate("e => getComputedStyle(e).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 18, 20)"}[scheme]
        picture = page.locator(".explorer img").first
        turned = picture.evaluate("e => getComputedStyle(e).filter") != "none"
        assert turned == (scheme == "dark")


def test_whoever_asked_for_less_motion_sees_nothing_glide(chromium, site):
    with watched_page(chromium, site, reduced_motion="reduce") as page:
        page.goto(site + "03_cross_entropy.html#the-race")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
        gliding = "e => parseFloat(getComputedStyle(e).transitionDuration) > 0.01"
        everything = page.locator("body *")
        assert everything.evaluate_all(f"(all) => all.filter({gliding}).length") == 0


def test_no_page_carries_a_style_that_the_policy_forbids():
    styled = [
        name
        for name in PAGES
        if re.search(r"<style|<[^>]* style=", (HTML / name).read_text(encoding="utf-8"))
    ]
    assert styled == []
    for name in ("_headers", "vercel.json"):
        assert POLICY in (HTML / name).read_text(encoding="utf-8")


def test_the_page_of_every_question_has_no_field_that_does_nothing():
    article = (HTML / "questions.html").read_text(encoding="utf-8").partition("<article")[2]
    article = article.partition("</article>")[0]
    bank = load_bank()
    questions = [question for chapter in bank.chapters for question in bank.of_chapter(chapter)]
    assert article.count('class="quiz-question"') == len(questions)
    assert re.findall(r"<(?:form|input|label)\b", article) == []


def test_a_picture_for_readers_without_scripts_is_loaded_by_nobody_else():
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        assert ";base64," not in text, name
        for picture in re.findall(r'<img[^>]* src="([^"]+/pictures/[^"]+)"', text):
            assert (HTML / name).parent.joinpath(picture).is_file()


def test_keyboard_reaches_the_text_first(chromium, site):
    with watched_page(chromium, site) as page:
        page.goto(site + "primer.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to content"


def test_page_reads_whole_without_scripts(chromium, site):
    with watched_page(chromium, site, java_script_enabled=False) as page:
        page.goto(site + "03_cross_entropy.html")
        assert page.locator("svg.figure").count() > 0
        assert page.locator(".katex").count() > 0
        picture = page.locator("[data-explorer=loss] img")
        picture.scroll_into_view_if_needed()
        assert picture.is_visible()
        assert picture.get_attribute("loading") == "lazy"
        assert page.locator("[data-explorer=loss] table").count() == 1
