"""Explorers for every eye and ear: themes, contrast, small screens, assistive technology."""

import pytest

from tests.browser import axe_findings
from tests.explorers.cards import CONTRASTS, show_everything


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_the_reveal(opened, theme):
    page = opened("index.html", reduced_motion="reduce")
    page.evaluate("(theme) => (document.body.dataset.theme = theme)", theme)
    assert axe_findings(page) == []
    show_everything(page)
    assert axe_findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_drawn_has_contrast(opened, theme):
    page = opened("index.html")
    page.evaluate("(theme) => (document.body.dataset.theme = theme)", theme)
    show_everything(page)
    result = page.evaluate(CONTRASTS)
    assert result["low"] == []
    assert result["read"] > 200


@pytest.mark.parametrize(
    ("attribute", "value", "scheme", "dark"),
    [
        ("data-theme", "dark", "light", True),
        ("data-theme", "light", "dark", False),
        ("data-theme", "auto", "dark", True),
        ("data-theme", "auto", "light", False),
        ("data-jp-theme-light", "false", "light", True),
        ("data-jp-theme-light", "true", "dark", False),
        ("class", "vscode-dark", "light", True),
    ],
)
def test_explorers_follow_the_theme_of_the_page(opened, attribute, value, scheme, dark):
    page = opened("loss.html", color_scheme=scheme)
    page.evaluate(
        "([name, value]) => { document.body.removeAttribute('data-theme');"
        "document.body.setAttribute(name, value); }",
        [attribute, value],
    )
    paper = page.locator(".ex-card").evaluate("(card) => getComputedStyle(card).backgroundColor")
    assert paper == ("rgb(16, 18, 20)" if dark else "rgb(255, 255, 255)")


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (640, 2)], ids=["320 px", "200 %"])
def test_nothing_scrolls_sideways(opened, width, scale):
    """At 320 px, and at 200 % zoom of a window of 1280 px, at the ends of every trait."""
    page = opened("index.html", viewport={"width": width, "height": 700}, device_scale_factor=scale)
    show_everything(page)
    measure = "document.documentElement.scrollWidth"
    assert page.evaluate(measure) == width
    for key in ("Home", "End"):
        for slider in page.locator("input[type=range]:visible").all():
            slider.press(key)
        for button in page.get_by_role("button", name="Copy link to this state").all():
            button.click()
        assert page.evaluate(measure) == width
    for radio in page.locator("fieldset.ex-choice input:visible").all():
        radio.click()
    assert page.evaluate(measure) == width


def test_paper_shows_the_explorer_without_its_question(opened):
    page = opened("loss.html")
    page.emulate_media(media="print")
    assert page.locator(".ex-plot").first.is_visible()
    assert not page.locator(".ex-question").is_visible()


def test_motion_rests_for_who_asks_for_it(opened):
    page = opened("loss.html", reduced_motion="reduce")
    moving = (
        "(all) => all.filter((one) => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert page.locator(".ex-card *").evaluate_all(moving) == 0
    page = opened("loss.html", reduced_motion="no-preference")
    assert page.locator(".ex-card *").evaluate_all(moving) > 0


def test_targets_are_large_enough_and_keys_reach_them_in_jupyterlab(opened):
    page = opened("index.html", viewport={"width": 360, "height": 800})
    show_everything(page)
    small = page.locator("button, summary, input, .ex-card label").evaluate_all(
        """(all) => all.filter((one) => {
          const box = one.getBoundingClientRect();
          const inLabel = one.matches("label input");
          return box.width && !inLabel && (box.width < 24 || box.height < 24);
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    deaf = page.locator("button, summary, input, [tabindex='0']").evaluate_all(
        "(all) => all.filter((one) => one.dataset.lmSuppressShortcuts !== 'true').length"
    )
    assert deaf == 0


def test_the_range_speaks_in_words(opened):
    page = opened("loss.html?loss.p=0.01&loss.revealed")
    slider = page.locator("input[type=range]").first
    assert slider.get_attribute("aria-valuetext") == "p = 0.010, very wrong"
    page.get_by_label("0: no").click()
    assert slider.get_attribute("aria-valuetext") == "p = 0.010, right"
