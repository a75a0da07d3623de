"""A chapter as a talk: divided so that nothing is lost, on the way that a teacher chose."""

import html
import json
import re

import pytest
from docutils import nodes
from docutils.utils import new_document

from sitebuild import routes
from sitebuild.screens import ROOM, SPARE, blocks, divide, lines, mark
from tests.browser import HTML, axe_findings, wait_until, watched_page

CHAPTER = "03_cross_entropy.html"
SHORT = "07_in_the_wild.html"
FIGURE = '<div class="figure-room"><svg></svg></div>'
POLL = '<div data-quiz="prediction"><form><span class="quiz-letter">A</span></form></div>'


def text(*words):
    return nodes.paragraph("", " ".join(words))


def long(number):
    """A paragraph of about so many lines."""
    return text(
        "seventy-two letters make a line of a paragraph on a screen of a talk, yes " * number
    )


def cell(output="", code="print(1)"):
    parts = [nodes.container("", nodes.literal_block(code, code), classes=["cell_input"])]
    if output:
        parts.append(nodes.container("", nodes.raw("", output), classes=["cell_output"]))
    return nodes.container("", *parts, classes=["cell"])


def question():
    words = nodes.paragraph("", "", nodes.strong("", "Predict."), nodes.Text(" What?"))
    return nodes.block_quote("", words, classes=["aside", "aside-predict"])


def held(*children):
    return nodes.container("", *children, classes=["held"])


def section(title, *children):
    return nodes.section("", nodes.title("", title), *children, ids=[nodes.make_id(title)])


def page(*children):
    document = new_document("page")
    document += section("A chapter", *children)
    return document


def shown(document):
    """What each screen shows, in a few letters of each block."""

    def short(block):
        if isinstance(block.node, nodes.section):
            return f"# {block.node[0].astext()}"
        return block.node.astext()[:8]

    return [[short(block) for block in screen] for screen in divide(document)]


def test_every_block_is_on_one_screen_in_its_order():
    parts = [long(3), cell(FIGURE), section("One", long(9), question(), cell(POLL), held(long(5)))]
    document = page(text("Hello."), *parts)
    screens = [block.node for screen in divide(document) for block in screen]
    assert screens == [block.node for block in blocks(document)]
    assert len(screens) == 9


def test_no_screen_of_several_blocks_is_much_larger_than_a_screen():
    document = page(*[long(size) for size in (1, 4, 2, 7, 3, 3, 5, 1, 1, 9, 2)])
    for screen in divide(document):
        assert len(screen) == 1 or sum(lines(block.node) for block in screen) <= ROOM + SPARE


def test_a_heading_a_figure_and_a_question_begin_a_screen():
    document = page(
        text("Opening."),
        section("One", text("Before."), cell(FIGURE), text("After."), question(), cell(POLL)),
    )
    assert shown(document) == [
        ["# A chapter", "Opening."],
        ["# One", "Before."],
        ["print(1)"],
        ["After."],
        ["Predict.", "print(1)"],
    ]


def test_what_is_held_back_is_not_on_the_screen_that_asks():
    one = section("One", question(), cell(POLL), held(text("Answer.")), text("On."))
    assert shown(page(text("Hello."), one))[1:] == [
        ["# One", "Predict.", "print(1)"],
        ["Answer.", "On."],
    ]


def test_a_heading_is_alone_only_where_nothing_follows_it():
    document = page(section("One", cell(FIGURE)), section("Two", section("Three", text("Words."))))
    assert shown(document) == [
        ["# A chapter", "# One", "print(1)"],
        ["# Two", "# Three", "Words."],
    ]


def test_what_announces_a_formula_goes_with_it():
    formula = nodes.math_block("", r"a \\ b \\ c")
    document = page(long(7), text("Multiply, and this is what you get:"), formula, long(6))
    assert shown(document)[1][0].startswith("Multiply")


def test_what_is_folded_is_on_no_screen_and_so_are_imports():
    fold = [
        nodes.raw("", "<details><summary>Why?</summary>"),
        text("Folded."),
        nodes.raw("", "</details>"),
    ]
    imports = cell(code="import numpy as np\n\nfrom lossfns import (\n    figures,\n)")
    document = page(text("Open."), imports, *fold, text("Open too."))
    assert shown(document) == [["# A chapter", "Open.", "Open too"]]
    assert imports["classes"] == ["cell", "screen-skip"]


def test_screens_are_numbered_by_their_sections():
    document = page(text("Hello."), section("One", long(9), long(9)), section("Two", text("End.")))
    assert mark(document) == {"a-chapter": [1], "one": [2, 3], "two": [4]}
    begun = [node for node in document.findall(nodes.Element) if "screen" in node["classes"]]
    assert len(begun) == 4


