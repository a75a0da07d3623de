"""What follows a prediction's box, up to the next heading or prediction, becomes one element.

It is hidden from the start, so that no browser lays it out in vain, and still found by a search.
The box's script opens it when the reader has guessed; without scripts it is simply there.
"""

import re
from itertools import takewhile

from docutils import nodes
from sphinx.transforms import SphinxTransform

ASKED = re.compile(r'data-quiz="prediction".*?data-question="([\w-]+)"', re.DOTALL)


class Held(nodes.container):
    """What one prediction holds back."""


def visit_held(self, node):
    self.body.append(self.starttag(node, "div", CLASS="held", hidden="until-found"))


def depart_held(self, node):
    self.body.append("</div>\n")


class HoldBack(SphinxTransform):
    """Wrap what each prediction holds back, and leave out the code that asks for it."""

    default_priority = 410  # the asides have their classes

    def apply(self, **kwargs):
        asked = ((raw, ASKED.search(raw.astext())) for raw in self.document.findall(nodes.raw))
        for raw, match in [(raw, match) for raw, match in asked if match]:
            cell = raw
            while "cell" not in cell.get("classes", ()):
                cell = cell.parent
            for code in [child for child in cell if "cell_input" in child["classes"]]:
                cell.remove(code)
            following = cell.parent[cell.parent.index(cell) + 1 :]
            held = list(takewhile(goes_on, following))
            for node in held:
                cell.parent.remove(node)
            box = Held("", *held, ids=[f"held-{match[1]}"], classes=["held"])
            cell.parent.insert(cell.parent.index(cell) + 1, box)


def goes_on(node):
    """Whether a node is neither a heading with its section nor the next prediction."""
    return not (isinstance(node, nodes.section) or "aside-predict" in node.get("classes", ()))


def setup(app):
    app.add_node(Held, html=(visit_held, depart_held))
    app.add_transform(HoldBack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
