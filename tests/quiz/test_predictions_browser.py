"""Predictions in a real browser: what follows waits for the guess, and never gets lost."""

import pytest

from tests.browser import axe_findings, serve, watched_page
from tests.quiz.predictions import KINDS, write_page
from tests.quiz.test_browser import tab_to

RIGHT = {"single": 0, "numeric": "−1", "sign": 0, "tick": None}
WRONG = {"single": 1, "numeric": "1/4", "sign": 2}
IDEAS = {
    "single": "In the middle the curve is steepest.",
    "numeric": "The loss itself.",
    "sign": "Where it should go.",
}


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("predictions")
    write_page(folder)
    with serve(folder) as address:
        yield address


def form_of(page, kind):
    return page.locator(f'[data-question="{KINDS[kind]}"]')


def held_by(page, kind):
    return page.locator(f"#held-{KINDS[kind]} p")


def open_parts(page):
    """The kinds whose answer is shown."""
    return [kind for kind in KINDS if held_by(page, kind).is_visible()]


def said(form):
    return form.locator("[role=status]").inner_text()


def by_keyboard(page, kind, guess):
    form = form_of(page, kind)
    form.evaluate("(form) => { form.tabIndex = -1; form.focus(); }")
    if kind == "numeric":
        tab_to(page, form, "input")
        page.keyboard.type(guess.replace("−", "-"))
    elif kind != "tick":
        tab_to(page, form, "input")
        page.keyboard.press("Space")
        for _ in range(guess):
            page.keyboard.press("ArrowDown")
    tab_to(page, form, "[type=submit]")
    page.keyboard.press("Enter")


def by_pointer(page, kind, guess):
    form = form_of(page, kind)
    if kind == "numeric":
        form.get_by_label("Your answer").fill(guess)
    elif kind != "tick":
        form.locator("label").nth(guess).click()
    form.locator("[type=submit]").click()


every_hand = pytest.mark.parametrize("hand", [by_keyboard, by_pointer])


@every_hand
def test_a_guess_opens_what_follows_it_and_nothing_else(opened, hand):
    page = opened("guess.html")
    for number, kind in enumerate(KINDS):
        assert open_parts(page) == list(KINDS)[:number]
        form = form_of(page, kind)
        top = form.bounding_box()["y"] + page.evaluate("scrollY")
        hand(page, kind, RIGHT[kind])
        # Nothing above moves.
        assert form.bounding_box()["y"] + page.evaluate("scrollY") == top
        # The ear and the next Tab go on where the answer is.
        assert form.evaluate("(form) => form.contains(document.activeElement)")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == f"inside-{KINDS[kind]}"
    assert open_parts(page) == list(KINDS)


def test_a_guess_that_comes_true_is_told_so_with_its_idea(opened):
    page = opened("guess.html")
    for kind, lines in {
        "single": [
            "You expected: At \\(p = 0\\)",
            "So it is. The more wrong, the louder: so it should be.",
        ],
        "numeric": ["You expected: −1", "So it is. Twice the error."],
        "sign": ["You expected: negative (−)", "So it is. Below."],
        "tick": ["You have your answer. Here is what happens."],
    }.items():
        by_pointer(page, kind, RIGHT[kind])
        assert said(form_of(page, kind)).split("\n\n") == lines


def test_another_guess_stands_beside_the_answer_with_its_idea_and_no_blame(opened):
    page = opened("guess.html")
    for kind, guess in WRONG.items():
        by_pointer(page, kind, guess)
        told = said(form_of(page, kind))
        assert told.startswith("You expected: ")
        assert told.endswith(f"{IDEAS[kind]} Here is what happens.")
        assert not any(word in told.lower() for word in ("wrong", "not yet", "missed", "✗"))
    assert open_parts(page) == list(WRONG)


def test_a_number_that_nobody_foresaw_opens_too_and_enter_is_enough(opened):
    page = opened("guess.html")
    form = form_of(page, "numeric")
    form.get_by_label("Your answer").fill("17")
    page.keyboard.press("Enter")
    assert open_parts(page) == ["numeric"]
    assert said(form).endswith("The error, perhaps, or its square. Here is what happens.")


