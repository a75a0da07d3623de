"""A number in the prose is computed on its page."""

import re

import pytest

from sitebuild import prose
from sitebuild.paths import ROOT


def test_every_decimal_in_the_prose_is_computed():
    assert [f"{place}: no cell computes {number}" for place, number in prose.uncomputed()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a loss of 0.978147 and .25", ["0.978147"]),
        ("39.54 % of it, 64,128.5 times", ["39.54", "64,128.5"]),
        ("arXiv:2006.07322, [p](a.md#1.234), 0.98", []),
        (r"$p = 0.0110$", ["0.0110"]),
        ("version 1.2.345", []),
    ],
)
def test_decimals_are_found(text, found):
    assert prose.decimals(text) == found


@pytest.mark.parametrize(
    ("text", "computed", "known"),
    [
        ("0.2963", {8 / 27}, True),
        ("39.54", {0.3954003}, True),
        ("0.2964", {8 / 27}, False),
        ("1.609", set(), False),
    ],
)
def test_rounded_and_per_cent_match_what_is_computed(text, computed, known):
    assert prose.is_computed(text, computed) is known


def test_pages_name_no_machine_and_leave_nothing_open():
    for path in [*(ROOT / "book").rglob("*.md"), *(ROOT / "book").rglob("*.txt")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/(?:home|root|work)/|\b(?:TODO|FIXME)\b", text), path.name
