"""Every call on the page "What do I call?" that can run here gives what the page says it gives.

The calls are read from the page and evaluated as they stand, on small inputs whose losses are
computed here in plain NumPy.
"""

import re

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.metrics
import torch
import torch.nn.functional as F
from sklearn.svm import LinearSVC

import lossfns
from sitebuild.paths import BOOK

PAGE = BOOK / "what_to_call.md"
RUN = ("PyTorch", "scikit-learn", "SciPy", "lossfns")
READ = ("Keras", "Optax", "torchvision")
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

counts, log_rates = np.array([0.0, 1.0, 4.0, 2.0]), rng.normal(size=4)
of_counts = {"counts": counts, "log_rates": log_rates, "rates": np.exp(log_rates)}

z, yes = rng.normal(size=5), np.array([1.0, 0.0, 1.0, 1.0, 0.0])
p_true = np.where(yes == 1, sigmoid(z), 1 - sigmoid(z))
yes_or_no = {"logits": z, "labels": yes, "probabilities": sigmoid(z)}

logits, labels = rng.normal(size=(5, 4)), np.array([2, 0, 3, 1, 1])
log_p = np.log(softmax(logits))
one_of_k = {"logits": logits, "labels": labels, "probabilities": softmax(logits)}
soft, one_hot = rng.dirichlet(np.ones(4), 5), np.eye(4)[labels]
smoothed = 0.9 * one_hot + 0.1 / 4

p, q = rng.dirichlet(np.ones(4), (2, 5))
student, teacher = rng.normal(size=(2, 5, 4))
weights = np.array([1.0, 5.0, 2.0, 0.5])

scores, signs = rng.normal(size=5) * 2, np.array([1.0, -1.0, -1.0, 1.0, 1.0])
better, worse = rng.normal(size=(2, 5))

