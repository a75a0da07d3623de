"""A number that people post is named as what it is, and an ordinary one is left alone."""

import json
import re

import numpy as np
import pytest

import lossfns
from lossfns.clinic import explain_value
from lossfns.clinic._values import SMOOTHINGS, smoothing_floor, softmax_floor
from lossfns.clinic.explain import words
from lossfns.clinic.page import page_words
from lossfns.command import main
from sitebuild.paths import ROOT
from tests.node import node

# (as posted, what is told, what it is): the first explanation, and what it must name.
POSTED = [
    ("87.3365", {}, "float32-smallest", "1.1755e−38"),
    ("103.2789", {}, "float32-smallest", "subnormal"),
    ("0.69315", {}, "even-guess", "2 classes"),
    ("0.6931471805599453", {}, "even-guess", "2 classes"),
    (".693", {}, "even-guess", "2 classes"),
    ("0.69", {}, "even-guess", "2 classes"),
    ("1.0986122886681098", {}, "even-guess", "3 classes"),
    ("1.7918", {}, "even-guess", "6 classes"),
    ("2.3", {}, "even-guess", "10 classes"),
    ("2.30", {}, "even-guess", "10 classes"),
    ("2.3025", {}, "even-guess", "10 classes"),
    ("2.3026", {}, "even-guess", "10 classes"),
    ("2.302585124969482", {}, "even-guess", "10 classes"),
    ("2,3026", {}, "even-guess", "10 classes"),
    ("loss: 2.3026", {}, "even-guess", "10 classes"),
    ("val_loss = 2.3026", {}, "even-guess", "10 classes"),
    ("train/loss 2.3026", {}, "even-guess", "10 classes"),
    ("Loss is 2.3026.", {}, "even-guess", "10 classes"),
    ("2.3026e0", {}, "even-guess", "10 classes"),
    ("2.303", {"classes": "10"}, "even-guess", "10 classes"),
    ("4.605", {}, "even-guess", "100 classes"),
    ("5.545", {}, "even-guess", "256 classes"),
    ("5.545", {"classes": "256"}, "even-guess", "256 classes"),
    ("6.9", {"classes": "1000"}, "even-guess", "1000 classes"),
    ("6.9078", {}, "even-guess", "1000 classes"),
    ("9.266", {}, "even-guess", "10572 classes"),
    ("10.37", {}, "even-guess", "32000 classes"),
    ("10.82", {}, "even-guess", "50257 classes"),
    ("10.825", {}, "even-guess", "GPT-2"),
    ("10.82", {"classes": "50,257"}, "even-guess", "50257 classes"),
    ("10.82", {"classes": "50.257"}, "even-guess", "50257 classes"),
    ("10.82", {"classes": " 50\u202f257 "}, "even-guess", "50257 classes"),
    ("9.21", {"classes": "10,000", "batch": "1,024"}, "even-guess", "10000 classes"),
    ("2.303", {"classes": "10.0"}, "even-guess", "10 classes"),
    ("11.762", {}, "even-guess", "128256 classes"),
    ("11.93", {}, "even-guess", "151936 classes"),
    ("2.9444", {"classes": "19"}, "even-guess", "19 classes"),
    ("6.9078", {"classes": "10"}, "even-guess", "1000 classes"),
    ("0.3251", {"counts": "900, 100"}, "class-frequencies", "class counts"),
    ("0.3133", {}, "sigmoid-twice", "label is 1"),
    ("0.5032", {}, "sigmoid-twice", "50 % of"),
    ("0.6172", {"counts": "80 20"}, "sigmoid-twice", "20 % of"),
    ("0.5514", {}, "softmax-twice", "3 classes"),
    ("1.4612", {"classes": "10"}, "softmax-twice", "10 classes"),
    ("3.6222", {}, "softmax-twice", "100 classes"),
    ("5.9095", {}, "softmax-twice", "1000 classes"),
    ("16.1181", {}, "clip", "1e−7"),
    ("16.12", {}, "clip", "Keras"),
    ("18.42", {}, "clip", "1e−8"),
    ("23.03", {}, "clip", "1e−10"),
    ("27.631", {}, "clip", "1e−12"),
    ("34.5388", {}, "clip", "1e−15"),
    ("15.94", {}, "clip", "float32"),
    ("36.04", {}, "clip", "float64"),
    ("36.7368", {}, "clip", "just below 1"),
    ("1e-7", {}, "clip-floor", "1e−7"),
    ("1.1920929e-07", {}, "clip-floor", "2⁻²³"),
    ("14.5063", {"accuracy": "0.1"}, "clip-share", "90 % of"),
    ("14.5063", {"accuracy": "10 %"}, "clip-share", "90 % of"),
    ("14.5063", {}, "clip-share", "90 % of"),
    ("8.0590", {"accuracy": "0.5000"}, "clip-share", "Keras"),
    ("7.9712", {"accuracy": "0.5"}, "clip-share", "2⁻²³"),
    ("4.4380", {"accuracy": "0.7247"}, "clip-share", "Keras"),
    ("4.4380", {"accuracy": "72.47%"}, "clip-share", "Keras"),
    ("15.4249", {}, "clip", "2e−7"),
    ("15.3332", {}, "clip", "once more"),
    ("7.7125", {"accuracy": "0.5000"}, "clip-share", "once more"),
    ("7.6666", {"accuracy": "0.5000"}, "clip-share", "once more"),
    ("7.6246", {"accuracy": "0.5000"}, "clip-share", "once more"),
    ("7.6246", {}, "clip-share", "2⁻²²"),
    ("4.3944", {}, "even-guess", "81 classes"),
    ("≈ 2.3026", {}, "even-guess", "10 classes"),
    ("~0.693", {}, "even-guess", "2 classes"),
    ("tensor(2.3026, device='cuda:0', grad_fn=<NllLossBackward0>)", {}, "even-guess", "10 classes"),
    ("loss tensor(2.3026, grad_fn=<NllLossBackward0>)", {}, "even-guess", "10 classes"),
    ("np.float32(2.3026)", {}, "even-guess", "10 classes"),
    ("loss: np.float32(2.3026)", {}, "even-guess", "10 classes"),
    ("7.6246", {"classes": "2048"}, "even-guess", "2048 classes"),
    ("'2.3026'", {}, "even-guess", "10 classes"),
    ("[2.3026]", {}, "even-guess", "10 classes"),
    ('"loss": 2.3026,', {}, "even-guess", "10 classes"),
    ("'loss': tensor(2.3026)", {}, "even-guess", "10 classes"),
    ("tensor(nan)", {}, "not-a-number", "nan"),
    ("100", {}, "bce-clamp", "BCELoss"),
    ("100.0", {}, "bce-clamp", "BCELoss"),
    ("50.0", {}, "bce-clamp-share", "50 % of"),
    ("27.53", {"accuracy": "0.7247"}, "bce-clamp-share", "BCELoss"),
    ("0.5003", {}, "smoothing-floor", "ε/10"),
    ("0.545", {}, "smoothing-floor", "ε/9"),
    ("0.500", {"classes": "10"}, "smoothing-floor", "ε/10"),
    ("0.0217", {}, "averaged-over-classes", "256"),
    ("0.02166", {"classes": "256"}, "averaged-over-classes", "256"),
    ("0.2599", {}, "averaged-over-classes", "8"),
    ("0.3251", {}, "binary-over-classes", "10 classes"),
    ("0.325", {"classes": "10"}, "binary-over-classes", "10 classes"),
    ("1.3863", {}, "even-guess", "GAN"),
    ("3.8712", {"batch": "48"}, "even-guess", "pairs of the batch"),
    ("6.2364", {"batch": "256"}, "even-guess", "views of the batch"),
    ("13.8155", {}, "clip", "1e−6"),
    ("20.7233", {}, "clip", "1e−9"),
    ("0.3466", {}, "averaged-over-classes", "2 classes"),
    ("147.365", {"batch": "64"}, "summed-over-batch", "ln 10"),
    ("5589.5", {"batch": "64"}, "summed-over-batch", "87.3365"),
    ("3.3219", {}, "bits", "10 classes"),
    ("1", {}, "bits", "2 classes"),
    ("17", {}, "bits", "131072 classes"),
    ("0.9", {}, "squared-error-of-an-even-guess", "summed"),
    ("0.09", {}, "squared-error-of-an-even-guess", "averaged"),
    ("0.25", {}, "squared-error-of-an-even-guess", "averaged"),
    ("0.5", {}, "squared-error-of-an-even-guess", "summed"),
    ("0.2222", {"classes": "3"}, "squared-error-of-an-even-guess", "averaged"),
    ("50257", {}, "perplexity", "50257"),
    ("10", {"classes": "10"}, "perplexity", "ln 10"),
    ("4.311", {"classes": "10"}, "perplexity", "twice"),
    ("-0.0593", {}, "below-zero", "[0, 1]"),
    ("−0.05", {}, "below-zero", "[0, 1]"),
    ("-1e-9", {}, "below-zero", "[0, 1]"),
    ("nan", {}, "not-a-number", "nan"),
    ("-nan(ind)", {}, "not-a-number", "nan"),
    ("loss: NaN", {}, "not-a-number", "nan"),
    ("loss nan", {}, "not-a-number", "nan"),
    ("inf", {}, "infinite", "Infinite"),
    ("-Infinity", {}, "infinite", "Infinite"),
    ("0", {}, "one-output", "single output"),
    ("0.0", {"classes": "1"}, "one-output", "single output"),
]
ORDINARY = [
    ("0.4731", {}),
    ("3.1416", {}),
    ("0.7", {}),
    ("2.4", {"classes": "10"}),
    ("2.3069", {"classes": "10"}),
    ("14.2", {"accuracy": "0.1"}),
    ("4.4380", {"accuracy": "0.9"}),
    ("0.0", {"classes": "10"}),
    ("50257.3", {}),
    ("0.26", {}),
]
REFUSED = [
    ("", {}, "value"),
    ("about two", {}, "value"),
    ("2.3 2.4", {}, "value"),
    ("1.2.3", {}, "value"),
    ("1e999", {}, "value"),
    ("2" * 200, {}, "value"),
    ("2.3", {"classes": "0"}, "classes"),
    ("2.3", {"classes": "2.5"}, "classes"),
    ("2.3", {"classes": "-3"}, "classes"),
    ("2.3", {"classes": "nan"}, "classes"),
    ("2.3", {"classes": "1e300"}, "classes"),
    ("2.3", {"accuracy": "1.5"}, "accuracy"),
    ("2.3", {"accuracy": "nan"}, "accuracy"),
    ("2.3", {"accuracy": "120%"}, "accuracy"),
    ("2.3", {"counts": "5"}, "counts"),
    ("2.3", {"counts": "5 -1"}, "counts"),
    ("2.3", {"counts": "0, 0"}, "counts"),
    ("2.3", {"counts": "1e308 1e308"}, "counts"),
    ("2.3", {"counts": "5 6", "classes": "3"}, "counts"),
    ("2.3", {"batch": "0"}, "batch"),
    ("2.3", {"batch": "many"}, "batch"),
]


