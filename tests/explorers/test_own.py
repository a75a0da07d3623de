"""The learner's own loss, in a live kernel."""

import re

import pytest

import lossfns
from lossfns.explorers import explore_loss


def test_your_own_loss_is_drawn_with_its_numerical_push():
    slider, switch, view = explore_loss(lambda p, label: (p - label) ** 2).children
    slider.value = -4.5
    assert "<td>0.9781</td><td>+0.0215</td>" in view.value
    assert "<td>4.5110</td><td>+0.9890</td>" in view.value
    before = view.value
    switch.value = 0
    assert view.value != before
    assert "<td>0.0001</td><td>−0.0002</td>" in view.value


def test_your_own_loss_and_its_slider_share_the_screen_of_a_phone(chromium):
    view = explore_loss(lambda p, label: (p - label) ** 2).children[2]
    page = chromium.new_page(viewport={"width": 328, "height": 740})
    page.set_content(view.value)
    drawn = page.locator("img").evaluate_all("(all) => all.map((one) => one.width)")
    box = page.locator("table").bounding_box()
    page.close()
    assert max(drawn) <= 328
    assert box["y"] + box["height"] < 740 - 120  # the header, the slider and the switch


def test_your_own_loss_may_take_the_logit():
    view = explore_loss(lossfns.sigmoid_binary_cross_entropy, of="logit").children[2]
    rows = re.findall(r"<td>([^<]+)</td><td>([^<]+)</td>", view.value)
    assert rows[0] == rows[1]


def test_a_failing_loss_of_your_own_is_told_and_harms_nothing():
    def broken(p, label):
        if p < 0.5:
            raise ValueError("p < half & <b>")
        return 1 - p

    slider, _, view = explore_loss(broken).children
    assert "ValueError: p &lt; half &amp; &lt;b&gt;" in view.value
    assert "<td>nan</td>" in view.value
    slider.value = 2.0
    assert "<td>0.1192</td>" in view.value


def test_wrong_uses_of_explore_loss_are_named():
    with pytest.raises(TypeError, match=r"my_loss must be a function of \(p, label\), got 3"):
        explore_loss(3)
    with pytest.raises(ValueError, match=r"of must be .probability. or .logit., got 'odds'"):
        explore_loss(abs, of="odds")
