"""What a reader takes away: every notebook, fit for a folder of its own, and the wheel it needs."""

import os
import posixpath
import re
from pathlib import Path

import nbformat
from docutils import nodes
from hatchling.builders.wheel import WheelBuilder

import lossfns
from sitebuild.ext.pages import HOSTED, ROOT, repository
from sitebuild.first_cell import WHEEL, first_cell, from_git
from sitebuild.notebooks import BOOK, clean
from sitebuild.solutions import shown, without_promises

FOLDER = "notebooks"
LINK = re.compile(r"\[((?:[^][]|\[[^][]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def site_address(configured):
    """The site's own address, with a slash at its end, or "" where nothing names one."""
    address = configured or os.environ.get("COURSE_SITE", "")
    return f"{address.rstrip('/')}/" if address else ""


def source(site, address, branch):
    """What pip installs lossfns from: the site's wheel, or else the repository, or ""."""
    if not shown():  # both hold the solutions
        return ""
    if site:
        return f"lossfns[course] @ {site}{FOLDER}/{WHEEL}"
    # In GitHub's workflows, the very commit that the site is built from.
    return from_git(address, os.environ.get("GITHUB_SHA") or branch) if address else ""


def link_from_anywhere(path, anchor, *, site, address, branch):
    """Where a file of `book/` or `notebooks/` is read: the site, or else the repository, or ""."""
    if site:
        # A page's headings have docutils' ids, in letters without accents.
        place = f"#{nodes.make_id(anchor)}" if anchor else ""
        return site + re.sub(r"\.(md|ipynb)$", ".html", path.partition("/")[2]) + place
    return f"{address}/blob/{branch}/{path}{anchor}" if HOSTED.fullmatch(address) else ""


def take_away(notebook, page, *, site, address, branch):
    """Make a stored notebook fit for any folder: its links, and what its first cell installs.

    Where no address is known a link becomes its text.
    """
    folder = posixpath.dirname(f"{FOLDER}/{page}")

    def link(match):
        text, target, anchor = match.groups(default="")
        path = posixpath.normpath(posixpath.join(folder, target))
        if not (ROOT / path).is_file():
            return match[0]
        found = link_from_anywhere(path, anchor, site=site, address=address, branch=branch)
        return f"[{text}]({found})" if found else text

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(link, cell.source)
    finder = first_cell(source(site, address, branch)).source
    if not shown():
        finder = finder.replace("lies beside this notebook on its site", "your teacher has")
    notebook.cells[0].source = finder
    return notebook


def name_site(app, config):
    """Take the site's address from the environment where the configuration names none."""
    config.html_baseurl = site_address(config.html_baseurl)


def add_wheel(app, pagename, templatename, context, doctree):
    """Name the wheel that lies beside the notebooks."""
    context["course_wheel"] = f"{FOLDER}/{WHEEL}" if shown() else ""


def write_downloads(app, exception):
    """Put the notebooks and the wheel beside the pages."""
    if exception:
        return
    options = app.config.course_repository
    known = {"site": app.config.html_baseurl, "address": repository(options["url"] or "")}
    target = Path(app.outdir, FOLDER)
    for staged in sorted(Path(app.srcdir).rglob("*.ipynb")):
        page = staged.relative_to(app.srcdir)
        notebook = without_promises(clean(BOOK / page.with_suffix(".md")))
        take_away(notebook, page.as_posix(), **known, branch=options["branch"])
        (target / page).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target / page)
    if not shown():  # the package's checks hold the solutions
        return
    package = Path(lossfns.__file__).parents[1]
    for _ in WheelBuilder(str(package)).build(directory=str(target), versions=["standard"]):
        pass


def setup(app):
    app.connect("config-inited", name_site)
    app.connect("html-page-context", add_wheel)
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