@pytest.mark.parametrize(("value", "told", "expected", "named"), POSTED)
def test_a_posted_number_is_named(value, told, expected, named):
    first = explain_value(value, **told)[0]
    assert first.id == expected
    assert named in first.says


@pytest.mark.parametrize(("value", "told"), ORDINARY)
def test_an_ordinary_number_is_left_alone(value, told):
    assert explain_value(value, **told) == ()


@pytest.mark.parametrize(("value", "told", "argument"), REFUSED)
def test_bad_input_is_refused_by_the_argument_s_name(value, told, argument):
    with pytest.raises(ValueError, match=f"^{argument} must"):
        explain_value(value, **told)


@pytest.mark.parametrize("value", [True, None, [2.3], "x" * 1000, 1j, np.ones(3), object()])
def test_what_is_no_number_at_all_is_refused(value):
    with pytest.raises(ValueError, match=r"^value must be a number"):
        explain_value(value)


@pytest.mark.parametrize("counts", [7, [1, "many"], [True, False], [np.nan, 1]])
def test_counts_that_are_no_list_of_numbers_are_refused(counts):
    with pytest.raises(ValueError, match=r"^counts must"):
        explain_value(2.3, counts=counts)


def test_numbers_of_every_kind_are_read():
    for value in (2.3026, np.float64(2.3026), np.float32(np.log(10)), np.array(2.3026)):
        assert explain_value(value)[0].id == "even-guess"
    assert explain_value(100)[0].id == "bce-clamp"
    for counts in ([900, 100], (0.9, 0.1), np.array([900, 100]), {"ham": 900, "spam": 100}):
        assert explain_value(0.3251, counts=counts)[0].id == "class-frequencies"


