"""Squared error on a category: the exact gradient against torch, and where it points wrong."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossfns import (
    sigmoid_squared_error,
    sigmoid_squared_error_grad,
    softmax,
    softmax_squared_error,
    softmax_squared_error_grad,
)
from tests.golden import GOLDEN

ROWS = GOLDEN["core_mse_softmax"]
SEEDS = st.integers(0, 2**32 - 1)


def points(seed, count, classes):
    """Random points of the simplex with class 0 true: probabilities, logits, one-hot labels."""
    p = np.random.default_rng(seed).dirichlet(np.ones(classes), count)
    p = np.maximum(p, 1e-12)
    labels = np.zeros_like(p)
    labels[:, 0] = 1
    return p / p.sum(axis=1, keepdims=True), np.log(p), labels


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["p"]))
def test_value_and_exact_gradient_are_the_reference_values(row):
    logits = np.log(row["p"])
    assert softmax_squared_error(logits, row["y"]) == pytest.approx(row["loss"], abs=1e-12)
    gradient = softmax_squared_error_grad(logits, row["y"])
    np.testing.assert_allclose(gradient, row["grad_logits"], atol=1e-12)


def test_the_shortcut_is_the_reference_shortcut():
    row = ROWS[0]
    shortcut = softmax_squared_error_grad(np.log(row["p"]), row["y"], jacobian="diagonal")
    np.testing.assert_allclose(shortcut, row["diag_approx_wrong"], atol=1e-12)


@given(seed=SEEDS)
def test_softmax_squared_error_agrees_with_torch(seed):
    rng = np.random.default_rng(seed)
    logits, labels = 5 * rng.standard_normal((6, 4)), rng.dirichlet(np.ones(4), 6)
    leaf = torch.tensor(logits, requires_grad=True)
    loss = ((torch.softmax(leaf, 1) - torch.tensor(labels)) ** 2).sum(1)
    loss.sum().backward()
    np.testing.assert_allclose(softmax_squared_error(logits, labels), loss.detach(), rtol=1e-12)
    np.testing.assert_allclose(softmax_squared_error_grad(logits, labels), leaf.grad, atol=1e-14)


@given(seed=SEEDS)
def test_sigmoid_squared_error_agrees_with_torch(seed):
    rng = np.random.default_rng(seed)
    logits, labels = 5 * rng.standard_normal(9), rng.random(9)
    leaf = torch.tensor(logits, requires_grad=True)
    loss = (torch.sigmoid(leaf) - torch.tensor(labels)) ** 2
    loss.sum().backward()
    np.testing.assert_allclose(sigmoid_squared_error(logits, labels), loss.detach(), atol=1e-15)
    np.testing.assert_allclose(sigmoid_squared_error_grad(logits, labels), leaf.grad, atol=1e-15)


@given(seed=SEEDS, classes=st.integers(2, 12))
def test_the_true_class_is_never_pushed_down(seed, classes):
    p, logits, labels = points(seed, 50, classes)
    expected = -2 * p[:, 0] * ((1 - p[:, 0]) ** 2 + (p[:, 1:] ** 2).sum(axis=1))
    slope = softmax_squared_error_grad(logits, labels)[:, 0]
    np.testing.assert_allclose(slope, expected, rtol=1e-9, atol=1e-15)
    assert (slope <= 0).all()


@given(seed=SEEDS, classes=st.integers(2, 12))
def test_a_wrong_class_rises_exactly_when_the_predicate_says_so(seed, classes):
    p, logits, labels = points(seed, 50, classes)
    pushed_up = softmax_squared_error_grad(logits, labels)[:, 1:] < 0
    margin = p[:, 1:] + p[:, :1] - (p**2).sum(axis=1, keepdims=True)
    decided = np.abs(margin) > 1e-12
    np.testing.assert_array_equal(pushed_up[decided], (margin < 0)[decided])
    strongest_is_wrong = p.argmax(axis=1) > 0
    strongest = p[strongest_is_wrong].argmax(axis=1) - 1
    assert not pushed_up[strongest_is_wrong, strongest].any()
    if classes == 2:
        assert not pushed_up.any()


@given(seed=SEEDS)
def test_the_shortcut_never_shows_a_wrong_sign_and_does_not_cancel(seed):
    _, logits, labels = points(seed, 50, 5)
    shortcut = softmax_squared_error_grad(logits, labels, jacobian="diagonal")
    assert (shortcut[:, 0] <= 0).all()
    assert (shortcut[:, 1:] >= 0).all()
    u_p = 2 * (softmax(logits) - labels) * softmax(logits)
    np.testing.assert_allclose(shortcut, u_p * (1 - softmax(logits)), atol=1e-16)


def test_the_shortcut_is_told_apart_by_a_gradient_check():
    from lossfns import check_gradient

    with pytest.raises(AssertionError, match="3 of 3 coordinates"):
        check_gradient(
            lambda z: softmax_squared_error(z, [1, 0, 0]),
            lambda z: softmax_squared_error_grad(z, [1, 0, 0], jacobian="diagonal"),
            np.log([0.2, 0.5, 0.3]),
        )


def test_the_losses_are_capped_at_one_and_at_two():
    assert sigmoid_squared_error(-1e4, 1) == 1
    assert softmax_squared_error([-1e4, 1e4], [1, 0]) == 2


def test_an_infinitely_wrong_model_hears_nothing():
    assert sigmoid_squared_error_grad(-np.inf, 1) == 0
    np.testing.assert_array_equal(softmax_squared_error_grad([-np.inf, np.inf], [1, 0]), [0, 0])


def test_the_slope_keeps_its_digits_when_the_probability_rounds_to_one():
    assert sigmoid_squared_error_grad(50.0, 0) == pytest.approx(2 * np.exp(-50), rel=1e-12)


def test_another_jacobian_is_refused():
    with pytest.raises(ValueError, match='jacobian must be "exact" or "diagonal", got \'full\''):
        softmax_squared_error_grad([0.0, 0.0], [1, 0], jacobian="full")


def test_a_slope_that_is_almost_lost_is_neither_doubled_nor_halved():
    """Beyond e^709 the two factors are taken apart: 2 (p - y) p (1 - p) is 2 e^-z, or 2 e^-2z."""
    assert sigmoid_squared_error_grad([720.0], [0.0])[0] == pytest.approx(
        2 * np.exp(-720), rel=1e-9
    )
    assert sigmoid_squared_error_grad([720.0], [1.0])[0] == 0
