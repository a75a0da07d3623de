"""The search: an index of the sections, and the script that ranks them in the reader's browser.

It works without a host and under the strict policy, which ready-made engines do not: they compile
WebAssembly and fetch their index.
"""

import html
import json
import math
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

from docutils import nodes

from lossfns.web.join import join

SCRIPT, INDEX = "search.js", "search-index.js"
HERE = Path(__file__).parents[1]
STATIC, SYNONYMS = HERE / "static", HERE / "synonyms.toml"
TITLE, HEADING = 24, 12  # beside at most 12 for how often a section has the word
STRONG, TEXT, CODE = 2, 1, 0.4
EXCERPT = 170
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
    return [*WORD.findall(text), *joined, *CALL.findall(text)]


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
                    # nobody looks for a number that code happens to print
                    found = (w for w in words(node) if not (code and w[0].isdigit()))
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


def index(found, address):
    """The index: pages, their sections, and for each word the sections it is in, with a weight."""
    pages = {name: title for name, title, *_ in found}
    order = {name: place for place, name in enumerate(pages)}
    sections, lists = [], {}
    sizes = [sum(counts.values()) for *_, counts in found]
    middle = sum(sizes) / len(sizes)
    for place, (name, _, anchor, heading, text, counts) in enumerate(found):
        sections.append([order[name], anchor, heading, text])
        length = 1.2 * (0.6 + 0.4 * sizes[place] / middle)
        weights = {word: math.ceil(12 * n / (n + length)) for word, n in counts.items()}
        for word in {*words(heading)}:
            bonus = HEADING if anchor or name.startswith("api/") else TITLE
            weights[word] = weights.get(word, 0) + bonus
        for word, weight in weights.items():
            lists.setdefault(word, []).append((place, weight))
    terms = {}
    for word, entries in sorted(lists.items()):
        flat, last = [], 0
        for place, weight in entries:
            flat += [place - last, weight]
            last = place
        terms[word] = flat
    synonyms = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    return {
        "pages": [[address(name), title, prior(name)] for name, title in pages.items()],
        "sections": sections,
        "terms": terms,
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
