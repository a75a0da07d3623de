"""The exercise notebooks: stubs say "not attempted"; filled with our solutions all are correct."""

import ast
import re
from collections import Counter
from urllib.parse import unquote

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from nbclient import NotebookClient

from lossfns.checks import catalogue, exercise_ids, question, solution
from lossfns.checks._registry import EXERCISES
from lossfns.judging.display import inline
from lossfns.judging.misconceptions import MISCONCEPTIONS
from sitebuild import notebooks as tool
from sitebuild.ext.exercises import Solutions
from sitebuild.ext.pages import binder
from tests.browser import HTML

TEXTS = [text for text in tool.chapters() if text.parent.name == "exercises"]
CHECK = re.compile(r'^(?:result = )?check\("(?P<id>[\w.]+)", (?P<name>\w+)\)', re.M)
PLAIN_AND_HTML = {"text/plain", "text/html"}

per_notebook = pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)


def stored(text):
    return nbformat.read(tool.notebook_path(text), as_version=4)


def checks(notebook):
    """Each cell that checks an exercise, with the match that names it."""
    found = ((cell, CHECK.search(cell.source)) for cell in notebook.cells)
    return [(cell, match) for cell, match in found if cell.cell_type == "code" and match]


def shown(cell):
    """What a cell shows as its result, as plain text."""
    results = [output for output in cell.outputs if "data" in output]
    assert len(results) == 1
    return results[0].data


def test_every_exercise_stands_in_the_notebook_of_its_chapter():
    found = {text.stem[2:4]: [m["id"] for _, m in checks(stored(text))] for text in TEXTS}
    expected = {}
    for exercise in EXERCISES.values():
        expected.setdefault(f"{exercise.chapter:02}", []).append(exercise.id)
    assert found == expected


@per_notebook
def test_stub_runs_and_says_that_it_was_not_attempted(text):
    for cell, match in checks(stored(text)):
        data = shown(cell)
        assert data["text/plain"].startswith("○ Not attempted yet."), match["id"]
        assert set(data) == PLAIN_AND_HTML


@per_notebook
def test_stub_has_the_solutions_name_and_arguments(text):
    for cell, match in checks(stored(text)):
        exercise = EXERCISES[match["id"]]
        assert match["name"] == exercise.name
        if exercise.question:
            answer = ast.parse(cell.source).body[0].value
            assert len(answer.elts) == len(exercise.reference(*exercise.probes()[0]))
        else:
            signature = solution(exercise.id, give_up=True).source.splitlines()[0]
            assert cell.source.splitlines()[0] == signature


@per_notebook
def test_each_exercise_has_its_hints_folded_below_it_and_its_time_above(text):
    notebook = stored(text)
    cells = notebook.cells
    for cell, match in checks(notebook):
        exercise = EXERCISES[match["id"]]
        place = cells.index(cell)
        below = cells[place + 1]
        assert below.source == f'hint("{exercise.id}")'
        assert shown(below)["text/html"].count("<details>") == 3
        above = [other for other in cells[:place] if other.cell_type == "markdown"][-1]
        if exercise.question:
            assert cells[place - 1].source == f'question("{exercise.id}")'
            assert shown(cells[place - 1])["text/plain"] == repr(question(exercise.id))
        assert f"*{exercise.minutes} minutes*" in above.source.replace(".*", "*")


@per_notebook
def test_notebook_ends_with_five_minutes_by_hand(text):
    notebook = stored(text)
    headings = [
        cell.source.splitlines()[0] for cell in notebook.cells if cell.source.startswith("## ")
    ]
    assert headings[-1] == "## Apply now (5 minutes)"
    assert checks(notebook)[-1][1]["id"].endswith(".by_hand")


@per_notebook
def test_no_solution_stands_in_the_notebook(text):
    prose = nbformat.writes(stored(text))
    for _, match in checks(stored(text)):
        exercise = EXERCISES[match["id"]]
        body = solution(exercise.id, give_up=True).source.splitlines()[-1].strip()
        assert body not in prose


