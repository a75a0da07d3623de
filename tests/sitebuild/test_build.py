"""A build that should fail does, and says which file and where."""

import json
import re
import shutil
import subprocess

import pytest

from sitebuild import notebooks
from sitebuild import site as builder
from sitebuild.ext import figures, pages
from sitebuild.paths import ROOT

pytestmark = pytest.mark.long


@pytest.fixture
def small_book(tmp_path, monkeypatch):
    """A book of one page, which a test may spoil, built by the real configuration."""
    book = tmp_path / "book"
    for folder in ("_static", "_templates"):
        shutil.copytree(ROOT / "book" / folder, book / folder)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copyfile(ROOT / "_config.yml", tmp_path / "_config.yml")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (book / "index.md").write_text("# Measuring Wrongness\n\nAll is well: $p - y$.\n")
    for module in (builder, notebooks):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "BOOK", book)
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(notebooks, "ASIDE", tmp_path / "aside")
    monkeypatch.setattr(builder, "SOURCE", tmp_path / "_build" / "source")
    monkeypatch.setattr(builder, "HTML", tmp_path / "_build" / "html")
    monkeypatch.setattr(builder, "NEXT", tmp_path / "_build" / "next")
    return book


def test_sound_book_builds_and_says_where(small_book, capsys):
    gone = builder.HTML / "gone.html"
    gone.parent.mkdir(parents=True)
    gone.write_text("a page of the last site")
    assert builder.main() == 0
    index = builder.HTML / "index.html"
    assert index.as_uri() in capsys.readouterr().out
    assert index.is_file()
    assert not gone.exists()


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
    builder.HTML.mkdir(parents=True)
    assert builder.main() != 0
    assert builder.HTML.is_dir(), "the last good site is gone"
    printed = capsys.readouterr().err
    assert message in printed
    assert "book/index.md" in printed


def test_a_full_disk_is_named_without_a_traceback(monkeypatch):
    said = "Traceback (most recent call last):\n  File a.py\nOSError: [Errno 28] No space left\n"
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr=said)
    monkeypatch.setattr(builder.subprocess, "run", lambda *_, **__: failed)
    code, output = builder.build()
    assert code == 1
    assert output.endswith(": the site could not be built: [Errno 28] No space left")
    assert "Traceback" not in output


def test_a_build_without_the_node_packages_says_what_to_do(small_book, capsys):
    (small_book.parent / "node_modules").unlink()
    assert builder.main() != 0
    printed = capsys.readouterr().err
    said = "is `npm ci` done? Error [ERR_MODULE_NOT_FOUND]: Cannot find module"
    assert said in "".join(printed.splitlines()[:8]), printed
    assert "BrokenPipe" not in printed


def write_chapter(book, body):
    text = book / "01_a.md"
    text.write_text(
        "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
        "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
        f"{body}\n"
    )
    (book.parent / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: 01_a\n"
    )
    return text


def test_fault_in_a_notebook_is_named_in_its_text(small_book, capsys):
    notebooks.update(write_chapter(small_book, "# A\n\nSee [gone](nowhere.ipynb)."))
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
    write_chapter(small_book, "# A")
    assert builder.main() != 0
    told = capsys.readouterr().err
    assert "book/01_a.md: differs from its notebook, notebooks/01_a.ipynb" in told
    assert "there is no notebook yet" in told
    assert "`make notebooks`" in told
    assert "--discard" not in told


def test_work_in_a_notebook_stops_the_build_which_names_it_and_both_ways_out(small_book, capsys):
    path = notebooks.update(write_chapter(small_book, "# A\n\n```{code-cell} python\n...\n```"))
    solved = path.read_text().replace('"..."', '"answer = 42"')
    path.write_text(solved)
    assert builder.main() != 0
    told = capsys.readouterr().err
    assert "notebooks/01_a.ipynb" in told
    assert "is not of the text: answer = 42" in told
    assert "--set-aside 01_a" in told
    assert "--discard 01_a   # loses that work" in told
    assert "make notebooks" not in told, "it would stop there too"
    assert path.read_text() == solved


def test_site_shows_the_text_and_its_outputs_and_nothing_a_front_end_left(small_book):
    text = write_chapter(small_book, "# A\n\n```{code-cell} python\nprint(6 * 7)\n```")
    path = notebooks.update(text)
    builder.stage()
    staged = builder.SOURCE / "01_a.ipynb"
    before = staged.read_bytes()
    saved = json.loads(path.read_text())
    saved["metadata"]["widgets"] = {"state": {}}
    cell = saved["cells"][-1]
    cell["metadata"] |= {"tags": ["remove-cell"], "execution": {"shell.execute_reply": "now"}}
    cell["execution_count"] = 7
    cell["outputs"][0:0] = [{"output_type": "stream", "name": "stdout", "text": []}]
    path.write_text(json.dumps(saved))
    assert builder.main() == 0
    assert staged.read_bytes() == before
    assert b"42" in before


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


