"""A page that asks for one prediction of each kind, as the site serves it."""

import shutil

from lossfns import explorers, quiz
from lossfns.quiz import read_predictions
from lossfns.quiz._html import prediction_html
from lossfns.quiz.markup import delimited
from lossfns.web.palette import page_palette
from sitebuild.paths import BOOK

ASKED = """
[[prediction]]
id = "loudest-guess"
kind = "single"
prompt = "Where is it loudest?"
[[prediction.options]]
text = "At $p = 0$"
feedback = "The more wrong, the louder: so it should be."
correct = true
[[prediction.options]]
text = "At *one half*"
feedback = "In the middle the curve is steepest."

[[prediction]]
id = "size-guess"
kind = "numeric"
prompt = "How large is it?"
key = { call = "squared_error_grad", args = [2.5, 3.0], digits = 1 }
tolerance = 0.01
feedback = "Twice the error."
otherwise = "The error, perhaps, or its square."
[[prediction.slips]]
value = { call = "squared_error", args = [2.5, 3.0], digits = 2 }
feedback = "The loss itself."

[[prediction]]
id = "direction-guess"
kind = "sign"
prompt = "Which way does it point?"
key = { call = "squared_error_grad", args = [2.5, 3.0] }
signs = { negative = "Below.", zero = "At the bottom.", positive = "Where it should go." }

[[prediction]]
id = "shape-guess"
kind = "tick"
prompt = "Draw the curve."
"""
KINDS = {
    "single": "loudest-guess",
    "numeric": "size-guess",
    "sign": "direction-guess",
    "tick": "shape-guess",
}
PAGE = """<!doctype html>
<html lang="en" class="no-js" data-content_root="./">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Predictions</title>
<link rel="stylesheet" href="page.css">
<body>
<script src="theme.js"></script>
<main><h1>Predictions</h1><p><a href="#inside-size-guess">A link</a></p>{parts}<h2>Next</h2></main>
<script defer src="quiz.js"></script>
</body>
</html>
"""
PART = """<section><h2>Part</h2>
<blockquote class="aside-predict"><p><strong>Predict.</strong> What will come?</p></blockquote>
<div class="cell"><div class="cell_output">{form}</div></div>
<div class="held" id="held-{name}" hidden="until-found">
<p>The answer to {name}. <a id="inside-{name}" href="#held-{name}">A place inside.</a></p>
</div></section>
"""


def read(folder, text=ASKED, page="01_page"):
    """Predictions read from a file of this text."""
    folder.mkdir(exist_ok=True)
    (folder / f"{page}.toml").write_text(text, encoding="utf-8")
    return read_predictions(folder)


def write_page(folder):
    """Lay the page and all that it loads into a folder."""
    predictions = read(folder / "bank")
    parts = [
        PART.format(form=prediction_html(one, formula=delimited), name=name)
        for name, one in predictions.items()
    ]
    (folder / "guess.html").write_text(PAGE.format(parts="\n".join(parts)), encoding="utf-8")
    (folder / "quiz.js").write_text(quiz.site_script(), encoding="utf-8")
    shutil.copyfile(BOOK / "_static" / "theme.js", folder / "theme.js")
    styles = [
        explorers.stylesheet(),
        page_palette(),
        # The theme's own rule for what is hidden.
        "[hidden] { display: none; } body { margin: 1rem 1rem 50rem; color-scheme: light dark; }",
        "body { background: Canvas; color: CanvasText; } a { color: LinkText; }",
        (BOOK / "_static" / "site.css").read_text(encoding="utf-8"),
        quiz.stylesheet(),
    ]
    (folder / "page.css").write_text("\n".join(styles), encoding="utf-8")
    (folder / "favicon.ico").write_bytes(b"")
