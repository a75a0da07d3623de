"""Every call and every warning on the page "What do I call?" is what the page says it is.

The calls are read from the page and evaluated as they stand, on small inputs whose losses are
computed here in plain NumPy. Those of Keras, Optax and JAX run in another process.
"""

import functools
import pickle
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.metrics
import torch
import torch.nn.functional as F
from sklearn.linear_model import HuberRegressor
from sklearn.svm import LinearSVC
from torch.utils._python_dispatch import TorchDispatchMode

import lossfns
from sitebuild.paths import BOOK, ROOT

pytestmark = pytest.mark.long

PAGE = BOOK / "what_to_call.md"
IN_JAX = ("Keras", "Optax", "JAX")
RUN = ("PyTorch", "scikit-learn", "SciPy", "lossfns", *IN_JAX)
READ = ("torchvision",)
MODULES = {
    "F": F,
    "torch": torch,
    "np": np,
    "metrics": sklearn.metrics,
    "special": scipy.special,
    "stats": scipy.stats,
    "lossfns": lossfns,
    "len": len,
}


def rows():
    """Heading, number of its table, library, call and what it gives, of every row of the page."""
    heading, table, inside = "", 0, False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading, table = line[3:], 0
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else None
        if inside and cells is None:
            table += 1
        inside = cells is not None
        if heading and inside and cells[0] in RUN + READ:
            (call,) = re.findall(r"`([^`]+)`", cells[1])
            yield heading, table, cells[0], call, cells[2] if len(cells) == 3 else ""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


rng = np.random.default_rng(0)
predictions, targets = rng.normal(size=6) * 3, rng.normal(size=6)
error = predictions - targets
numbers = {"predictions": predictions, "targets": targets}
variances = rng.uniform(0.2, 3.0, size=6)
unsure = {"means": predictions, "targets": targets, "variances": variances}

counts, log_rates = np.array([0.0, 1.0, 4.0, 2.0]), rng.normal(size=4)
of_counts = {"counts": counts, "log_rates": log_rates, "rates": np.exp(log_rates)}

z, yes = rng.normal(size=5), np.array([1.0, 0.0, 1.0, 1.0, 0.0])
p_true = np.where(yes == 1, sigmoid(z), 1 - sigmoid(z))
yes_or_no = {"logits": z, "labels": yes, "probabilities": sigmoid(z)}

logits, labels = rng.normal(size=(5, 4)), np.array([2, 0, 3, 1, 1])
log_p = np.log(softmax(logits))
one_of_k = {"logits": logits, "labels": labels, "probabilities": softmax(logits)}
marked = np.array([2, -1, 3, 1, -1])
keep = marked >= 0
features, table = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
log_p_of_table = np.log(softmax(features @ table.T))
soft, one_hot = rng.dirichlet(np.ones(4), 5), np.eye(4)[labels]
smoothed = 0.9 * one_hot + 0.1 / 4

p, q = rng.dirichlet(np.ones(4), (2, 5))
student, teacher = rng.normal(size=(2, 5, 4))
weights = np.array([1.0, 5.0, 2.0, 0.5])

scores, signs = rng.normal(size=5) * 2, np.array([1.0, -1.0, -1.0, 1.0, 1.0])
better, worse = rng.normal(size=(2, 5))
now_better, now_worse, then_better, then_worse = rng.normal(-20, 5, size=(4, 5))

tags, tag_weights = rng.integers(0, 2, (5, 4)).astype(float), np.array([1.0, 9.0, 3.0, 0.5])
log_shares = np.log([0.6, 0.1, 0.25, 0.05])
levels, cuts = np.array([0, 3, 1, 2, 1]), np.array([-1.0, 0.5, 2.0])
edges = np.array([-np.inf, *cuts, np.inf])
graded = {"scores": scores, "levels": levels, "cuts": cuts}
graded |= {"lower": edges[levels], "upper": edges[levels + 1]}
list_scores, order = rng.normal(size=(3, 4)), np.array([[2, 0, 3, 1], [0, 1, 2, 3], [3, 2, 1, 0]])
in_order = np.take_along_axis(list_scores, order, axis=1)
picks = [-np.log(softmax(in_order[:, place:])[:, 0]) for place in range(4)]

images, texts = rng.normal(size=(2, 4, 3))
units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (images, texts)]
pair_scores = 5.0 * units[0] @ units[1].T
diagonal = [-np.diag(np.log(softmax(grid))) for grid in (pair_scores, pair_scores.T)]

belief, inside = rng.normal(size=(3, 4, 5)), rng.random((3, 4, 5)) < 0.4
hits, alarms, misses = (
    np.sum(product, axis=(1, 2))
    for product in (
        sigmoid(belief) * inside,
        sigmoid(belief) * ~inside,
        sigmoid(-belief) * inside,
    )
)
on_masks = {"logits": belief, "probabilities": sigmoid(belief), "labels": inside * 1.0}
triplets = dict(zip(("anchors", "positives", "negatives"), rng.normal(size=(3, 5, 4)), strict=True))
near, far = (
    np.linalg.norm(triplets["anchors"] - triplets[name], axis=1)
    for name in ("positives", "negatives")
)

steps, spelled = rng.normal(size=(3, 3)), np.array([1, 2])
paths = [(0, 1, 2), (1, 0, 2), (1, 1, 2), (1, 2, 0), (1, 2, 2)]
ways = sum(np.prod(softmax(steps)[np.arange(3), path]) for path in paths)


def kl(p, q):
    return np.sum(p * np.log(p / q), axis=1)


