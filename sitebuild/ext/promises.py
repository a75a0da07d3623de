"""On the page for teachers: what each chapter promises, and where it is kept."""

import re

from docutils import nodes
from sphinx.errors import ExtensionError

from lossfns.quiz import load_bank
from sitebuild.ext.present import heading
from sitebuild.promises import table

PLACE = re.compile(r'<div class="promises" data-chapters="(\d+)">')


def show_promises(app, document, docname):
    """Put the tables of a number's chapters (7: 7, 7a, …) where the page has their place."""
    for raw in list(document.findall(nodes.raw)):
        if found := PLACE.match(raw.astext().strip()):
            bank = load_bank()
            number = re.compile(rf"0*{found[1]}[a-z]?_")
            chapters = [one for one in bank.chapters if number.match(one)]
            if not chapters:
                raise ExtensionError(f"{docname}: no chapter {found[1]} promises anything")

            def formula(latex):
                return app.katex.render(latex, False, docname)

            shown = "".join(table(bank, one, heading(app), formula) for one in chapters)
            raw.replace_self(nodes.raw("", shown, format="html"))


def setup(app):
    app.connect("doctree-resolved", show_promises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
