"""The explorers' Python half, and their JavaScript's numbers against lossfns."""

import base64
import html
import itertools
import json
import math
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
import traitlets

import lossfns
from lossfns.explorers import (
    EXPLORERS,
    ClinicExplorer,
    LossExplorer,
    SofteningExplorer,
    explore_loss,
    site_script,
    stylesheet,
)
from lossfns.explorers._base import normalised
from lossfns.explorers._clinic import CASES, train
from lossfns.explorers._data import DATA, load
from lossfns.explorers._floats import DTYPES, float_table, naive_loss
from lossfns.explorers._join import STATIC, JoinError, join, widget_module
from lossfns.explorers._races import LOSSES, RATES, STARTS, run_race, setting

ROOT = Path(__file__).resolve().parents[1]
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")


def node(*arguments):
    """Run Node in the project's root; what it prints."""
    result = subprocess.run(
        [NODE, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


def component_params(name):
    """The rules by which a component's controls and address read its traits."""
    code = f'import("./lossfns/explorers/static/{name}.mjs")'
    code += f".then((module) => console.log(JSON.stringify(module.{name}.params)))"
    return json.loads(node("--eval", code))


# --- the numbers -----------------------------------------------------------------------------


def as_json(value):
    """Numbers as JSON, with infinity and nan as text."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [as_json(item) for item in value]
    if isinstance(value, str):
        return value
    value = float(value)
    if math.isfinite(value):
        return value
    return str(value).replace("inf", "Infinity").replace("nan", "NaN")


def cases(function, *grids):
    """Rows of arguments and the value of a Python function there, over all combinations."""
    return [[as_json(given), as_json(function(*given))] for given in itertools.product(*grids)]


LOGITS = [*np.linspace(-12, 12, 97), -1e4, -800, -745, -710, -36.8, 36.8, 710, 800, 1e4]
PROBABILITIES = [*np.linspace(0.001, 0.999, 61), 1e-5, 1e-300, 1 - 1e-5, 1 - 1e-15]
NUMBERS = [*np.linspace(-30, 30, 41), -1e6, 1e-9, 1e6]
VECTORS = [
    (0.0, 2.0, 0.0),
    (0.5, 1.5, 0.9),
    (-6.0, 6.0, 0.1),
    (100.3, 99.2, 101.7),
    (1e4, -1e4, 0.0),
    tuple(np.log([0.01, 0.7, 0.29])),
    (2.0, 1.0, 0.5, -1.0, 0.1),
]
DISTRIBUTIONS = [(0.7, 0.2, 0.1), (1.0, 0.0, 0.0), (0.5, 0.5, 0.0), (1 / 3, 1 / 3, 1 / 3)]
DISTRIBUTIONS += [tuple(p) for p in np.random.default_rng(3).dirichlet([1, 1, 1], size=20)]
LABELS = [0, 1]
CLASSES = [0, 1, 2]


def maths_table():
    """For each function of maths.mjs, arguments and what lossfns computes."""

    def one_hot(logits, label):
        return np.eye(len(logits))[label]

    def squared_softmax(logits, label, jacobian):
        labels = one_hot(logits, label)
        return lossfns.softmax_squared_error_grad(np.array(logits), labels, jacobian=jacobian)

    def focal(logit, label, alpha, gamma):
        return lossfns.sigmoid_focal_loss(logit, label, alpha=alpha, gamma=gamma)

    def floor(smoothing, classes):
        return lossfns.entropy(lossfns.smooth_labels(np.eye(classes)[0], smoothing))

    def vector(function):
        return lambda logits, label: function(np.array(logits), one_hot(logits, label))

    elementwise = {
        "squaredError": "squared_error",
        "squaredErrorGrad": "squared_error_grad",
        "absoluteError": "absolute_error",
        "absoluteErrorGrad": "absolute_error_grad",
    }
    binary = {
        "sigmoidBinaryCrossEntropy": "sigmoid_binary_cross_entropy",
        "sigmoidBinaryCrossEntropyGrad": "sigmoid_binary_cross_entropy_grad",
        "sigmoidSquaredError": "sigmoid_squared_error",
        "sigmoidSquaredErrorGrad": "sigmoid_squared_error_grad",
    }
    pairs = {"crossEntropy": "cross_entropy", "klDivergence": "kl_divergence"}
    table = {js: cases(getattr(lossfns, py), NUMBERS, NUMBERS) for js, py in elementwise.items()}
    table |= {js: cases(getattr(lossfns, py), LOGITS, LABELS) for js, py in binary.items()}
    table |= {
        js: cases(getattr(lossfns, py), DISTRIBUTIONS, DISTRIBUTIONS) for js, py in pairs.items()
    }
    return table | {
        "direction": cases(lambda label: -1 if label else 1, LABELS),
        "entropy": cases(lossfns.entropy, DISTRIBUTIONS),
        "logit": cases(lambda p: np.log(p) - np.log1p(-p), PROBABILITIES),
        "logitsSquaredErrorGrad": cases(vector(lossfns.squared_error_grad), VECTORS, CLASSES),
        "miss": cases(lambda z, y: lossfns.sigmoid(-z if y else z), LOGITS, LABELS),
        "normalise": cases(normalised, [*VECTORS[:2], (0.0, 0.0), *DISTRIBUTIONS]),
        "sigmoid": cases(lossfns.sigmoid, LOGITS),
        "sigmoidFocalLoss": cases(focal, LOGITS, LABELS, [0.05, 0.25, 0.95], [0.0, 0.5, 2.0, 5.0]),
        "smoothedFloor": cases(floor, [0.0, 0.01, 0.1, 0.5, 0.9], [2, 3, 10, 100]),
        "softmax": cases(lossfns.softmax, VECTORS),
        "softmaxCrossEntropyGrad": cases(
            vector(lossfns.softmax_cross_entropy_grad), VECTORS, CLASSES
        ),
        "softmaxSquaredErrorGrad": cases(squared_softmax, VECTORS, CLASSES, ["exact", "diagonal"]),
        "softplus": cases(lossfns.softplus, LOGITS),
        "sum": cases(math.fsum, VECTORS),
        "surprisal": cases(lossfns.surprisal, [*PROBABILITIES, 0.0, 1.0]),
    }


def test_javascript_computes_what_lossfns_computes(tmp_path):
    """To 1e-12 relative, absolute below 1; every function of maths.mjs is in the table."""
    path = tmp_path / "table.json"
    path.write_text(json.dumps(maths_table()))
    assert int(node("tests/js/compare.mjs", path)) > 8000


def test_the_comparison_sees_a_difference(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"sigmoid": [[[0.0], 0.5 + 1e-11]]}))
    with pytest.raises(AssertionError, match=r"sigmoid\(\[0\]\) is 0\.5, lossfns says"):
        node("tests/js/compare.mjs", path)


def test_javascript_units():
    node("--test", *sorted((ROOT / "tests" / "js").glob("*.test.mjs")))


# --- joining ---------------------------------------------------------------------------------


def module(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def test_modules_are_joined_dependencies_first_and_once(tmp_path):
    module(tmp_path, "a.mjs", "const a = 1;\n\nexport { a };\n")
    module(tmp_path, "b.mjs", 'import { a } from "./a.mjs";\nconst b = a + 1;\n\nexport { b };\n')
    module(
        tmp_path,
        "c.mjs",
        '// Both.\nimport { a } from "./a.mjs";\nimport { b } from "./b.mjs";\n'
        "const c = a + b;\n\nexport { c };\n",
    )
    joined = join(["c.mjs", "b.mjs"], static=tmp_path)
    assert joined == "const a = 1;\nconst b = a + 1;\nconst c = a + b;\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("const a = 1;\n", r"x\.mjs:1: the last line must be one export statement.*const a = 1;"),
        ("export const a = 1;\n", r"x\.mjs:1: the last line must be one export"),
        ("export const a = 1;\nexport { a };\n", r"x\.mjs:1: only the last line may export"),
        ('const a = 1;\nimport { b } from "./b.mjs";\nexport { a };\n', r"x\.mjs:2: an import"),
        ('import b from "./b.mjs";\nexport { b };\n', r"x\.mjs:1: an import must stand on top"),
        ('import { b } from "b";\nexport { b };\n', r"x\.mjs:1: an import must stand on top"),
        ('import {\n  b } from "./b.mjs";\nexport { b };\n', r"x\.mjs:1: an import"),
        ('import { no } from "./b.mjs";\nexport { no };\n', r"x\.mjs: b\.mjs does not export no"),
        ('import { z } from "./z.mjs";\nexport { z };\n', r"z\.mjs: no such module"),
        ('import { b } from "./b.mjs";\nfunction taken() {}\nexport { b };\n', r"name taken is"),
        ("const a = `one\ntwo`;\nexport { a };\n", r"x\.mjs:1: a template may not span lines"),
        ('import { y } from "./x.mjs";\nexport { y };\n', r"circle: x\.mjs → x\.mjs"),
    ],
)
def test_a_module_that_breaks_the_house_rule_is_named(tmp_path, text, message):
    module(tmp_path, "b.mjs", "const taken = 0;\nconst b = 1;\nexport { b };\n")
    module(tmp_path, "x.mjs", text)
    with pytest.raises(JoinError, match=message):
        join(["x.mjs"], static=tmp_path)


def test_the_site_script_is_classic_and_small():
    script = site_script()
    assert not re.search(r"^\s*(import|export)\b", script, flags=re.MULTILINE)
    assert len(script.encode()) < 60_000
    assert "http" not in script.replace("http://www.w3.org/2000/svg", "")


def test_the_site_script_parses(tmp_path):
    path = tmp_path / "explorers.js"
    path.write_text(site_script(), encoding="utf-8")
    node("--check", path)


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_widget_module_has_one_export_named_default(tmp_path, explorer):
    text = widget_module(explorer.component)
    assert re.findall(r"^(?:import|export).*", text, flags=re.MULTILINE) == [
        f"export default {{ render: {explorer.component}.render }};"
    ]
    path = tmp_path / "widget.mjs"
    path.write_text(text, encoding="utf-8")
    node("--check", path)


def test_every_module_belongs_to_an_explorer_or_to_the_site():
    joined = site_script()
    for path in STATIC.glob("*.mjs"):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert lines[0].startswith("// "), f"{path.name} does not say what it is for"
        body = [line.strip() for line in lines if not line.startswith(("//", "import", "export"))]
        assert "\n".join(filter(None, body[:4])) in joined, f"{path.name} is in no script"


# --- traits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_python_and_javascript_keep_the_same_bounds(explorer):
    """A value that Python accepts can be shown and linked, and the reverse."""
    traits = explorer.class_traits(state=True)
    del traits["revealed"]
    params = component_params(explorer.component)
    assert sorted(params) == sorted(traits)
    for name, rule in params.items():
        trait = traits[name]
        if "options" in rule:
            assert tuple(rule["options"]) == trait.options
        else:
            assert (rule["min"], rule["max"]) == (trait.low, trait.high), name
            assert rule.get("whole", False) == trait.whole
        assert tuple(rule.get("size", ())) == getattr(trait, "sizes", ())


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_every_trait_refuses_what_is_out_of_range_by_name(explorer):
    for name, trait in explorer.class_traits(state=True).items():
        if hasattr(trait, "options"):
            wrong = ["nonsense", None, 17]
        else:
            wrong = [trait.low - 1, trait.high + 1, float("nan"), float("inf"), "1", None, True]
            if hasattr(trait, "sizes"):
                item = trait.low
                fewest, most = trait.sizes
                wrong = [[value] * fewest for value in wrong] + [[item] * (most + 1), [], 1.0]
        for value in wrong:
            with pytest.raises(traitlets.TraitError, match=rf"{explorer.__name__}\.{name} must be"):
                explorer(**{name: value})


def test_an_error_names_the_trait_and_the_range():
    with pytest.raises(traitlets.TraitError) as caught:
        LossExplorer(probability=2)
    assert str(caught.value) == (
        "LossExplorer.probability must be a number from 0.00001 to 0.99999, got 2"
    )
    with pytest.raises(traitlets.TraitError) as caught:
        LossExplorer(label=True)
    assert str(caught.value) == "LossExplorer.label must be one of 0, 1, got True"


def test_a_refused_value_leaves_the_old_one():
    explorer = LossExplorer(probability=0.3)
    with pytest.raises(traitlets.TraitError):
        explorer.probability = 0.0
    assert explorer.probability == 0.3


def test_traits_are_observed_and_linked_from_python():
    explorer = LossExplorer()
    slider = ipywidgets.FloatSlider(min=0.1, max=0.9, value=0.5)
    link = traitlets.link((slider, "value"), (explorer, "probability"))
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), "probability")
    slider.value = 0.7
    explorer.probability = 0.2
    assert seen == [0.7, 0.2]
    assert slider.value == 0.2
    link.unlink()


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_state_is_synced_with_the_browser(explorer):
    keys = set(explorer().keys)
    assert set(explorer.class_trait_names(state=True)) <= keys
    assert {"_esm", "_css"} <= keys


# --- what a stored notebook holds ------------------------------------------------------------


class Fallback(HTMLParser):
    """What a reader without scripts gets."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attributes))


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_stored_output_is_the_same_on_every_run(explorer):
    first, second = explorer()._repr_mimebundle_(), explorer()._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert first[0][kind] == second[0][kind]
    assert " object at 0x" not in first[0]["text/plain"]
    assert repr(explorer()) == first[0]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in first[0]


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_without_scripts_a_figure_and_a_table_remain(explorer):
    widget = explorer()
    text = widget._repr_mimebundle_()[0]["text/html"]
    found = Fallback(text)
    host = found.attributes["div"]
    assert host["class"] == "explorer"
    assert host["data-explorer"] == explorer.component
    state = json.loads(host["data-state"])
    for name, value in widget.state().items():
        assert state[name] == (list(value) if isinstance(value, tuple) else value)
    image = found.attributes["img"]
    picture = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 20_000
    assert int(image["width"]) > 0
    assert int(image["height"]) > 0
    assert len(image["alt"]) > 20
    assert found.tags.count("tr") > 2
    assert {"caption", "th", "td"} <= set(found.tags)
    assert not {"script", "style", "svg"} & set(found.tags)
    assert " on" not in re.sub(r'"[^"]*"', "", "".join(re.findall(r"<[^>]*>", text)))


def test_the_fallback_shows_the_numbers_of_lossfns():
    text = LossExplorer(probability=0.01)._html()
    for expected in ("0.9801", "−0.0196", "4.6052", "−0.9900"):
        assert f"<td>{expected}</td>" in text


def test_state_is_escaped():
    host = Fallback(LossExplorer()._html()).attributes["div"]
    assert html.escape(host["data-state"]) in LossExplorer()._html()


def extreme_states(explorer):
    """Every trait at both ends, and all at random."""
    traits = explorer.class_traits(state=True)
    ends = {}
    for name, trait in traits.items():
        if hasattr(trait, "options"):
            ends[name] = list(trait.options)
        elif hasattr(trait, "sizes"):
            ends[name] = [[end] * size for end in (trait.low, trait.high) for size in trait.sizes]
            ends[name].append([trait.high] + [trait.low] * (trait.sizes[0] - 1))
        else:
            ends[name] = [trait.low, trait.high]
    yield from ({name: value} for name, values in ends.items() for value in values)
    generator = np.random.default_rng(5)
    for _ in range(6):
        yield {name: values[generator.integers(len(values))] for name, values in ends.items()}


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_the_fallback_can_be_drawn_at_every_end_of_every_trait(explorer):
    """A teacher's stored notebook never fails because of the state it was left in."""
    for state in extreme_states(explorer):
        found = Fallback(explorer(**state)._html())
        assert "img" in found.tags, state


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_closed_explorer_no_longer_answers(explorer):
    widget = explorer()
    seen = []
    widget.observe(seen.append, "revealed")
    widget.revealed = True
    widget.unobserve_all()
    widget.close()
    widget.revealed = False
    assert len(seen) == 1
    assert widget.comm is None


# --- what the explorers claim ----------------------------------------------------------------


def test_the_claims_of_the_loss_explorer():
    """50.5 at p = .01, 75 and 11,014 at z = -5 and -10, squared error loudest at 1/3."""

    def ratio(z):
        ce = lossfns.sigmoid_binary_cross_entropy_grad(z, 1)
        return ce / lossfns.sigmoid_squared_error_grad(z, 1)

    assert round(ratio(LossExplorer(probability=0.01).logit), 1) == 50.5
    assert round(ratio(-5.0)) == 75
    assert round(ratio(-10.0)) == 11_014
    p = np.linspace(0.001, 0.999, 9999)
    nudges = lossfns.sigmoid_squared_error_grad(np.log(p / (1 - p)), np.ones_like(p))
    assert abs(p[nudges.argmin()] - 1 / 3) < 1e-4


def test_exact_squared_error_pushes_a_wrong_class_up_on_39_54_percent_of_the_simplex():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], size=400_000)
    labels = np.eye(3)[np.zeros(len(p), dtype=int)]
    nudges = lossfns.softmax_squared_error_grad(np.log(p), labels, jacobian="exact")
    share = (nudges[:, 1:] < 0).any(axis=1).mean()
    assert abs(share - (1 - np.pi / (3 * np.sqrt(3)))) < 0.003
    assert "1 - Math.PI / (3 * Math.sqrt(3))" in site_script()