# heading, number of its table: the names of its calls, and the loss of each example
TABLES = {
    ("A number: squared error", 0): (numbers, error**2),
    ("A number: absolute error, Huber, quantile", 0): (numbers, abs(error)),
    ("A number: absolute error, Huber, quantile", 1): (
        numbers,
        np.where(abs(error) <= 2, error**2 / 2, 2 * (abs(error) - 1)),
    ),
    ("A number: absolute error, Huber, quantile", 2): (
        numbers,
        np.where(error < 0, -0.9 * error, 0.1 * error),
    ),
    ("A number, and how sure", 0): (unsure, np.log(variances) / 2 + error**2 / (2 * variances)),
    ("A count", 0): (of_counts, np.exp(log_rates) - counts * log_rates),
    ("Yes or no, or several of K at once", 0): (yes_or_no, -np.log(p_true)),
    ("One of K, labels are class numbers", 0): (one_of_k, -log_p[np.arange(5), labels]),
    ("One of K, labels are class numbers", 1): (
        {"logits": logits, "marked": marked, "keep": keep},
        -log_p[np.arange(5), marked],
    ),
    ("One of K, labels are class numbers", 2): (
        {"features": features, "table": table, "labels": labels},
        -log_p_of_table[np.arange(5), labels],
    ),
    ("One of K, labels are distributions", 0): (
        {"logits": logits, "soft": soft},
        -np.sum(soft * log_p, axis=1),
    ),
    ("One of K, labels are distributions", 1): (
        {"logits": logits, "labels": labels, "one_hot": one_hot},
        -np.sum(smoothed * log_p, axis=1),
    ),
    ("A distribution to match", 0): ({"p": p, "q": q, "log_q": np.log(q)}, kl(p, q)),
    ("A distribution to match", 1): (
        {"student": student, "teacher": teacher, "T": 4.0},
        16 * kl(softmax(teacher / 4), softmax(student / 4)),
    ),
    ("Rare classes: weights", 0): (
        {**one_of_k, "weights": weights},
        -log_p[np.arange(5), labels],
    ),
    ("Rare classes: weights", 1): (
        {"logits": logits, "tags": tags, "tag_weights": tag_weights},
        -(tag_weights * tags * np.log(sigmoid(logits)) + (1 - tags) * np.log(sigmoid(-logits))),
    ),
    ("Rare classes: weights", 2): (
        {"logits": logits, "labels": labels, "log_shares": log_shares},
        -np.log(softmax(logits + log_shares))[np.arange(5), labels],
    ),
    ("Rare classes: focal", 1): (
        {"logits": logits, "labels": labels, "one_hot": one_hot},
        -((1 - softmax(logits)) ** 2 * log_p)[np.arange(5), labels],
    ),
    ("Rare classes: focal", 0): (
        yes_or_no,
        -np.where(yes == 1, 0.25, 0.75) * (1 - p_true) ** 2 * np.log(p_true),
    ),
    ("Only the decision: hinge", 0): (
        {"scores": scores, "signs": signs},
        np.maximum(0, 1 - signs * scores),
    ),
    ("An order", 0): (
        {"better": better, "worse": worse},
        -np.log(sigmoid(better - worse)),
    ),
    ("An order", 1): (
        {
            "now_better": now_better,
            "now_worse": now_worse,
            "then_better": then_better,
            "then_worse": then_worse,
        },
        -np.log(sigmoid(0.1 * ((now_better - then_better) - (now_worse - then_worse)))),
    ),
    ("An order", 2): (
        graded,
        -np.log(sigmoid(edges[levels + 1] - scores) - sigmoid(edges[levels] - scores)),
    ),
    ("An order", 3): (
        {"scores": list_scores, "order": order, "in_order": in_order},
        np.sum(picks, axis=0),
    ),
    ("Pairs in a batch", 0): (
        {
            "images": images,
            "texts": texts,
            "log_scale": np.log(5.0),
            "scores": pair_scores,
            "own": np.arange(4),
        },
        np.mean(diagonal, axis=0),
    ),
    ("A mask", 0): (on_masks, 1 - 2 * hits / (2 * hits + alarms + misses)),
    ("A mask", 1): (on_masks, 1 - hits / (hits + 0.3 * alarms + 0.7 * misses)),
    ("Triplets", 0): (triplets, np.maximum(0, near - far + 1)),
    ("A sequence that nobody aligned: CTC", 0): (
        {
            "logits": steps,
            "labels": spelled,
            "log_probabilities": np.log(softmax(steps)),
            "input_lengths": np.array(3),
            "label_lengths": np.array(2),
            "logit_paddings": np.zeros(3),
            "label_paddings": np.zeros(2),
        },
        -np.log(ways),
    ),
    ("Scoring a forecast", 0): (yes_or_no, (sigmoid(z) - yes) ** 2),
}
SQUEEZES = {
    "sigmoid": sigmoid(logits),
    "expit": sigmoid(logits),
    "logsigmoid": np.log(sigmoid(logits)),
    "log_sigmoid": np.log(sigmoid(logits)),
    "log_expit": np.log(sigmoid(logits)),
    "softmax": softmax(logits),
    "log_softmax": log_p,
    "logsumexp": np.log(np.exp(logits).sum(axis=1)),
}


@functools.cache
def in_jax():
    """The values, or the errors' texts, of all calls of Keras, Optax and JAX: {call: value}."""
    calls = [(library, call, {}, "float32") for library, call in JAX_TRAPS.values()]
    for heading, table, library, call, _ in rows():
        if library in IN_JAX:
            calls.append((library, call, TABLES[heading, table][0], "float64"))
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked"), Path(folder, "answered")
        asked.write_bytes(pickle.dumps(calls))
        command = [sys.executable, "-W", "ignore", "-m", "tests.book.jax_calls", asked, answered]
        subprocess.run(command, cwd=ROOT, check=True, timeout=800)
        values = pickle.loads(answered.read_bytes())
    return {call: value for (_, call, _, _), value in zip(calls, values, strict=True)}


def evaluate(library, call, names):
    if library in IN_JAX:
        return in_jax()[call]
    if library == "PyTorch":
        names = {key: torch.as_tensor(value) for key, value in names.items()}
    return np.asarray(eval(call, MODULES | names))


def reduced(losses, gives, names):
    if gives == "each":
        return losses
    if gives == "mean":
        return losses.mean()
    if gives == "mean of those kept":
        return losses[names["keep"]].mean()
    assert gives == "weighted mean"
    return np.average(losses, weights=names["weights"][names["labels"]])


@pytest.mark.parametrize(
    ("heading", "table", "library", "call", "gives"),
    [row for row in rows() if row[2] in RUN and row[0] != "Only the squeeze"],
)
def test_the_call_gives_the_loss_reduced_as_its_row_says(heading, table, library, call, gives):
    names, losses = TABLES[heading, table]

    value = evaluate(library, call, names)
    right = reduced(np.asarray(losses), gives, names)
    # Keras adds 1e-7 to a probability here and there.
    rtol = 1e-5 if library == "Keras" else 1e-7
    np.testing.assert_allclose(value.squeeze(), right, rtol=rtol)
    assert np.isfinite(value).all()


@pytest.mark.parametrize(
    ("library", "call"), [row[2:4] for row in rows() if row[0] == "Only the squeeze"]
)
def test_the_squeeze_gives_what_its_name_says(library, call):
    (name,) = re.findall(r"\.(\w+)\(", call)

    np.testing.assert_allclose(
        evaluate(library, call, {"logits": logits}), SQUEEZES[name], rtol=1e-12
    )


def test_every_table_of_the_page_has_a_row_that_runs_and_every_library_is_known():
    found = {row[:2] for row in rows() if row[2] in RUN}

    assert found == set(TABLES) | {("Only the squeeze", 0)}
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "` |" in line]
    assert len(lines) == len(list(rows()))


# --- what the page warns of does happen ------------------------------------------------------

