"""What is added in one place and forgotten in another is named here, with the place."""

import ast
import inspect
import re

import numpy as np
import pytest
from docutils.nodes import make_id

import lossfns
from lossfns import check_gradient
from lossfns.checks import exercise_ids
from lossfns.checks._registry import EXERCISES
from lossfns.explorers import EXPLORERS
from lossfns.quiz import load_bank, load_predictions
from lossfns.quiz._html import TASKS
from lossfns.quiz._schema import KINDS, READ
from sitebuild.notebooks import chapters
from sitebuild.paths import BOOK, ROOT
from tests.explorers import test_maths
from tests.explorers.cards import KEYS, NAMED_STATES, STATES
from tests.maths.losses import LOSSES, WHOLE
from tests.quiz.test_browser import ONE_OF_EACH
from tests.quiz.test_questions import VALID

GRADIENTS = {name.removesuffix("_grad") for name in lossfns.__all__ if name.endswith("_grad")}


# Losses


def test_every_public_gradient_is_in_the_shared_properties():
    shared = {loss.name for loss in LOSSES} | set(WHOLE)
    assert shared == GRADIENTS, "list a new loss in tests/maths/losses.py: LOSSES, or else WHOLE"


def test_every_public_loss_has_its_gradient_beside_it():
    losses = {name for name in lossfns.__all__ if re.search(r"_(loss|error)$", name)}
    assert losses <= GRADIENTS, "a loss needs <loss>_grad"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", WHOLE)
def test_gradient_of_a_whole_batch_is_the_slope_of_its_loss(name, seed):
    (first, *others), knobs = WHOLE[name](np.random.default_rng(seed))
    loss, gradient = getattr(lossfns, name), getattr(lossfns, f"{name}_grad")

    def slope(x):
        found = gradient(x, *others, **knobs)
        return found[0] if isinstance(found, tuple) else found

    check_gradient(lambda x: loss(x, *others, **knobs), slope, first)


# Pages


def promising():
    """Every chapter that says what its reader can do afterwards."""
    texts = [path for path in chapters() if path.parent == BOOK]
    return {path.stem for path in texts if "After this" in path.read_text(encoding="utf-8")}


def test_every_page_that_promises_has_questions_and_objectives():
    bank = load_bank()
    assert promising() == set(bank.chapters), "lossfns/quiz/bank/NAME.toml, and objectives.toml"
    promised = {objective.chapter for objective in bank.objectives.values()}
    assert promised == set(bank.chapters), "lossfns/quiz/bank/objectives.toml"


def test_every_promise_is_taught_by_a_section_of_its_chapter():
    for objective in load_bank().objectives.values():
        text = (BOOK / f"{objective.chapter}.md").read_text(encoding="utf-8")
        sections = {make_id(title) for title in re.findall(r"^##+ (.+)$", text, re.M)}
        assert objective.section in sections, f"{objective.id}: see objectives.toml"


def test_every_exercise_practises_a_promise():
    named = {one for objective in load_bank().objectives.values() for one in objective.exercises}
    assert named == set(EXERCISES), "lossfns/quiz/bank/objectives.toml"


PREDICT = re.compile(r"^> \*\*Predict\.\*\* .*\n(?:> ?.*\n)*", re.M)
ASKING = re.compile(
    r"```\{code-cell\} python\n(?::tags: .*\n\n?)?"
    r'(?:from lossfns\.quiz import predict\n\n)?predict\("([\w-]+)"\)\n```\n'
)


@pytest.mark.parametrize("page", sorted(promising()))
def test_every_prediction_of_a_page_takes_an_answer_and_the_other_way_round(page):
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    boxes = [(box[0], ASKING.match(text, box.end() + 1)) for box in PREDICT.finditer(text)]
    missing = [box for box, asking in boxes if asking is None]
    assert not missing, f'book/{page}.md: a cell with predict("...") right below'
    asked = [asking[1] for _, asking in boxes]
    assert asked == re.findall(r'^predict\("([\w-]+)"\)$', text, re.M), "a box for each cell"
    known = [name for name, one in load_predictions().items() if one.chapter == page]
    assert asked == known, f"lossfns/quiz/predictions/{page}.toml, in the page's order"


def test_every_file_of_predictions_has_its_page():
    assert {one.chapter for one in load_predictions().values()} <= promising()