def test_the_values_are_those_of_the_losses_themselves():
    for classes in (2, 3, 10, 1000):
        truth = np.eye(classes)[0]
        even = lossfns.softmax_cross_entropy(np.zeros(classes), truth)
        assert explain_value(float(even), classes=classes)[0].value == pytest.approx(
            even, rel=1e-14
        )
        twice = lossfns.softmax_cross_entropy(truth, truth)
        assert softmax_floor(classes) == pytest.approx(twice, rel=1e-14)
        for epsilon in SMOOTHINGS:
            floor = lossfns.entropy(lossfns.smooth_labels(truth, epsilon))
            assert smoothing_floor(classes, epsilon, others=False) == pytest.approx(
                floor, rel=1e-13
            )
            spread = np.where(truth == 1, 1 - epsilon, epsilon / (classes - 1))
            floor = lossfns.entropy(spread)
            assert smoothing_floor(classes, epsilon, others=True) == pytest.approx(floor, rel=1e-13)
    perfect = lossfns.sigmoid_binary_cross_entropy([1.0, 0.0], [1, 0])
    assert explain_value("0.3133")[0].value == pytest.approx(perfect[0], rel=1e-14)
    assert explain_value("0.5032")[0].value == pytest.approx(perfect.mean(), rel=1e-14)
    frequencies = np.array([700, 200, 100])
    entropy = lossfns.entropy(frequencies / 1000)
    assert explain_value(0.8018, counts=frequencies)[0].value == pytest.approx(entropy, rel=1e-14)
    assert explain_value("87.3365")[0].value == -np.log(np.finfo(np.float32).tiny.astype(float))