def test_show_me_opens_without_a_guess_and_says_so_to_the_ear(opened):
    page = opened("guess.html")
    for kind in KINDS:
        form = form_of(page, kind)
        button = form.get_by_role("button", name="Show me what follows here, without a guess")
        assert button.get_attribute("aria-controls") == f"held-{KINDS[kind]}"
        button.press("Enter")
        assert said(form) == "Here is what happens."
        assert form.evaluate("(form) => form.contains(document.activeElement)")
    assert open_parts(page) == list(KINDS)
    page.reload()
    assert open_parts(page) == list(KINDS)
    assert {said(form_of(page, kind)) for kind in KINDS} == {"Here is what happens."}


def test_no_guess_yet_opens_nothing_and_says_what_is_missing(opened):
    page = opened("guess.html")
    for kind in WRONG:
        form_of(page, kind).locator("[type=submit]").click()
        assert said(form_of(page, kind)).startswith(("Choose one first", "Write a number"))
    assert open_parts(page) == []


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_while_the_page_loads(opened, width):
    """The buttons come by script; their place is kept."""
    page = opened(
        "guess.html",
        viewport={"width": width, "height": 2500},
        before="""window.shift = 0; new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });""",
    )
    page.wait_for_timeout(300)
    assert page.evaluate("shift") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width


# --- what was opened stays open --------------------------------------------------------------


def test_the_page_remembers_within_the_visit_what_was_guessed(opened):
    page = opened("guess.html")
    for kind in WRONG:
        by_pointer(page, kind, WRONG[kind])
    by_pointer(page, "tick", None)
    before = [said(form_of(page, kind)) for kind in KINDS]
    page.reload()
    assert open_parts(page) == list(KINDS)
    assert [said(form_of(page, kind)) for kind in KINDS] == before
    # A guess is no answer to a question: nothing is kept for the review.
    assert page.evaluate("localStorage.length") == 0


def test_a_damaged_memory_costs_no_page(opened):
    page = opened("guess.html")
    for kind in KINDS:
        by_pointer(page, kind, RIGHT[kind])
    for kept in ("99", "<b>", "1" * 5000):
        page.evaluate(
            "(kept) => { for (const name of Object.keys(sessionStorage))"
            " sessionStorage.setItem(name, kept); }",
            kept,
        )
        page.reload()
        assert open_parts(page) == list(KINDS)
        assert all(len(said(form_of(page, kind))) < 200 for kind in KINDS)


def test_a_browser_that_keeps_nothing_opens_all_the_same(opened):
    page = opened(
        "guess.html",
        before="Object.defineProperty(window, 'sessionStorage', { get() { throw Error('no'); } });",
    )
    by_pointer(page, "sign", 1)
    assert open_parts(page) == ["sign"]


# --- every other way to what is held back ----------------------------------------------------


def test_a_link_to_a_place_inside_opens_it(opened):
    page = opened("guess.html#inside-sign")
    page.goto(page.url.replace("#inside-sign", "?again#inside-direction-guess"))
    held_by(page, "sign").wait_for()
    assert page.evaluate("scrollY") > 0
    assert open_parts(page) == ["sign"]
    page.get_by_role("link", name="A link").click()
    assert open_parts(page) == ["numeric", "sign"]
    assert said(form_of(page, "numeric")) == "Here is what happens."


def test_a_browser_that_hides_for_good_follows_links_too(opened):
    """As Safari did: `until-found` is a plain `hidden` there."""
    page = opened(
        "guess.html",
        before="""const set = Element.prototype.setAttribute;
        Element.prototype.setAttribute = function (name, value) {
          set.call(this, name, name === "hidden" ? "" : value);
        };""",
    )
    assert open_parts(page) == []
    page.get_by_role("link", name="A link").click()
    assert open_parts(page) == ["numeric"]
    page.goto(page.url.replace("#inside-size-guess", "?again#inside-shape-guess"))
    held_by(page, "tick").wait_for()
    assert page.evaluate("scrollY") > 0


def test_the_browsers_own_search_finds_what_is_held_back(opened):
    """A link to a text searches as Ctrl-F does."""
    page = opened("guess.html#:~:text=answer%20to%20size%2Dguess")
    held_by(page, "numeric").wait_for()
    assert open_parts(page) == ["numeric"]


