"""The search: an index of the sections, and the script that ranks them in the reader's browser.

It works without a host and under the strict policy, which ready-made engines do not: they compile
WebAssembly and fetch their index.
"""

import html
import json
import re
import tomllib
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

from docutils import nodes

from lossfns.web.join import join

SCRIPT, INDEX = "search.js", "search-index.js"
HERE = Path(__file__).parents[1]
STATIC, SYNONYMS = HERE / "static", HERE / "synonyms.toml"
TITLE, HEADING = 24, 12  # beside at most 12 for how often a section has the word
STRONG, TEXT, CODE = 2, 1, 0.4
EXCERPT = 120
# Every section has them; a query is about its other words.
STOP = {
    "a", "an", "and", "are", "as", "at", "be", "by", "each", "for", "from", "has", "in", "is", "it",
    "its", "of", "on", "or", "s", "so", "that", "the", "them", "this", "to", "with", "you",
}  # fmt: skip
# How often a section has a word is told in steps, for few different numbers are light.
STEPS = (4, 6, 8, 10, 12)
# A chapter explains; an exercise, a question or a citation only uses the word.
PRIORS = {
    "api/": 0.2,
    "exercises/": 0.3,
    "review": 0.3,
    "interview": 0.6,
    "references": 0.3,
    "teachers": 0.8,
    "accessibility": 0.3,
    "explorers": 0.6,
    "often_said": 0.6,
    "08_recall": 0.6,
    "07_in_the_wild": 0.8,
    "what_to_call": 0.75,
    "glossary": 0.7,
    "index": 0.6,
}
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε",
    "lambda": "λ", "mu": "μ", "sigma": "σ", "tau": "τ", "partial": "∂", "log": "log",
    "sum": "Σ", "times": "×", "cdot": "·", "approx": "≈", "infty": "∞", "to": "→",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")
DECIMAL = re.compile(r"\d+(?:[.,]\d+)+")
CALL = re.compile(r"\w+\([^()\s]{1,6}\)")


def plain(text):
    """Lower case, without accents, every minus the same; as in rank.mjs."""
    text = unicodedata.normalize("NFKD", text)
    text = re.sub("[\u0300-\u036f]", "", text)
    return re.sub("[−–—]", "-", text).lower()


def words(text):
    """The words of a text, and what is written as one: log(0), cross-entropy, label_smoothing."""
    text = plain(text)
    joined = [re.sub(r"[-_.]", "", one) for one in re.findall(r"\w+(?:[-_.]\w+)+", text)]
    single = WORD.findall(DECIMAL.sub(" ", text))
    return [word for word in [*single, *joined, *CALL.findall(text)] if word not in STOP]


def code_words(text):
    """The words of code: its names, not its calls, attributes and numbers."""
    text = plain(text)
    joined = [one.replace("_", "") for one in re.findall(r"[^\W\d][^\W_]*(?:_\w+)+", text)]
    return [word for word in [*WORD.findall(text), *joined] if not word[0].isdigit()]


def formula(text):
    """A formula as a reader would type it: p-y; long ones are not typed."""
    short = re.sub(r"\s+|\\(?:left|right|,|;)", "", plain(text))
    return [short] if len(short) < 12 and "\\" not in short else []


def own_parts(section):
    """The text of a section without that of the sections below it, with its weight."""
    for child in section.children:
        if isinstance(child, nodes.section | nodes.title):
            continue
        for node in child.findall():
            if isinstance(node, nodes.raw) and 'id="loss-' in node.astext():
                shown = re.sub(r"<[^>]+>", " ", node.astext())
                yield from ((word, TEXT) for word in words(html.unescape(shown)))
            elif isinstance(node, nodes.math | nodes.math_block):
                yield from ((word, TEXT) for word in formula(node.astext()))
            elif isinstance(node, nodes.Text):
                inside = {type(parent) for parent in ancestors(node, child)}
                code = nodes.literal_block in inside
                weight = CODE if code else STRONG if nodes.strong in inside else TEXT
                if not inside & {nodes.math, nodes.math_block, nodes.raw, nodes.comment}:
                    found = code_words(node) if code else words(node)
                    yield from ((word, weight) for word in found)


def ancestors(node, top):
    while node.parent is not None and node is not top:
        node = node.parent
        yield node