def test_every_exercise_page_has_its_checks_and_the_other_way_round():
    pages = sorted(int(path.stem[2:4]) for path in (BOOK / "exercises").glob("ex*.md"))
    checked = sorted({EXERCISES[name].chapter for name in exercise_ids()})
    assert pages == checked, (
        "book/exercises/exNN_name.md, and lossfns/checks/_registry.py: CHAPTERS"
    )


# Explorers


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda explorer: explorer.component)
def test_every_explorer_stands_wherever_explorers_are_listed(explorer):
    name = explorer.component
    gallery = (BOOK / "explorers.md").read_text(encoding="utf-8")
    assert f"{explorer.__name__}(" in gallery, "book/explorers.md"
    assert name in STATES, "tests/explorers/cards.py: STATES"
    script = (explorer._static / f"{name}.mjs").read_text(encoding="utf-8")
    keys = dict(re.findall(r'(\w+): \{\s*key: "(\w+)"', script))
    assert keys == KEYS.get(name, {}), (
        "tests/explorers/cards.py: KEYS (old links must go on working)"
    )
    names_curves = "linePlot" in script and "named: false" not in script
    assert names_curves == (name in NAMED_STATES), "tests/explorers/cards.py: NAMED_STATES"


def test_every_function_of_the_explorers_maths_is_compared_with_lossfns():
    maths = (EXPLORERS[0]._static / "maths.mjs").read_text(encoding="utf-8")
    exported = re.findall(r"\w+", re.search(r"export \{([^}]*)\};", maths)[1])
    tested = inspect.getsource(test_maths)
    missing = [name for name in exported if name not in tested]
    assert not missing, "tests/explorers/test_maths.py"


# Questions


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_stands_wherever_kinds_are_listed(kind):
    assert kind in READ, "lossfns/quiz/_schema.py: READ"
    assert kind in TASKS, "lossfns/quiz/_html.py: TASKS"
    assert kind in VALID, "tests/quiz/test_questions.py: VALID"
    assert kind in ONE_OF_EACH, "tests/quiz/test_browser.py: ONE_OF_EACH"
    asked = {question.kind for question in load_bank().questions.values()}
    assert kind in asked, "lossfns/quiz/bank: a question of this kind"
    if kind == "card":  # its reader judges it
        return
    scripts, tests = ROOT / "lossfns" / "quiz" / "static", ROOT / "tests" / "quiz"
    for path, place in (
        (scripts / "ask.mjs", f"\\b{kind}\\b"),
        (scripts / "grade.mjs", f"\n  {kind}: grade"),
        (tests / "grade.test.mjs", f'"{kind}"'),
    ):
        assert re.search(place, path.read_text(encoding="utf-8")), path


# Rooms


def imported(path):
    """The modules that a file imports, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(dotted):
    parts = dotted.split(".")
    return ".".join(parts[:2]) if (ROOT.joinpath(*parts[:2])).is_dir() else parts[0]


def modules():
    for top in ("lossfns", "sitebuild", "benchmarks"):
        for path in (ROOT / top).rglob("*.py"):
            yield path, ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_nothing_imports_another_rooms_private_module():
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, here in modules()
        for name in imported(path)
        if name.startswith(("lossfns.", "sitebuild."))
        and any(part.startswith("_") for part in name.split(".")[1:-1])
        and room(name) not in (room(here), "lossfns")
    ]
    assert not wrong


def test_scripts_import_from_their_own_room_and_the_shared_one_only():
    for path in (ROOT / "lossfns").rglob("*.mjs"):
        for source in re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8")):
            imported = (path.parent / source).resolve().relative_to(ROOT / "lossfns")
            own = path.relative_to(ROOT / "lossfns").parts[0]
            assert imported.parts[0] in (own, "web"), f"{path}: {source}"


def test_the_maths_needs_none_of_the_rooms():
    rooms = {path.name for path in (ROOT / "lossfns").iterdir() if path.is_dir()}
    maths = set((ROOT / "lossfns").glob("*.py")) - {ROOT / "lossfns" / "__main__.py"}
    for path in maths:
        for name in imported(path):
            assert name.split(".")[1:2] not in [[each] for each in rooms], f"{path.name}: {name}"
