"""Each curve's name stands clear of all lines and names, in whatever state."""

import itertools
from pathlib import Path

import pytest

from tests.explorers.cards import as_query

OVERLAPS = (Path(__file__).parent / "overlaps.js").read_text(encoding="utf-8")


def grid(**values):
    """Every combination of some traits' values."""
    return [dict(zip(values, some, strict=True)) for some in itertools.product(*values.values())]


STATES = {
    "parabola": grid(loss=["squared", "absolute"], outlier=[0, 3, 20]),
    "loss": grid(label=[0, 1], axis=["probability", "logit"]),
    "floats": grid(dtype=["float16", "float32", "float64"], label=[0, 1]),
    "softening": grid(smoothing=[0, 0.1, 0.3, 0.9], classes=[2, 10, 100])
    + grid(view=["focus"], gamma=[0, 0.5, 2, 5]),
    "race": grid(
        start=["fresh", "confidently_wrong"],
        rate=[0.03, 0.1, 0.3, 1],
        means_removed=[True, False],
    ),
    "clinic": grid(case=[1, 2, 3, 4, 5, 6]),
}


@pytest.mark.parametrize("name", STATES)
def test_no_name_lies_on_a_line_or_on_another_name(opened, name):
    page = opened(f"{name}.html", viewport={"width": 1000, "height": 900})
    for state in STATES[name]:
        page.goto(page.url.split("?")[0] + "?" + as_query(name, state))
        page.locator(".ex-name").first.wait_for()
        assert page.evaluate(OVERLAPS) == [], state


def test_a_name_changes_with_what_its_line_stands_for(opened):
    """Also where the line itself does not move."""
    page = opened("softening.html?softening.eps=0&softening.gamma=0")
    names = page.locator(".ex-plot .ex-name")
    assert sorted(names.all_text_contents()) == ["cross-entropy", "smoothed"]
    page.get_by_role("radio", name="focus").click()
    assert sorted(names.all_text_contents()) == ["cross-entropy", "focal"]
