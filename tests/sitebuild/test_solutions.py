"""Without solutions the exercises' pages promise none."""

import pytest

from sitebuild import notebooks as tool
from sitebuild import site, solutions
from sitebuild.ext.downloads import take_away

TEXTS = [text for text in tool.chapters() if text.parent.name == "exercises"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_no_word_is_left_of_solutions_that_are_not_there(monkeypatch, text):
    monkeypatch.setenv("SOLUTIONS", "no")
    notebook = solutions.without_promises(tool.convert(text))
    take_away(
        notebook, f"exercises/{text.stem}.ipynb", site="https://a.example/", address="", branch=""
    )
    whole = "\n".join(cell.source for cell in notebook.cells)
    assert "solution" not in whole.lower()
    assert "`progress()` shows" in whole
    assert "which your teacher has" in whole
    assert "a.example/notebooks" not in whole


@pytest.mark.parametrize("wish", ["", "yes", "YES "])
def test_with_solutions_nothing_changes(monkeypatch, wish):
    monkeypatch.setenv("SOLUTIONS", wish)
    assert solutions.without_promises(tool.convert(TEXTS[0])) == tool.convert(TEXTS[0])


def test_another_wish_stops_the_build_before_anything_is_touched(monkeypatch, capsys):
    monkeypatch.setenv("SOLUTIONS", "none")
    assert site.main() == 1
    assert capsys.readouterr().err == "SOLUTIONS must be yes or no, got 'none'\n"
