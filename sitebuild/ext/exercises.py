"""Put a folded solution below the hints of every exercise: the code that the check runs.

A site that is built with ``SOLUTIONS=no`` has none.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

from lossfns.checks import solution
from sitebuild.solutions import shown

HINTS = re.compile(r'hint\("([\w.]+)"\)')


class Solutions(SphinxTransform):
    """Add, after each cell that shows an exercise's hints, its solution."""

    default_priority = 400

    def apply(self, **kwargs):
        if not shown():
            return
        for cell in list(self.document.findall(nodes.container)):
            match = HINTS.fullmatch(cell_input(cell))
            if match:
                code = solution(match[1], give_up=True).source
                block = nodes.literal_block(code, code, language="python")
                place = nodes.make_id(f"solution-{match[1]}")
                opening = f'<details class="solution" id="{place}"><summary>Our solution</summary>'
                cell += [nodes.raw("", opening, format="html"), block]
                cell += nodes.raw("", "</details>", format="html")


def cell_input(container):
    """The code of a notebook's cell, or "" for any other container."""
    if "cell" not in container["classes"]:
        return ""
    code = next(iter(container.findall(nodes.literal_block)), None)
    return code.astext().strip() if code else ""


def setup(app):
    app.add_transform(Solutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
