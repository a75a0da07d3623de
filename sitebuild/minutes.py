"""How long a page takes: what it states, beside an estimate from what stands on it."""

import argparse
import re

import nbformat

from sitebuild.notebooks import BOOK, chapters, notebook_path

WORDS_A_MINUTE = 180
MINUTES = {
    "word": 1 / WORDS_A_MINUTE,
    "line of code": 4 / 60,
    "formula": 30 / 60,
    "figure": 24 / 60,
    "prediction": 45 / 60,
    "explorer": 3.0,
    "quiz": 2.5,
}
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
WORD = re.compile(r"\w[\w'’-]*")
# Cells that show something without a line to read.
SHOWN = {
    "prediction": re.compile(r"^predict\(", re.MULTILINE),
    "quiz": re.compile(r"^recall\(", re.MULTILINE),
    "explorer": re.compile(r"^\w+Explorer\(|^explore_loss\(", re.MULTILINE),
}
STATED = re.compile(r"\|[^|]*\]\((?P<page>[\w/]+)\.md\)[^|]*\|.*\| (?P<minutes>\d+) \|")


def contents(notebook):
    """How many there are of what takes time on a page, folded details aside."""
    counts = dict.fromkeys(MINUTES, 0)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = FOLDED.sub("", cell.source)
            counts["formula"] += len(FORMULA.findall(text))
            text = re.sub(r"\]\([^)]*\)|<[^>]+>|\$[^$]*\$", " ", FORMULA.sub("", text))
            counts["word"] += len(WORD.findall(text))
            continue
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            continue
        for kind, pattern in SHOWN.items():
            if pattern.search(cell.source):
                counts[kind] += 1
                break
        else:
            pictures = [out for out in cell.outputs if "image/svg+xml" in out.get("data", {})]
            counts["figure"] += len(pictures)
            lines = [line for line in cell.source.splitlines() if line.strip()]
            counts["line of code"] += len(lines)
    return counts


def estimate(notebook):
    """The minutes that a page takes at a steady pace."""
    return sum(MINUTES[kind] * count for kind, count in contents(notebook).items())


def stated():
    """What the landing page's map says, minutes by page."""
    text = (BOOK / "index.md").read_text(encoding="utf-8")
    return {match["page"]: int(match["minutes"]) for match in STATED.finditer(text)}


def main(arguments):
    argparse.ArgumentParser(prog="sitebuild minutes", description=__doc__).parse_args(arguments)
    said = stated()
    for path in chapters():
        name = path.relative_to(BOOK).with_suffix("").as_posix()
        notebook = nbformat.read(notebook_path(path), as_version=4)
        counts = ", ".join(f"{n} {kind}s" for kind, n in contents(notebook).items() if n)
        told = f"{said[name]} min stated, " if name in said else ""
        print(f"{name}: {told}{estimate(notebook):.0f} estimated ({counts})")