def test_a_route_that_does_not_add_up_is_refused():
    text = '[[route]]\nminutes = 50\n[[route.step]]\npage = "a"\nsection = "b"\nminutes = 9\n'
    with pytest.raises(routes.RouteError, match="route 50: its steps take 9 minutes"):
        routes.read_routes(text)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"minutes": "9"}, "minutes must be int, got '9'"),
        ({"minutes": True}, "minutes must be int, got True"),
        ({"minutes": 0}, "minutes must be at least 1, got 0"),
        ({"late": "go"}, "late must be 'skip' where it is given, got 'go'"),
        ({"screens": 2}, "screens must be list, got 2"),
        ({"sceens": [2]}, "no such key: sceens"),
    ],
)
def test_a_step_with_a_slip_is_named(step, message):
    whole = {"page": "a", "section": "b", "minutes": 9}
    with pytest.raises(routes.RouteError, match=f"route 50, step 2: {message}"):
        routes.read_step("route 50, step 2", whole | step)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (routes.Step("x", "b", 9), "'x' is no chapter"),
        (routes.Step("a", "x", 9), "a has no section 'x'"),
        (routes.Step("a", "b", 9, screens=(1, 4)), "a#b has 3 screens, and no number 4"),
    ],
)
def test_a_step_to_a_screen_that_is_not_there_is_refused(step, message):
    with pytest.raises(routes.RouteError, match=message):
        routes.numbers(step, {"a": {"b": [2, 3, 4]}})


# On the site


def screens_of(name):
    """The text of a built page from each mark of a screen up to the next."""
    text = (HTML / name).read_text(encoding="utf-8")
    return re.split(r'<\w+ [^>]*class="(?:[^"]* )?screen(?: [^"]*)?"', text)[1:]


@pytest.mark.parametrize("minutes", [50, 90, 180])
def test_teachers_are_led_to_screens_that_begin_the_sections_they_are_told_of(minutes):
    page = (HTML / "teachers.html").read_text(encoding="utf-8")
    links = re.findall(rf'href="([^"?]+)\?present=(\d+)&amp;route={minutes}">(.*?)</a>', page)
    assert len(links) == len(routes.load_routes()[minutes])
    for name, number, title in links:
        heading = re.search(r"<h[1-4]>(.*?)<a", screens_of(name)[int(number) - 1], re.S)[1]
        assert html.unescape(heading) == html.unescape(title)


def test_a_talk_costs_a_reader_nothing_but_its_link():
    text = (HTML / CHAPTER).read_text(encoding="utf-8")
    assert "?present" in text
    assert "present.js" not in text
    assert "present.css" not in text


def begin(page, address):
    page.goto(address)
    page.locator(".talk-bar").wait_for()


def place(page):
    """What is seen: the screen's place, its heading, and whether the address says the same."""
    count = page.locator(".talk-count").inner_text()
    asked = int(re.search(r"present=(\d+)", page.url)[1])
    assert page.evaluate("document.activeElement.matches('[data-talk]:is(h1, h2, h3)')")
    return count, asked


def test_a_key_begins_where_the_reader_is_and_escape_returns_there(reader):
    reader.goto(reader.address + CHAPTER + "#the-showdown")
    reader.keyboard.press("F8")
    reader.locator(".talk-bar").wait_for()
    assert reader.locator("h2:visible").inner_text() == "The showdown"
    reader.keyboard.press("Escape")
    assert reader.locator(".talk-bar").count() == 0
    assert "present" not in reader.url
    assert abs(reader.locator("#the-showdown h2").bounding_box()["y"]) < 200
    assert reader.locator("article [data-talk], article [data-last]").count() == 0


def test_keys_lead_through_a_talk_and_reload_keeps_its_place(reader):
    begin(reader, reader.address + CHAPTER + "?present=2")
    reader.keyboard.press("Home")
    first, number = place(reader)
    total = int(first.removeprefix("1 of "))
    assert (number, total) == (1, len(screens_of(CHAPTER)))
    reader.keyboard.press("End")
    assert place(reader) == (f"{total} of {total}", total)
    reader.keyboard.press("ArrowLeft")
    reader.reload()
    reader.locator(".talk-bar").wait_for()
    assert place(reader) == (f"{total - 1} of {total}", total - 1)
    reader.go_back()
    wait_until(reader, "document.querySelector('.talk-count').textContent.startsWith('1 of')")


