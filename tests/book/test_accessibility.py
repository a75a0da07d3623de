"""The page on accessibility names tests that exist, every criterion, and words that are spoken."""

import re

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
CHAPTER = "01_mean_squared_error.html"
FORMULA = re.compile(r"overscript|fraction")
ROLE = re.compile(r"(?: (?:link|heading level \d|panel))?\.$")


def test_every_criterion_has_its_row():
    rows = " ".join(re.findall(r"^\| (\d[^|]*)", PAGE, re.M)).replace("1.2.1 to ", "1.2.1, 1.2.2, ")
    wanted = [f"{guideline}.{last}" for guideline, lasts in CRITERIA.items() for last in lasts]
    assert re.findall(r"\d+\.\d+\.\d+", rows) == wanted


def test_every_test_that_the_page_names_is_there():
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in written] == []


def test_what_is_said_to_be_spoken_still_stands_on_its_page():
    text = re.sub(r"<[^>]+>", "", (HTML / CHAPTER).read_text(encoding="utf-8"))
    text = re.sub(r"\s+", " ", text)
    said = [ROLE.sub("", line) for line in re.findall(r"^ {4}(\S.*)$", SPOKEN, re.M)]
    sentences = [line for line in said if len(line.split()) > 5 and not FORMULA.search(line)]
    assert len(sentences) > 12
    assert [line for line in sentences if line not in text] == []
