"""The clinic's page: its doors' forms, the table of all numbers, and the script that opens them."""

import html
import json
import re
from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from lossfns.clinic import page
from lossfns.clinic.explain import known_explanations, words
from sitebuild.paths import BOOK

SCRIPT = "clinic.js"
# name, label, what to write into it
FACTS = (
    ("classes", "Classes", "or vocabulary", "10"),
    ("accuracy", "Accuracy", "0 to 1, or with %", "0.1"),
    ("counts", "Class counts", "class 0 first", "900, 100"),
    ("batch", "Batch size", "if it may be a sum", "64"),
)
EXAMPLES = (
    ("2.303", {"value": "2.303"}),
    ("87.3365", {"value": "87.3365"}),
    ("14.5063, accuracy 0.1", {"value": "14.5063", "accuracy": "0.1"}),
    ("0.3133", {"value": "0.3133"}),
    ("147.37, batch of 64", {"value": "147.37", "batch": "64"}),
    ("nan", {"value": "nan"}),
)


def titles():
    """What each section that is named is called: its chapter and its heading."""
    return {text["see"]: title(text["see"]) for text in words().values()}


def title(see):
    """A section's chapter and heading, from its address such as ``primer#log-rules``."""
    name, anchor = see.split("#")
    headings = re.findall(r"^#+ (.+)$", (BOOK / f"{name}.md").read_text(encoding="utf-8"), re.M)
    chapter = headings[0].split(" · ")[0]
    found = [heading for heading in headings if slug(heading) == anchor]
    return f"chapter {chapter}, “{found[0].replace('`', '')}”"


def slug(heading):
    """A heading's anchor."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")


def field(name, label, hint, placeholder):
    return (
        f'<p class="clinic-field clinic-{name}"><label for="clinic-{name}">{label}</label>'
        f'<input id="clinic-{name}" name="{name}" type="text" autocomplete="off" '
        f'autocapitalize="off" spellcheck="false" placeholder="{placeholder}" '
        f'aria-describedby="clinic-{name}-hint clinic-{name}-note" disabled>'
        f'<span class="clinic-hint" id="clinic-{name}-hint">{hint}</span>'
        f'<span class="ex-note" id="clinic-{name}-note"></span></p>'
    )


def number_door():
    """The first door's form; its script enlivens it, and without one the table is there."""
    examples = "".join(
        f'<button type="button" class="ex-button" disabled '
        f'data-example="{html.escape(json.dumps(state))}">{text}</button>'
        for text, state in EXAMPLES
    )
    facts = "".join(field(*fact) for fact in FACTS)
    return (
        '<div class="clinic ex-card" data-clinic="number" data-state="{}" role="group" '
        'aria-label="What is this number?"><form class="ex-inner" method="get">'
        f"{field('value', 'Your loss', 'as your log shows it', '2.303')}"
        f'<div class="clinic-facts">{facts}</div>'
        f'<div class="ex-row clinic-examples"><span class="ex-label">Try</span>{examples}</div>'
        "</form></div>"
    )


def number_table():
    """Every number that is known without any fact, sorted, each an anchor."""
    rows = []
    for shown, found in groupby(known_explanations(), key=lambda one: one.shown):
        meanings = list(found)
        anchor = "loss-" + shown.replace("−", "-")
        items = "".join(
            f"<li>{inlined(one.says)} "
            f'<a href="{one.see.replace("#", ".html#")}">{title(one.see).split(",")[0]}</a></li>'
            for one in meanings
        )
        rows.append(
            f'<tr id="{anchor}"><th scope="row"><a href="#{anchor}">{shown}</a></th>'
            f"<td><ul>{items}</ul></td></tr>"
        )
    return (
        '<table class="clinic-numbers"><thead><tr><th scope="col">loss</th>'
        f'<th scope="col">what it is</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def inlined(text):
    """A text as HTML, its code between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def raw(render):
    """A directive that stands for what a function gives."""

    class Raw(Directive):
        def run(self):
            return [nodes.raw("", render(), format="html")]

    return Raw


def add_script(app, pagename, templatename, context, doctree):
    """Name the script where there is a door."""
    if "data-clinic=" in context.get("body", ""):
        context["course_scripts"].append(f"_static/{SCRIPT}")


def write_assets(app, exception):
    """Write the clinic's styles and script."""
    if exception:
        return
    static = Path(app.outdir) / "_static"
    (static / "clinic.css").write_text(page.stylesheet(), encoding="utf-8")
    (static / SCRIPT).write_text(page.site_script(titles()), encoding="utf-8")


def setup(app):
    app.add_directive("clinic-number", raw(number_door))
    app.add_directive("clinic-numbers", raw(number_table))
    app.add_css_file("clinic.css")
    # The script after the page's own were chosen; the styles before they are joined.
    app.connect("html-page-context", add_script, priority=950)
    app.connect("build-finished", write_assets, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