def test_what_assumes_least_comes_first_and_says_what_it_lacks():
    sigmoid, softmax = explain_value("0.3133")
    assert (sigmoid.id, softmax.id) == ("sigmoid-twice", "softmax-twice")
    assert softmax.needs == ("classes",)
    assert [found.sure for found in explain_value("2.3026")] == ["strong"]
    assert [found.sure for found in explain_value("2.3026", classes=10)] == ["exact"]
    assert explain_value("2.3")[0].sure == "weak"


RANGES = {
    "up to 1, four decimals": lambda rng: [f"{x:.4f}" for x in rng.uniform(0, 1, 10_000)],
    "up to 5, four decimals": lambda rng: [f"{x:.4f}" for x in rng.uniform(0, 5, 10_000)],
    "four digits up to 20": lambda rng: [four_digits(x) for x in rng.uniform(1e-3, 20, 10_000)],
    "four digits from 1 to 3": lambda rng: [four_digits(x) for x in rng.uniform(1, 3, 10_000)],
    "four digits from 10 to 20": lambda rng: [four_digits(x) for x in rng.uniform(10, 20, 10_000)],
    "every size alike": lambda rng: [four_digits(10**x) for x in rng.uniform(-3, 3, 10_000)],
    "integers": lambda rng: [str(x) for x in rng.integers(1000, 10_000, 10_000)],
}


