"""A build that should fail does, and says which file and where."""

import shutil

import pytest

from tests.tools import ROOT, load_tool

builder = load_tool("site_builder")
notebooks = load_tool("notebooks")
pages = load_tool("course_pages")
figures = load_tool("course_figures")


@pytest.fixture
def small_book(tmp_path, monkeypatch):
    """A book of one page, which a test may spoil, built by the real configuration."""
    book = tmp_path / "book"
    for folder in ("_static", "_templates", "_ext"):
        shutil.copytree(ROOT / "book" / folder, book / folder)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copyfile(ROOT / "_config.yml", tmp_path / "_config.yml")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (book / "index.md").write_text("# Measuring Wrongness\n\nAll is well: $p - y$.\n")
    for module in (builder, notebooks):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "BOOK", book)
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(builder, "SOURCE", tmp_path / "_build" / "source")
    monkeypatch.setattr(builder, "HTML", tmp_path / "_build" / "html")
    return book


def test_sound_book_builds_and_says_where(small_book, capsys):
    assert builder.main() == 0
    assert (
        small_book.parent / "_build" / "html" / "index.html"
    ).as_uri() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("[gone](nowhere.md)", "book/index.md:5: WARNING"),
        ("![gone](_static/nowhere.svg)", "nowhere.svg"),
        (r"A formula: $\frac{1}$", "formula"),
    ],
    ids=["broken link", "missing figure", "bad formula"],
)
def test_faulty_page_stops_the_build(small_book, capsys, fault, message):
    page = small_book / "index.md"
    page.write_text(page.read_text() + f"\n{fault}\n")
    assert builder.main() != 0
    printed = capsys.readouterr().err
    assert message in printed
    assert "book/index.md" in printed


def test_a_build_without_the_node_packages_says_what_to_do(small_book, capsys):
    (small_book.parent / "node_modules").unlink()
    assert builder.main() != 0
    printed = capsys.readouterr().err
    said = "is `npm ci` done? Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'katex'"
    assert said in "".join(printed.splitlines()[:8]), printed
    assert "BrokenPipe" not in printed


def test_fault_in_a_notebook_is_named_in_its_text(small_book, capsys):
    text = small_book / "01_a.md"
    text.write_text(
        "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
        "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
        "# A\n\nSee [gone](nowhere.ipynb).\n"
    )
    (small_book.parent / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: 01_a\n"
    )
    notebooks.update(text)
    assert builder.main() != 0
    assert "book/01_a.md:14: WARNING" in capsys.readouterr().err


def test_a_page_in_no_table_of_contents_is_named(small_book, capsys):
    (small_book / "02_b.md").write_text("# B\n")
    assert builder.main() != 0
    printed = capsys.readouterr().err
    assert "book/02_b.md: WARNING: document isn't included in any toctree" in printed


def test_a_contents_entry_without_a_page_is_named(small_book, capsys):
    toc = small_book.parent / "_toc.yml"
    toc.write_text("format: jb-book\nroot: index\nchapters:\n  - file: 02_b\n")
    assert builder.main() != 0
    fault = "_toc.yml: WARNING: toctree contains reference to nonexisting document '02_b'"
    assert fault in capsys.readouterr().err


def test_drifted_pair_stops_the_build(small_book, capsys):
    (small_book / "01_a.md").write_text(
        "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
        "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n# A\n"
    )
    assert builder.main() != 0
    assert "book/01_a.md: differs from its notebook" in capsys.readouterr().err


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/someone/course.git",
        "https://token@github.com/someone/course",
        "git@github.com:someone/course.git",
        "ssh://git@github.com/someone/course.git",
    ],
)
def test_fork_launches_itself(monkeypatch, remote):
    monkeypatch.setenv("COURSE_REPOSITORY", remote)
    address = pages.repository()
    assert address == "https://github.com/someone/course"
    assert pages.binder(address, "main", "03_cross_entropy.ipynb") == (
        "https://mybinder.org/v2/gh/someone/course/main"
        "?urlpath=lab%2Ftree%2Fnotebooks%2F03_cross_entropy.ipynb"
    )


def test_configured_repository_comes_first(monkeypatch):
    monkeypatch.setenv("COURSE_REPOSITORY", "https://github.com/someone/fork")
    configured = "https://gitlab.com/group/course"
    assert pages.repository(configured) == configured
    assert "/gl/group%2Fcourse/" in pages.binder(configured, "main", "a.ipynb")


def test_folder_as_remote_gives_no_launch_button(monkeypatch):
    monkeypatch.setenv("COURSE_REPOSITORY", "/somewhere/course.git")
    assert pages.repository() == ""
    assert pages.binder("", "main", "a.ipynb") == ""


SVG = """<?xml version="1.0"?><!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg" width="504pt" height="288pt" viewBox="0 0 504 288">
<metadata>date</metadata><defs><style type="text/css">*{x: y}</style></defs>
<g id="a" clip-path="url(#c)" style="stroke: #066bf9; font-family: 'DejaVu Sans', sans-serif"/>
<use xlink:href="#a"/></svg>"""


def test_figure_follows_the_theme_and_shares_no_id():
    drawn = figures.themed_svg(SVG, prefix="figure1", label='p < 1 & "q"')
    assert 'width="672" height="384"' in drawn
    assert 'aria-label="p &lt; 1 &amp; &quot;q&quot;"' in drawn
    assert "stroke: var(--figure-mse)" in drawn
    assert 'id="figure1-a"' in drawn
    assert "url(#figure1-c)" in drawn
    assert 'href="#figure1-a"' in drawn
    assert "<style" not in drawn
    assert "#066bf9" not in drawn