def test_a_clock_that_was_stopped_stays_so_when_the_page_comes_anew(reader):
    begin(reader, reader.address + CHAPTER + "?present=2")
    reader.locator(".talk-clock").click()
    stopped = reader.locator("[role=timer]").inner_text()
    reader.reload()
    reader.locator(".talk-bar").wait_for()
    reader.wait_for_timeout(2100)
    assert reader.locator("[role=timer]").inner_text() == stopped
    reader.locator(".talk-clock").click()
    assert reader.locator("[role=timer]").inner_text() == "0:00"


def test_a_poll_holds_its_answer_until_the_next_press(reader):
    screens = screens_of(CHAPTER)
    asks = 1 + next(n for n, one in enumerate(screens) if 'data-quiz="prediction"' in one)
    begin(reader, f"{reader.address}{CHAPTER}?present={asks}")
    held = reader.locator(".held").first
    assert held.get_attribute("hidden") is not None
    reader.keyboard.press("PageDown")
    assert held.get_attribute("hidden") is None
    assert place_number(reader) == asks, "the answer came, and the question went"
    reader.keyboard.press("PageDown")
    assert place_number(reader) == asks + 1


def place_number(page):
    return int(re.search(r"present=(\d+)", page.url)[1])


def test_every_screen_can_be_read_whole_and_nothing_of_another_shows(reader):
    begin(reader, reader.address + CHAPTER + "?present=1")
    seen = reader.evaluate(
        """() => [...document.querySelectorAll("article .screen")].map((_, index) => {
          history.replaceState(null, "", `?present=${index + 1}`);
          courseTalk.begin();
          const article = document.querySelector("article");
          const blocks = [...article.querySelectorAll("[data-talk=now]")];
          return {
            wide: article.scrollWidth > article.clientWidth,
            empty: !blocks.some((one) => one.getBoundingClientRect().height > 0),
            small: parseFloat(getComputedStyle(document.documentElement).fontSize) < 18,
          };
        })"""
    )
    assert len(seen) > 40
    assert [n for n, one in enumerate(seen, 1) if one["wide"] or one["empty"] or one["small"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_talk_is_open_to_everyone(chromium, site, scheme):
    with watched_page(chromium, site, color_scheme=scheme) as page:
        begin(page, f"{site}{SHORT}?present=4")
        page.keyboard.press("F8")
        assert page.locator(".talk-said").is_visible()
        assert axe_findings(page) == []


def test_a_route_goes_on_in_the_next_chapter_and_skips_what_it_may(reader):
    stops = sum(len(step["screens"]) for step in known_steps(50))
    last = [step for step in known_steps(50) if step["page"] == "02_failed_attempts"][-1]
    begin(reader, f"{reader.address}02_failed_attempts.html?present={last['screens'][-1]}&route=50")
    before = place(reader)[0]
    reader.keyboard.press("PageDown")
    reader.wait_for_url(f"**/{CHAPTER}?present=*&route=50")
    reader.locator(".talk-bar").wait_for()
    here, total = place(reader)[0].split(" of ")
    assert (int(here), int(total)) == (int(before.split()[0]) + 1, stops)
    skipped = next(step for step in known_steps(50) if step["skip"])
    begin(reader, f"{reader.address}{CHAPTER}?present={skipped['screens'][0]}&route=50")
    reader.get_by_role("button", name="Skip to").click()
    assert place_number(reader) > skipped["screens"][-1]


def known_steps(minutes):
    """The steps of a route, with the screens' numbers that the site's script was given."""
    script = (HTML / "_static" / "present.js").read_text(encoding="utf-8")
    listed = re.search(rf"\b{minutes}:(\[.*?\}}\])", script)[1]
    plain = listed.replace("!0", "true").replace("!1", "false")
    return json.loads(re.sub(r"(?<=[{,])(\w+):", r'"\1":', plain))


def test_a_talk_from_a_disk_where_nothing_is_kept(chromium):
    with watched_page(chromium, "file:") as page:
        page.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            "Object.defineProperty(window, name, { get() { throw new DOMException('no') } })"
        )
        begin(page, (HTML / CHAPTER).as_uri() + "?present=3")
        page.keyboard.press("ArrowRight")
        assert place_number(page) == 4
        assert page.messages == []


def test_the_handout_has_every_screen_and_keeps_what_was_held_back(reader):
    begin(reader, reader.address + CHAPTER + "?present=1")
    reader.emulate_media(media="print")
    assert reader.locator("[data-number]:visible").count() > 20
    assert not reader.locator(".talk-bar").is_visible()
    assert (
        reader.locator(".held[hidden]").first.evaluate("e => getComputedStyle(e).display") == "none"
    )
