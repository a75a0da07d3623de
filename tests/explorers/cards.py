"""What a test does with an explorer's card in the browser."""

import urllib.parse

import pytest

from lossfns.explorers import EXPLORERS

NAMES = [explorer.component for explorer in EXPLORERS]
BY_NAME = dict(zip(NAMES, EXPLORERS, strict=True))
every_explorer = pytest.mark.parametrize("name", NAMES)


def skip_question(page, name):
    """Open an explorer without a prediction; its card."""
    card = page.locator(f'[data-explorer="{name}"]')
    card.get_by_role("button", name="Skip to the explorer").click()
    return card


def linked_state(card):
    """The state as the card's own link tells it, key by key."""
    card.get_by_role("button", name="Copy link to this state").click()
    query = urllib.parse.urlsplit(card.locator(".ex-link").input_value()).query
    return dict(urllib.parse.parse_qsl(query, keep_blank_values=True))


def show_everything(page):
    """Reveal every explorer and open every table, as a reader would."""
    for found in (
        page.get_by_role("button", name="Skip to the explorer"),
        page.get_by_text("Numbers behind the plot"),
    ):
        found.evaluate_all("(all) => all.forEach((one) => one.checkVisibility() && one.click())")
