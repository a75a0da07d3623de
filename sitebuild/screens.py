"""Divide a page into the screens of a talk: one idea each, and none larger than a screen.

The division is that of the text, not of a window, so a screen has the same number everywhere; a
window that is too small for one scrolls.
"""

import math
import re
from dataclasses import dataclass, replace
from itertools import takewhile

from docutils import nodes

ROOM = 13  # lines below a heading, in large type on 1280 × 720 px
SPARE = 2  # lines that are rather squeezed in than left alone
LETTERS = 72  # in a line
BEGINS = "screen"  # the class of what begins a screen
LEFT_OUT = "screen-skip"  # the class of what no screen shows
SETUP = re.compile(r"import |from \S+ import |\w+\.use_course_style\(\)|[\w\s,]*\)?$")
# What fills a screen: a figure, an explorer, the questions at a chapter's end.
WHOLE = re.compile(r'class="figure-room"|data-explorer=|data-quiz="(?!prediction)')
ASKED = re.compile(r'data-quiz="prediction"')
FOLD = re.compile(r"<(/?)details\b")


@dataclass(frozen=True)
class Block:
    """What a screen shows whole: a paragraph, a list, a table, a formula, a cell.

    Parameters
    ----------
    node : docutils.nodes.Element
        What the page shows; for a heading its section.
    lines : float
        Its height, in lines of a paragraph.
    begins, ends : bool
        Whether it has to be a screen's first, or its last.
    leads, stays : bool
        Whether it announces what follows, and so goes with it; whether it can't leave what it
        follows.
    """

    node: nodes.Element
    lines: float
    begins: bool = False
    ends: bool = False
    leads: bool = False
    stays: bool = False


def letters(node):
    """About how many letters wide a text is drawn; a formula is longer in LaTeX."""
    formulas = sum(len(formula.astext()) for formula in node.findall(nodes.math))
    return len(node.astext()) - formulas / 2


def wrapped(node):
    """The lines of a paragraph."""
    return math.ceil(letters(node) / LETTERS)


def raw_html(node):
    """All HTML that a node holds as it is."""
    return "".join(raw.astext() for raw in node.findall(nodes.raw))


def drawn_lines(latex):
    """The lines that a displayed formula takes.

    >>> drawn_lines(r"a = b"), drawn_lines(r"a &= \\frac{b}{c} \\\\ &= d")
    (1.9, 4.1)
    """
    rows = latex.count(r"\\") + 1
    return round(1.6 * rows + (0.6 if r"\frac" in latex else 0) + 0.3, 1)


def cell_lines(cell):
    """The lines of a cell: its code, unless it is folded, and what it printed."""
    total = 0
    for part in cell.children:
        folded = "cell_input" in part["classes"] and "tag_hide-input" in cell["classes"]
        code = (
            "" if folded else "".join(x.astext() + "\n" for x in part.findall(nodes.literal_block))
        )
        total += 0.75 * code.count("\n") + 0.6 * bool(code)
        total += 1.2 * raw_html(part).count("<tr")
    return total


def is_setup(cell):
    """Whether a cell only imports, and prints nothing."""
    code = "".join(block.astext() for block in cell.findall(nodes.literal_block))
    silent = not any("cell_output" in part["classes"] for part in cell.children)
    return silent and all(SETUP.match(line) for line in code.splitlines())


def lines(node):
    """How many lines a block takes; nothing for what is not seen."""
    if isinstance(node, nodes.paragraph):
        return wrapped(node) + 0.6
    if isinstance(node, nodes.math_block):
        return drawn_lines(node.astext())
    if isinstance(node, nodes.literal_block):
        return 0.75 * (node.astext().count("\n") + 1) + 0.6
    if isinstance(node, nodes.table):
        rows = list(node.findall(nodes.row))
        width = LETTERS / max(1, len(rows[0].children))
        return sum(
            max(math.ceil(letters(cell) / width) for cell in row.children) + 0.25 for row in rows
        )
    if isinstance(node, (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)):
        return sum(sum(map(wrapped, item.children)) + 0.25 for item in node.children) + 0.4
    if isinstance(node, nodes.block_quote):
        return sum(map(lines, node.children)) + 1.2
    if isinstance(node, nodes.container) and "cell" in node["classes"]:
        return cell_lines(node)
    return 0


