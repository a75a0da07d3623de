"""Lint the code cells of the texts by the rules of ``pyproject.toml``, and format them.

Usage: ``python -m sitebuild code-cells [--fix]``

Without ``--fix`` nothing is changed, and each fault is named by its place in ``book/``.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat.v4

from sitebuild.notebooks import ROOT, chapters
from sitebuild.safe_files import write_whole

# A cell's metadata: a block of YAML between dashes, or lines such as ":tags: [hide-input]".
METADATA = r"(?:---\n(?:.*\n)*?---\n|(?::[\w-]+:.*\n)+\n?)?"
CELL = re.compile(rf"^```\{{code-cell\}}.*\n{METADATA}((?:.*\n)*?)```$", re.M)
WIDTH = 87  # what the site's column shows
# The formatter would pull the dots of an exercise's stub up to its def, so a name stands in.
DOTS = re.compile(r"^( +)\.\.\.$", re.M)
STAND_IN = "__dots__"


class Cell(NamedTuple):
    """A code cell of a text: where its source begins, and the source."""

    offset: int
    source: str


def cells(text):
    """The code cells of a text, in order."""
    return [Cell(match.start(1), match[1]) for match in CELL.finditer(text)]


def place(path, text, cell, row=1):
    """``file:line`` of a row of a cell."""
    line = text.count("\n", 0, cell.offset) + row
    return f"{path.relative_to(ROOT)}:{line}"


def as_notebook(text):
    """The code cells of a text, and nothing else, as a notebook."""
    code = [nbformat.v4.new_code_cell(cell.source.rstrip("\n")) for cell in cells(text)]
    return nbformat.v4.new_notebook(cells=code)


@contextmanager
def as_notebooks(texts):
    """A folder with the texts as notebooks, and ``{notebook: path}``."""
    with tempfile.TemporaryDirectory() as folder:
        stored = {Path(folder, path.stem).with_suffix(".ipynb"): path for path in texts}
        for notebook, path in stored.items():
            nbformat.write(as_notebook(texts[path]), notebook)
        yield folder, stored


def ruff(command, folder, *options):
    """What Ruff prints about a folder of notebooks."""
    program = Path(sys.executable).with_name("ruff")
    line = [program, command, folder, "--config", ROOT / "pyproject.toml", "--no-cache", *options]
    line += ["--line-length", str(WIDTH)]
    result = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode > 1 or (command == "format" and result.returncode):
        raise RuntimeError(result.stderr)
    return result.stdout


def findings(texts):
    """What Ruff finds in the cells of ``{path: text}``, each with its place."""
    with as_notebooks(texts) as (folder, stored):
        found = json.loads(ruff("check", folder, "--output-format=json"))
    faults = []
    for fault in found:
        path = stored[Path(fault["filename"])]
        cell = cells(texts[path])[fault["cell"] - 1]
        where = place(path, texts[path], cell, fault["location"]["row"])
        faults.append(f"{where}: {fault['code']} {fault['message']}")
    return faults


def formatted(texts, *, fix=False):
    """The texts with their cells formatted and, if asked for, with the safe fixes."""
    held = {path: DOTS.sub(rf"\1{STAND_IN}", text) for path, text in texts.items()}
    with as_notebooks(held) as (folder, stored):
        if fix:
            ruff("check", folder, "--fix-only")
        ruff("format", folder)
        changed = {path: nbformat.read(file, as_version=4) for file, path in stored.items()}
    return {
        path: with_sources(held[path], [cell.source for cell in notebook.cells])
        for path, notebook in changed.items()
    }


def with_sources(text, sources):
    """The text with other sources in its cells."""
    for cell, source in reversed(list(zip(cells(text), sources, strict=True))):
        lines = source + "\n" if source else ""
        text = text[: cell.offset] + lines + text[cell.offset + len(cell.source) :]
    return text.replace(STAND_IN, "...")


def unformatted(texts):
    """The place of each cell that the formatter would change."""
    return [
        f"{place(path, texts[path], cell)}: the cell is not formatted"
        for path, text in formatted(texts).items()
        for cell, other in zip(cells(texts[path]), cells(text), strict=True)
        if cell.source != other.source
    ]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true", help="mend what can be mended, and format")
    options = parser.parse_args(arguments)
    texts = {path: path.read_text(encoding="utf-8") for path in chapters()}
    if options.fix:
        texts = formatted(texts, fix=True)
        for path, text in texts.items():
            write_whole(path, text.encode())
    faults = findings(texts) + unformatted(texts)
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))
