"""What a reader loads with a page does not grow with the course."""

import gzip
import re

from sitebuild import site as builder
from tests.sitebuild.test_build import small_book

__all__ = ["small_book"]
CHAPTER = """# Chapter {number}

Some words on loss {number}: $\\frac{{{number}}}{{p}} - \\log y_{{{number}}}$.

## What it costs

See [the start](index.md).
"""


LOADED = (
    r'<script[^>]* src="([^"?]+)',
    r'<link rel="stylesheet"[^>]* href="([^"?]+)',
    r'<img(?![^>]*lazy)[^>]* src="([^":?]+)',
)


def weigh(html, name):
    """The bytes, compressed, of a page and of all that it loads, with every font of formulas."""
    page = (html / name).read_text(encoding="utf-8")
    loaded = {html / file for pattern in LOADED for file in re.findall(pattern, page)}
    texts = [(html / name).read_bytes(), *(file.read_bytes() for file in sorted(loaded))]
    fonts = (html / "_static" / "katex").iterdir() if "formulas.css" in page else ()
    compressed = sum(len(gzip.compress(text, mtime=0)) for text in texts)
    return compressed + sum(font.stat().st_size for font in fonts)


def write_course(book, chapters):
    """A course of two parts with so many chapters."""
    names = [f"chapter_{number}" for number in range(1, chapters + 1)]
    for number, name in enumerate(names, 1):
        (book / f"{name}.md").write_text(CHAPTER.format(number=number), encoding="utf-8")
    half = chapters // 2
    toc = "format: jb-book\nroot: index\nparts:\n"
    for caption, part in (("First", names[:half]), ("Second", names[half:])):
        toc += f"  - caption: {caption}\n    chapters:\n"
        toc += "".join(f"      - file: {name}\n" for name in part)
    (book.parent / "_toc.yml").write_text(toc, encoding="utf-8")


def test_a_page_of_a_course_ten_times_as_long_weighs_the_same(small_book, capsys):
    weights = {}
    for chapters in (30, 300):
        write_course(small_book, chapters)
        assert builder.main() == 0, capsys.readouterr().err
        weights[chapters] = [weigh(builder.HTML, name) for name in ("chapter_3.html", "index.html")]
    for short, long in zip(weights[30], weights[300], strict=True):
        assert long <= 1.01 * short, weights