WARNINGS = [line[2:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "- "]
TESTED = set()


def warned(start):
    """Mark the test of the page's warning that begins so."""
    (found,) = (text for text in WARNINGS if text.startswith(start))
    TESTED.add(found)
    return lambda test: test


def test_the_page_names_the_versions_that_are_run():
    pinned = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "requirements.lock")
    )
    (said,) = re.findall(r"is run by this course's tests: (.+?)\. Only", PAGE.read_text("utf-8"))
    names = {"PyTorch": "torch", "JAX": "jax"}
    versions = re.findall(r"([\w-]+) (\d[\d.]*\d)", said)
    for name, version in versions:
        assert f"{names.get(name, name.lower())}=={version}" in pinned, name
    assert len(versions) == 6


def test_every_warning_of_the_page_is_tested():
    assert sorted(set(WARNINGS) - TESTED) == []


def f32(*values):
    return torch.tensor(values, dtype=torch.float32)


def log(x):
    return pytest.approx(float(np.log(x)), rel=1e-5)


# What the page says of Keras, Optax and JAX: a name, and the call that shows it.
ROWS_OF_THREE = "f32(*[[2, -1, 0.5]] * 3), jnp.array([-1, -100, 3])"
HALF = "jnp.zeros((1, 128256), jnp.float16)"
JAX_TRAPS = {
    "half": ("Optax", "l2_loss(f32(2.0), f32(0.0))"),
    "column squared": ("Optax", "squared_error(jnp.zeros(4), jnp.zeros((4, 1)))"),
    "column dropped": ("Keras", "MeanSquaredError()(jnp.ones((4, 1)), f32(1, 2, 3, 4))"),
    "column huber": ("Optax", "huber_loss(jnp.zeros(4), jnp.zeros((4, 1))).shape"),
    "column yes or no": (
        "Optax",
        "sigmoid_binary_cross_entropy(jnp.zeros(4), jnp.zeros((4, 1))).shape",
    ),
    "quantiles": (
        "Keras",
        "[n for n in dir(keras.losses) + dir(optax) if 'quantile' in n or 'pinball' in n]",
    ),
    "poisson": ("Keras", "Poisson()(f32(4.0), f32(4.0))"),
    "logpdf": ("JAX", "-jax.scipy.stats.norm.logpdf(2.0, 1.0, 2.0)"),
    "forgot": ("Keras", "BinaryCrossentropy()(f32(0.0), f32(7.0))"),
    "forgot, other side": ("Keras", "BinaryCrossentropy()(f32(1.0), f32(-7.0))"),
    "forgot, push": ("Keras", "jax.grad(lambda z: BinaryCrossentropy()(f32(0.0), z))(f32(7.0))"),
    "several": ("Keras", "BinaryCrossentropy(from_logits=True)(f32([1, 0, 1]), f32([3, 0, 1]))"),
    "three axes": (
        "Keras",
        "sparse_categorical_crossentropy(jnp.zeros((2, 3), int), jnp.zeros((2, 3, 4)), "
        "from_logits=True)",
    ),
    "three axes, optax": (
        "Optax",
        "softmax_cross_entropy_with_integer_labels(jnp.zeros((2, 3, 4)), jnp.zeros((2, 3), int))",
    ),
    "divided": ("Keras", "SparseCategoricalCrossentropy()(jnp.array([0]), f32([2, -1, 0.5]))"),
    "divided, one-hot": ("Keras", "CategoricalCrossentropy()(f32([1, 0, 0]), f32([2, -1, 0.5]))"),
    "turned round": ("Keras", "SparseCategoricalCrossentropy()(jnp.array([0]), f32([-2, 1, 0.5]))"),
    "no class": ("Optax", f"softmax_cross_entropy_with_integer_labels({ROWS_OF_THREE})"),
    "no class, keras": (
        "Keras",
        "sparse_categorical_crossentropy(jnp.array([-1, -100, 3]), f32(*[[2, -1, 0.5]] * 3), "
        "from_logits=True)",
    ),
    "where": (
        "Optax",
        "softmax_cross_entropy_with_integer_labels(f32([0, 0, 0]), jnp.array([0]), "
        "where=jnp.array([[True, True, False]]))",
    ),
    "weights of 0 and 1": (
        "Keras",
        "[SparseCategoricalCrossentropy(from_logits=True, **more)(jnp.array([0, 0, 0, 0]), "
        "f32(*[[0, 0]] * 4), sample_weight=f32(1, 0, 0, 0)) "
        "for more in ({}, {'reduction': 'mean_with_sample_weight'})]",
    ),
    "nan behind a mask": (
        "Keras",
        "np.append(*jax.value_and_grad(lambda z: SparseCategoricalCrossentropy(from_logits=True, "
        "ignore_class=-1)(jnp.array([1, -1]), z))(f32([0, 0], [np.nan, 0])))",
    ),
    "nan behind a mask, optax": (
        "Optax",
        "np.append(*jax.value_and_grad(lambda z: jnp.mean("
        "softmax_cross_entropy_with_integer_labels(z, jnp.array([1, 1])), "
        "where=jnp.array([True, False])))(f32([0, 0], [np.nan, 0])))",
    ),
    "float16": ("Optax", f"softmax_cross_entropy_with_integer_labels({HALF}, jnp.array([0]))"),
    "float16, class": (
        "Keras",
        f"SparseCategoricalCrossentropy(from_logits=True)(jnp.array([0]), {HALF})",
    ),
    "float16, function": (
        "Keras",
        f"sparse_categorical_crossentropy(jnp.array([0]), {HALF}, from_logits=True)",
    ),
    "nothing left": (
        "Keras",
        "SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)"
        "(jnp.array([-1]), f32([0, 0]))",
    ),
    "nothing left, optax": ("Optax", "jnp.mean(f32(1.0), where=jnp.array([False]))"),
    "sums to two": (
        "Keras",
        "CategoricalCrossentropy(from_logits=True)(f32([0.5] * 4), f32([0] * 4))",
    ),
    "sums to two, optax": ("Optax", "softmax_cross_entropy(f32([0] * 4), f32([0.5] * 4))"),
    "smooth": (
        "Keras",
        "BinaryCrossentropy(from_logits=True, label_smoothing=0.1, reduction=None)"
        "(f32([1], [0]), f32([2], [2]))",
    ),
    "swapped": ("Optax", "kl_divergence(f32([0.7, 0.3]), jnp.log(f32([0.4, 0.6])))"),
    "turned": ("Optax", "kl_divergence(jnp.log(f32([0.7, 0.3])), f32([0.4, 0.6]))"),
    "impossible": ("Keras", "KLDivergence()(f32([1, 0]), f32([0, 1]))"),
    "impossible, push": (
        "Keras",
        "jax.grad(lambda q: KLDivergence()(f32([1, 0]), q))(f32([0, 1]))[0, 0]",
    ),
    "class weight": ("Keras", "fitted_loss({0: 1.0, 1: 5.0})"),
    "alpha ignored": (
        "Keras",
        "BinaryFocalCrossentropy(gamma=0, alpha=0.9, from_logits=True)(f32(1.0), f32(0.0))",
    ),
    "no alpha": ("Optax", "sigmoid_focal_loss(f32(0.0), f32(1.0), gamma=0)"),
    "alpha of 1": ("Optax", "sigmoid_focal_loss(f32(0, 0), f32(1, 0), gamma=0, alpha=0.25)"),
    "focal clipped": ("Keras", "BinaryFocalCrossentropy(from_logits=True)(f32(1.0), f32(-40.0))"),
    "focal of K": (
        "Keras",
        "CategoricalFocalCrossentropy(gamma=0, from_logits=True)(f32([1, 0]), f32([0, 0]))",
    ),
    "hinge": ("Keras", "[Hinge()(f32(*t), f32(0.5, -0.5)) for t in ((0, 1), (-1, 1))]"),
    "hinge, optax": ("Optax", "[hinge_loss(f32(0.5, -0.5), f32(*t)) for t in ((0, 1), (-1, 1))]"),
    "whole list": (
        "Optax",
        "ranking_softmax_loss(f32(*[[2, -1, 0.5]] * 2), f32(*[[1, 0, 0]] * 2))",
    ),
    "one list": (
        "Optax",
        "ntxent(f32([1, 0], [0, 1], [1, 0], [0, 1]), jnp.array([0, 1, 0, 1]), temperature=0.5)",
    ),
    "misses weighed": ("Keras", "Tversky(alpha=3.0, beta=1.0)(f32([1, 1]), f32([1, 0]))"),
    "alarms weighed": ("Keras", "Tversky(alpha=3.0, beta=1.0)(f32([1, 0]), f32([1, 1]))"),
    "one mask": ("Keras", "Dice()(f32([1, 0], [1, 1]), f32([1, 0], [0, 1]))"),
    "left empty": ("Keras", "Dice()(f32([0, 0]), f32([0, 0]))"),
    "smoothed": ("Optax", "binary_dice_loss(f32([0, 0]), f32([1, 0]))"),
    "row of pixels": ("Optax", "dice_loss(f32([[9, 9], [9, 9]]), f32([[1, 1], [1, 1]]), smooth=0)"),
    "one place": (
        "Optax",
        "triplet_margin_loss(f32([0.0]), f32([0.0]), f32([3.0]), margin=4.0)",
    ),
    "one sequence": (
        "Optax",
        "ctc_loss(jnp.zeros((3, 3)), jnp.zeros(3), jnp.array([1, 2]), jnp.zeros(2))",
    ),
    "one sequence, keras": ("Keras", "CTC()(jnp.array([1, 2]), jnp.zeros((3, 3)))"),
    "padded": (
        "Optax",
        "ctc_loss(jnp.zeros((1, 3, 2)), f32([0, 0, 1]), jnp.array([[1, 1]]), f32([0, 1]))",
    ),
    "squeezes": (
        "JAX",
        "[jnp.stack([m.sigmoid(z), m.log_sigmoid(z), m.softmax(z), m.log_softmax(z)]) "
        "for z in [f32([0, 1], [2, 0])] for m in (jax.nn, keras.ops)]",
    ),
    "all of them": (
        "JAX",
        "[jax.nn.logsumexp(jnp.zeros((2, 3))), keras.ops.logsumexp(jnp.zeros((2, 3)))]",
    ),
}


