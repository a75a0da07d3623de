"""What a page loads: one stylesheet, deferred scripts, and nothing from another host."""

import re
import shutil
from pathlib import Path

from lossfns import explorers

KATEX = Path(__file__).resolve().parents[2] / "node_modules" / "katex" / "dist"
STYLESHEET = "course.css"
EXPLORERS = "explorers.js"
# In the order in which they run; every page starts `theme.js` on its own, before the first paint.
SCRIPTS = [
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "scripts/furo.js",
    "clipboard.min.js",
    "copybutton.js",
    "site.js",
]
SEARCH_SCRIPTS = ["language_data.js", "searchtools.js"]


def katex_styles():
    """KaTeX's styles, with the one font format that every current browser reads."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r",url\([^)]+\.(?:woff|ttf)\) format\(\"[a-z]+\"\)", "", css)
    return css.replace("url(fonts/", "url(katex/")


def asset_name(asset):
    """An asset's file below ``_static``, without the query that Sphinx adds."""
    name = str(getattr(asset, "filename", asset)).split("?")[0]
    return name.removeprefix("_static/")


def choose_assets(app, pagename, templatename, context, doctree):
    """Note the styles that Sphinx would link one by one, and name the page's scripts."""
    app.course_styles.update(dict.fromkeys(map(asset_name, context["css_files"])))
    scripts = [*SCRIPTS, *(SEARCH_SCRIPTS if pagename == "search" else [])]
    if "data-explorer=" in context.get("body", ""):
        scripts.append(EXPLORERS)
    context["css_files"] = []
    context["script_files"] = []
    context["course_stylesheet"] = f"_static/{STYLESHEET}"
    context["course_scripts"] = [f"_static/{name}" for name in scripts]


def write_assets(app, exception):
    """Write the joined stylesheet, the explorers' script, and KaTeX's fonts."""
    if exception:
        return
    static = Path(app.outdir) / "_static"
    own = [name for name in app.course_styles if (static / name).is_file()]
    parts = [(static / name).read_text(encoding="utf-8") for name in own]
    css = "\n".join([katex_styles(), explorers.stylesheet(), *parts])
    (static / STYLESHEET).write_text(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), "utf-8")
    (static / EXPLORERS).write_text(explorers.site_script(), encoding="utf-8")
    shutil.copytree(
        KATEX / "fonts", static / "katex", ignore=shutil.ignore_patterns("*.ttf", "*.woff")
    )


def setup(app):
    app.course_styles = {}
    app.connect("html-page-context", choose_assets, priority=900)
    app.connect("build-finished", write_assets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
