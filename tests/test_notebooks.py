"""Texts and notebooks are pairs: what is stored is what the text says, run from top to bottom."""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from sitebuild import notebooks as tool

TEXTS = tool.chapters()
HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
    jupytext_version: 1.19.6
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""


def test_there_are_chapters():
    assert {path.stem for path in TEXTS} >= {"01_mean_squared_error", "03_cross_entropy"}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_notebook_holds_its_text(text):
    assert tool.is_current(text), f"{text.name} was edited: run `make notebooks`"


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_stored_notebook_is_whole_and_plain(text):
    notebook = nbformat.read(tool.notebook_path(text), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "widgets" not in notebook.metadata
    stored = json.dumps([cell.outputs for cell in code])
    assert tool.WIDGET_VIEW not in stored
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", stored), "an object's address is stored"
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not [s for s in prose if re.search(r"```\{|:::|\{(?:ref|term|doc|cite)[\w:]*\}`", s)]


def test_no_notebook_without_a_text():
    stored = {p for p in tool.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts}
    assert stored == {tool.notebook_path(text) for text in TEXTS}


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """An empty book in which a test may write."""
    for name, folder in {"ROOT": "", "BOOK": "book", "NOTEBOOKS": "notebooks"}.items():
        monkeypatch.setattr(tool, name, tmp_path / folder)
    (tmp_path / "book").mkdir()
    return tmp_path


def write_chapter(folder, name, body):
    path = folder / "book" / f"{name}.md"
    path.write_text(HEADER + body, encoding="utf-8")
    return path


def test_links_lead_from_the_notebook_to_the_same_places(scratch):
    write_chapter(scratch, "02_b", "# B\n")
    (scratch / "book" / "glossary.md").write_text("# G\n")
    links = "[b](02_b.md#x) [g](glossary.md#logit) [w](https://a.org/c.md) [h](#here)"
    text = write_chapter(scratch, "01_a", f"# A\n\n{links}\n")
    source = tool.convert(text).cells[0].source
    assert "[b](02_b.ipynb#x)" in source
    assert "[g](../book/glossary.md#logit)" in source
    assert "[w](https://a.org/c.md)" in source
    assert "[h](#here)" in source


def test_converting_twice_gives_the_same_cell_ids(scratch):
    text = write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\n1\n```\n\n# A\n")
    first, second = (nbformat.writes(tool.convert(text)) for _ in range(2))
    assert first == second


def test_cell_that_raises_is_named_with_file_and_line(scratch):
    text = write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\n1 / 0\n```\n")
    with pytest.raises(
        tool.NotebookError, match=r"book/01_a\.md:17: .*ZeroDivisionError"
    ) as caught:
        tool.update(text)
    assert "1 / 0" in str(caught.value)
    assert not tool.notebook_path(text).exists()


def test_cell_that_warns_is_named(scratch):
    cell = "```{code-cell} python\nimport sys\nprint('careful', file=sys.stderr)\n```\n"
    text = write_chapter(scratch, "01_a", f"# A\n\n{cell}")
    with pytest.raises(tool.NotebookError, match=r"book/01_a\.md:17: wrote 'careful"):
        tool.update(text)


def test_failed_run_keeps_the_old_notebook(scratch):
    text = write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\nprint(1)\n```\n")
    stored = tool.update(text).read_bytes()
    write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\n1 / 0\n```\n")
    with pytest.raises(tool.NotebookError):
        tool.update(text)
    assert tool.notebook_path(text).read_bytes() == stored
    assert not tool.is_current(text)


def test_unknown_chapter_is_refused():
    result = subprocess.run(
        [sys.executable, "-m", "sitebuild", "notebooks", "no_such"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "no such chapter: no_such" in result.stderr