def jax_trap(name):
    return in_jax()[JAX_TRAPS[name][1]]


def test_options_go_to_the_constructor_of_a_class():
    a, b = f32(5.0), f32(0.0)
    assert torch.nn.HuberLoss(delta=2.0)(a, b) == F.huber_loss(a, b, delta=2.0) == 8
    with pytest.raises(TypeError, match="delta"):
        torch.nn.HuberLoss()(a, b, delta=2.0)


@warned("Optax's `l2_loss` has a ½")
def test_l2_loss_is_half_the_square():
    assert jax_trap("half") == [2.0]


@warned("Shapes `(N,)` and `(N, 1)`")
def test_a_column_is_broadcast_refused_or_dropped():
    column = torch.zeros(4, 1)
    with pytest.warns(UserWarning, match="broadcasting"):
        loss = F.mse_loss(column, f32(1, 2, 3, 4), reduction="none")
    assert loss.shape == (4, 4)
    with pytest.raises(ValueError, match="equal shapes"):
        lossfns.squared_error(column.numpy(), np.zeros(4))
    assert "Shape mismatch" in str(jax_trap("column squared"))
    assert jax_trap("column dropped") == pytest.approx(np.mean([0, 1, 4, 9]))


@warned("PyTorch's `smooth_l1_loss")
def test_smooth_l1_is_huber_divided_by_delta():
    a, b = torch.as_tensor(predictions), torch.as_tensor(targets)
    torch.testing.assert_close(
        F.smooth_l1_loss(a, b, beta=2.0), F.huber_loss(a, b, delta=2.0) / 2.0
    )


@warned("SciPy wants δ first")
def test_scipy_wants_delta_first_and_optax_broadcasts():
    assert scipy.special.huber(2.0, 5.0) == 8 != scipy.special.huber(5.0, 2.0)
    assert tuple(jax_trap("column huber")) == (4, 4)


@warned("scikit-learn's `HuberRegressor")
def test_the_epsilon_of_huber_regressor_has_no_unit():
    """In other units, the same examples count as far off: ε is a multiple of the spread."""
    x = np.arange(12.0)[:, None]
    y = x[:, 0] + np.where(np.arange(12) == 11, 30.0, np.sin(np.arange(12)))
    first, in_cents = (HuberRegressor(alpha=0, max_iter=1000).fit(x, by * y) for by in (1, 100))
    assert first.outliers_.any()
    assert (first.outliers_ == in_cents.outliers_).all()
    assert in_cents.scale_ == pytest.approx(100 * first.scale_, rel=1e-3)


@warned("PyTorch, Keras and Optax have none")
def test_no_library_has_a_quantile_loss_of_its_own():
    assert jax_trap("quantiles").size == 0
    assert [n for n in dir(F) + dir(torch.nn) if "quantile" in n.lower() or "pinball" in n] == []