def test_colab_opens_a_notebook_of_github_and_of_no_other_host():
    notebook = "exercises/ex01_mean_squared_error.ipynb"
    assert pages.colab("https://github.com/someone/course", "main", notebook) == (
        "https://colab.research.google.com/github/someone/course/blob/main/notebooks/"
        "exercises/ex01_mean_squared_error.ipynb"
    )
    assert pages.colab("https://gitlab.com/group/course", "main", notebook) == ""
    assert pages.colab("", "main", notebook) == ""


@pytest.mark.parametrize(
    ("address", "buttons"),
    [
        ("https://github.com/someone/course", ["Launch on Binder", "Open in Colab"]),
        ("https://git.example/group/course", []),
    ],
)
def test_page_offers_what_its_address_allows(small_book, monkeypatch, address, buttons):
    monkeypatch.setenv("COURSE_REPOSITORY", address)
    monkeypatch.setenv("COURSE_SITE", "https://course.example")
    notebooks.update(write_chapter(small_book, "# A\n\nSee [the start](index.md)."))
    assert builder.main() == 0
    html = small_book.parent / "_build" / "html"
    page = (html / "01_a.html").read_text(encoding="utf-8")
    launch = re.search(r'<nav class="launch".*?</nav>', page, re.DOTALL)[0]
    found = re.findall(r">([^<>]+)</a>", launch)
    downloads = ["Download the notebook", "Its package", "Edit this page"]
    assert found == ["Present", *buttons, *downloads]
    assert '<link rel="canonical" href="https://course.example/01_a.html">' in page
    taken = (html / "notebooks" / "01_a.ipynb").read_text(encoding="utf-8")
    assert "[the start](https://course.example/index.html)" in taken
    assert "find_lossfns" in taken
    assert "find_lossfns" not in page
    assert 'href="index.html"' in page


def test_copy_in_someones_repository_does_not_take_its_address(tmp_path, monkeypatch):
    for name in ("COURSE_REPOSITORY", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "remote", "add", "origin", "https://github.com/me/diary"], check=True)
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    assert pages.repository() == "https://github.com/me/diary"
    monkeypatch.setattr(pages, "ROOT", tmp_path / "downloads" / "course")
    pages.ROOT.mkdir(parents=True)
    assert pages.repository() == ""


def test_project_in_a_group_of_groups_is_launched(monkeypatch):
    monkeypatch.setenv("COURSE_REPOSITORY", "git@gitlab.com:school/maths/course.git")
    address = pages.repository()
    assert address == "https://gitlab.com/school/maths/course"
    assert "/gl/school%2Fmaths%2Fcourse/main?" in pages.binder(address, "main", "a.ipynb")


def test_folder_as_remote_gives_no_launch_button(monkeypatch):
    monkeypatch.setenv("COURSE_REPOSITORY", "/somewhere/course.git")
    assert pages.repository() == ""
    assert pages.binder("", "main", "a.ipynb") == ""


SVG = """<?xml version="1.0"?><!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg" width="504pt" height="288pt" viewBox="0 0 504 288">
<metadata>date</metadata><defs><style type="text/css">*{x: y}</style></defs>
<g id="a" clip-path="url(#c)" style="stroke: #066bf9; font-family: 'DejaVu Sans', sans-serif"/>
<clipPath id="c"/></svg>"""


def test_nothing_moves_when_a_figure_is_drawn_late():
    room = figures.figure_room(figures.themed_svg(SVG, prefix="figure1", label="p"))
    assert 'style="aspect-ratio: 672 / 384; max-width: 806px"' in room
    assert 'style="width: 806px' in room


def test_figure_follows_the_theme_and_shares_no_id():
    drawn = figures.themed_svg(SVG, prefix="figure1", label='p < 1 & "q"')
    assert 'width="672" height="384"' in drawn
    assert 'aria-label="p &lt; 1 &amp; &quot;q&quot;"' in drawn
    assert "stroke: var(--figure-mse)" in drawn
    assert '<g clip-path="url(#figure1-0)"' in drawn
    assert '<clipPath id="figure1-0"/>' in drawn
    assert "<style" not in drawn
    assert "#066bf9" not in drawn