def test_the_floor_of_smoothed_labels():
    assert round(SofteningExplorer(smoothing=0.1, classes=10).floor, 3) == 0.5
    assert round(SofteningExplorer(smoothing=1 / 9, classes=10).floor, 3) == 0.545


def test_easy_examples_hold_less_of_a_focal_loss():
    explorer = SofteningExplorer(easy=147)
    assert explorer.easy_share(alpha=0.5, gamma=2.0) < 0.02
    assert explorer.easy_share(alpha=0.5, gamma=0.0) > 0.5


# --- data computed beforehand ----------------------------------------------------------------


def test_the_data_are_small_and_valid():
    sizes = [path.stat().st_size for path in DATA.glob("*.json")]
    assert len(sizes) == 3
    assert sum(sizes) < 40_000


def test_the_float_table_is_what_numpy_computes_now():
    table, stored = float_table(), load("floats")
    assert table["limits"] == stored["limits"]
    assert table["logits"] == stored["logits"]
    for dtype in table["tables"]:
        np.testing.assert_allclose(
            np.array(table["tables"][dtype], dtype=float),
            np.array(stored["tables"][dtype], dtype=float),
            rtol=2e-3 if dtype == "float16" else 1e-3,
        )


def test_floats_fail_where_the_explorer_says():
    limits = load("floats")["limits"]
    assert [round(limits[dtype]["overflow"], 1) for dtype in DTYPES] == [11.1, 88.7, 709.8]
    assert [round(limits[dtype]["one"], 1) for dtype in DTYPES] == [7.6, 16.6, 36.7]
    logits = np.array([17.0, -40.0], dtype=np.float32)
    loss, nudge = naive_loss(logits, 1)
    assert np.isnan(loss[0])
    assert abs(loss[1] - 34.53878) < 1e-4
    assert nudge[1] == 0
    loss, nudge = naive_loss(np.array([-40.0]), 1)
    assert nudge[0] == 0