@warned("PyTorch wants the **variance**")
def test_a_spread_in_the_wrong_measure_gives_a_number():
    m, t, variance = f32(1.0), f32(2.0), f32(4.0)
    right = F.gaussian_nll_loss(m, t, variance).item()
    assert right == pytest.approx(np.log(4) / 2 + 1 / 8)
    with_deviation = F.gaussian_nll_loss(m, t, variance.sqrt()).item()
    assert np.isfinite(with_deviation)
    assert with_deviation != pytest.approx(right)
    constant = np.log(2 * np.pi) / 2
    assert -scipy.stats.norm.logpdf(2.0, 1.0, 2.0) == pytest.approx(right + constant)
    assert jax_trap("logpdf") == pytest.approx(right + constant)
    with_variance = -scipy.stats.norm.logpdf(2.0, 1.0, 4.0)
    assert np.isfinite(with_variance)
    assert with_variance != pytest.approx(right + constant)
    assert torch.isfinite(F.gaussian_nll_loss(m, t, variance.log()))
    with pytest.raises(ValueError, match="negative"):
        F.gaussian_nll_loss(m, t, f32(0.5).log())


@warned("PyTorch leaves out ½ log 2π")
def test_the_gaussian_loss_is_without_its_constant_and_floored():
    m, t, variance = f32(1.0), f32(2.0), f32(4.0)
    full = F.gaussian_nll_loss(m, t, variance, full=True)
    gap = full - F.gaussian_nll_loss(m, t, variance)
    assert gap.item() == pytest.approx(np.log(2 * np.pi) / 2)
    none = F.gaussian_nll_loss(m, t, f32(0.0))
    assert none.item() == pytest.approx((np.log(1e-6) + 1e6) / 2, rel=1e-5)


@warned("PyTorch wants the logarithm (`log_input")
def test_pytorch_takes_the_logarithm_of_a_rate_and_keras_the_rate():
    at_truth = 4 - 4 * np.log(4)
    assert F.poisson_nll_loss(f32(np.log(4.0)), f32(4.0)).item() == pytest.approx(at_truth)
    rate = F.poisson_nll_loss(f32(4.0), f32(4.0), log_input=False)
    assert rate.item() == pytest.approx(at_truth)
    assert jax_trap("poisson") == pytest.approx(at_truth, rel=1e-5)


@warned("Both leave out $\\log(y!)$")
def test_a_perfect_forecast_of_counts_has_deviance_zero():
    assert sklearn.metrics.mean_poisson_deviance([1.0, 4.0], [1.0, 4.0]) == 0
    assert F.poisson_nll_loss(f32(np.log(4.0)), f32(4.0)) < 0
    assert jax_trap("poisson") < 0


@warned("`full=True` puts it back")
def test_pytorch_only_approximates_the_factorial():
    z = np.log(2.0)
    added = [F.poisson_nll_loss(f32(z), f32(2.0), full=full).item() for full in (False, True)]
    assert added[1] - added[0] == pytest.approx(0.65, abs=5e-3)
    exact = [lossfns.poisson_nll_loss(z, 2, full=full) for full in (False, True)]
    assert exact[1] - exact[0] == pytest.approx(np.log(2))


@warned("Forget `from_logits=True` in Keras, and your")
def test_logits_taken_for_probabilities_are_clipped_and_silent():
    assert jax_trap("forgot") == pytest.approx(15.94, abs=5e-3)
    assert jax_trap("forgot, other side") == pytest.approx(-np.log(1e-7), rel=1e-5)
    assert jax_trap("forgot, push") == [0.0]


@warned("`F.binary_cross_entropy` takes")
@pytest.mark.parametrize(
    ("logit", "label", "loss", "kept"), [(20, 0, 100, 0.0), (-40, 1, 40, -4e-6)]
)
def test_bce_on_a_float32_sigmoid_loses_the_push_that_the_logit_keeps(logit, label, loss, kept):
    label = f32(label)
    logit = f32(logit).requires_grad_()
    from_probability = F.binary_cross_entropy(torch.sigmoid(logit), label)
    (slope,) = torch.autograd.grad(from_probability, logit)
    from_logit = F.binary_cross_entropy_with_logits(logit, label)
    (right,) = torch.autograd.grad(from_logit, logit)

    assert from_probability.item() == pytest.approx(loss)
    assert slope.item() == pytest.approx(kept, rel=0.1)
    assert from_logit.item() == pytest.approx(abs(logit.item()))
    assert abs(right.item()) == pytest.approx(1)


@warned("PyTorch refuses integer labels")
def test_pytorch_wants_float_labels_of_the_same_shape_for_yes_or_no():
    with pytest.raises((RuntimeError, ValueError)):
        F.binary_cross_entropy_with_logits(f32(0, 1), torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="must be the same"):
        F.binary_cross_entropy_with_logits(f32(0, 1), torch.zeros(2, 1))
    assert tuple(jax_trap("column yes or no")) == (4, 4)


@warned("Several of K: the mean runs")
def test_several_of_k_are_averaged_and_are_not_for_log_loss():
    z, y = np.array([[3.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 1.0]])
    mean = lossfns.sigmoid_binary_cross_entropy(z, y).mean()
    theirs = F.binary_cross_entropy_with_logits(torch.as_tensor(z), torch.as_tensor(y))
    assert theirs.item() == pytest.approx(mean)
    assert jax_trap("several") == pytest.approx(mean, rel=1e-5)
    several = np.array([[1, 0, 1], [0, 1, 0]])
    chances = np.array([[0.9, 0.2, 0.7], [0.2, 0.6, 0.2]])
    with pytest.warns(UserWarning, match="do not sum to one"):
        wrong = sklearn.metrics.log_loss(several, chances)
    right = [sklearn.metrics.log_loss(several[:, k], chances[:, k]) for k in range(3)]
    assert np.isfinite(wrong)
    assert wrong != pytest.approx(np.mean(right), rel=0.1)
    assert wrong != pytest.approx(np.sum(right), rel=0.1)


@warned("`F.cross_entropy` does the softmax")
def test_a_second_softmax_keeps_the_loss_above_one_and_a_half():
    certain = torch.tensor([[1000.0] + [0.0] * 9])
    twice = F.cross_entropy(F.softmax(certain, dim=1), torch.tensor([0]))
    assert twice.item() == pytest.approx(1.46, abs=5e-3)
    args = torch.as_tensor(log_p), torch.as_tensor(labels)
    torch.testing.assert_close(F.nll_loss(*args), F.cross_entropy(torch.as_tensor(logits), args[1]))


@warned("More axes: PyTorch has")
def test_the_classes_are_on_axis_one_in_pytorch_and_last_elsewhere():
    z, y = torch.as_tensor(rng.normal(size=(2, 4, 3))), torch.tensor([[0, 1, 2], [3, 3, 0]])
    cells = [F.cross_entropy(z[n, :, t], y[n, t]) for n in range(2) for t in range(3)]
    torch.testing.assert_close(F.cross_entropy(z, y), torch.stack(cells).mean())
    with pytest.raises((RuntimeError, ValueError)):
        F.cross_entropy(z.transpose(1, 2), y)
    for name in ("three axes", "three axes, optax"):
        np.testing.assert_allclose(jax_trap(name), np.full((2, 3), np.log(4)), rtol=1e-6)
    each = lossfns.softmax_cross_entropy_with_integer_labels(np.zeros((2, 3, 4)), y.numpy() * 0)
    np.testing.assert_allclose(each, np.full((2, 3), np.log(4)))


