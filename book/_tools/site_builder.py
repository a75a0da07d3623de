"""Build the static site from the stored notebooks, without executing: ``_build/html``.

Usage: ``python book/_tools/site_builder.py``
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext

from notebooks import BOOK, LINK, ROOT, chapters, is_chapter, is_current, notebook_path, place

SOURCE = ROOT / "_build" / "source"
HTML = ROOT / "_build" / "html"
STAGED = re.compile(
    r"\S*/_build/source/(?P<name>[\w/]+)\.(?P<suffix>ipynb|md)(?::(?P<line>\d*)(?=:))?"
)
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
    """Lay the pages and the notebooks side by side, as the site shows them."""
    for folder in (
        SOURCE,
        HTML,
        ROOT / "_build" / ".doctrees",
        ROOT / "_build" / "jupyter_execute",
    ):
        shutil.rmtree(folder, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    for path in BOOK.rglob("*.md"):
        target = SOURCE / path.relative_to(BOOK)
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_chapter(path):
            notebook = notebook_path(path).read_text(encoding="utf-8")
            notebook = re.sub(r"\]\(((?:\.\./)*)\.\./book/", r"](\1", notebook)
            target.with_suffix(".ipynb").write_text(notebook, encoding="utf-8")
        else:
            target.write_text(link_to_notebooks(path), encoding="utf-8")
    for folder in ("_static", "_templates"):
        shutil.copytree(BOOK / folder, SOURCE / folder)


def original_place(match):
    """``book/NAME.md:LINE`` of a warning that names a staged file, and perhaps a line."""
    path = BOOK / f"{match['name']}.md"
    if not match["line"]:
        return str(path.relative_to(ROOT))
    if match["suffix"] == "md":
        return f"{path.relative_to(ROOT)}:{match['line']}"
    # MyST-NB counts ten thousand lines to a cell.
    cell, line = divmod(int(match["line"]), 10_000)
    cells = jupytext.read(path).cells
    if not 1 <= cell <= len(cells):
        return str(path.relative_to(ROOT))
    return place(path, cells[cell - 1].source, line)


def build():
    """Run Jupyter Book with every warning an error; its warnings name the written text."""
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(SOURCE)]
    command += ["--config", str(ROOT / "_config.yml"), "--toc", str(ROOT / "_toc.yml")]
    command += ["--path-output", str(ROOT), "-W", "-n", "--keep-going", "-q"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    output = STAGED.sub(original_place, result.stdout + result.stderr)
    output = CONTENTS.sub("_toc.yml: ", output)
    return result.returncode, output


def main():
    stale = [path for path in chapters() if not is_current(path)]
    if stale:
        for path in stale:
            print(f"{path.relative_to(ROOT)}: differs from its notebook", file=sys.stderr)
        print("Run `make notebooks` first.", file=sys.stderr)
        return 1
    stage()
    code, output = build()
    if code:
        print(output, file=sys.stderr)
        return code
    print(f"Open {(HTML / 'index.html').as_uri()}, or run `make serve`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
