"""The page on accessibility names tests that exist, every criterion, and words that are spoken."""

import re

import pytest

from sitebuild.paths import BOOK, ROOT
from tests.browser import HTML

PAGE = (BOOK / "accessibility.md").read_text(encoding="utf-8")
SPOKEN = (BOOK / "_static" / "spoken.txt").read_text(encoding="utf-8")
# The criteria of WCAG 2.2 at levels A and AA: the last number of each guideline's.
CRITERIA = {
    "1.1": [1], "1.2": [1, 2, 3, 4, 5], "1.3": [1, 2, 3, 4, 5],
    "1.4": [1, 2, 3, 4, 5, 10, 11, 12, 13], "2.1": [1, 2, 4], "2.2": [1, 2], "2.3": [1],
    "2.4": [1, 2, 3, 4, 5, 6, 7, 11], "2.5": [1, 2, 3, 4, 7, 8], "3.1": [1, 2],
    "3.2": [1, 2, 3, 4, 6], "3.3": [1, 2, 3, 4, 7, 8], "4.1": [2, 3],
}  # fmt: skip
ROLE = re.compile(
    r"^region | (?:link|heading level \d|push button|entry|panel|slider.*|collapsed.*)\.?$|\.$"
)


def test_every_criterion_has_its_row():
    rows = " ".join(re.findall(r"^\| (\d[^|]*)", PAGE, re.M)).replace("1.2.1 to ", "1.2.1, 1.2.2, ")
    wanted = [f"{guideline}.{last}" for guideline, lasts in CRITERIA.items() for last in lasts]
    assert re.findall(r"\d+\.\d+\.\d+", rows) == wanted


def test_every_test_that_the_page_names_is_there():
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in written] == []


@pytest.mark.parametrize("part", SPOKEN.split("\n# ")[1:], ids=lambda part: part.split(" (")[0])
def test_what_is_said_to_be_spoken_still_stands_on_the_site(part):
    pages = [HTML / name for name in re.findall(r"\w+\.html", SPOKEN)]
    texts = [path.read_text(encoding="utf-8") for path in [*pages, *HTML.glob("_static/*.js")]]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", "".join(texts)))
    said = [ROLE.sub("", line.strip()) for line in part.splitlines() if line.startswith("    ")]
    # Numbers are counted or computed while the page is open, and formulas are read by rules.
    computed = re.compile(r"\d|paren|script")
    sentences = [one for one in said if len(one.split()) > 4 and not computed.search(one)]
    assert sentences
    assert [sentence for sentence in sentences if sentence not in text] == []