@warned("Forget `from_logits=True` in Keras, and each row")
def test_a_row_of_logits_taken_for_probabilities_is_divided_by_its_sum():
    for name in ("divided", "divided, one-hot", "turned round"):
        assert jax_trap(name) == pytest.approx(1e-7, rel=0.3)
    assert F.cross_entropy(f32([2, -1, 0.5]), torch.tensor([0])) > 0.2
    assert F.cross_entropy(f32([-2, 1, 0.5]), torch.tensor([0])) > 3


@warned("A label that is no class")
def test_a_label_that_is_no_class_is_refused_or_silently_something_else():
    for label in (-1, 3):
        with pytest.raises(IndexError, match="out of bounds"):
            F.cross_entropy(torch.zeros(1, 3), torch.tensor([label]))
    last, hundred, beyond = jax_trap("no class")
    of_last = lossfns.softmax_cross_entropy_with_integer_labels([[2.0, -1.0, 0.5]], [2])
    assert last == pytest.approx(of_last.item(), rel=1e-6)
    assert np.isnan([hundred, beyond]).all()
    assert (jax_trap("no class, keras") == 0).all()


@warned("scikit-learn sorts the class names")
def test_scikit_learn_sorts_the_names_and_wants_all_of_them():
    p_ham, p_spam = 0.9, 0.1
    loss = sklearn.metrics.log_loss(["spam", "ham"], [[p_ham, p_spam], [p_ham, p_spam]])
    assert loss == pytest.approx(-(np.log(p_spam) + np.log(p_ham)) / 2)
    with pytest.raises(ValueError, match="only one label"):
        sklearn.metrics.log_loss([1, 1], [0.7, 0.9])
    assert sklearn.metrics.log_loss([1, 1], [0.5, 0.5], labels=[0, 1]) == pytest.approx(np.log(2))


@warned("PyTorch's own mark is −100")
def test_a_batch_with_no_label_left_is_nan_or_0_or_refused():
    ignored = F.cross_entropy(torch.zeros(2, 4), torch.tensor([1, -100]))
    assert ignored.item() == log(4)
    assert torch.isnan(F.cross_entropy(torch.zeros(1, 4), torch.tensor([-100])))
    assert jax_trap("nothing left") == 0
    assert np.isnan(jax_trap("nothing left, optax"))
    with pytest.raises(ValueError, match="the mean of nothing"):
        lossfns.masked_mean([1.0], [False])


@warned("Keras's `sample_weight=` of zeros and ones")
def test_weights_of_zero_and_one_are_not_a_mask_for_keras():
    np.testing.assert_allclose(jax_trap("weights of 0 and 1"), [np.log(2) / 4, np.log(2)], 1e-6)


@warned("A `nan` in the logits of a position that does not count")
def test_a_nan_that_does_not_count_comes_back_in_the_slope_of_pytorch_and_optax():
    nan = float("nan")
    logits = torch.tensor([[0.0, 0.0], [nan, 0.0]], requires_grad=True)
    loss = F.cross_entropy(logits, torch.tensor([1, -100]))
    loss.backward()
    assert loss.item() == log(2)
    assert torch.isnan(logits.grad[1]).all()
    value, *slopes = jax_trap("nan behind a mask, optax")
    assert value == log(2)
    assert np.isnan(slopes[2:]).all()
    np.testing.assert_allclose(jax_trap("nan behind a mask"), [np.log(2), 0.5, -0.5, 0, 0], 1e-6)
    arguments = [[0.0, 0.0], [nan, 0.0]], [1, -100]
    slopes = lossfns.softmax_cross_entropy_with_integer_labels_grad(*arguments, where=[True, False])
    np.testing.assert_array_equal(slopes, [[0.5, -0.5], [0, 0]])


@warned("In float16, 128,256 equal logits")
def test_a_sum_in_float16_is_taken_wider_by_some():
    logits, label = torch.zeros(1, 128_256, dtype=torch.float16), torch.tensor([0])
    assert torch.isinf(F.cross_entropy(logits, label))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert F.cross_entropy(logits, label).item() == log(128_256)
    assert np.isposinf(jax_trap("float16"))
    assert jax_trap("float16, class") == log(128_256)
    assert np.isnan(jax_trap("float16, function"))


@warned("Optax's argument `where=`")
def test_where_leaves_out_classes():
    assert jax_trap("where") == log(2)


