"""What readers do on the built site, in Firefox and in WebKit."""

import time

import pytest

from lossfns.clinic import explain_value
from lossfns.quiz import load_bank
from tests.browser import HTML, refuse, wait_until, watched_page
from tests.explorers.cards import every_explorer, follow, skip_question
from tests.quiz.test_browser import plain, status_of
from tests.webkit import missing, screen, webkit_page

PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
DISK = HTML.as_uri() + "/"
BANK = load_bank().questions
STUCK = "step,loss\n" + "".join(f"{i},2.3026\n" for i in range(60))
# An explorer speaks when the hand rests; here it rests a hundredth as long.
HURRY = """() => {
  const wait = window.setTimeout;
  window.setTimeout = (go, ms, ...rest) => wait(go, ms / 100, ...rest);
}"""
# Selenium's own way to WebKitGTK warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")
LOOKS = """(theme) => [theme.dataset.theme, getComputedStyle(theme).backgroundColor]"""

ASLEEP = "document.querySelector('[data-explorer]:not([data-live])')"
AWAKE = f"document.readyState === 'complete' && !{ASLEEP}"
TOP = "(place) => place.getBoundingClientRect().top"


@pytest.fixture(scope="session")
def display():
    if lacking := missing():
        refuse(f"WebKit needs {lacking}: Debian's webkit2gtk-driver and xvfb, PyPI's selenium")
    with screen() as name:
        yield name


def wrongs(page):
    """What a page said, but for Furo's word that it changed the theme."""
    return [said for said in page.messages if not said.startswith("Changed to ")]


@pytest.fixture(params=["firefox", "webkit"])
def page(request):
    """A page of each browser; at its end nothing went wrong in it."""
    if request.param == "firefox":
        opening = watched_page(request.getfixturevalue("firefox"), "http://127.0.0.1:")
    else:
        opening = webkit_page(request.getfixturevalue("display"))
    with opening as page:
        yield page
        assert wrongs(page) == []


@pytest.fixture(params=["served", "disk"])
def place(request):
    """Where the site lies: behind its strict policy, or on a disk."""
    return request.getfixturevalue("site") if request.param == "served" else DISK


def address_of(question):
    """The page that asks a question, and its form."""
    asks = f'data-question="{question}"'
    chapter = next(page for page in PAGES if asks in (HTML / page).read_text(encoding="utf-8"))
    return chapter, f"form[{asks}]"


@pytest.mark.parametrize(
    ("page", "hand", "where"),
    [("firefox", "keyboard", "site"), ("webkit", "pointer", "disk")],
    indirect=["page"],
)
@every_explorer
def test_each_control_shows_what_lossfns_computes(request, page, name, hand, where):
    place = request.getfixturevalue("site") if where == "site" else DISK
    page.goto(place + "explorers.html")
    page.evaluate(HURRY)
    card = skip_question(page, name)
    follow(page, card, name, hand, rest=lambda: time.sleep(0.03))


def test_a_question_is_judged_and_a_missed_one_comes_back_in_the_review(page, place):
    question = BANK["mse-palace"]
    chapter, form = address_of("mse-palace")
    page.goto(place + chapter)
    form = page.locator(form)
    rights = [option.right for option in question.options]
    for index, begins in ((rights.index(False), "Not yet."), (rights.index(True), "Right.")):
        form.locator("label").nth(index).click()
        form.get_by_role("button", name="Check").press("Enter")
        said = status_of(form)
        assert said.startswith(begins)
        assert all(part in said for part in plain(question.options[index].feedback))
    page.goto(place + "review.html")
    page.locator('form[data-question="mse-palace"]:visible').wait_for()


def test_a_guess_opens_what_waited_for_it(page, place):
    chapter, form = address_of("mse-ten-times-guess")
    page.goto(place + chapter)
    held = page.locator("#held-mse-ten-times-guess p").first
    assert not held.is_visible()
    page.locator(form).locator("input").first.press("Space")
    page.locator(form).locator("[type=submit]").press("Enter")
    held.wait_for()


def test_a_question_that_was_held_back_can_be_answered(page, place):
    page.goto(place + "06_more_losses.html")
    page.locator('[aria-controls="held-more-focal-guess"]').press("Enter")
    question = page.locator('[data-question="more-bakery"]')
    question.locator("[type=radio]").first.press("Space")
    question.locator(".ex-primary").press("Enter")
    assert status_of(question).startswith(("Right.", "Not yet."))


@pytest.mark.parametrize("begin", ["primer.html", "exercises/ex01_mean_squared_error.html"])
def test_search_finds_from_every_folder(page, place, begin):
    page.goto(place + begin)
    page.locator(".sidebar-search").fill("crossentropy")
    page.keyboard.press("Enter")
    first = page.locator("#search-results a").first
    first.wait_for()
    assert page.url == place + "search.html?q=crossentropy"
    page.goto(place + first.get_attribute("href"))
    assert page.url.startswith(place + "03_cross_entropy.html")


def test_the_theme_button_changes_the_page_and_is_remembered(page, place):
    page.goto(place + "primer.html")
    button = page.locator(".theme-toggle-content .theme-toggle")
    papers = {}
    while len(papers) < 3:
        theme, paper = page.locator("body").evaluate(LOOKS)
        assert theme not in papers
        papers[theme] = paper
        button.press("Enter")
    assert papers["light"] != papers["dark"]
    page.goto(place + "glossary.html")
    assert page.locator("body").evaluate(LOOKS)[0] == next(iter(papers))


def test_the_clinic_explains_a_number_and_a_log(page, place):
    page.goto(place + "clinic.html")
    page.locator("#clinic-value").fill("14.5063")
    found = page.locator("[data-clinic=number] .clinic-found")
    found.wait_for()
    assert explain_value("14.5063")[0].says in found.inner_text().replace("\n", " ")
    page.locator("#clinic-log").fill(STUCK)
    found = page.locator("[data-clinic=training] .clinic-found").first
    found.wait_for()
    assert "ln 10" in found.inner_text()


def test_every_page_opens_without_a_message(page, site):
    for name in PAGES:
        page.goto(site + name)
        assert page.locator("h1").first.is_visible(), name
        assert wrongs(page) == [], name


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_link_and_a_reload_find_their_place_below_what_was_opened(request, site, browser):
    """Opened answers, and explorers that wake, make the page above it longer or shorter."""
    chapter = site + "03_cross_entropy.html"
    with watched_page(request.getfixturevalue(browser), site) as page:
        page.set_viewport_size({"width": 1200, "height": 700})
        page.goto(chapter)
        wait_until(page, "document.querySelector('[data-quiz=prediction][data-live]')")
        shows = page.get_by_role("button", name="Show me what follows here")
        while shows.count():
            shows.first.click()

        def top():
            wait_until(page, AWAKE)
            time.sleep(0.5)
            return page.locator("#the-showdown").evaluate(TOP)

        page.goto(site + "01_mean_squared_error.html")
        page.goto(chapter + "#the-showdown")
        assert 0 <= top() < 100
        page.goto(chapter)
        top()
        page.locator("#the-showdown").evaluate("(place) => place.scrollIntoView()")
        before = top()
        page.reload()
        assert abs(top() - before) <= 2
        assert wrongs(page) == []