def test_where_the_naive_loss_holds_it_agrees_with_the_stable_one():
    logits = np.linspace(-30, 30, 61)
    for label in (0, 1):
        labels = np.full(logits.shape, label)
        loss, nudge = naive_loss(logits, label)
        np.testing.assert_allclose(
            loss, lossfns.sigmoid_binary_cross_entropy(logits, labels), rtol=1e-2, atol=1e-12
        )
        np.testing.assert_allclose(
            nudge, lossfns.sigmoid_binary_cross_entropy_grad(logits, labels), rtol=1e-2
        )


def test_a_race_is_what_training_gives_now():
    """One quick setting; rounding on another machine may move an image or two of 450."""
    run, stored = run_race("cross_entropy", "fresh", 0.3, True), load("race")
    kept = stored["races"][setting("cross_entropy", "fresh", 0.3, True)]
    assert np.abs(np.subtract(run["curves"], kept["curves"])).max() <= 10
    assert run["finish"] == kept["finish"]


def test_the_race_tells_what_its_question_claims():
    races = load("race")["races"]
    ce, mse = (races[setting(loss, "confidently_wrong", 0.1, True)]["finish"] for loss in LOSSES)
    assert all(18 <= epoch <= 22 for epoch in ce)
    assert min(mse) > 20 * max(ce)
    fresh = [races[setting(loss, "fresh", 0.1, True)]["finish"] for loss in LOSSES]
    assert 2 <= np.mean(fresh[1]) / np.mean(fresh[0]) <= 6


