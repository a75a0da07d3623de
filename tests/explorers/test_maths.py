"""The explorers' JavaScript computes what lossfns computes."""

import itertools
import json
import math

import numpy as np
import pytest

import lossfns
from lossfns.explorers.explorer import normalised
from lossfns.web.fallback import shown
from tests.node import node


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
GAMMAS = [0.0, 0.5, 2.0, 5.0]
SMOOTHINGS = [0.0, 0.01, 0.1, 0.5, 0.9]
COUNTS = [2, 3, 10, 100]


def maths_table():
    """For each function of maths.mjs, arguments and what lossfns computes."""

    def one_hot(logits, label):
        return np.eye(len(logits))[label]

    def squared_softmax(logits, label, jacobian):
        labels = one_hot(logits, label)
        return lossfns.softmax_squared_error_grad(np.array(logits), labels, jacobian=jacobian)

    def focal(logit, label, alpha, gamma):
        return lossfns.sigmoid_focal_loss(logit, label, alpha=alpha, gamma=gamma)

    def easy_share(count, easy, hard, alpha, gamma):
        many = count * focal(np.log((1 - easy) / easy), 0, alpha, gamma)
        return many / (many + focal(np.log(hard / (1 - hard)), 1, alpha, gamma))

    def in_unit(nats, unit):
        return lossfns.surprisal(np.exp(-nats), base=2 if unit == "bits" else np.e)

    def smoothed_target(smoothing, classes):
        return lossfns.smooth_labels(np.eye(classes)[0], smoothing)

    def smoothed(p, smoothing, classes):
        shares = np.full(classes, (1 - p) / (classes - 1))
        shares[0] = p
        return lossfns.cross_entropy(smoothed_target(smoothing, classes), shares)

    def floor(smoothing, classes):
        return lossfns.entropy(smoothed_target(smoothing, classes))

    def tempered(logits, label, temperature):
        cooled = np.array(logits) / temperature
        return vector(lossfns.softmax_cross_entropy_grad)(cooled, label) / temperature

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
        "easyShare": cases(easy_share, [1, 147, 1000], [0.95, 0.5], [0.1], [0.05, 0.5], GAMMAS),
        "entropy": cases(lossfns.entropy, DISTRIBUTIONS),
        "inUnit": cases(in_unit, [0.0, 0.3, 5.0, math.inf], ["nats", "bits"]),
        "logit": cases(lambda p: np.log(p) - np.log1p(-p), PROBABILITIES),
        "logitsSquaredErrorGrad": cases(vector(lossfns.squared_error_grad), VECTORS, CLASSES),
        "mean": cases(np.mean, VECTORS),
        "median": cases(np.median, VECTORS),
        "miss": cases(lambda z, y: lossfns.sigmoid(-z if y else z), LOGITS, LABELS),
        "normalise": cases(normalised, [*VECTORS[:2], (0.0, 0.0), *DISTRIBUTIONS]),
        "perplexity": cases(lossfns.perplexity, [0.0, 0.3, 2.3, 12.0]),
        "sigmoid": cases(lossfns.sigmoid, LOGITS),
        "sigmoidFocalLoss": cases(focal, LOGITS, LABELS, [0.05, 0.25, 0.95], GAMMAS),
        "smoothedCrossEntropy": cases(smoothed, [0.001, 0.3, 0.91, 0.999], SMOOTHINGS, COUNTS),
        "smoothedFloor": cases(floor, SMOOTHINGS, COUNTS),
        "softmax": cases(lossfns.softmax, VECTORS),
        "softmaxCrossEntropyGrad": cases(
            vector(lossfns.softmax_cross_entropy_grad), VECTORS, CLASSES
        ),
        "softmaxSquaredErrorGrad": cases(squared_softmax, VECTORS, CLASSES, ["exact", "diagonal"]),
        "softplus": cases(lossfns.softplus, LOGITS),
        "sum": cases(math.fsum, VECTORS),
        "surprisal": cases(lossfns.surprisal, [*PROBABILITIES, 0.0, 1.0]),
        "temperedCrossEntropyGrad": cases(tempered, VECTORS, CLASSES, [0.1, 1.0, 3.0, 10.0]),
    }


def test_javascript_computes_what_lossfns_computes(tmp_path):
    """To 1e-12 relative, absolute below 1; every function of maths.mjs is in the table."""
    path = tmp_path / "table.json"
    path.write_text(json.dumps(maths_table()))
    assert int(node("tests/explorers/compare.mjs", path)) > 8000


def test_the_comparison_sees_a_difference(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"sigmoid": [[[0.0], 0.5 + 1e-11]]}))
    with pytest.raises(AssertionError, match=r"sigmoid\(\[0\]\) is 0\.5, lossfns says"):
        node("tests/explorers/compare.mjs", path)


def test_python_and_javascript_write_numbers_alike():
    """A fallback shows, digit for digit, what the live explorer shows."""
    values = [*np.random.default_rng(4).normal(size=200) * 10.0 ** np.arange(-185, 15)]
    values += [0.0, -0.0, 0.0625, -0.5, 2.5, 999.9999, 1000.5, 0.0005, 0.00049, 12345.678]
    cases = [[float(value), digits] for value in values for digits in (1, 2, 3, 4)]
    code = 'import { format } from "./lossfns/web/static/format.mjs";'
    code += f"console.log(JSON.stringify({json.dumps(cases)}.map((one) => format(...one))))"
    written = json.loads(node("--input-type=module", "--eval", code))
    assert written == [shown(*case) for case in cases]
    assert [shown(value) for value in (math.inf, -math.inf, math.nan)] == ["∞", "−∞", "nan"]
