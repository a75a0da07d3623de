"""Preference losses: known values, PyTorch, and what they are known to trap people with."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lossfns
from lossfns import check_gradient, dpo_loss, dpo_loss_grad, pair_loss, pair_loss_grad

FINITE = st.floats(-1e3, 1e3)


@given(better=FINITE, worse=FINITE)
def test_pair_loss_is_binary_cross_entropy_of_the_difference(better, worse):
    expected = lossfns.sigmoid_binary_cross_entropy(better - worse, 1.0)
    assert pair_loss(better, worse) == pytest.approx(expected, rel=1e-14)


@given(better=st.floats(-50, 50), worse=st.floats(-50, 50), shift=st.floats(-50, 50))
def test_scores_have_no_zero_of_their_own(better, worse, shift):
    moved = pair_loss(better + shift, worse + shift)
    assert moved == pytest.approx(pair_loss(better, worse), rel=1e-12, abs=1e-13)


def test_what_one_score_gains_the_other_loses():
    better, worse = np.random.default_rng(0).normal(size=(2, 7))
    slope = pair_loss_grad(better, worse)
    check_gradient(lambda x: pair_loss(better, x), lambda x: -pair_loss_grad(better, x), worse)
    assert (slope < 0).all()


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("beta", [0.1, 0.5])
def test_dpo_is_what_pytorch_computes_from_its_formula(scale, beta):
    arguments = scale * np.random.default_rng(1).normal(size=(4, 50)) - 10 * scale
    tensors = [torch.tensor(x, requires_grad=True) for x in arguments]
    gained = (tensors[0] - tensors[2]) - (tensors[1] - tensors[3])
    loss = -torch.nn.functional.logsigmoid(beta * gained)
    loss.sum().backward()
    np.testing.assert_allclose(dpo_loss(*arguments, beta=beta), loss.detach(), rtol=1e-12)
    slopes = dpo_loss_grad(*arguments, beta=beta)
    for slope, tensor in zip(slopes, tensors[:2], strict=True):
        np.testing.assert_allclose(slope, tensor.grad, rtol=1e-12)


def test_an_untrained_policy_costs_one_bit_whatever_the_answers():
    log_probabilities = -np.random.default_rng(2).exponential(100, size=(2, 9))
    loss = dpo_loss(*log_probabilities, *log_probabilities)
    np.testing.assert_allclose(loss, np.log(2), rtol=1e-15)


def test_the_loss_falls_while_the_preferred_answer_becomes_less_likely():
    before = dpo_loss(-10.0, -10.0, -10.0, -10.0)
    assert dpo_loss(-15.0, -40.0, -10.0, -10.0) < before


def test_extremes_give_their_limits():
    assert dpo_loss(0.0, -np.inf, -5.0, -5.0) == 0
    assert dpo_loss(-np.inf, 0.0, -5.0, -5.0) == np.inf
    assert dpo_loss(-1e4, 0.0, 0.0, 0.0, beta=1.0) == 1e4
    assert np.isnan(dpo_loss(np.nan, 0.0, 0.0, 0.0))


@pytest.mark.parametrize("beta", [0, -0.1, np.nan, np.inf])
def test_beta_must_be_positive(beta):
    for function in (dpo_loss, dpo_loss_grad):
        with pytest.raises(ValueError, match="beta must be a positive number"):
            function(0.0, 0.0, 0.0, 0.0, beta=beta)


def test_one_answer_too_many_is_named_with_the_shapes():
    with pytest.raises(ValueError, match=r"must have equal shapes, got \(2,\) and \(3,\)"):
        pair_loss([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="policy_better and policy_worse and reference_better"):
        dpo_loss([1.0], [1.0], [1.0], [1.0, 2.0])


def test_answers_of_any_likelihood_are_compared_without_overflow():
    huge = 1e308
    assert dpo_loss(huge, huge, -huge, -huge) == pytest.approx(np.log(2))
    assert dpo_loss(-huge, huge, huge, -huge, beta=1.0) == np.inf
    assert dpo_loss(huge, huge, -huge, huge, beta=1.0) == 0
    assert dpo_loss_grad(huge, huge, -huge, -huge, beta=1.0) == (-0.5, 0.5)


def test_gains_beyond_the_largest_float_still_have_a_difference():
    top = np.finfo(np.float64).max
    assert dpo_loss(top, top, -top, -top, beta=0.5) == pytest.approx(np.log(2))
    assert dpo_loss(-top, top, top, -top, beta=1e-308) == pytest.approx(
        np.logaddexp(0, 4 * (top * 1e-308))
    )
    assert dpo_loss(-np.inf, 0.0, 0.0, 0.0, beta=0.5) == np.inf
