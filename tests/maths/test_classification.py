"""Losses for a category against torch, scikit-learn and the reference values."""

import math

import numpy as np
import pytest
import sklearn.metrics
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lossfns import (
    entropy,
    hinge_loss,
    hinge_loss_grad,
    kl_divergence,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    sigmoid_focal_loss,
    sigmoid_focal_loss_grad,
    smooth_labels,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
    softmax_focal_loss,
    softmax_focal_loss_grad,
)
from tests.golden import GOLDEN

INF, NAN = np.inf, np.nan
SEEDS = st.integers(0, 2**32 - 1)


def value_and_slope(loss, logits):
    """What torch makes of a loss: per-example values and the gradient of their sum."""
    leaf = torch.tensor(logits, requires_grad=True)
    values = loss(leaf)
    values.sum().backward()
    return values.detach().numpy(), leaf.grad.numpy()


# Binary cross-entropy


def test_binary_cross_entropy_gives_the_reference_values_at_any_logit():
    for row in GOLDEN["core_bce_with_logits"]:
        labels = np.full(len(row["logits"]), row["y"])
        loss = sigmoid_binary_cross_entropy(row["logits"], labels)
        np.testing.assert_allclose(loss, row["loss"], rtol=1e-14)
        grad = sigmoid_binary_cross_entropy_grad(row["logits"], labels)
        np.testing.assert_allclose(grad, row["grad"], atol=1e-15)


@given(seed=SEEDS)
def test_binary_cross_entropy_agrees_with_torch_for_hard_and_soft_labels(seed):
    rng = np.random.default_rng(seed)
    logits = 30 * rng.standard_normal(20)
    labels = np.concatenate([rng.integers(0, 2, 10), rng.random(10)])
    values, slopes = value_and_slope(
        lambda z: F.binary_cross_entropy_with_logits(z, torch.tensor(labels), reduction="none"),
        logits,
    )
    loss = sigmoid_binary_cross_entropy(logits, labels)
    # torch subtracts numbers of the logits' size, so its small losses carry their rounding
    np.testing.assert_allclose(loss, values, rtol=1e-13, atol=1e-13)
    grad = sigmoid_binary_cross_entropy_grad(logits, labels)
    np.testing.assert_allclose(grad, slopes, atol=1e-15)


@given(logit=st.floats(-700, 700), label=st.integers(0, 1))
def test_a_sigmoid_is_a_softmax_over_the_logit_and_zero(logit, label):
    binary = sigmoid_binary_cross_entropy(logit, label)
    pair = softmax_cross_entropy_with_integer_labels([0.0, logit], label)
    assert binary == pytest.approx(pair, rel=1e-14, abs=1e-15)


def test_binary_cross_entropy_reaches_its_limits():
    logits, labels = [INF, INF, -INF, -INF, INF], [1, 0, 0, 1, 0.5]
    loss = sigmoid_binary_cross_entropy(logits, labels)
    np.testing.assert_array_equal(loss, [0, INF, 0, INF, INF])
    grad = sigmoid_binary_cross_entropy_grad(logits, labels)
    np.testing.assert_array_equal(grad, [0, 1, 0, -1, 0.5])


def test_true_and_false_are_labels():
    assert sigmoid_binary_cross_entropy([2.0], [True]) == sigmoid_binary_cross_entropy([2.0], [1])


# Cross-entropy over classes


@pytest.mark.parametrize("row", GOLDEN["core_softmax_ce"])
def test_cross_entropy_gives_the_reference_values(row):
    one_hot = np.eye(len(row["logits"]))[row["target"]]
    loss = softmax_cross_entropy(row["logits"], one_hot)
    assert loss == pytest.approx(row["loss"], rel=1e-14)
    grad = softmax_cross_entropy_grad(row["logits"], one_hot)
    np.testing.assert_allclose(grad, row["grad"], atol=1e-15)


