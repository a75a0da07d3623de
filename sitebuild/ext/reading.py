"""A chapter's page shows how far its reader is, and keeps where they left off in their browser."""

from pathlib import Path

from lossfns.web.join import join

SCRIPT = "reading.js"
STATIC = Path(__file__).parents[1] / "static"


def add_script(app, pagename, templatename, context, doctree):
    """Name the script on chapters, which keep a place, and on the landing page, which offers it."""
    chapter = bool(context.get("course_notebook"))
    if chapter or pagename == app.config.root_doc:
        context["course_scripts"].append(f"_static/{SCRIPT}")
    context["course_page"] = pagename if chapter else ""


def write_script(app, exception):
    if exception:
        return
    script = join(["reading.mjs"], static=STATIC)
    path = Path(app.outdir, "_static", SCRIPT)
    path.write_text(f'(() => {{\n"use strict";\n{script}}})();\n', encoding="utf-8")


def setup(app):
    # After the page's notebook and its own scripts are known.
    app.connect("html-page-context", add_script, priority=950)
    app.connect("build-finished", write_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
