"""A chapter that a page calls by its number can be found by it: in menu, title and heading."""

import re

import pytest

from lossfns.quiz import load_bank
from sitebuild.notebooks import chapters
from tests.browser import HTML

CHAPTERS = [path for path in chapters() if re.match(r"0\d", path.name)]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_number_of_a_chapter_stands_wherever_its_name_does(path):
    number = re.match(r"0(\d[a-z]?)_", path.name)[1]
    page = (HTML / f"{path.stem}.html").read_text(encoding="utf-8")
    heading, title = re.search(r"<h1>(.*?)<", page)[1], re.search(r"<title>(.*?)<", page)[1]
    assert heading.startswith(f"{number} · ")
    assert title.startswith(heading)
    assert f">{heading}</a>" in (HTML / "index.html").read_text(encoding="utf-8")


def test_quiz_names_chapters_by_their_numbers():
    for chapter, title in load_bank().chapters.items():
        number = re.match(r"0?(\d[a-z]?)_", chapter)[1]
        assert title.startswith(f"{number} · "), chapter