images, texts = rng.normal(size=(2, 4, 3))
units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (images, texts)]
pair_scores = 5.0 * units[0] @ units[1].T
diagonal = [-np.diag(np.log(softmax(grid))) for grid in (pair_scores, pair_scores.T)]

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
    ("A count", 0): (of_counts, np.exp(log_rates) - counts * log_rates),
    ("Yes or no, or several of K at once", 0): (yes_or_no, -np.log(p_true)),
    ("One of K, labels are class numbers", 0): (one_of_k, -log_p[np.arange(5), labels]),
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
    ("A sequence that nobody aligned: CTC", 0): (
        {
            "logits": steps,
            "labels": spelled,
            "log_probabilities": np.log(softmax(steps)),
            "input_lengths": np.array(3),
            "label_lengths": np.array(2),
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


def evaluate(library, call, names):
    if library == "PyTorch":
        names = {key: torch.as_tensor(value) for key, value in names.items()}
    return np.asarray(eval(call, MODULES | names))


def reduced(losses, gives, names):
    if gives == "each":
        return losses
    if gives == "mean":
        return losses.mean()
    assert gives == "weighted mean"
    return np.average(losses, weights=names["weights"][names["labels"]])


@pytest.mark.parametrize(
    ("heading", "table", "library", "call", "gives"),
    [row for row in rows() if row[2] in RUN and row[0] != "Only the squeeze"],
)
def test_the_call_gives_the_loss_reduced_as_its_row_says(heading, table, library, call, gives):
    names, losses = TABLES[heading, table]

    np.testing.assert_allclose(
        evaluate(library, call, names), reduced(np.asarray(losses), gives, names), rtol=1e-7
    )


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


# The traps: what the page warns of does happen


def f32(*values):
    return torch.tensor(values, dtype=torch.float32)


def test_pytorch_broadcasts_a_column_with_a_warning_where_lossfns_refuses():
    column = torch.zeros(4, 1)
    with pytest.warns(UserWarning, match="broadcasting"):
        loss = F.mse_loss(column, f32(1, 2, 3, 4), reduction="none")
    assert loss.shape == (4, 4)
    with pytest.raises(ValueError, match="equal shapes"):
        lossfns.squared_error(column.numpy(), np.zeros(4))


def test_smooth_l1_is_huber_divided_by_delta():
    a, b = torch.as_tensor(predictions), torch.as_tensor(targets)
    torch.testing.assert_close(
        F.smooth_l1_loss(a, b, beta=2.0), F.huber_loss(a, b, delta=2.0) / 2.0
    )


def test_a_perfect_forecast_of_counts_has_deviance_zero():
    assert sklearn.metrics.mean_poisson_deviance([1.0, 4.0], [1.0, 4.0]) == 0
    assert F.poisson_nll_loss(f32(np.log(4.0)), f32(4.0)) < 0


@pytest.mark.parametrize(
    ("logit", "label", "loss", "nudge"), [(20, 0, 100, 0.0), (-40, 1, 40, -4e-6)]
)
def test_bce_on_a_float32_sigmoid_loses_the_nudge_that_the_logit_keeps(logit, label, loss, nudge):
    label = f32(label)
    logit = f32(logit).requires_grad_()
    from_probability = F.binary_cross_entropy(torch.sigmoid(logit), label)
    (slope,) = torch.autograd.grad(from_probability, logit)
    from_logit = F.binary_cross_entropy_with_logits(logit, label)
    (right,) = torch.autograd.grad(from_logit, logit)

    assert from_probability.item() == pytest.approx(loss)
    assert slope.item() == pytest.approx(nudge, rel=0.1)
    assert from_logit.item() == pytest.approx(abs(logit.item()))
    assert abs(right.item()) == pytest.approx(1)


def test_pytorch_wants_float_labels_of_the_same_shape_for_yes_or_no():
    with pytest.raises((RuntimeError, ValueError)):
        F.binary_cross_entropy_with_logits(f32(0, 1), torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="must be the same"):
        F.binary_cross_entropy_with_logits(f32(0, 1), torch.zeros(2, 1))


def test_a_second_softmax_keeps_the_loss_above_one_and_a_half():
    certain = torch.tensor([[1000.0] + [0.0] * 9])
    twice = F.cross_entropy(F.softmax(certain, dim=1), torch.tensor([0]))
    assert twice.item() == pytest.approx(1.46, abs=5e-3)


def test_nll_loss_takes_log_probabilities():
    args = torch.as_tensor(log_p), torch.as_tensor(labels)
    torch.testing.assert_close(F.nll_loss(*args), F.cross_entropy(torch.as_tensor(logits), args[1]))


def test_pytorch_has_classes_on_axis_one_and_divides_by_what_is_not_ignored():
    z = torch.as_tensor(rng.normal(size=(2, 4, 3)))
    y = torch.tensor([[0, 1, -100], [3, -100, -100]])
    kept = [(0, 0, 0), (0, 1, 1), (1, 0, 3)]
    flat = torch.stack([F.cross_entropy(z[n, :, t], torch.tensor(c)) for n, t, c in kept])
    torch.testing.assert_close(F.cross_entropy(z, y), flat.mean())


def test_scikit_learn_sorts_the_names_and_wants_all_of_them():
    p_ham, p_spam = 0.9, 0.1
    loss = sklearn.metrics.log_loss(["spam", "ham"], [[p_ham, p_spam], [p_ham, p_spam]])
    assert loss == pytest.approx(-(np.log(p_spam) + np.log(p_ham)) / 2)
    with pytest.raises(ValueError, match="only one label"):
        sklearn.metrics.log_loss([1, 1], [0.7, 0.9])
    assert sklearn.metrics.log_loss([1, 1], [0.5, 0.5], labels=[0, 1]) == pytest.approx(np.log(2))


def test_pytorch_takes_rows_that_do_not_sum_to_one_and_lossfns_refuses_them():
    too_much = np.full((1, 4), 0.5)
    assert torch.isfinite(F.cross_entropy(torch.zeros(1, 4), torch.as_tensor(too_much).float()))
    with pytest.raises(ValueError, match="sum to 1"):
        lossfns.softmax_cross_entropy(np.zeros((1, 4)), too_much)


def test_kl_div_by_its_default_mean_also_divides_by_the_classes():
    args = torch.as_tensor(np.log(q)), torch.as_tensor(p)
    with pytest.warns(UserWarning, match="batchmean"):
        default = F.kl_div(*args)
    torch.testing.assert_close(4 * default, F.kl_div(*args, reduction="batchmean"))


def test_kl_div_with_its_arguments_swapped_gives_a_number():
    swapped = F.kl_div(torch.as_tensor(p), torch.as_tensor(np.log(q)), reduction="batchmean")
    assert not np.isclose(swapped.item(), kl(p, q).mean())


def test_scipy_rescales_in_silence_and_works_along_axis_0():
    two, sums_to_two = np.array([0.9, 0.1]), np.array([0.9, 0.9])
    assert scipy.stats.entropy(two, sums_to_two) == pytest.approx(np.log(2) - 0.3250829733914482)
    assert scipy.stats.entropy(p).shape == (4,)
    assert scipy.special.kl_div(two, sums_to_two).sum() > 0
    assert scipy.special.rel_entr(two, sums_to_two).sum() < 0


def test_pos_weight_and_weighted_soft_labels_divide_by_n():
    z, y = f32(0.0, 0.0), f32(1.0, 0.0)
    loss = F.binary_cross_entropy_with_logits(z, y, pos_weight=f32(3.0))
    assert loss.item() == pytest.approx((3 + 1) * np.log(2) / 2)
    soft = F.cross_entropy(torch.zeros(2, 2), torch.eye(2), weight=f32(3.0, 1.0))
    assert soft.item() == pytest.approx((3 + 1) * np.log(2) / 2)
    numbers = F.cross_entropy(torch.zeros(2, 2), torch.tensor([0, 1]), weight=f32(3.0, 1.0))
    assert numbers.item() == pytest.approx(np.log(2))


def test_hinge_labels_of_0_and_1_are_converted_refused_or_misread():
    s, zero_one = np.array([0.5, -0.5]), np.array([0, 1])
    assert sklearn.metrics.hinge_loss(zero_one, s) == sklearn.metrics.hinge_loss([-1, 1], s)
    with pytest.raises(ValueError, match="-1 or \\+1"):
        lossfns.hinge_loss(s, zero_one)


def test_the_other_hinges_are_not_this_one():
    one, truth = f32(2.0, 1.0, 0.0), torch.tensor(1)
    assert F.multi_margin_loss(one, truth).item() == pytest.approx(2 / 3)
    close, far = F.hinge_embedding_loss(f32(0.3, 0.3), f32(1, -1), reduction="none")
    assert (close.item(), far.item()) == pytest.approx((0.3, 0.7))
    assert LinearSVC().loss == "squared_hinge"


def test_margin_ranking_asks_which_should_win():
    a, b = f32(0.5), f32(0.0)
    first = F.margin_ranking_loss(a, b, f32(1.0), margin=1.0)
    second = F.margin_ranking_loss(a, b, f32(-1.0), margin=1.0)
    assert (first.item(), second.item()) == pytest.approx((0.5, 1.5))


def test_ctc_by_its_default_mean_divides_by_the_label_length():
    args = (
        torch.as_tensor(np.log(softmax(steps)))[:, None],
        torch.as_tensor(spelled)[None],
        torch.tensor([3]),
        torch.tensor([2]),
    )
    torch.testing.assert_close(2 * F.ctc_loss(*args), F.ctc_loss(*args, reduction="none")[0])


def test_brier_for_more_classes_is_not_halved():
    probabilities, truth = softmax(logits), labels
    squares = np.sum((probabilities - one_hot) ** 2, axis=1).mean()
    scored = sklearn.metrics.brier_score_loss(truth, probabilities)
    assert scored == pytest.approx(squares)


def test_scipy_without_an_axis_takes_the_whole_array():
    assert scipy.special.softmax(logits).sum() == pytest.approx(1)
    assert scipy.special.logsumexp(logits).shape == ()