def filled(notebook):
    """The notebook as someone would leave it who gave our solutions."""
    for cell, match in checks(notebook):
        exercise = EXERCISES[match["id"]]
        tail = cell.source[match.start() :]
        if exercise.question:
            values = exercise.reference(*exercise.probes()[0])
            answer = ", ".join(str(float(value)) for value in values)
            cell.source = f"answer = ({answer})\n\n{tail}"
        else:
            cell.source = f"{solution(exercise.id, give_up=True).source}\n\n\n{tail}"
    return notebook


@per_notebook
def test_notebook_filled_with_our_solutions_is_all_correct(text, tmp_path):
    notebook = filled(stored(text))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell, match in checks(notebook):
        assert shown(cell)["text/plain"].startswith("✓ Correct"), match["id"]
    printed = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())
    )
    assert "First make" not in printed


def test_ids_are_in_the_order_of_the_notebooks():
    assert list(exercise_ids()) == [m["id"] for text in TEXTS for _, m in checks(stored(text))]


FAULTS = {
    "mse.value": (
        "def mean_squared_error(p, t):\n    print(len(p))\n    return p / p[9]",
        "⚠",
    ),
    "mse.gradient": ("def mse_gradient(p, t):\n    import sys\n    sys.exit(1)", "⚠"),
    "mse.column": ("def mse_of_column(p, column):\n    while True:\n        pass", "⚠"),
    "mse.best_constants": ("def best_constants(targets):\n    return targets", "✗"),
}


def test_faults_of_a_learner_are_told_in_a_real_kernel(tmp_path):
    notebook = stored(TEXTS[0])
    for cell, match in checks(notebook):
        if match["id"] in FAULTS:
            cell.source = f"{FAULTS[match['id']][0]}\n\n{cell.source[match.start() :]}"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    verdicts = {m["id"]: shown(cell)["text/plain"] for cell, m in checks(notebook)}
    for exercise_id, (_, mark) in FAULTS.items():
        assert verdicts[exercise_id].startswith(mark), verdicts[exercise_id]
    assert "In your code: line 3: `return p / p[9]`" in verdicts["mse.value"]
    assert "Your code printed: 2" in verdicts["mse.value"]
    assert "SystemExit: 1" in verdicts["mse.gradient"]
    assert "still running after 5 seconds" in verdicts["mse.column"]
    assert verdicts["mse.line"].startswith("○"), "what comes after goes on"


# The way from a chapter to its exercises and back, and how long they take

MINUTES = Counter()
for exercise in EXERCISES.values():
    MINUTES[exercise.chapter] += exercise.minutes

CHAPTERS = {
    text: sorted(tool.BOOK.glob(f"{text.stem[2:4]}_*.md"))
    + sorted(tool.BOOK.glob(f"{text.stem[2:4]}[a-z]_*.md"))
    for text in TEXTS
}
# These workshops have no exercise of their own.
WITHOUT = {"07e_detection", "07g_autograd", "07h_the_bill"}
TO_EXERCISES = re.compile(r"\]\((exercises/[^)#]+)#?([^)]*)\)[^.]*?,? (?:take )?(\d+) minutes")


def end_of(page):
    """The text below a page's last cell."""
    return page.read_text(encoding="utf-8").rpartition("```")[2]


def anchor(heading):
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def sections(text):
    """The ids of the exercises of a notebook, by the anchor of the heading above each."""
    found, heading = {}, None
    for cell in tool.convert(text).cells:
        if cell.cell_type == "markdown" and (line := re.search(r"^## (.+)$", cell.source, re.M)):
            heading = anchor(line[1])
        elif match := CHECK.search(cell.source):
            found[heading] = match["id"]
    return found


@per_notebook
def test_page_says_how_long_its_exercises_take_together(text):
    said = re.search(r"belong to\s+\[chapter \d\][^:]*: (\d+) minutes", text.read_text("utf-8"))
    assert said, "no minutes beside the chapter"
    assert int(said[1]) == MINUTES[int(text.stem[2:4])]


