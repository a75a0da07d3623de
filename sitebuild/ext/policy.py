"""Pages without inline styles, so that the site can forbid them.

A host may then send `style-src 'self'`; what a page carries inline, from KaTeX, Matplotlib and
the theme, becomes rules of its stylesheets. Also the header itself, for the hosts that read one.
"""

import json
import re
from collections import Counter
from pathlib import Path

from sitebuild.ext.assets import FORMULAS, STYLESHEET
from sitebuild.ext.quiz import QUESTIONS

HEADER = "Content-Security-Policy"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
BLOCK = re.compile(r"\s*<style[^>]*>(.*?)</style>", re.S)
# An opening tag with a style; no attribute of ours holds a ">" that is not written as an entity.
STYLED = re.compile(r"<(?P<before>[a-zA-Z][^<>]*?) style=\"(?P<style>[^\"]*)\"(?P<after>[^<>]*)>")
CLASS = re.compile(r" class=\"([^\"]*)\"")


def with_class(match, name):
    """An opening tag whose style is a class instead."""
    rest = match["before"] + match["after"]
    if CLASS.search(rest):
        return "<" + CLASS.sub(rf' class="\1 {name}"', rest, count=1) + ">"
    tag, _, attributes = rest.partition(" ")
    gap = " " if attributes else ""
    return f'<{tag} class="{name}"{gap}{attributes}>'


def move_styles(app, exception):
    """Name each inline style once, in the order of their use, most used first."""
    if exception:
        return
    out = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    blocks = dict.fromkeys(block for text in pages.values() for block in BLOCK.findall(text))
    pages = {path: BLOCK.sub("", text) for path, text in pages.items()}
    uses, shared = Counter(), set()
    for path, text in pages.items():
        found = [match["style"] for match in STYLED.finditer(text)]
        uses.update(found)
        if FORMULAS not in text and QUESTIONS not in path.as_posix():
            shared.update(found)
    ranked = sorted(uses, key=lambda style: (-uses[style], style))
    names = {style: f"i{place}" for place, style in enumerate(ranked)}
    for path, text in pages.items():
        moved = STYLED.sub(lambda match: with_class(match, names[match["style"]]), text)
        path.write_text(moved, encoding="utf-8")
    # An id that nothing has lets the rule win, as the inline style did.
    rules = {style: f".{name}:not(#_){{{style}}}" for style, name in names.items()}
    everywhere = [*blocks, *(rule for style, rule in rules.items() if style in shared)]
    formulas = [rule for style, rule in rules.items() if style not in shared]
    for name, parts in ((STYLESHEET, everywhere), (FORMULAS, formulas)):
        with (out / "_static" / name).open("a", encoding="utf-8") as stylesheet:
            stylesheet.write("\n" + "\n".join(parts) + "\n")
    (out / "_headers").write_text(f"/*\n  {HEADER}: {POLICY}\n", encoding="utf-8")
    rule = {"source": "/(.*)", "headers": [{"key": HEADER, "value": POLICY}]}
    (out / "vercel.json").write_text(json.dumps({"headers": [rule]}, indent=1), encoding="utf-8")


def setup(app):
    app.connect("build-finished", move_styles, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