class Largest(TorchDispatchMode):
    """Notes the largest tensor that is made."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        for one in made if isinstance(made, (tuple, list)) else [made]:
            if isinstance(one, torch.Tensor):
                self.numbers = max(self.numbers, one.numel())
        return made


@warned("Without `options` PyTorch builds")
def test_linear_cross_entropy_saves_memory_only_when_asked():
    generator = torch.Generator().manual_seed(0)
    x, w = torch.randn(64, 8, generator=generator), torch.randn(1000, 8, generator=generator)
    y = torch.arange(64)
    largest = []
    for options in (None, torch.nn.LinearCrossEntropyOptions()):
        x.requires_grad_()
        with Largest() as made:
            loss = F.linear_cross_entropy(x, w, y, options=options)
            loss.backward()
        largest.append(made.numbers)
        torch.testing.assert_close(loss, F.cross_entropy(x @ w.T, y))
    assert largest[0] >= 64 * 1000 > 4 * largest[1]


@warned("Neither PyTorch nor Keras nor Optax checks")
def test_a_row_that_sums_to_two_costs_twice_as_much_or_is_refused():
    too_much = np.full((1, 4), 0.5)
    assert F.cross_entropy(torch.zeros(1, 4), torch.as_tensor(too_much).float()).item() == log(16)
    assert jax_trap("sums to two") == log(16)
    assert jax_trap("sums to two, optax") == log(16)
    with pytest.raises(ValueError, match="sum to 1"):
        lossfns.softmax_cross_entropy(np.zeros((1, 4)), too_much)


@warned("All four spread ε")
def test_smoothing_over_the_wrong_ones_would_be_another_loss():
    """The rows above are compared with ε/K; ε/(K − 1) is far enough from it to be told apart."""
    others = 0.9 * one_hot + 0.1 / 3 * (1 - one_hot)
    assert abs(np.sum((others - smoothed) * log_p, axis=1)).max() > 1e-3


@warned("Keras's `BinaryCrossentropy(label_smoothing")
def test_keras_smooths_yes_and_no_to_the_middle():
    right = lossfns.sigmoid_binary_cross_entropy([2.0, 2.0], [0.95, 0.05])
    np.testing.assert_allclose(jax_trap("smooth").ravel(), right, rtol=1e-5)


@warned("PyTorch and Optax want the *model's logarithm first*")
def test_kl_with_its_arguments_swapped_is_nan_and_with_its_distributions_the_other_direction():
    p, q = np.array([[0.7, 0.3]]), np.array([[0.4, 0.6]])
    swapped = F.kl_div(torch.as_tensor(p), torch.as_tensor(np.log(q)), reduction="batchmean")
    assert torch.isnan(swapped)
    assert np.isnan(jax_trap("swapped")).all()
    turned = F.kl_div(torch.as_tensor(np.log(p)), torch.as_tensor(q), reduction="batchmean")
    assert turned.item() == pytest.approx(kl(q, p).item())
    assert jax_trap("turned") == pytest.approx(kl(q, p), rel=1e-5)
    assert kl(q, p) != pytest.approx(kl(p, q), rel=1e-2)


@warned('PyTorch\'s default `reduction="mean"`')
def test_kl_div_by_its_default_mean_also_divides_by_the_classes():
    args = torch.as_tensor(np.log(q)), torch.as_tensor(p)
    with pytest.warns(UserWarning, match="batchmean"):
        default = F.kl_div(*args)
    torch.testing.assert_close(4 * default, F.kl_div(*args, reduction="batchmean"))


@warned("`stats.entropy` rescales")
def test_scipy_rescales_in_silence_and_works_along_axis_0():
    two, sums_to_two = np.array([0.9, 0.1]), np.array([0.9, 0.9])
    assert scipy.stats.entropy(two, sums_to_two) == pytest.approx(np.log(2) - 0.3250829733914482)
    assert scipy.stats.entropy(p).shape == (4,)
    assert scipy.special.kl_div(two, sums_to_two).sum() > 0
    assert scipy.special.rel_entr(two, sums_to_two).sum() < 0
    apart = scipy.special.kl_div(p, q) - scipy.special.rel_entr(p, q)
    np.testing.assert_allclose(apart, q - p, atol=1e-12)
    assert abs(apart).max() > 0.1
    np.testing.assert_allclose(apart.sum(axis=1), 0, atol=1e-12)


@warned("Keras clips both at 0.0000001")
def test_keras_makes_the_impossible_cheap_and_silent():
    assert jax_trap("impossible") == pytest.approx(16.12, abs=5e-3)
    assert jax_trap("impossible, push") == 0
    assert lossfns.kl_divergence([1.0, 0.0], [0.0, 1.0]) == np.inf


@warned("A weighted mean divides by the **sum")
def test_pos_weight_and_weighted_soft_labels_divide_by_n():
    z, y = f32(0.0, 0.0), f32(1.0, 0.0)
    loss = F.binary_cross_entropy_with_logits(z, y, pos_weight=f32(3.0))
    assert loss.item() == pytest.approx((3 + 1) * np.log(2) / 2)
    soft = F.cross_entropy(torch.zeros(2, 2), torch.eye(2), weight=f32(3.0, 1.0))
    assert soft.item() == pytest.approx((3 + 1) * np.log(2) / 2)
    numbers = F.cross_entropy(torch.zeros(2, 2), torch.tensor([0, 1]), weight=f32(3.0, 1.0))
    assert numbers.item() == pytest.approx(np.log(2))


@warned("Keras's `class_weight=`")
def test_class_weight_divides_by_the_number_of_examples():
    assert jax_trap("class weight") == pytest.approx((3 * 1 + 5) * np.log(2) / 4, rel=1e-5)


@warned("Part batches with different")
def test_weighted_part_batches_do_not_average_to_the_whole():
    z, y, w = torch.as_tensor(logits), torch.as_tensor(labels), torch.as_tensor(weights)
    whole = F.cross_entropy(z[:4], y[:4], weight=w)
    parts = [F.cross_entropy(z[i : i + 2], y[i : i + 2], weight=w) for i in (0, 2)]
    assert torch.stack(parts).mean().item() != pytest.approx(whole.item(), rel=1e-2)


@warned("torchvision weighs with α")
def test_alpha_is_silent_unless_asked_for():
    assert jax_trap("no alpha") == log(2)
    assert lossfns.sigmoid_focal_loss(0.0, 1.0, gamma=0) == log(2)
    assert jax_trap("alpha ignored") == log(2)


@warned("α belongs to label 1")
def test_alpha_belongs_to_label_1():
    np.testing.assert_allclose(jax_trap("alpha of 1"), np.log(2) * np.array([0.25, 0.75]), 1e-5)


@warned("Keras goes through the probability")
def test_keras_clips_a_focal_logit_and_weighs_all_classes_alike():
    assert jax_trap("focal clipped") == pytest.approx(-np.log(1e-7), rel=1e-5)
    assert lossfns.sigmoid_focal_loss(-40.0, 1.0, gamma=2) == pytest.approx(40)
    assert jax_trap("focal of K") == pytest.approx(0.25 * np.log(2), rel=1e-5)


@warned("Labels 0 and 1: Keras")
def test_hinge_labels_of_0_and_1_are_converted_refused_or_misread():
    s, zero_one = np.array([0.5, -0.5]), np.array([0, 1])
    assert sklearn.metrics.hinge_loss(zero_one, s) == sklearn.metrics.hinge_loss([-1, 1], s)
    with pytest.raises(ValueError, match="-1 or \\+1"):
        lossfns.hinge_loss(s, zero_one)
    assert np.ptp(jax_trap("hinge")) == 0
    misread, right = jax_trap("hinge, optax")
    assert np.isfinite(misread).all()
    assert misread.tolist() == [1, 1.5] != right.tolist()


@warned("`nn.HingeEmbeddingLoss` is about")
def test_the_other_hinges_are_not_this_one():
    one, truth = f32(2.0, 1.0, 0.0), torch.tensor(1)
    assert F.multi_margin_loss(one, truth).item() == pytest.approx(2 / 3)
    close, far = F.hinge_embedding_loss(f32(0.3, 0.3), f32(1, -1), reduction="none")
    assert (close.item(), far.item()) == pytest.approx((0.3, 0.7))


@warned("`LinearSVC` minimises")
def test_linear_svc_squares_its_hinge():
    assert LinearSVC().loss == "squared_hinge"


@warned("A log-likelihood is a sum")
def test_log_likelihood_of_an_answer_is_a_sum_of_its_tokens():
    logits, labels = f32(*[[2, -1, 0.5]] * 4), torch.tensor([0, 0, 2, 1])
    whole = torch.log_softmax(logits, dim=1)[range(4), labels].sum()
    assert torch.isclose(-F.cross_entropy(logits, labels, reduction="sum"), whole)
    assert torch.isclose(-F.cross_entropy(logits, labels), whole / 4)


@warned("`F.margin_ranking_loss(better, worse")
def test_margin_ranking_asks_which_should_win():
    a, b = f32(0.5), f32(0.0)
    first = F.margin_ranking_loss(a, b, f32(1.0), margin=1.0)
    second = F.margin_ranking_loss(a, b, f32(-1.0), margin=1.0)
    assert (first.item(), second.item()) == pytest.approx((0.5, 1.5))


@warned("A difference of two sigmoids is 0")
def test_level_far_off_is_infinite_as_a_difference_and_not_in_lossfns():
    difference = torch.sigmoid(f32(41.0)) - torch.sigmoid(f32(39.0))
    assert difference == scipy.special.expit(41.0) - scipy.special.expit(39.0) == 0
    assert lossfns.cumulative_logit_loss(-40.0, 1, [-1.0, 1.0]) == pytest.approx(39, abs=0.5)


@warned("Only the winner of a list")
def test_the_loss_of_a_list_is_a_mean_over_lists():
    each = lossfns.softmax_cross_entropy([[2.0, -1.0, 0.5]], [[1.0, 0.0, 0.0]]).item()
    assert jax_trap("whole list") == pytest.approx(each, rel=1e-5)


@warned("Divide each row by its length")
def test_features_are_to_be_normalised_and_lossfns_does():
    a, b = torch.as_tensor(images), torch.as_tensor(texts)
    own = torch.arange(4)

    def symmetric(x, y):
        scores = 5.0 * x @ y.T
        return ((F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2).item()

    theirs = lossfns.clip_loss(images, texts, log_scale=np.log(5.0))
    assert symmetric(F.normalize(a, dim=1), F.normalize(b, dim=1)) == pytest.approx(theirs)
    assert symmetric(a, b) != pytest.approx(theirs, rel=0.1)


@warned("Optax's `ntxent(")
def test_ntxent_pairs_what_has_the_same_label():
    """Each of four has one partner, at cosine 1; two others are at cosine 0."""
    assert jax_trap("one list") == log((np.exp(2) + 2) / np.exp(2))


@warned("Keras's `alpha` weighs the **misses**")
def test_tversky_in_keras_has_its_weights_the_other_way_round():
    assert jax_trap("misses weighed") == pytest.approx(1 - 1 / (1 + 3), rel=1e-5)
    assert jax_trap("alarms weighed") == pytest.approx(1 - 1 / (1 + 1), rel=1e-5)


@warned("Without `axis` Keras counts the whole batch")
def test_dice_in_keras_takes_the_batch_for_one_mask_and_punishes_an_empty_one():
    assert jax_trap("one mask") == pytest.approx(1 - 4 / 5, rel=1e-5)
    assert jax_trap("left empty") == 1


@warned("Optax smooths with 1")
def test_the_smoothing_of_optax_counts_double_and_pytorch_has_no_dice():
    ours = lossfns.dice_loss([[0.5, 0.5]], [[1, 0]], smoothing=2)
    assert jax_trap("smoothed") == pytest.approx(ours, rel=1e-5)
    assert [n for n in dir(F) + dir(torch.nn) if re.search("dice(?!s)|tversky", n, re.I)] == []


@warned("`dice_loss` on plain `(N, H, W)`")
def test_dice_in_optax_takes_a_row_of_pixels_for_classes():
    """Four pixels, each surely and rightly inside: two classes of one half each."""
    assert jax_trap("row of pixels") == pytest.approx(1 - 1 / (1 + 0.5), rel=1e-5)


@warned("FaceNet squares the distances")
def test_triplets_are_measured_by_distances_and_a_tiny_number_is_added():
    zero, three = torch.zeros(1, 1), torch.full((1, 1), 3.0)
    assert F.triplet_margin_loss(zero, zero, three, margin=4.0).item() == pytest.approx(1, rel=1e-5)
    assert jax_trap("one place") == pytest.approx(1, abs=1e-2)
    assert F.triplet_margin_loss(zero, zero, three, margin=4.0) != 1
    assert jax_trap("one place") != 1


@warned("PyTorch wants log-probabilities, `(T, N, K)`")
def test_ctc_by_its_default_mean_divides_by_the_label_length():
    args = (
        torch.as_tensor(np.log(softmax(steps)))[:, None],
        torch.as_tensor(spelled)[None],
        torch.tensor([3]),
        torch.tensor([2]),
    )
    torch.testing.assert_close(2 * F.ctc_loss(*args), F.ctc_loss(*args, reduction="none")[0])


@warned("Optax and Keras refuse a single sequence")
def test_ctc_wants_a_batch_and_optax_paddings():
    assert "rank 3" in str(jax_trap("one sequence"))
    assert "(batch_size, max_length)" in str(jax_trap("one sequence, keras"))
    # One letter in the two steps that are left: three of four paths.
    assert jax_trap("padded") == log(4 / 3)


@warned("For more than two classes scikit-learn sums")
def test_brier_for_more_classes_is_not_halved():
    probabilities, truth = softmax(logits), labels
    squares = np.sum((probabilities - one_hot) ** 2, axis=1).mean()
    scored = sklearn.metrics.brier_score_loss(truth, probabilities)
    assert scored == pytest.approx(squares)
    halved = sklearn.metrics.brier_score_loss(truth, probabilities, scale_by_half=True)
    assert halved == pytest.approx(squares / 2)


@warned("In `jax.nn` and in `keras.ops`")
def test_the_squeezes_of_jax_and_keras_take_the_last_axis_but_one_does_not():
    z = np.array([[0.0, 1.0], [2.0, 0.0]])
    names = ("sigmoid", "log_sigmoid", "softmax", "log_softmax")
    right = np.stack([getattr(lossfns, name)(z) for name in names])
    for theirs in jax_trap("squeezes"):
        np.testing.assert_allclose(theirs, right, rtol=1e-5)
    np.testing.assert_allclose(jax_trap("all of them"), np.log([6, 6]), rtol=1e-6)


@warned("SciPy's three work on the **whole")
def test_scipy_without_an_axis_takes_the_whole_array():
    assert scipy.special.softmax(logits).sum() == pytest.approx(1)
    assert np.exp(scipy.special.log_softmax(logits)).sum() == pytest.approx(1)
    assert scipy.special.logsumexp(logits).shape == ()


@warned("`np.log(softmax(…))` undoes")
def test_the_logarithm_of_a_softmax_is_not_the_log_softmax():
    z = np.array([1000.0, 0.0])
    with np.errstate(divide="ignore"):
        assert np.log(lossfns.softmax(z))[1] == -np.inf
    assert lossfns.log_softmax(z)[1] == -1000