def four_digits(value):
    """A number with four significant digits, without an exponent."""
    return f"{value:.{3 - int(np.floor(np.log10(value)))}f}"


@pytest.mark.parametrize("name", RANGES)
def test_hardly_any_random_number_is_explained(name):
    values = RANGES[name](np.random.default_rng(0))
    assert sum(bool(explain_value(value)) for value in values) <= 0.02 * len(values)


def grid():
    """Numbers at the edges of what is matched, with every combination of facts."""
    told = [
        {},
        {"classes": "2"},
        {"classes": "10"},
        {"classes": "1"},
        {"classes": "50257"},
        {"accuracy": "0.1"},
        {"accuracy": "0.7247", "classes": "2"},
        {"accuracy": "1"},
        {"counts": "900, 100"},
        {"counts": "5 3 2", "batch": "32"},
        {"batch": "64", "classes": "10"},
        {"batch": "1"},
    ]
    rng = np.random.default_rng(1)
    sizes = [
        *(10 ** rng.uniform(-4, 4, 40)),
        np.log(2),
        np.log(10),
        -np.log(1e-7),
        0.25,
        100,
        87.33654,
    ]
    for value in sizes:
        for digits in (1, 2, 3, 4, 6):
            for facts in told:
                yield f"{value:.{digits}g}", facts
                yield f"{np.log(value):.{digits}f}", facts


TOLD = ("id", "says", "do", "see", "needs", "sure")


def said(value, told):
    """What Python says: an explanation as a dictionary each, or the argument that it refuses."""
    try:
        found = explain_value(value, **told)
    except ValueError as error:
        return str(error).split()[0]
    return [{key: getattr(one, key) for key in TOLD} | {"needs": list(one.needs)} for one in found]


def test_the_page_says_what_python_says(tmp_path):
    cases = [(value, told) for value, told, *_ in POSTED + ORDINARY + REFUSED]
    cases += list(grid())
    # A link can hold as much; one count for each of a vocabulary's tokens is ordinary.
    cases.append(("2.3026", {"counts": "1" + "(" * 300_000 + "1"}))
    cases.append(("2.3026", {"counts": "3," * 200_000 + "4"}))
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"words": page_words(), "cases": cases}))
    answers = json.loads(node("tests/clinic/explain_typed.mjs", path))
    expected = [said(value, told) for value, told in cases]
    assert sum(map(bool, expected)) > 200
    for case, here, there in zip(cases, expected, answers, strict=True):
        assert there == here, case


def test_every_section_named_exists():
    for id, text in words().items():
        page, anchor = text["see"].split("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / "book" / f"{page}.md").read_text("utf-8"), re.M)
        slugs = {re.sub(r"[^\w\s-]", "", title.lower()).replace(" ", "-") for title in headings}
        assert anchor in slugs, id


def test_the_command_explains_and_its_exit_code_says_whether(capsys):
    assert main(["explain", "14.5063", "--accuracy", "0.1"]) == 0
    out = capsys.readouterr().out
    assert "clip-share" in out
    assert "Do: " in out
    assert main(["explain", "0.4731"]) == 1
    assert "--classes" in capsys.readouterr().out
    assert main(["explain", "2.3", "--classes", "none"]) == 2
    assert "classes must be" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["-0.05", "-inf", "-1e-5", "-2,3", "-nan", "-1.#IND", "−0.05"])
def test_the_command_takes_a_negative_number_as_it_is_typed(typed, capsys):
    assert main(["explain", typed]) == 0
    assert "(exact)" in capsys.readouterr().out