def test_the_browsers_own_search_waits_for_a_script_that_comes_late(chromium, address):
    with watched_page(chromium, address) as page:
        waiting = []
        page.route("**/quiz.js", lambda route: waiting.append(route))
        place = f"{address}guess.html#:~:text=answer%20to%20size%2Dguess"
        page.goto(place, wait_until="commit")
        form_of(page, "tick").wait_for()
        page.wait_for_timeout(1000)
        waiting[0].continue_()
        held_by(page, "numeric").wait_for()
        assert open_parts(page) == ["numeric"]
        by_pointer(page, "sign", 1)
        assert open_parts(page) == ["numeric", "sign"]


def test_an_explorers_link_opens_what_holds_it_back(opened):
    """`shim.mjs` sends the event by which a browser asks for what it found."""
    page = opened("guess.html")
    page.locator("#inside-shape-guess").evaluate(
        "(inside) => inside.dispatchEvent(new Event('beforematch', { bubbles: true }))"
    )
    assert open_parts(page) == ["tick"]


def test_without_scripts_all_is_open_and_no_dead_form_is_shown(opened):
    page = opened("guess.html", java_script_enabled=False)
    assert open_parts(page) == list(KINDS)
    assert not any(form_of(page, kind).is_visible() for kind in KINDS)


def test_on_paper_all_is_open_and_only_guesses_are_printed(opened):
    page = opened("guess.html")
    by_pointer(page, "sign", 2)
    page.emulate_media(media="print")
    assert open_parts(page) == list(KINDS)
    assert [kind for kind in KINDS if form_of(page, kind).is_visible()] == ["sign"]


def test_a_script_that_is_missing_hides_nothing(chromium, address):
    with watched_page(chromium, address) as page:
        page.route("**/quiz.js", lambda route: route.abort())
        page.goto(f"{address}guess.html")
        assert open_parts(page) == list(KINDS)
        assert not form_of(page, "tick").is_visible()


def test_a_script_that_fails_hides_nothing(chromium, address):
    with watched_page(chromium, address) as page:
        broken = "Element.prototype.cloneNode = () => { throw Error('no'); };"
        page.add_init_script(broken)
        page.goto(f"{address}guess.html")
        assert open_parts(page) == list(KINDS)
        assert not form_of(page, "tick").is_visible()


def test_no_answer_flashes_and_a_script_that_hangs_hides_nothing_for_long(chromium, address):
    with watched_page(chromium, address) as page:
        waiting = []
        page.route("**/quiz.js", lambda route: waiting.append(route))
        page.clock.install()
        page.goto(f"{address}guess.html", wait_until="commit")
        form_of(page, "tick").wait_for()
        assert open_parts(page) == []
        page.clock.fast_forward(10_000)
        assert open_parts(page) == list(KINDS)
        # What the reader may be reading is not taken away again.
        waiting[0].continue_()
        form_of(page, "tick").get_by_role("button").first.wait_for()
        assert open_parts(page) == list(KINDS)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_guess_and_read_on(opened, scheme, width):
    page = opened("guess.html", color_scheme=scheme, viewport={"width": width, "height": 800})
    assert axe_findings(page) == []
    by_pointer(page, "numeric", "17")
    by_pointer(page, "single", 1)
    form_of(page, "tick").get_by_role("button", name="Show me").click()
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_prediction_that_fails_half_way_shows_its_answer_and_spares_the_others(chromium, address):
    def without_a_row(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("ex-row", "lost", 1))

    with watched_page(chromium, address) as page:
        page.route("**/guess.html", without_a_row)
        page.goto(address + "guess.html")
        assert len(page.messages) == 1
        assert "prediction could not start" in page.messages[0]
        broken = page.locator("[data-quiz=prediction]").first
        assert broken.get_attribute("data-live") is None
        assert broken.locator("button").count() == 0
        first, *others = KINDS
        assert open_parts(page) == [first]
        by_pointer(page, others[0], WRONG[others[0]])
        assert open_parts(page) == [first, others[0]]