@pytest.mark.parametrize("row", GOLDEN["next_token_ce"])
def test_the_mean_over_kept_tokens_gives_the_reference_values(row):
    logits, targets = np.array(row["logits"]), np.array(row["targets"])
    kept = targets != row.get("ignore_index", -1)
    loss = softmax_cross_entropy_with_integer_labels(logits[kept], targets[kept])
    assert loss.mean() == pytest.approx(row["mean"], rel=1e-14)
    grad = np.zeros_like(logits)
    grad[kept] = softmax_cross_entropy_with_integer_labels_grad(logits[kept], targets[kept])
    np.testing.assert_allclose(grad / kept.sum(), row["grad_of_mean"], atol=1e-15)


@given(seed=SEEDS)
def test_cross_entropy_agrees_with_torch_for_class_numbers(seed):
    rng = np.random.default_rng(seed)
    logits, labels = 30 * rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    values, slopes = value_and_slope(
        lambda z: F.cross_entropy(z, torch.tensor(labels), reduction="none"), logits
    )
    loss = softmax_cross_entropy_with_integer_labels(logits, labels)
    np.testing.assert_allclose(loss, values, rtol=1e-13, atol=1e-14)
    grad = softmax_cross_entropy_with_integer_labels_grad(logits, labels)
    np.testing.assert_allclose(grad, slopes, atol=1e-15)


@given(seed=SEEDS)
def test_cross_entropy_agrees_with_torch_for_soft_labels(seed):
    rng = np.random.default_rng(seed)
    logits, labels = 30 * rng.standard_normal((6, 5)), rng.dirichlet(np.ones(5), 6)
    values, slopes = value_and_slope(
        lambda z: F.cross_entropy(z, torch.tensor(labels), reduction="none"), logits
    )
    loss = softmax_cross_entropy(logits, labels)
    np.testing.assert_allclose(loss, values, rtol=1e-13, atol=1e-14)
    grad = softmax_cross_entropy_grad(logits, labels)
    np.testing.assert_allclose(grad, slopes, atol=1e-14)


def test_the_mean_agrees_with_scikit_learns_log_loss():
    rng = np.random.default_rng(0)
    logits, labels = rng.standard_normal((50, 4)), rng.integers(0, 4, 50)
    expected = sklearn.metrics.log_loss(labels, softmax(logits), labels=range(4))
    loss = softmax_cross_entropy_with_integer_labels(logits, labels)
    assert loss.mean() == pytest.approx(expected, rel=1e-13)


@given(seed=SEEDS)
def test_one_hot_labels_and_class_numbers_are_the_same_loss(seed):
    rng = np.random.default_rng(seed)
    logits = rng.choice([-INF, -1e4, -1.0, 0.0, 2.0, 1e4, INF], (8, 4))
    labels = rng.integers(0, 4, 8)
    one_hot = np.eye(4)[labels]
    # Both are exact to 4 ulp; p - 1 and -(1 - p), the sum of the others, are rounded on two ways.
    for by_row, by_number in (
        (softmax_cross_entropy, softmax_cross_entropy_with_integer_labels),
        (softmax_cross_entropy_grad, softmax_cross_entropy_with_integer_labels_grad),
    ):
        found, expected = by_row(logits, one_hot), by_number(logits, labels)
        np.testing.assert_allclose(found, expected, rtol=4 * np.finfo(float).eps, atol=0)