def readable(paragraph):
    """A paragraph's text, its formulas as one would type them; "" where one can't be typed."""
    copy = paragraph.deepcopy()
    for symbol in copy.findall(nodes.math):
        typed = re.sub(
            r"\\([a-z]+)", lambda command: GREEK.get(command[1], command[0]), symbol.astext()
        )
        symbol.children = [nodes.Text(re.sub(r"\\[,;]|[{}]", "", typed))]
    text = " ".join(copy.astext().split())
    return "" if re.search(r"\\|_\w\w|\^", text) else text


def excerpt(section):
    """The first sentence or so of a section's own prose that reads well without formulas."""
    for child in section.children:
        if isinstance(child, nodes.paragraph | nodes.block_quote | nodes.bullet_list):
            text = readable(child)
            if text:
                return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
    return ""


def collect(app, pagename, templatename, context, doctree):
    """Note a page's sections while its tree is at hand."""
    if doctree is None or pagename == "search":
        return
    title = app.env.titles[pagename].astext()
    for section in doctree.findall(nodes.section):
        heading = section.next_node(nodes.title).astext()
        first = section.parent is doctree
        counts = Counter()
        # of the reference, a function's name and its first sentence
        brief = ((word, TEXT) for word in words(excerpt(section)))
        for word, weight in brief if pagename.startswith("api/") else own_parts(section):
            counts[word] += weight
        anchor = "" if first else section["ids"][0]
        app.course_sections.append((pagename, title, anchor, heading, excerpt(section), counts))


def prior(pagename):
    return next((share for start, share in PRIORS.items() if pagename.startswith(start)), 1)


def names_and_prose(found):
    """The words that prose has, and of those that only code has the ones in several sections."""
    several = Counter(word for *_, counts in found for word in counts)
    prose = {word for *_, counts in found for word, n in counts.items() if n >= TEXT}
    return prose | {word for word, n in several.items() if n > 1}


def slug(heading):
    """The anchor that a heading has most often, as rank.mjs makes it from the heading too."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def packed(entries, weights):
    """A word's sections as a text: of each a letter for the weight, and how far on it is, if not 1.

    >>> packed([(3, 6), (4, 4), (9, 6)], weights=[4, 6])
    'b3ab5'
    """
    steps = (place - before for before, place in pairwise([0, *(place for place, _ in entries)]))
    letters = (chr(ord("a") + weights.index(weight)) for _, weight in entries)
    return "".join(
        letter + ("" if step == 1 else str(step))
        for letter, step in zip(letters, steps, strict=True)
    )


def index(found, address):
    """The index: pages, their sections, and for each word the sections it is in, with a weight."""
    pages = {name: title for name, title, *_ in found}
    order = {name: place for place, name in enumerate(pages)}
    sections, lists = [], {}
    sizes = [sum(counts.values()) for *_, counts in found]
    middle = sum(sizes) / len(sizes)
    told = names_and_prose(found)
    for place, (name, _, anchor, heading, text, counts) in enumerate(found):
        anchor = 1 if anchor == slug(heading) else anchor
        sections.append([order[name], anchor, heading, text])
        length = 1.2 * (0.6 + 0.4 * sizes[place] / middle)
        weights = {
            word: next(step for step in STEPS if step >= 12 * n / (n + length))
            for word, n in counts.items()
            if word in told
        }
        for word in {*words(heading)}:
            bonus = HEADING if anchor or name.startswith("api/") else TITLE
            weights[word] = weights.get(word, 0) + bonus
        for word, weight in weights.items():
            lists.setdefault(word, []).append((place, weight))
    weights = sorted({weight for entries in lists.values() for _, weight in entries})
    terms = {word: packed(entries, weights) for word, entries in sorted(lists.items())}
    synonyms = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    return {
        "pages": [[address(name), title, prior(name)] for name, title in pages.items()],
        "sections": sections,
        "terms": terms,
        "weights": weights,
        "stop": sorted(STOP),
        "synonyms": {plain(word): meant for word, meant in synonyms.items()},
    }


def write_search(app, exception):
    """Write the index and the script, each as a classic script that a disk can serve too."""
    if exception:
        return
    static = Path(app.outdir, "_static")
    found = sorted(app.course_sections, key=lambda section: section[0])
    data = json.dumps(
        index(found, app.builder.get_target_uri), ensure_ascii=False, separators=(",", ":")
    )
    (static / INDEX).write_text(f"window.courseIndex = {data};\n", encoding="utf-8")
    script = join(["search.mjs"], static=STATIC)
    (static / SCRIPT).write_text(f'(() => {{\n"use strict";\n{script}}})();\n', encoding="utf-8")


def setup(app):
    app.course_sections = []
    app.connect("html-page-context", collect)
    app.connect("build-finished", write_search)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
