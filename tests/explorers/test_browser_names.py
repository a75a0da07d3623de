"""Each curve's name stands clear of all lines and names, in whatever state."""

from pathlib import Path

import pytest

from tests.explorers.cards import NAMED_STATES, as_query

OVERLAPS = (Path(__file__).parent / "overlaps.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMED_STATES)
def test_no_name_lies_on_a_line_or_on_another_name(opened, name):
    page = opened(f"{name}.html", viewport={"width": 1000, "height": 900})
    for state in NAMED_STATES[name]:
        page.goto(page.url.split("?")[0] + "?" + as_query(name, state))
        page.locator(".ex-name").first.wait_for()
        assert page.evaluate(OVERLAPS) == [], state


def test_a_name_changes_with_what_its_line_stands_for(opened):
    """Also where the line itself does not move."""
    page = opened("softening.html?softening.eps=0&softening.gamma=0&softening.revealed")
    names = page.locator(".ex-plot .ex-name")
    assert sorted(names.all_text_contents()) == ["cross-entropy", "smoothed"]
    page.get_by_role("radio", name="focus").click()
    assert sorted(names.all_text_contents()) == ["cross-entropy", "focal"]