@given(seed=SEEDS)
def test_cross_entropy_is_the_labels_entropy_plus_the_divergence_from_them(seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.standard_normal((6, 5)), rng.dirichlet(np.ones(5), 6)
    loss = softmax_cross_entropy(logits, labels)
    parts = entropy(labels) + kl_divergence(labels, softmax(logits))
    np.testing.assert_allclose(loss, parts, rtol=1e-13)


@pytest.mark.parametrize(
    ("logits", "label", "loss", "grad"),
    [
        ([1e4, -1e4], 1, 2e4, [1, -1]),
        ([INF, 0.0], 0, 0, [0, 0]),
        ([INF, 0.0], 1, INF, [1, -1]),
        ([-INF, 0.0], 0, INF, [-1, 1]),
        ([-INF, 0.0], 1, 0, [0, 0]),
        ([INF, INF, 0.0], 0, NAN, [NAN, NAN, 0]),
        ([INF, INF, 0.0], 2, INF, [NAN, NAN, -1]),
        ([-INF, -INF], 0, NAN, [NAN, NAN]),
        ([1.7e308, -1.7e308], 1, INF, [1, -1]),
        ([NAN, 0.0], 1, NAN, [NAN, NAN]),
    ],
)
def test_extreme_logits_give_the_limit_or_nan_where_there_is_none(logits, label, loss, grad):
    one_hot = np.eye(len(logits))[label]
    assert softmax_cross_entropy_with_integer_labels(logits, label) == pytest.approx(
        loss, nan_ok=True
    )
    assert softmax_cross_entropy(logits, one_hot) == pytest.approx(loss, nan_ok=True)
    np.testing.assert_array_equal(
        softmax_cross_entropy_with_integer_labels_grad(logits, label), grad
    )
    np.testing.assert_array_equal(softmax_cross_entropy_grad(logits, one_hot), grad)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_narrow_dtype_keeps_a_large_loss(dtype):
    logits = np.array([[30000, -30000, 0]], dtype)
    loss = softmax_cross_entropy_with_integer_labels(logits, [1])
    assert loss.dtype == dtype
    assert loss[0] == 60000
    assert softmax_cross_entropy(logits, np.array([[0, 1, 0]], dtype))[0] == 60000


@pytest.mark.parametrize(
    "function",
    [
        softmax_cross_entropy_with_integer_labels,
        softmax_cross_entropy_with_integer_labels_grad,
    ],
)
@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 3], ValueError, r"labels must lie in 0 … 2, got 3"),
        ([-1, 0], ValueError, r"labels must lie in 0 … 2, got -1"),
        ([-100, 0], ValueError, r"labels must lie in 0 … 2, got -100"),
        ([0.0, 1.0], TypeError, r"labels must be integers, got dtype float64"),
        ([True, False], TypeError, r"labels must be integers, got dtype bool"),
        (["0", "1"], TypeError, r"labels must be integers, got dtype <U1"),
        ([0], ValueError, r"without the class axis, \(2,\), got \(1,\)"),
        ([[0], [1]], ValueError, r"without the class axis, \(2,\), got \(2, 1\)"),
        (np.eye(3, dtype=int)[:2], ValueError, r"\(2,\), got \(2, 3\)"),
        (0, ValueError, r"\(2,\), got \(\)"),
        ([[0], [1, 2]], ValueError, r"labels must be a rectangular array"),
    ],
)
def test_labels_that_are_no_class_numbers_are_refused(function, labels, error, message):
    with pytest.raises(error, match=message):
        function(np.zeros((2, 3)), labels)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_any_integer_dtype_will_do_for_labels(dtype):
    logits = np.arange(6.0).reshape(2, 3)
    expected = softmax_cross_entropy_with_integer_labels(logits, [2, 0])
    labels = np.array([2, 0], dtype)
    np.testing.assert_array_equal(
        softmax_cross_entropy_with_integer_labels(logits, labels), expected
    )


# Hinge


def test_hinge_agrees_with_scikit_learn_and_the_reference():
    (row,) = GOLDEN["micrograd"]
    scores, labels = np.array(row["scores"]), np.array(row["Y"])
    assert hinge_loss(scores, labels).mean() == pytest.approx(row["hinge_mean"], rel=1e-14)
    slope = hinge_loss_grad(scores, labels) / len(scores)
    to_weights = [slope @ np.array(row["X"])[:, 0], slope @ np.array(row["X"])[:, 1], slope.sum()]
    np.testing.assert_allclose(to_weights, row["hinge_grads_w0_w1_b"], rtol=1e-14)
    rng = np.random.default_rng(0)
    scores, labels = 2 * rng.standard_normal(50), 2 * rng.integers(0, 2, 50) - 1
    expected = sklearn.metrics.hinge_loss(labels, scores)
    assert hinge_loss(scores, labels).mean() == pytest.approx(expected, rel=1e-14)