@pytest.mark.parametrize(
    ("text", "chapter"),
    [(text, page) for text, pages in CHAPTERS.items() for page in pages],
    ids=lambda path: path.stem,
)
def test_chapter_ends_with_its_exercises_and_they_lead_back(text, chapter):
    links = TO_EXERCISES.findall(end_of(chapter))
    if chapter.stem in WITHOUT:
        assert links == []
        return
    assert f"](../{chapter.name})" in end_of(text)
    number = int(text.stem[2:4])
    for target, section, minutes in links:
        assert target == f"exercises/{text.name}"
        exercise = EXERCISES.get(sections(text).get(section))
        assert int(minutes) == (exercise.minutes if section else MINUTES[number])
    assert links, "no link, or no minutes beside it"


def test_each_workshops_exercise_is_linked_from_its_workshop():
    text = TEXTS[-1]
    linked = [
        section for page in CHAPTERS[text] for _, section, _ in TO_EXERCISES.findall(end_of(page))
    ]
    assert sorted(filter(None, linked)) == sorted(sections(text))


@pytest.mark.parametrize(
    ("page", "words"),
    [("index.md", "{}–{} each"), ("teachers.md", "{} to {} minutes a chapter")],
)
def test_page_says_how_long_the_exercises_of_a_chapter_take(page, words):
    text = (tool.BOOK / page).read_text(encoding="utf-8")
    assert words.format(min(MINUTES.values()), max(MINUTES.values())) in text


def test_teachers_find_their_page_the_question_bank_and_the_licence():
    index, page = (
        (tool.BOOK / name).read_text(encoding="utf-8") for name in ("index.md", "teachers.md")
    )
    assert "](teachers.md)" in index
    for needed in ("](review.md#take-the-questions-with-you)", "CC BY 4.0", "BSD-3-Clause"):
        assert needed in page


@pytest.mark.parametrize("text", tool.chapters(), ids=lambda path: path.stem)
def test_page_with_a_slow_cell_says_so_at_its_top_too(text):
    top, *rest = text.read_text(encoding="utf-8").split("```{code-cell}")
    slow = any("can take a minute or more" in part.rpartition("```")[2] for part in rest)
    assert ("Running all its cells can take a few minutes" in top) == slow


def test_page_for_teachers_says_what_the_definitions_say():
    path = tool.BOOK / "teachers.md"
    pages = "".join(
        output.data["text/html"]
        for cell in stored(path).cells
        for output in cell.get("outputs", ())
        if "data" in output
    )
    for exercise in EXERCISES.values():
        assert f">{inline(f'`{exercise.id}`')}</td>" in pages
        assert f">{inline(exercise.objective)}</td>" in pages
        for mutant in exercise.mutants:
            assert inline(MISCONCEPTIONS[mutant.misconception].title) in pages


def test_chapter_without_exercises_is_refused():
    with pytest.raises(ValueError, match=r"chapter must be .* got 9"):
        catalogue(9)


# On the site


def cell_node(code, kind="cell"):
    return nodes.container("", nodes.literal_block(code, code), classes=[kind])


def test_solution_is_folded_below_the_hints_of_its_exercise():
    document = new_document("page")
    document += [cell_node('hint("mse.value")\n'), cell_node("hint(1)"), cell_node("x", "other")]
    Solutions(document).apply()
    first, *others = document.children
    opening, code, closing = first.children[1:]
    assert opening.astext().startswith("<details")
    assert code.astext() == solution("mse.value", give_up=True).source
    assert code["language"] == "python"
    assert closing.astext() == "</details>"
    assert [len(other.children) for other in others] == [1, 1]


def test_every_exercise_on_the_site_has_its_solution_folded(site):
    pages = sorted((HTML / "exercises").glob("*.html"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        notebook = nbformat.read(tool.NOTEBOOKS / "exercises" / f"{page.stem}.ipynb", as_version=4)
        solutions = text.count('<details class="solution" id="solution-')
        assert solutions == len(checks(notebook)), page.stem
        assert "<details open" not in text


@per_notebook
def test_launch_link_lands_in_the_exercise_notebook(text):
    path = tool.notebook_path(text).relative_to(tool.NOTEBOOKS).as_posix()
    link = binder("https://github.com/someone/course", "main", path)
    place = unquote(link.split("urlpath=")[1]).removeprefix("lab/tree/")
    assert tool.ROOT / place == tool.notebook_path(text)
