"""Find numbers in the prose that nothing on the page computes."""

import re

import nbformat

from sitebuild.notebooks import BOOK, ROOT, chapters, is_chapter, notebook_path

NUMBER = re.compile(r"(?<![\w.,/^{-])[-−+]?(\d[\d,]*\.\d+|\.\d+)(?![\w.]*\d)")
ANY_NUMBER = re.compile(r"\d[\d,]*\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?")
LEAST_DIGITS = 3


def plain_prose(markdown):
    """Text without what is not prose: link targets, addresses, and identifiers of papers."""
    markdown = re.sub(r"\]\([^)]*\)", "]", markdown)
    markdown = re.sub(r"https?://\S+|arXiv:?\s*\S+|doi:?\s*\S+", "", markdown, flags=re.I)
    return markdown.replace("{,}", "").replace(r"\,", "")


def decimals(markdown):
    """The decimals of three or more digits in a text, as they are written."""
    found = (match[1] for match in NUMBER.finditer(plain_prose(markdown)))
    return [text for text in found if len(re.sub(r"^[0.,]+|[.,]", "", text)) >= LEAST_DIGITS]


def numbers(text):
    """Every number in a cell's source or printed output."""
    return {float(match[0].replace(",", "")) for match in ANY_NUMBER.finditer(text)}


def computed_numbers(notebook):
    """Every number that a notebook's cells are given or print."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found |= numbers(cell.source)
            for output in cell.outputs:
                data = output.get("data", {})
                found |= numbers(output.get("text", "") + data.get("text/plain", ""))
                found |= numbers(re.sub(r"<[^>]+>|&[#\w]+;", " ", data.get("text/html", "")))
    return found


def is_computed(text, computed):
    """Whether a decimal is one of the computed numbers, rounded, or one of them in per cent."""
    places = len(text.split(".")[1])
    wanted = float(text.replace(",", ""))
    half = 0.5000001 * 10.0**-places
    return any(abs(n - wanted) <= half or abs(100 * n - wanted) <= half for n in computed)


def uncomputed():
    """``(file:line, decimal)`` of every decimal in the prose that no cell computes.

    A chapter's numbers come from its own cells; a page without code may repeat what any
    chapter computes.
    """
    notebooks = {path: nbformat.read(notebook_path(path), as_version=4) for path in chapters()}
    computed = {path: computed_numbers(notebook) for path, notebook in notebooks.items()}
    everything = set().union(*computed.values())
    faults = []
    for path in sorted(BOOK.rglob("*.md")):
        if path.parent.name.startswith("_"):
            continue
        known = computed[path] if is_chapter(path) else everything
        in_code = False
        for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("```"):
                in_code = not in_code
            elif not in_code:
                place = f"{path.relative_to(ROOT)}:{line_number}"
                faults += [(place, t) for t in decimals(line) if not is_computed(t, known)]
    return faults
