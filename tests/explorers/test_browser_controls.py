"""Every control of every explorer, by keyboard, pointer and touch."""

import pytest

from lossfns.explorers import MixerExplorer
from tests.explorers.cards import COUNT_PLOTS, LOOK, every_explorer, linked_traits, skip_question


@every_explorer
def test_number_boxes_keep_within_their_range_with_a_word(opened, name):
    page = opened(f"{name}.html")
    card = skip_question(page, name)
    groups = card.locator(".ex-number:visible")
    for index in range(groups.count()):
        group = groups.nth(index)
        box, note = group.locator("input[type=number]"), group.locator(".ex-note")
        before = box.input_value()
        box.fill("1e9")
        box.press("Enter")
        high = float(box.input_value())
        assert high < 1e9
        assert note.inner_text().startswith("kept within")
        box.fill("")
        box.press("Enter")
        assert float(box.input_value()) == high
        assert note.inner_text() == "must be a number"
        box.fill(before)
        box.press("Enter")
        assert box.input_value() == before
        assert note.inner_text() == ""


def test_preset_of_three_traits_redraws_once(opened):
    page = opened("floats.html?floats.z=17&floats.y=1", before=COUNT_PLOTS)
    card = skip_question(page, "floats")
    drawn = page.evaluate("drawn")
    card.get_by_role("button", name="half precision").click()
    card.get_by_text("At z = 8.0 with label 0 in float16").wait_for()
    assert page.evaluate("drawn") == drawn + 1


def test_start_again_leads_back_to_what_python_starts_with(opened):
    page = opened("mixer.html?mixer.z=1,2,3&mixer.y=0&mixer.shift=7&mixer.t=3")
    skip_question(page, "mixer")
    page.get_by_role("button", name="start again").click()
    link = page.locator(".ex-card").evaluate(LOOK)["link"]
    assert MixerExplorer(**linked_traits("mixer", link)).state() == MixerExplorer().state()


def test_a_plot_may_be_dragged(opened):
    page = opened("loss.html")
    card = skip_question(page, "loss")
    plot = card.locator(".ex-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.5 * box["width"], middle)
    page.mouse.down()
    started = float(linked_probability(card))
    page.mouse.move(box["x"] + 0.75 * box["width"], middle)
    moved = float(linked_probability(card))
    page.mouse.move(box["x"] + 5 * box["width"], middle)
    page.mouse.up()
    beyond = float(linked_probability(card))
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    assert 0.3 < started < 0.6
    assert moved - started == pytest.approx(0.25 * box["width"] / (box["width"] - 60), abs=0.01)
    assert beyond == 0.99999
    assert float(linked_probability(card)) == beyond


def linked_probability(card):
    return card.locator(".ex-number input[type=number]").first.input_value()


def test_the_point_on_the_simplex_may_be_dragged(opened):
    page = opened("attempts.html")
    card = skip_question(page, "attempts")
    triangle = card.locator(".ex-simplex")
    triangle.scroll_into_view_if_needed()
    box = triangle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * (24 / 300 + 0.02))
    page.mouse.up()
    shares = shares_of(card)
    assert shares[0] > 0.9
    page.mouse.move(box["x"] - 50, box["y"] - 50)
    page.mouse.down()
    page.mouse.up()
    assert shares_of(card) == shares


def shares_of(card):
    shown = card.locator(".ex-bars tr").nth(1).locator("td").all_inner_texts()
    return [float(text.replace("−", "-")) for text in shown]