def test_every_offered_race_was_run():
    wanted = itertools.product(LOSSES, STARTS, RATES, (True, False))
    assert set(load("race")["races"]) == {setting(*choice) for choice in wanted}


def clinic(cause):
    case = next(case for case in load("clinic") if case["cause"] == cause)
    return [np.array(case[name], dtype=float) for name in ("training", "validation", "accuracy")]


def test_each_clinic_case_shows_its_symptom():
    training, _, accuracy = clinic("blank")
    assert np.abs(training - np.log(10)).max() < 0.02
    assert accuracy.max() < 0.15
    training, _, accuracy = clinic("twice")
    assert training.min() > np.log(1 + 9 / np.e)
    assert accuracy[-1] > 0.8
    training, _, _ = clinic("naive")
    assert np.isfinite(training[0])
    assert np.isnan(training[-1])
    training, _, _ = clinic("signed")
    assert training[-1] < 0
    _, validation, accuracy = clinic("overconfident")
    lowest = validation.argmin()
    assert validation[-1] > 1.2 * validation[lowest]
    assert accuracy[-1] >= accuracy[lowest]
    training, _, accuracy = clinic("smoothed")
    assert 0.5 < training[-1] < 0.6
    assert accuracy[-1] > 0.9


def test_a_clinic_case_is_what_training_gives_now():
    curves = train(**CASES["naive"])
    training, _, accuracy = clinic("naive")
    np.testing.assert_allclose(curves["training"][:6], training[:6], rtol=1e-3)
    assert curves["accuracy"][0] == pytest.approx(accuracy[0], abs=1e-3)