def described(node):
    """A node as a block, or None where a page shows nothing that could begin a screen."""
    if isinstance(node, nodes.container) and "cell" in node["classes"]:
        shown = raw_html(node)
        if is_setup(node):
            node["classes"].append(LEFT_OUT)
            return None
        if ASKED.search(shown):
            form = 2.5 + 1.6 * shown.count("quiz-letter")
            return Block(node, form, ends=True, stays=True)
        if WHOLE.search(shown):
            return Block(node, 0, begins=True, ends=True)
        return Block(node, cell_lines(node))
    if isinstance(
        node, (nodes.raw, nodes.comment, nodes.target, nodes.title, nodes.system_message)
    ):
        return None
    shown = [part for part in node.children if part.astext()]  # MyST puts empty texts beside
    title = isinstance(node, nodes.paragraph) and [type(part) for part in shown] == [nodes.strong]
    leads = title or node.astext().rstrip().endswith(":")
    return Block(node, lines(node), begins="aside-predict" in node.get("classes", ()), leads=leads)


def blocks(parent):
    """A page's blocks in the order of reading; what stands inside a fold belongs to the notes."""
    depth, held = 0, "held" in parent.get("classes", ())
    for node in parent.children:
        if isinstance(node, nodes.raw):
            depth += sum(-1 if end else 1 for end in FOLD.findall(node.astext()))
        elif depth:
            continue
        elif isinstance(node, nodes.section):
            yield Block(node, 0, begins=True)
            yield from blocks(node)
        elif "held" in node.get("classes", ()):
            yield from blocks(node)
        elif block := described(node):
            yield replace(block, begins=True) if held else block
            held = False


def is_heading(block):
    return isinstance(block.node, nodes.section)


def fits(block, following, filled):
    """Whether a block may stay on a screen of which so many lines are filled.

    A block that leads stays only with what it leads to; the last lines of a run stay anyway.
    """
    run = list(takewhile(lambda other: not other.begins, following))
    if filled + block.lines + sum(other.lines for other in run) <= ROOM + SPARE:
        return True
    together = block.lines + (run[0].lines if block.leads and run else 0)
    return filled + together <= ROOM


def divide(page):
    """The screens of a page, each a list of its blocks.

    A heading begins a screen, and so do a prediction, what it holds back, a figure and an
    explorer, unless only the heading would be left. What is longer than a screen is divided
    between its blocks.
    """
    screens, full = [], True
    # A stored notebook's first cell stands before its title, and no page shows it.
    titled = next(page.findall(nodes.section))
    found = [Block(titled, 0, begins=True), *blocks(titled)]
    for place, block in enumerate(found):
        screen = screens[-1] if screens else []
        bare = bool(screen) and all(map(is_heading, screen))
        # What leads is never left alone, however large what follows.
        waits = bool(screen) and all(is_heading(one) or one.leads for one in screen)
        filled = sum(other.lines for other in screen)
        joins = waits or block.stays or fits(block, found[place + 1 :], filled)
        if full or not joins or (block.begins and not bare):
            screens.append([block])
        else:
            screen.append(block)
        full = block.ends
    return screens


def mark(page):
    """Give what begins a screen its class; the screens' numbers, by the ids of the sections.

    Returns
    -------
    dict of str to list of int
        For each section the screens from its heading up to the next heading.
    """
    numbers, own = {}, []
    for number, screen in enumerate(divide(page), 1):
        screen[0].node["classes"].append(BEGINS)
        headings = [block.node for block in screen if is_heading(block)]
        for section in headings:
            own = [number]
            numbers.update(dict.fromkeys(section["ids"], own))
        if not headings:
            own.append(number)
    return numbers
