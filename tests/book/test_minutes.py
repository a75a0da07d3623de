"""The minutes that pages state are those that they take."""

import re

import nbformat
import pytest

from sitebuild import minutes
from sitebuild.notebooks import chapters, notebook_path
from sitebuild.paths import BOOK

WITHIN = 0.2
INDEX = (BOOK / "index.md").read_text(encoding="utf-8")
LESSON = [path for path in chapters() if re.match(r"0\d", path.name)]
MINIATURES = [path for path in LESSON if re.match(r"07[a-z]_", path.name)]
every_page = pytest.mark.parametrize("page", LESSON, ids=lambda path: path.stem)


def estimate(path):
    return minutes.estimate(nbformat.read(notebook_path(path), as_version=4))


@every_page
def test_stated_minutes_are_true(page):
    assert minutes.stated(page) == pytest.approx(estimate(page), rel=WITHIN), (
        f"about {estimate(page):.0f} minutes: `python -m sitebuild minutes` says of what"
    )


@every_page
def test_map_on_the_landing_page_says_the_same(page):
    if page in MINIATURES:
        least, most = map(int, re.search(r"\| (\d+)–(\d+) each \|\n\| \[8", INDEX).groups())
        assert least <= minutes.stated(page) <= most
    else:
        row = re.search(rf"\]\({page.name}\)[^|]*\|[^|]*\| (\d+) \|", INDEX)
        assert int(row[1]) == minutes.stated(page)


def test_total_on_the_landing_page_is_the_sum():
    hours = int(re.search(r"\*\*About (\d+) hours\*\*", INDEX)[1])
    assert hours == round(sum(map(minutes.stated, LESSON)) / 60)


def test_every_kind_of_content_takes_its_time():
    markdown = nbformat.v4.new_markdown_cell("one two three $x$ [four](five.md)\n\n$$y$$")
    folded = nbformat.v4.new_markdown_cell("<details><summary>s</summary> a b c</details>")
    sources = ["a = 1\n\nb = 2", 'predict("a-guess")', 'recall("x")', "LossExplorer()"]
    cells = [markdown, folded, *map(nbformat.v4.new_code_cell, sources)]
    counts = minutes.contents(nbformat.v4.new_notebook(cells=cells))
    assert (counts["word"], counts["line of code"]) == (4, 2)
    assert [counts[kind] for kind in ("formula", "prediction", "quiz", "explorer")] == [1] * 4
