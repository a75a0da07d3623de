"""The clinic's page: its doors' forms, the table of all numbers, and the script that opens them."""

import html
import json
import re
from inspect import isfunction
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from lossfns import explorers
from lossfns.clinic import audit, page
from lossfns.clinic.explain import known_explanations, words
from lossfns.clinic.findings.case import words as findings
from lossfns.explorers.clinic import class_counts
from sitebuild.paths import BOOK

SCRIPT = "clinic.js"
DATA = Path(explorers.__file__).parent / "data"
# name, label, what to write into it
FACTS = (
    ("classes", "Classes", "or vocabulary", "10"),
    ("accuracy", "Accuracy", "0 to 1, or with %", "0.1"),
    ("counts", "Class counts", "class 0 first", "900, 100"),
    ("batch", "Batch size", "if it may be a sum", "64"),
)
PLACEHOLDER = "epoch,loss,val_loss&#10;1,2.3026,2.3026&#10;…"
PATIENTS = json.loads((DATA / "clinic.json").read_text(encoding="utf-8"))
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
    texts = [*words().values(), *findings().values()]
    return {text["see"]: title(text["see"]) for text in texts if "see" in text}


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


def field(name, label, hint, placeholder, door=""):
    """A box with its label, what it wants, and room for what is wrong with it."""
    place = f"clinic-{door}{name}"
    return (
        f'<p class="clinic-field clinic-{name}"><label for="{place}">{label}</label>'
        f'<input id="{place}" name="{name}" type="text" autocomplete="off" '
        f'autocapitalize="off" spellcheck="false" placeholder="{placeholder}" '
        f'aria-describedby="{place}-hint {place}-note" disabled>'
        f'<span class="clinic-hint" id="{place}-hint">{hint}</span>'
        f'<span class="ex-note" id="{place}-note" role="status"></span></p>'
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
        '<noscript><p>The box needs JavaScript. The <a href="#all-the-numbers">table of all '
        "numbers</a> does not.</p></noscript>"
    )


def training_door():
    """The second door's form: a log to paste, or a file of it."""
    facts = "".join(field(*fact, door="log-") for fact in FACTS if fact[0] in ("classes", "counts"))
    patients = "".join(
        f'<button type="button" class="ex-button" disabled data-patient="{i}">{i + 1}</button>'
        for i in range(len(PATIENTS))
    )
    return (
        '<div class="clinic ex-card" data-clinic="training" data-state="{}" role="group" '
        'aria-label="What does this curve say?"><form class="ex-inner" method="get">'
        '<p class="clinic-field"><label for="clinic-log">Your log</label>'
        '<textarea id="clinic-log" name="log" rows="5" autocomplete="off" autocapitalize="off" '
        f'spellcheck="false" placeholder="{PLACEHOLDER}" '
        'aria-describedby="clinic-log-hint clinic-log-note" disabled></textarea>'
        '<span class="clinic-hint" id="clinic-log-hint">paste it as it is, or drop a file here'
        '</span><span class="ex-note" id="clinic-log-note" role="status"></span></p>'
        '<p class="clinic-file"><label for="clinic-file">Or choose a file</label>'
        '<input id="clinic-file" name="file" type="file" disabled></p>'
        f'<div class="clinic-facts">{facts}</div>'
        '<div class="ex-row clinic-examples"><span class="ex-label">Try the patients of '
        f"chapter 8</span>{patients}</div></form></div>"
        "<noscript><p>The box needs JavaScript. A terminal does not.</p></noscript>"
    )


def patient(case):
    """One of the trainings of chapter 8's clinic, as a log."""
    series = ("epochs", "training", "validation", "accuracy")
    rows = zip(*(case[name] for name in series), strict=True)
    return "\n".join(
        ["epoch,loss,val_loss,val_accuracy", *(",".join(map(str, row)) for row in rows)]
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


class AuditExample(Directive):
    """The code of a loss, and below it what an audit says of its last function."""

    has_content = True
    option_spec: ClassVar = {"like": directives.unchanged_required}

    def run(self):
        code = "\n".join(self.content)
        names = {}
        exec(code, names)
        *_, loss = (value for name, value in names.items() if isfunction(value))
        found = repr(audit(loss, like=self.options["like"]))
        return [
            nodes.literal_block(code, code, language="python"),
            nodes.literal_block(found, found, language="text", classes=["clinic-output"]),
        ]


def add_script(app, pagename, templatename, context, doctree):
    """Name the script where there is a door."""
    if "data-clinic=" in context.get("body", ""):
        context["course_scripts"].append(f"_static/{SCRIPT}")


def write_assets(app, exception):
    """Write the clinic's styles and script, where there is a clinic."""
    if exception or "clinic" not in app.env.found_docs:
        return
    static = Path(app.outdir) / "_static"
    (static / "clinic.css").write_text(page.stylesheet(), encoding="utf-8")
    patients = {"counts": class_counts(), "logs": [patient(case) for case in PATIENTS]}
    (static / SCRIPT).write_text(page.site_script(titles(), patients), encoding="utf-8")


def setup(app):
    app.add_directive("clinic-number", raw(number_door))
    app.add_directive("clinic-training", raw(training_door))
    app.add_directive("clinic-audit", AuditExample)
    app.add_directive("clinic-numbers", raw(number_table))
    app.add_css_file("clinic.css")
    # The script after the page's own were chosen; the styles before they are joined.
    app.connect("html-page-context", add_script, priority=950)
    app.connect("build-finished", write_assets, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
