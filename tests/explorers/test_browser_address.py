"""An explorer's state in the page's address."""

import pytest

from tests.browser import wait_until
from tests.explorers.cards import every_explorer, linked_state, skip_question


@every_explorer
def test_a_link_brings_the_state_back(opened, name):
    page = opened(f"{name}.html")
    card = skip_question(page, name)
    for group in card.locator(".ex-number:visible").all():
        group.get_by_role("button").last.click()
        group.get_by_role("button").first.click()
        group.get_by_role("button").first.click()
    for row in card.locator("fieldset.ex-choice:visible").all():
        row.locator("input").last.click()
    state = linked_state(card)
    link = card.locator(".ex-link").input_value()
    page.goto(link)
    skip_question(page, name)
    assert linked_state(card) == state
    assert card.locator(".ex-link").input_value() == link


@every_explorer
def test_a_link_asks_first_unless_it_says_that_the_answer_is_shown(opened, name):
    page = opened(f"{name}.html")
    card = skip_question(page, name)
    linked_state(card)
    page.goto(card.locator(".ex-link").input_value())
    assert not card.locator(".ex-answer").is_visible()
    assert not card.locator(".ex-body").is_visible()
    skip_question(page, name)
    card.get_by_role("button", name="with the answer").click()
    page.goto(card.locator(".ex-link").input_value())
    assert card.locator(".ex-answer").is_visible()
    assert card.locator(".ex-body").is_visible()


def test_a_teacher_asks_for_the_question_by_hand(opened):
    page = opened("loss.html?loss.p=0.2&loss.revealed=false")
    assert not page.locator(".ex-body").is_visible()
    page = opened("loss.html?loss.p=0.2&loss.revealed")
    assert page.locator(".ex-body").is_visible()


def test_a_link_leads_to_its_explorer(opened):
    page = opened("index.html?surprise.unit=nats")
    wait_until(page, "scrollY > 0")
    assert abs(page.locator('[data-explorer="surprise"]').bounding_box()["y"]) < 100


def test_a_link_of_which_nothing_can_be_read_leads_to_the_words_that_say_so(opened):
    page = opened("index.html?surprise.unit=furlongs")
    wait_until(page, "scrollY > 0")
    card = page.locator('[data-explorer="surprise"]')
    assert abs(card.bounding_box()["y"]) < 100
    assert "must be one of" in card.locator(".ex-note").first.inner_text()


def test_two_explorers_share_an_address(opened):
    page = opened("index.html?loss.p=0.2&loss.y=0&mixer.t=2")
    loss, mixer = (skip_question(page, name) for name in ("loss", "mixer"))
    assert linked_state(loss)["loss.p"] == "0.2"
    assert linked_state(loss)["loss.y"] == "0"
    assert linked_state(mixer)["mixer.t"] == "2"
    assert not page.locator('[data-explorer="race"] .ex-body').is_visible()


def test_each_view_of_soft_targets_and_focus_asks_its_own_question(opened):
    """A chapter on focal loss does not ask about smoothing."""
    card = opened("softening.html").locator(".ex-card")
    assert "Ten classes, targets smoothed" in card.locator(".ex-question").inner_text()
    card = opened("softening.html?softening.view=focus&softening.revealed").locator(".ex-card")
    said = card.locator(".ex-answer").inner_text()
    assert "147 easy examples" in said
    assert "The answer: about 0.4." in said
    assert "So γ = 0.41 is enough" in said


@pytest.mark.parametrize(
    ("query", "key", "value", "word"),
    [
        ("loss.p=0", "loss.p", "0.00001", "kept within 0.00001 and 0.99999"),
        ("loss.p=soon", "loss.p", "0.01", "must be a number"),
        ("loss.p=", "loss.p", "0.01", "must be a number"),
        ("loss.y=2", "loss.y", "1", "must be one of 0, 1"),
        ("loss.axis=<b>", "loss.axis", "probability", "must be one of probability, logit"),
    ],
)
def test_a_bad_address_falls_back_and_says_so(opened, query, key, value, word):
    page = opened(f"loss.html?{query}")
    card = page.locator(".ex-card")
    note = card.locator(".ex-inner > .ex-note")
    assert word in note.inner_text()
    if not card.locator(".ex-body").is_visible():
        skip_question(page, "loss")
    assert float_or_text(linked_state(card)[key]) == float_or_text(value)


def float_or_text(text):
    try:
        return float(text)
    except ValueError:
        return text
