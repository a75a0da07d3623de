"""How long a page takes: what it states, beside an estimate from what stands on it."""

import argparse
import re

import nbformat

from sitebuild.notebooks import chapters, notebook_path

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
HIDDEN = {"remove-input", "hide-input"}
STATED = re.compile(r"^\*About (\d+) minutes", re.MULTILINE)


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
            if not HIDDEN & set(cell.metadata.get("tags", ())):
                lines = [line for line in cell.source.splitlines() if line.strip()]
                counts["line of code"] += len(lines)
    return counts


def estimate(notebook):
    """The minutes that a page takes at a steady pace."""
    return sum(MINUTES[kind] * count for kind, count in contents(notebook).items())


def stated(path):
    """The minutes that a page says it takes, or None."""
    found = STATED.search(path.read_text(encoding="utf-8"))
    return int(found[1]) if found else None


def main(arguments):
    argparse.ArgumentParser(prog="sitebuild minutes", description=__doc__).parse_args(arguments)
    for path in chapters():
        notebook = nbformat.read(notebook_path(path), as_version=4)
        counts = ", ".join(
            f"{count} x {kind}" for kind, count in contents(notebook).items() if count
        )
        said = stated(path) or "-"
        print(f"{path.stem}: {said} stated, {estimate(notebook):.0f} estimated ({counts})")