def test_the_clinic_offers_the_six_causes_and_knows_the_right_one():
    assert set(ClinicExplorer.diagnosis.options) == {"", *CASES}
    for number, cause in enumerate(CASES, start=1):
        assert ClinicExplorer(case=number, diagnosis=cause).correct
        assert not ClinicExplorer(case=number).correct


# --- the learner's own loss ------------------------------------------------------------------


def test_your_own_loss_is_drawn_with_its_numerical_nudge():
    slider, switch, view = explore_loss(lambda p, label: (p - label) ** 2).children
    slider.value = -4.5
    assert "<td>0.9781</td><td>−0.0215</td>" in view.value
    assert "<td>4.5110</td><td>−0.9890</td>" in view.value
    before = view.value
    switch.value = 0
    assert view.value != before
    assert "<td>0.0001</td><td>0.0002</td>" in view.value


def test_your_own_loss_may_take_the_logit():
    view = explore_loss(lossfns.sigmoid_binary_cross_entropy, of="logit").children[2]
    rows = re.findall(r"<td>(.*?)</td><td>(.*?)</td>", view.value)
    assert rows[0] == rows[1]


def test_a_failing_loss_of_your_own_is_told_and_harms_nothing():
    def broken(p, label):
        if p < 0.5:
            raise ValueError("p < half & <b>")
        return 1 - p

    slider, _, view = explore_loss(broken).children
    assert "ValueError: p &lt; half &amp; &lt;b&gt;" in view.value
    assert "<td>nan</td>" in view.value
    slider.value = 2.0
    assert "<td>0.1192</td>" in view.value


