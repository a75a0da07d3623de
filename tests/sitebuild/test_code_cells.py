"""The chapters' code obeys the project's rules, and a fault is named where it is written."""

import jupytext
import pytest

from sitebuild import code_cells as tool
from sitebuild import notebooks

PAGE = tool.ROOT / "book" / "01_a.md"


def page(*cells):
    """A text with cells; the source of the first begins in line 5."""
    return "\n".join(
        ["# A", "", "Words.", *(f"```{{code-cell}} python\n{cell}```\n" for cell in cells)]
    )


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["import os\n"], "5: F401 `os` imported but unused"),
        (["x = 1\n", "x + y\n"], "9: F821 Undefined name `y`"),
        (["x = 1\n\nprint( x )\n"], "5: the cell is not formatted"),
        (["---\nmystnb:\n  figure: 1\n---\nx + 1\n"], "9: F821 Undefined name `x`"),
        ([":tags: [hide-input]\n\nx + 1\n"], "7: F821 Undefined name `x`"),
        ([":tags: [hide-input]\nx + 1\n"], "6: F821 Undefined name `x`"),
    ],
)
def test_a_fault_of_a_cell_is_named_with_file_and_line(cells, fault):
    texts = {PAGE: page(*cells)}
    assert tool.findings(texts) + tool.unformatted(texts) == [f"book/01_a.md:{fault}"]


def test_what_one_cell_imports_another_may_use():
    texts = {PAGE: page("import os\n", "os.getcwd()\n")}
    assert tool.findings(texts) + tool.unformatted(texts) == []


def test_exercises_import_what_a_learner_may_call():
    assert tool.findings({PAGE.with_name("ex01_a.md"): page("import os\n")}) == []


def test_formatting_keeps_the_words_and_gives_an_answer_its_line():
    text = page("def nudge(error):\n    ...\n", "x=1\n") + "\nMore words.\n"
    assert tool.formatted({PAGE: text})[PAGE] == text.replace("x=1", "x = 1")


@pytest.mark.parametrize("cell", ["", "while x:\n    pass\n"])
def test_formatting_leaves_alone_what_is_formatted(cell):
    text = page("x = 1\n", cell)
    assert tool.formatted({PAGE: text})[PAGE] == text


@pytest.mark.parametrize("text", notebooks.chapters(), ids=lambda path: path.stem)
def test_no_cell_of_a_chapter_escapes(text):
    linted = [cell.source for cell in tool.cells(text.read_text(encoding="utf-8"))]
    run = [cell.source + "\n" for cell in jupytext.read(text).cells if cell.cell_type == "code"]
    assert linted == run