def test_hinge_at_the_kink_and_at_the_ends():
    assert hinge_loss_grad(1.0, 1) == hinge_loss_grad(-1.0, -1) == 0
    np.testing.assert_array_equal(hinge_loss([INF, -INF], [1, 1]), [0, INF])
    np.testing.assert_array_equal(hinge_loss_grad([INF, -INF], [1, 1]), [0, -1])
    assert not np.signbit(hinge_loss_grad(2.0, 1))


# Focal


@pytest.mark.parametrize("row", GOLDEN["focal"], ids=lambda row: f"alpha {row['alpha']}")
def test_focal_gives_the_reference_values(row):
    knobs = {"alpha": None if row["alpha"] < 0 else row["alpha"], "gamma": row["gamma"]}
    loss = sigmoid_focal_loss(row["logits"], row["targets"], **knobs)
    np.testing.assert_allclose(loss, row["loss"], rtol=1e-9)
    grad = sigmoid_focal_loss_grad(row["logits"], row["targets"], **knobs)
    np.testing.assert_allclose(grad, row["grad_of_sum"], rtol=1e-9)


@given(seed=SEEDS, gamma=st.floats(0, 5), alpha=st.none() | st.floats(0, 1))
def test_focal_agrees_with_its_definition_in_torch(seed, gamma, alpha):
    rng = np.random.default_rng(seed)
    logits, labels = 5 * rng.standard_normal(12), rng.integers(0, 2, 12)

    def loss(z):
        y = torch.tensor(labels, dtype=torch.float64)
        p = torch.sigmoid(z) * y + torch.sigmoid(-z) * (1 - y)
        weight = 1 if alpha is None else alpha * y + (1 - alpha) * (1 - y)
        return -weight * (1 - p) ** gamma * torch.log(p)

    values, slopes = value_and_slope(loss, logits)
    knobs = {"alpha": alpha, "gamma": gamma}
    np.testing.assert_allclose(
        sigmoid_focal_loss(logits, labels, **knobs), values, rtol=1e-7, atol=1e-12
    )
    np.testing.assert_allclose(
        sigmoid_focal_loss_grad(logits, labels, **knobs), slopes, rtol=1e-7, atol=1e-12
    )


def test_focal_without_focus_is_cross_entropy():
    logits, labels = np.linspace(-800, 800, 33), np.arange(33) % 2
    np.testing.assert_allclose(
        sigmoid_focal_loss(logits, labels, gamma=0), sigmoid_binary_cross_entropy(logits, labels)
    )
    np.testing.assert_allclose(
        sigmoid_focal_loss_grad(logits, labels, gamma=0),
        sigmoid_binary_cross_entropy_grad(logits, labels),
        atol=1e-15,
    )


def test_focal_reaches_its_limits():
    np.testing.assert_array_equal(sigmoid_focal_loss([INF, -INF], [1, 1]), [0, INF])
    np.testing.assert_array_equal(sigmoid_focal_loss_grad([INF, -INF], [1, 1]), [0, -1])
    assert sigmoid_focal_loss(-INF, 1, alpha=0) == 0
    assert np.isnan(sigmoid_focal_loss(NAN, 1, alpha=0))


def test_focal_refuses_labels_between_zero_and_one():
    with pytest.raises(ValueError, match=r"labels must be 0 or 1, got 0\.5"):
        sigmoid_focal_loss([0.0], [0.5])


