"""Every control of every explorer on the built site, by each hand, shows what lossfns computes."""

import pytest

from tests.browser import axe_findings, watched_page
from tests.explorers.cards import (
    CONTRASTS,
    HANDS,
    NAMES,
    every_explorer,
    follow,
    show_everything,
    skip_question,
)

DEVICES = {
    "keyboard": {},
    "pointer": {},
    "touch": {"has_touch": True, "viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("hand", HANDS)
@every_explorer
def test_each_control_shows_what_lossfns_computes(chromium, site, name, hand):
    with watched_page(chromium, site, reduced_motion="reduce", **DEVICES[hand]) as page:
        # The live summary waits for the hand to rest; here the clock is moved instead.
        page.clock.install()
        page.goto(site + "explorers.html")
        card = skip_question(page, name)
        follow(page, card, name, hand, rest=lambda: page.clock.run_for(1000))
        assert page.messages == []
        assert page.elsewhere == []


def test_without_scripts_each_asks_and_unfolds_its_figure_and_its_table(chromium, site):
    with watched_page(chromium, site, java_script_enabled=False) as page:
        page.goto(site + "explorers.html")
        for name in NAMES:
            host = page.locator(f'[data-explorer="{name}"]')
            assert host.get_by_text("Predict first.").is_visible()
            assert not host.locator("table").is_visible()
            host.locator("summary").click()
            assert host.locator("img").is_visible()
            assert host.locator("table").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_site_tells_nobody_to_run_a_cell(chromium, site, scripts):
    with watched_page(chromium, site, java_script_enabled=scripts) as page:
        page.goto(site + "03_cross_entropy.html")
        lines = page.get_by_text("Run this cell to")
        assert lines.count() > 1
        assert not any(line.is_visible() for line in lines.all())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_them_revealed_are_open_to_everyone(chromium, site, scheme):
    """The site's own styles take nothing away from contrast, names or room."""
    small = {"width": 320, "height": 700}
    with watched_page(chromium, site, color_scheme=scheme, viewport=small) as page:
        page.goto(site + "explorers.html")
        show_everything(page)
        assert axe_findings(page) == []
        result = page.evaluate(CONTRASTS)
        assert result["low"] == []
        assert result["read"] > 200
        assert page.evaluate("document.documentElement.scrollWidth") == 320
