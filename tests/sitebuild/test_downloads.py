"""What a reader takes from the site: notebooks whose links lead somewhere, and the wheel."""

import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from hatchling.builders.wheel import WheelBuilder

import lossfns
from sitebuild import notebooks as tool
from sitebuild.ext import downloads
from sitebuild.paths import ROOT
from tests.browser import HTML

STORED = [tool.notebook_path(text) for text in tool.chapters()]
SITE = "https://course.example/wrong/"
GITHUB = "https://github.com/someone/course"
NOWHERE = {"site": "", "address": "", "branch": "main"}
LINK = re.compile(r"\]\((\S+?)\)")

every_notebook = pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)


def taken(path, **known):
    """A stored notebook as the site would offer it."""
    page = path.relative_to(tool.NOTEBOOKS).as_posix()
    return downloads.take_away(nbformat.read(path, as_version=4), page, **{**NOWHERE, **known})


def links(notebook):
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [found for text in prose for found in LINK.findall(re.sub(r"`[^`]*`", "", text))]


@every_notebook
def test_links_lead_to_the_places_of_the_site(path):
    within = [
        link
        for link in links(nbformat.read(path, as_version=4))
        if not link.startswith(("http", "#"))
    ]
    own = [link for link in links(taken(path, site=SITE, address=GITHUB)) if link.startswith(SITE)]
    assert len(own) == len(within)
    for link in own:
        page, _, place = link.removeprefix(SITE).partition("#")
        assert (HTML / page).is_file(), link
        if place:
            assert f'id="{place}"' in (HTML / page).read_text(encoding="utf-8"), link


@every_notebook
def test_without_a_site_links_lead_to_the_repository(path):
    for link in links(taken(path, address=GITHUB)):
        if link.startswith(f"{GITHUB}/blob/main/"):
            name = link.removeprefix(f"{GITHUB}/blob/main/").partition("#")[0]
            assert (ROOT / name).is_file(), link


@pytest.mark.parametrize("known", [{}, {"address": GITHUB}, {"site": SITE}], ids=str)
@every_notebook
def test_no_link_of_a_notebook_taken_away_is_dead(path, known):
    assert [
        link for link in links(taken(path, **known)) if not link.startswith(("http", "#"))
    ] == []


def markdown(*sources):
    cells = [nbformat.v4.new_code_cell(), *map(nbformat.v4.new_markdown_cell, sources)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (
            {"site": SITE},
            f"[log [rules]]({SITE}primer.html#log-rules), [2]({SITE}02_failed_attempts.html)",
        ),
        (
            {"address": GITHUB},
            f"[log [rules]]({GITHUB}/blob/main/book/primer.md#log-rules), "
            f"[2]({GITHUB}/blob/main/notebooks/02_failed_attempts.ipynb)",
        ),
        ({}, "log [rules], 2"),
        # An unknown host may lay out its pages in any way.
        ({"address": "https://git.example/a/b"}, "log [rules], 2"),
    ],
    ids=["site", "repository", "nowhere", "unknown host"],
)
def test_each_link_follows_what_is_known(known, shown):
    text = "[log [rules]](../../book/primer.md#log-rules), [2](../02_failed_attempts.ipynb)"
    notebook = downloads.take_away(markdown(text), "exercises/ex.ipynb", **{**NOWHERE, **known})
    assert notebook.cells[1].source == shown


def test_what_only_looks_like_a_link_stays():
    text = "`losses[k](p)`, [here](#place), [away](https://a.example/b.md), [none](no_such.ipynb)"
    assert downloads.take_away(markdown(text), "a.ipynb", **NOWHERE).cells[1].source == text


@pytest.mark.parametrize(
    ("known", "source"),
    [
        ({}, ""),
        ({"address": GITHUB}, f"lossfns[course] @ git+{GITHUB}@main"),
        ({"site": SITE}, f"lossfns[course] @ {SITE}notebooks/{downloads.WHEEL}"),
        ({"site": SITE, "address": GITHUB}, f"lossfns[course] @ {SITE}notebooks/{downloads.WHEEL}"),
    ],
    ids=str,
)
def test_first_cell_installs_from_what_is_known(monkeypatch, known, source):
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    notebook = downloads.take_away(markdown(), "a.ipynb", **{**NOWHERE, **known})
    last = notebook.cells[0].source.splitlines()[-1]
    assert last.startswith(f'find_lossfns("{lossfns.__version__}", "{source}", ')


def test_site_built_in_a_workflow_names_the_very_commit(monkeypatch):
    monkeypatch.setenv("GITHUB_SHA", "c0ffee")
    assert downloads.source("", GITHUB, "main").endswith("@c0ffee")


@pytest.mark.parametrize(
    ("configured", "named", "site"),
    [("", "", ""), ("", "https://a.example/b", "https://a.example/b/"), (SITE, "https://b", SITE)],
)
def test_site_takes_its_address_from_the_configuration_first(monkeypatch, configured, named, site):
    monkeypatch.setenv("COURSE_SITE", named)
    assert downloads.site_address(configured) == site


def build(project, folder):
    (built,) = WheelBuilder(str(project)).build(directory=str(folder), versions=["standard"])
    return Path(built)


def test_wheel_is_whole_and_the_same_from_another_folder(tmp_path):
    shutil.copytree(ROOT / "lossfns", tmp_path / "lossfns")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    here, there = build(ROOT, tmp_path / "here"), build(tmp_path, tmp_path / "there")
    assert here.name == downloads.WHEEL
    assert here.read_bytes() == there.read_bytes()
    with zipfile.ZipFile(here) as wheel:
        kept = set(wheel.namelist())
    for path in (ROOT / "lossfns").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in kept


def test_site_offers_the_wheel_beside_the_notebooks():
    page = (HTML / "exercises" / "ex01_mean_squared_error.html").read_text(encoding="utf-8")
    offered = re.search(r'<a href="(.+?)"[^>]*download>Its package</a>', page)[1]
    assert (HTML / "exercises" / offered).resolve() == HTML / "notebooks" / downloads.WHEEL
    assert zipfile.is_zipfile(HTML / "notebooks" / downloads.WHEEL)


def test_download_is_another_file_than_the_page_is_made_from():
    page = (HTML / "01_mean_squared_error.html").read_text(encoding="utf-8")
    assert 'href="primer.html' in page
    assert "find_lossfns" not in page