@given(seed=SEEDS, gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0]))
def test_focal_of_k_agrees_with_its_definition_in_torch(seed, gamma):
    rng = np.random.default_rng(seed)
    logits, labels = 3 * rng.normal(size=(4, 5)), rng.integers(0, 5, 4)

    def focal(z):
        loss = F.cross_entropy(z, torch.tensor(labels), reduction="none")
        return (1 - torch.exp(-loss)) ** gamma * loss

    values, slopes = value_and_slope(focal, logits)
    np.testing.assert_allclose(
        softmax_focal_loss(logits, labels, gamma=gamma), values, rtol=1e-7, atol=1e-12
    )
    np.testing.assert_allclose(
        softmax_focal_loss_grad(logits, labels, gamma=gamma), slopes, rtol=1e-7, atol=1e-12
    )


@given(gap=st.floats(-40, 40), gamma=st.floats(0, 5))
def test_focal_of_two_classes_is_yes_or_no(gap, gamma):
    of_two = softmax_focal_loss([0.0, gap], 1, gamma=gamma)
    assert of_two == pytest.approx(sigmoid_focal_loss(gap, 1, gamma=gamma), rel=1e-12)
    _, slope = softmax_focal_loss_grad([0.0, gap], 1, gamma=gamma)
    assert slope == pytest.approx(sigmoid_focal_loss_grad(gap, 1, gamma=gamma), rel=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_of_k_reaches_its_limits(gamma):
    logits = [[INF, 0.0], [-INF, 0.0], [800.0, 0.0]]
    np.testing.assert_array_equal(softmax_focal_loss(logits, [0, 0, 0], gamma=gamma), [0, INF, 0])
    slopes = softmax_focal_loss_grad(logits, [0, 0, 0], gamma=gamma)
    np.testing.assert_array_equal(slopes, [[0, 0], [-1, 1], [0, 0]])
    assert np.isnan(softmax_focal_loss_grad([NAN, 0.0], 0, gamma=gamma)).all()


def test_focal_of_k_refuses_what_the_cross_entropy_refuses():
    for function in (softmax_focal_loss, softmax_focal_loss_grad):
        with pytest.raises(ValueError, match="labels must lie in 0 … 1, got 2"):
            function([0.0, 1.0], 2)
        with pytest.raises(ValueError, match="gamma must be a number that is not negative"):
            function([0.0, 1.0], 1, gamma=-1)


# Label smoothing


@pytest.mark.parametrize("row", GOLDEN["label_smoothing"])
def test_smoothed_labels_give_torchs_smoothed_loss(row):
    labels = smooth_labels(np.eye(3)[row["target"]], row["eps"])
    np.testing.assert_allclose(labels, row["torch_target"], rtol=1e-14)
    loss = softmax_cross_entropy(row["logits"], labels)
    assert loss == pytest.approx(row["torch_loss"], rel=1e-13)
    grad = softmax_cross_entropy_grad(row["logits"], labels)
    np.testing.assert_allclose(grad, row["grad"], atol=1e-14)


@given(smoothing=st.just(0) | st.floats(1e-9, 1), classes=st.integers(1, 12))
def test_smoothed_labels_are_distributions_with_a_floor_above_zero(smoothing, classes):
    labels = smooth_labels(np.eye(classes), smoothing, axis=0)
    np.testing.assert_allclose(labels.sum(axis=0), 1, rtol=1e-15)
    assert labels.min() >= smoothing / classes * (1 - 1e-15)
    floor = entropy(labels[:, 0])
    assert (floor > 0) == (smoothing > 0 and classes > 1)


def test_smoothing_keeps_the_dtype_and_takes_one_hot_integers():
    assert smooth_labels(np.eye(2, dtype=np.float32), 0.1).dtype == np.float32
    assert smooth_labels([0, 1], 0.1).dtype == np.float64
    assert math.isclose(smooth_labels([0, 1], 0.1)[1], 0.95)


def test_the_slope_of_what_is_right_and_surer_than_any_float_keeps_its_sign():
    slope = sigmoid_binary_cross_entropy_grad([720.0, -720.0], [1.0, 0.0])
    assert slope == pytest.approx([-np.exp(-720.0), np.exp(-720.0)], rel=1e-9)
