"""Turn the chapters' text into executed notebooks: ``book/*.md`` to ``notebooks/*.ipynb``.

Usage: ``python book/_tools/notebooks.py [--all] [NAME ...]``

Only chapters whose text differs from the stored notebook are executed; ``--all`` executes
every one (after a change in ``lossfns``), a NAME (``03_cross_entropy``) that one.
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import jupytext
import nbformat
from first_cell import first_cell, stored_source
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
CONFIGURATION = ROOT / "_config.yml"

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)\s#]+)(#[^)\s]*)?(?=\))")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class NotebookError(Exception):
    """A chapter that can't become a notebook; the message names the file and the place."""


def is_chapter(path):
    """Whether a page of ``book/`` holds code, and so has a notebook."""
    return path.read_text(encoding="utf-8").startswith("---\njupytext:")


def chapters():
    """Every text that has a notebook, in reading order."""
    return [path for path in sorted(BOOK.rglob("*.md")) if is_chapter(path)]


def notebook_path(text_path):
    """Where the notebook of a text is stored."""
    return NOTEBOOKS / text_path.relative_to(BOOK).with_suffix(".ipynb")


def link_from_notebook(target, text_path):
    """A link of a text, rewritten to work from its notebook's folder."""
    source = (text_path.parent / target).resolve()
    if source.suffix == ".md" and source.is_file() and is_chapter(source):
        source = notebook_path(source)
    return Path(os.path.relpath(source, notebook_path(text_path).parent)).as_posix()


def convert(text_path):
    """The notebook that a text describes after its first cell, not yet run, with stable ids."""
    notebook = jupytext.read(text_path)
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    )
    notebook.cells.insert(0, first_cell(stored_source(CONFIGURATION)))
    seen = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(
                lambda match: link_from_notebook(match[1], text_path) + (match[2] or ""),
                cell.source,
            )
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def same_text(converted, stored):
    """Whether a stored notebook holds exactly the cells that its text describes."""

    def text(notebook):
        return notebook.metadata, [
            (cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells
        ]

    return text(converted) == text(stored)


def place(text_path, source, line=1):
    """``file:line`` of a cell's line in its text."""
    lines = text_path.read_text(encoding="utf-8").splitlines()
    cell = source.splitlines() or [""]
    wanted = cell[min(line, len(cell)) - 1]
    number = next((n for n, text in enumerate(lines, 1) if text == wanted), 1)
    return f"{text_path.relative_to(ROOT)}:{number}"


def execute(notebook, text_path):
    """Run every cell in order; what is kept of the outputs is the same on every run."""
    folder = notebook_path(text_path).parent
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=300,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    os.environ.update(ONE_THREAD)
    try:
        client.execute()
    except CellExecutionError as error:
        cell = next(
            cell
            for cell in notebook.cells
            if any(output.output_type == "error" for output in cell.get("outputs", ()))
        )
        fault = f"{error.ename}: {error.evalue}"
        raise NotebookError(f"{place(text_path, cell.source)}: {fault}\n{cell.source}") from None
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise NotebookError(f"{place(text_path, cell.source)}: wrote {output.text!r}")
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return notebook


def write_whole(path, text):
    """Write a file so that an interruption leaves the old one."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
    ) as part:
        part.write(text)
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)


def update(text_path):
    """Convert, execute and store one chapter."""
    path = notebook_path(text_path)
    notebook = execute(convert(text_path), text_path)
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook, indent=1) + "\n")
    return path


def is_current(text_path):
    """Whether the stored notebook is there and holds the text's cells."""
    path = notebook_path(text_path)
    return path.is_file() and same_text(convert(text_path), nbformat.read(path, as_version=4))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a chapter, without its folder")
    parser.add_argument("--all", action="store_true", help="execute every chapter")
    options = parser.parse_args(arguments)
    texts = chapters()
    unknown = set(options.names) - {path.stem for path in texts}
    if unknown:
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")
    if options.names:
        texts = [path for path in texts if path.stem in options.names]
    elif not options.all:
        texts = [path for path in texts if not is_current(path)]
    failed = False
    with ProcessPoolExecutor(max_workers=2) as pool:
        for text_path, job in [(path, pool.submit(update, path)) for path in texts]:
            try:
                print(f"{job.result().relative_to(ROOT)} executed")
            except NotebookError as error:
                failed = True
                print(error, file=sys.stderr)
            except Exception as error:
                failed = True
                print(f"{text_path.relative_to(ROOT)}: {error!r}", file=sys.stderr)
    if not texts:
        print("every notebook holds its text")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
