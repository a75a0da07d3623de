"""What a page loads: one stylesheet, deferred scripts, and nothing from another host."""

import re
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError

from lossfns import explorers
from lossfns.web.palette import page_palette
from sitebuild.paths import NODE_MODULES

KATEX = NODE_MODULES / "katex" / "dist"
STYLESHEET = "course.css"
FORMULAS = "formulas.css"
EXPLORERS = "explorers.js"
SCRIPT = "course.js"
FURO = "scripts/furo.js"
# What SCRIPT joins, in the order in which it runs; every page starts `theme.js` on its own, before
# the first paint.
PARTS = [
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    FURO,
    "clipboard.min.js",
    "copybutton.js",
    "site.js",
]
SEARCH_SCRIPTS = ["search-index.js", "search.js"]
# Both stop where a browser refuses storage, as it does in another site's frame. And the theme's
# measures the page while it is laid out, which then is done twice: it can wait.
STORAGE = {"localStorage": "courseStorage"}
CHANGES = {
    "sphinx_highlight.js": STORAGE,
    FURO: STORAGE
    | {
        'document.addEventListener("DOMContentLoaded"': 'addEventListener("load"',
        "document.documentElement.scrollTop;": "0;",
    },
}
# A switch is found without a look at the whole page, and a scrollbar's width is asked for only
# where one can be: both cost a phone time on every page.
STYLE_CHANGES = {
    # Below this width the sections of a page are in a drawer: Furo's step, and ours (1,200 px).
    "@media(max-width:82em)": "@media(max-width:74.99em)",
    # The templates move the drawers' switches, which Furo expects before the page.
    "#__navigation:checked~": "body:has(>.page>aside>#__navigation:checked) ",
    "#__toc:checked~": "body:has(>.page>aside>#__toc:checked) ",
    "article[role=main] *{": "article[role=main] div,article[role=main] pre,"
    "article[role=main] textarea,article[role=main] .quiz-text{",
}


def katex_styles():
    """KaTeX's styles, with the one font format that every current browser reads."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r",url\([^)]+\.(?:woff|ttf)\) format\(\"[a-z]+\"\)", "", css)
    return css.replace("url(fonts/", "url(katex/")


def changed(name, text, changes):
    """A theme's file with our changes, each of which must find its place."""
    for old, new in changes.items():
        if old not in text:
            raise ExtensionError(f"{name} has changed: it no longer says {old}")
        text = text.replace(old, new)
    return text


def joined_script(static):
    """The scripts of every page as one, each with its changes."""
    parts = []
    for name in PARTS:
        script = (static / name).read_text(encoding="utf-8")
        parts.append(changed(name, script, CHANGES.get(name, {})))
    return "\n;\n".join(parts)


def asset_name(asset):
    """An asset's file below ``_static``, without the query that Sphinx adds."""
    name = str(getattr(asset, "filename", asset)).split("?")[0]
    return name.removeprefix("_static/")


def choose_assets(app, pagename, templatename, context, doctree):
    """Note the styles that Sphinx would link one by one, and name the page's scripts."""
    app.course_styles.update(dict.fromkeys(map(asset_name, context["css_files"])))
    scripts = [SCRIPT, *(SEARCH_SCRIPTS if pagename == "search" else [])]
    if "data-explorer=" in context.get("body", ""):
        scripts.append(EXPLORERS)
    context["css_files"] = []
    context["script_files"] = []
    has_formulas = 'class="katex' in context.get("body", "")
    context["course_style"] = f"_static/{FORMULAS if has_formulas else STYLESHEET}"
    context["course_scripts"] = [f"_static/{name}" for name in scripts]


def write_assets(app, exception):
    """Write the joined styles, KaTeX's apart until they are small, the scripts, and the fonts."""
    if exception:
        return
    static = Path(app.outdir) / "_static"
    own = [name for name in app.course_styles if (static / name).is_file()]
    parts = [(static / name).read_text(encoding="utf-8") for name in own]
    css = "\n".join([explorers.stylesheet(), page_palette(), *parts])
    css = changed("furo.css", css, STYLE_CHANGES)
    (static / STYLESHEET).write_text(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), "utf-8")
    (static / FORMULAS).write_text(katex_styles(), encoding="utf-8")
    (static / EXPLORERS).write_text(explorers.site_script(), encoding="utf-8")
    (static / SCRIPT).write_text(joined_script(static), encoding="utf-8")
    shutil.copytree(
        KATEX / "fonts", static / "katex", ignore=shutil.ignore_patterns("*.ttf", "*.woff")
    )


def setup(app):
    # The theme is loaded here, before the settings are read: one of them is its own.
    app.setup_extension("furo")
    app.course_styles = {}
    app.connect("html-page-context", choose_assets, priority=900)
    app.connect("build-finished", write_assets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
