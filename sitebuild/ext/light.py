"""What every page loads, made small when all of it is written: styles, scripts and fonts."""

import html
import re
import subprocess
from pathlib import Path

from sphinx.errors import ExtensionError

from sitebuild.ext.math import node_executable
from sitebuild.paths import NODE_MODULES

LIGHTEN = Path(__file__).with_name("lighten.mjs")


def letters(formulas):
    """Every letter that rendered formulas show, each once.

    >>> letters(['<span class="katex-html"><i class="mord">p</i>&lt;<i>q</i></span>'])
    '<pq'
    """
    drawn = (formula.rpartition('class="katex-html"')[2] for formula in formulas)
    shown = (html.unescape(re.sub(r"^[^<]*>|<[^>]*>", "", formula)) for formula in drawn)
    return "".join(sorted(set("".join(shown))))


def lighten(app, exception):
    """Let Node's tools go over what was written.

    Raises
    ------
    ExtensionError
        Node or one of its packages does not run, or refuses a file; with its own reason.
    """
    if exception:
        return
    rendered = (answer.get("html", "") for answer in app.katex.known.values())
    ran = subprocess.run(
        [node_executable(), str(LIGHTEN), str(app.outdir), str(NODE_MODULES)],
        input=letters(rendered),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        reason = next((line for line in ran.stderr.splitlines() if "rror" in line), ran.stderr)
        raise ExtensionError(f"the site's files can't be made small: is `npm ci` done? {reason}")


def setup(app):
    app.connect("build-finished", lighten, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