def test_wrong_uses_of_explore_loss_are_named():
    with pytest.raises(TypeError, match=r"my_loss must be a function of \(p, label\), got 3"):
        explore_loss(3)
    with pytest.raises(ValueError, match=r"of must be .probability. or .logit., got 'odds'"):
        explore_loss(abs, of="odds")


# --- the stylesheet --------------------------------------------------------------------------


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(theme):
    """Text 4.5 : 1 on either ground, lines and edges of controls 3 : 1."""
    pairs = re.findall(r"--ex-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", stylesheet())
    colour = {name: values[theme] for name, *values in pairs}
    for name in ("ink", "muted", "mse", "ce", "teal", "violet", "amber", "zone-text"):
        assert contrast(colour[name], colour["paper"]) >= 4.5, name
    for name in ("ink", "muted", "zone-text"):
        assert contrast(colour[name], colour["soft"]) >= 4.5, name
    for name in ("mse", "ce"):
        assert contrast(colour[name], colour["zone"]) >= 3, name
    assert contrast(colour["control"], colour["paper"]) >= 3
    assert contrast(colour["on-accent"], colour["accent"]) >= 4.5


def test_the_palette_is_the_course_palette():
    from lossfns.figures import PALETTE

    for name in ("ink", "muted", "mse", "ce", "teal", "violet", "amber"):
        assert f"--ex-{name}: light-dark({PALETTE[name]}," in stylesheet()
