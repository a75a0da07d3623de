"""The landing page's opening: two losses, one slider, and what each of them pushes with."""

import numpy as np
from docutils import nodes
from sphinx.transforms import SphinxTransform

import lossfns

PLACE = '<div class="opening"></div>'
SCRIPT = "opening.js"
STATED, SUPPOSED = 0.2, 0.01
CAPTION = "How hard its one score, “cat or not”, is pushed up"
LOSSES = {
    "mse": ("Squared error", lossfns.sigmoid_squared_error_grad),
    "ce": ("Cross-entropy", lossfns.sigmoid_binary_cross_entropy_grad),
}


def push(loss, probability):
    """How hard a loss pushes the cat's score up, when the cat was given this probability."""
    _, grad = LOSSES[loss]
    return float(-grad(np.log(probability / (1 - probability)), 1))


def _bar(loss):
    name, size = LOSSES[loss][0], push(loss, STATED)
    return (
        f'<div class="opening-push" data-loss="{loss}"><span>{name}</span>'
        '<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{size:.4f}" height="1"/></svg><output>{size:.2f}</output></div>'
    )


def _row(probability):
    sizes = "".join(f"<td>{push(loss, probability):.2f}</td>" for loss in LOSSES)
    return f"<tr><th>{probability:g}</th>{sizes}</tr>"


def opening():
    """The opening as HTML: alive with its script, a table where scripts are off."""
    names = "".join(f"<th>{name}</th>" for name, _ in LOSSES.values())
    return (
        '<div class="opening" data-opening>'
        '<div class="opening-live"><label for="opening-belief">Belief in the cat: '
        f"<output>{STATED:.2f}</output></label>"
        '<input id="opening-belief" type="range" min="0.01" max="0.99" step="0.01" '
        f'value="{STATED}" disabled>'
        f'<p class="opening-caption">{CAPTION}</p>'
        f"{''.join(map(_bar, LOSSES))}"
        '<p class="opening-said">Take the slider to 0.01.</p></div>'
        f'<table class="opening-table"><caption>{CAPTION}</caption>'
        f"<thead><tr><th>the cat got</th>{names}</tr></thead>"
        f"<tbody>{_row(STATED)}{_row(SUPPOSED)}</tbody></table></div>"
    )


class Opening(SphinxTransform):
    """Put the opening where the page has its place."""

    default_priority = 400

    def apply(self, **kwargs):
        for node in list(self.document.findall(nodes.raw)):
            if node.astext().strip() == PLACE:
                node.replace_self(nodes.raw("", opening(), format="html"))


def add_script(app, pagename, templatename, context, doctree):
    if "data-opening" in context.get("body", ""):
        context["course_scripts"].append(f"_static/{SCRIPT}")


def setup(app):
    app.add_transform(Opening)
    # After the page's own scripts were chosen.
    app.connect("html-page-context", add_script, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
