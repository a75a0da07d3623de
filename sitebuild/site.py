"""Build the static site from the stored notebooks, without executing: ``_build/html``.

Usage: ``python -m sitebuild site``, with ``SOLUTIONS=no`` without the exercises' solutions.
"""

import os
import re
import shutil
import subprocess
import sys

import jupytext
import nbformat
import yaml

from sitebuild import api
from sitebuild.ext.pages import repository
from sitebuild.notebooks import (
    BOOK,
    LINK,
    ROOT,
    at_stake,
    changes,
    chapters,
    choices,
    clean,
    is_chapter,
    notebook_path,
    place,
)
from sitebuild.solutions import shown, without_promises

SOURCE = ROOT / "_build" / "source"
HTML = ROOT / "_build" / "html"
NEXT = ROOT / "_build" / "next"  # the site until it is whole
STAGED = re.compile(
    r"\S*/_build/source/(?P<name>[\w/]+)\.(?P<suffix>ipynb|md)(?::(?P<line>\d*)(?=:))?"
)
# With what `sitebuild` spares every process, which Jupyter Book's own command would not know of.
JUPYTER_BOOK = "import sitebuild; from jupyter_book.cli.main import main; main()"
# A disk that is full, or takes nothing: where in Sphinx that was found helps nobody.
REFUSED = re.compile(r"^OSError: (?P<cause>\[Errno \d+\] .+)$", re.MULTILINE)
# What Sphinx says of the page with the contents, and means of the file that lists them.
CONTENTS = re.compile(r"\S+ (?=WARNING: toctree .*\[etoc\.)")


def link_to_notebooks(page):
    """A page's text with its links to chapters leading to their notebooks."""

    def link(match):
        target = page.parent / match[1]
        chapter = target.suffix == ".md" and target.is_file() and is_chapter(target)
        return match[1].removesuffix(".md") + ".ipynb" + (match[2] or "") if chapter else match[0]

    return LINK.sub(link, page.read_text(encoding="utf-8"))


def stage():
    """Lay the pages and the notebooks side by side, as the site shows them.

    Of a stored notebook only the outputs are taken: they are those that the text's cells gave
    when the tool ran them (`is_current` has seen to that, and nbval runs them again in CI). All
    else comes from the text, so what someone's front end left in the file shows nowhere.
    """
    for folder in (SOURCE, NEXT):
        shutil.rmtree(folder, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    for path in BOOK.rglob("*.md"):
        target = SOURCE / path.relative_to(BOOK)
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_chapter(path):
            notebook = nbformat.writes(without_promises(clean(path)), indent=1) + "\n"
            notebook = re.sub(r"\]\(((?:\.\./)*)\.\./book/", r"](\1", notebook)
            target.with_suffix(".ipynb").write_text(notebook, encoding="utf-8")
        else:
            target.write_text(link_to_notebooks(path), encoding="utf-8")
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    if f"{api.FOLDER}/index" in contents:
        (SOURCE / api.FOLDER).mkdir()
        for name, text in api.pages(files()).items():
            (SOURCE / api.FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
    for folder in ("_static", "_templates"):
        shutil.copytree(BOOK / folder, SOURCE / folder)


def files():
    """The address of the repository's files, or "" where nothing names one."""
    options = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    options = options["sphinx"]["config"]["course_repository"]
    address = repository(options["url"])
    return f"{address}/blob/{options['branch']}" if address else ""


def original_place(match):
    """``book/NAME.md:LINE`` of a warning that names a staged file, and perhaps a line."""
    path = BOOK / f"{match['name']}.md"
    if not match["line"]:
        return str(path.relative_to(ROOT))
    if match["suffix"] == "md":
        return f"{path.relative_to(ROOT)}:{match['line']}"
    # MyST-NB counts ten thousand lines to a cell; a notebook's first cell is not of its text.
    cell, line = divmod(int(match["line"]), 10_000)
    cells = jupytext.read(path).cells
    if not 2 <= cell <= len(cells) + 1:
        return str(path.relative_to(ROOT))
    return place(path, cells[cell - 2].source, line)


def build():
    """Run Jupyter Book with every warning an error; its warnings name the written text."""
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(SOURCE)]
    command += ["--config", str(ROOT / "_config.yml"), "--toc", str(ROOT / "_toc.yml")]
    command += ["--path-output", str(NEXT), "-W", "-n", "--keep-going", "-q"]
    # Sphinx's extensions work on the same course as this process does.
    environment = {**os.environ, "COURSE_ROOT": str(ROOT)}
    # Inherited, this process's lock holds on while Sphinx writes, even where nobody waits for it.
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, close_fds=False
    )
    output = result.stdout + result.stderr
    if result.returncode and (refused := REFUSED.search(output)):
        return result.returncode, f"{NEXT}: the site could not be built: {refused['cause']}"
    output = STAGED.sub(original_place, output)
    output = CONTENTS.sub("_toc.yml: ", output)
    return result.returncode, output


def replace():
    """Put the new site in the place of the last one, which stood there until now."""
    last = NEXT / "last"
    if HTML.exists():
        HTML.rename(last)
    (NEXT / "_build" / "html").rename(HTML)
    shutil.rmtree(NEXT)


def explain(stale):
    """Which notebooks are not what their text gives, why, and what to do that loses nothing."""
    told = []
    for path, lines in stale.items():
        names = path.relative_to(ROOT), notebook_path(path).relative_to(ROOT)
        told += ["{}: differs from its notebook, {}".format(*names), *(f"  {x}" for x in lines)]
    worked = [path.stem for path in stale if at_stake(path)]
    if len(worked) < len(stale):
        told.append("`make notebooks` makes notebooks anew, and replaces nobody's work.")
    return "\n".join([*told, *([choices(worked)] if worked else [])])


def main(arguments=()):
    try:
        shown()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    stale = {path: lines for path in chapters() if (lines := changes(path))}
    if stale:
        print(explain(stale), file=sys.stderr)
        return 1
    stage()
    code, output = build()
    if code:
        print(output, file=sys.stderr)
        return code
    replace()
    print(f"Open {(HTML / 'index.html').as_uri()}, or run `make serve`.")
    return 0
