"""The quiz on the site: formulas rendered, scripts where they are needed, exports to download."""

import html
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from lossfns import quiz
from lossfns.quiz import BANK
from lossfns.quiz.exports import write_exports
from lossfns.quiz.markup import for_site, mathml
from sitebuild.changed import last_change
from sitebuild.paths import NODE_MODULES

FSRS = NODE_MODULES / "ts-fsrs"
FORMULA = re.compile(r'<span class="quiz-math" data-latex="([^"]*)">.*?</span>', re.DOTALL)
QUESTIONS = "_static/questions"
EVERY = "Every question"
READ_SO = (
    "All questions of the course, chapter by chapter, each with its answer folded beneath. "
    'The <a href="review.html">review page</a> asks them one by one, when it is time.'
)
SCRIPTS = {
    'data-quiz="page"': "quiz.js",
    'data-quiz="prediction"': "quiz.js",
    'data-quiz="review"': "review.js",
}


def render_formulas(body, render):
    """A page's HTML with every formula of its questions replaced by ``render(latex)``."""
    return FORMULA.sub(lambda match: render(html.unescape(match[1])), body)


def bank_time():
    """When the bank last changed: with lossfns, which computes its numbers and writes its cards."""
    return last_change(BANK.parents[1])


class Review(Directive):
    """What the review page's script needs to know of the bank, whose questions it asks."""

    def run(self):
        content = quiz.review_html(quiz.load_bank(), formula=for_site)
        return [nodes.raw("", content, format="html")]


def questions_page(app):
    """Every question on one page, for those without scripts; and each chapter's, for the others.

    A chapter's are laid down as HTML, so that their inline styles are moved as a page's are.
    """
    if "review" not in app.env.found_docs:
        return
    bank = quiz.load_bank()
    parts = [f"<h1>{EVERY}</h1>", f"<p>{READ_SO}</p>"]
    folder = Path(app.outdir, QUESTIONS)
    folder.mkdir(parents=True)
    for chapter, title in bank.chapters.items():
        forms = quiz.questions_html(bank, chapter, formula=for_site)
        forms = render_formulas(forms, lambda latex: app.katex.render(latex, False, "questions"))
        (folder / f"{chapter}.html").write_text(forms, encoding="utf-8")
        plain = quiz.questions_html(bank, chapter, formula=mathml, asked=False)
        heading = f'<h2 id="{nodes.make_id(chapter)}">{html.escape(title)}</h2>'
        parts.append(f'{heading}\n<div class="quiz ex-card">\n{plain}\n</div>')
    yield "questions", {"title": EVERY, "body": "\n".join(parts)}, "page.html"


def write_scripts(app, exception):
    """Turn each chapter's questions into the script that brings them to the review page."""
    if exception:
        return
    for path in sorted(Path(app.outdir, QUESTIONS).glob("*.html")):
        script = quiz.question_script(path.stem, path.read_text(encoding="utf-8"))
        path.with_suffix(".js").write_text(script, encoding="utf-8")
        path.unlink()


def scripts_of(body):
    """The scripts that ask the questions of a page."""
    return list(dict.fromkeys(f"_static/{name}" for mark, name in SCRIPTS.items() if mark in body))


def add_formulas(app, pagename, templatename, context, doctree):
    """Render the formulas of a page's questions."""
    body = context.get("body", "")
    if scripts_of(body):
        context["body"] = render_formulas(
            body, lambda latex: app.katex.render(latex, False, pagename)
        )


def add_scripts(app, pagename, templatename, context, doctree):
    """Name the scripts that ask the questions of a page."""
    context["course_scripts"] += scripts_of(context.get("body", ""))


def write_assets(app, exception):
    """Write the quiz's styles and scripts, and the bank for other systems."""
    if exception:
        return
    static = Path(app.outdir) / "_static"
    library = (FSRS / "dist" / "index.mjs").read_text(encoding="utf-8")
    licence = (FSRS / "LICENSE").read_text(encoding="utf-8")
    (static / "quiz.css").write_text(quiz.stylesheet(), encoding="utf-8")
    (static / "quiz.js").write_text(quiz.site_script(), encoding="utf-8")
    (static / "review.js").write_text(quiz.review_script(library, licence), encoding="utf-8")
    write_exports(quiz.load_bank(), Path(app.outdir, "question-bank"), time=bank_time())


def setup(app):
    app.add_directive("review-questions", Review)
    app.add_css_file("quiz.css")
    # Formulas before the assets are chosen, for they need a stylesheet; scripts after.
    app.connect("html-page-context", add_formulas, priority=850)
    app.connect("html-page-context", add_scripts, priority=950)
    app.connect("html-collect-pages", questions_page)
    app.connect("build-finished", write_assets, priority=850)
    # After the inline styles have moved.
    app.connect("build-finished", write_scripts, priority=955)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
