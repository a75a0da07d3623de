"""Every chapter can be a talk: its screens marked on the page, the rest loaded when asked for."""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from lossfns.web.join import join
from sitebuild import routes
from sitebuild.screens import mark

SCRIPT, STYLES = "present.js", "present.css"
STATIC = Path(__file__).parents[1] / "static"
PLACE = re.compile(r'<div class="route" data-minutes="(\d+)">')


class Screens(SphinxTransform):
    """Mark where each screen of a chapter's talk begins."""

    default_priority = 420  # what a prediction holds back is one element by then

    def apply(self, **kwargs):
        if self.env.doc2path(self.env.docname).endswith(".ipynb"):
            self.app.course_screens[self.env.docname] = mark(self.document)


def heading(app):
    """How to find a section's heading, as HTML."""

    def find(page, section):
        for link in app.env.tocs[page].findall(nodes.reference):
            if link["anchorname"] == f"#{section}":
                return html.escape(link.astext())
        raise ExtensionError(f"{page} has no section {section!r}")

    return find


def show_routes(app, document, docname):
    """Put each route's table where the page has its place."""
    for raw in list(document.findall(nodes.raw)):
        if found := PLACE.match(raw.astext().strip()):
            minutes = int(found[1])
            known = routes.load_routes()
            if minutes not in known:
                raise ExtensionError(f"{docname}: there is no route of {minutes} minutes")
            try:
                shown = routes.table(minutes, known[minutes], app.course_screens, heading(app))
            except routes.RouteError as error:
                raise ExtensionError(str(error)) from None
            raw.replace_self(nodes.raw("", shown, format="html"))


def talk_script(known, screens):
    """The classic script that turns a chapter into a talk, along a route or from end to end."""
    joined = join(["present.mjs"], static=STATIC)
    known = json.dumps(routes.for_script(known, screens), ensure_ascii=False)
    return f'(() => {{\n"use strict";\n{joined}\npresent({known});\n}})();\n'


def write_assets(app, exception):
    if exception or not app.course_screens:
        return
    static = Path(app.outdir, "_static")
    # A course without the page that shows them has none.
    known = routes.load_routes() if "teachers" in app.env.found_docs else {}
    (static / STYLES).write_text((STATIC / STYLES).read_text(encoding="utf-8"), encoding="utf-8")
    (static / SCRIPT).write_text(talk_script(known, app.course_screens), encoding="utf-8")


def setup(app):
    app.course_screens = {}
    app.add_transform(Screens)
    app.connect("doctree-resolved", show_routes)
    app.connect("build-finished", write_assets)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
