"""Losses for a number: against scikit-learn and torch, and by what minimises them."""

import numpy as np
import pytest
import sklearn.metrics
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossfns import (
    absolute_error,
    absolute_error_grad,
    huber_loss,
    huber_loss_grad,
    pinball_loss,
    pinball_loss_grad,
    squared_error,
    squared_error_grad,
)

RNG = np.random.default_rng(0)
PREDICTIONS, TARGETS = 3 * RNG.standard_normal((2, 200))
samples = arrays(np.float64, st.integers(1, 15), elements=st.integers(-50, 50).map(float))


def test_the_means_agree_with_scikit_learn():
    for ours, theirs in [
        (squared_error, sklearn.metrics.mean_squared_error),
        (absolute_error, sklearn.metrics.mean_absolute_error),
    ]:
        assert ours(PREDICTIONS, TARGETS).mean() == pytest.approx(theirs(TARGETS, PREDICTIONS))
    for quantile in (0.1, 0.5, 0.9):
        assert pinball_loss(PREDICTIONS, TARGETS, quantile=quantile).mean() == pytest.approx(
            sklearn.metrics.mean_pinball_loss(TARGETS, PREDICTIONS, alpha=quantile)
        )


@pytest.mark.parametrize("delta", [0.1, 1.0, 5.0])
def test_huber_and_its_slope_agree_with_torch(delta):
    predictions = torch.tensor(PREDICTIONS, requires_grad=True)
    loss = torch.nn.functional.huber_loss(
        predictions, torch.tensor(TARGETS), reduction="none", delta=delta
    )
    loss.sum().backward()
    np.testing.assert_allclose(
        huber_loss(PREDICTIONS, TARGETS, delta=delta), loss.detach(), rtol=1e-14
    )
    np.testing.assert_allclose(
        huber_loss_grad(PREDICTIONS, TARGETS, delta=delta), predictions.grad, rtol=1e-14
    )


def total(loss, guess, targets, **knobs):
    return loss(np.full(targets.shape, guess), targets, **knobs).sum()


@given(targets=samples, guess=st.floats(-60, 60))
def test_no_guess_beats_the_mean_at_squared_error(targets, guess):
    best = total(squared_error, targets.mean(), targets)
    assert best <= total(squared_error, guess, targets) * (1 + 1e-12) + 1e-9


@given(targets=samples, guess=st.floats(-60, 60))
def test_no_guess_beats_the_median_at_absolute_error(targets, guess):
    best = total(absolute_error, np.median(targets), targets)
    assert best <= total(absolute_error, guess, targets) + 1e-9


@given(targets=samples, guess=st.floats(-60, 60), quantile=st.floats(0.01, 0.99))
def test_no_guess_beats_the_quantile_at_pinball_loss(targets, guess, quantile):
    at_quantile = np.quantile(targets, quantile, method="inverted_cdf")
    best = total(pinball_loss, at_quantile, targets, quantile=quantile)
    assert best <= total(pinball_loss, guess, targets, quantile=quantile) + 1e-9


def test_half_the_absolute_error_is_pinball_loss_at_one_half():
    np.testing.assert_array_equal(
        pinball_loss(PREDICTIONS, TARGETS), absolute_error(PREDICTIONS, TARGETS) / 2
    )


def test_huber_is_half_the_square_within_delta_and_a_line_beyond():
    np.testing.assert_array_equal(
        huber_loss(PREDICTIONS, TARGETS, delta=1e3), squared_error(PREDICTIONS, TARGETS) / 2
    )
    tiny = huber_loss(PREDICTIONS, TARGETS, delta=1e-9) / 1e-9
    np.testing.assert_allclose(tiny, absolute_error(PREDICTIONS, TARGETS), atol=1e-9)


def test_the_subgradient_at_a_kink_is_the_documented_zero():
    assert absolute_error_grad(2.0, 2.0) == 0
    assert pinball_loss_grad(2.0, 2.0, quantile=0.9) == 0
    np.testing.assert_array_equal(huber_loss_grad([1.0, -1.0], [0.0, 0.0]), [1, -1])


def test_a_square_too_large_for_its_dtype_is_inf():
    assert squared_error(1e200, 0.0) == np.inf
    assert squared_error(np.float16(300), np.float16(0)) == np.inf
    assert squared_error(np.float16(300), np.float16(100)) == 40000
    assert huber_loss(1e200, 0.0) == 1e200


def test_an_infinite_error_has_a_limit_for_each_loss():
    ends, zeros = np.array([np.inf, -np.inf]), np.zeros(2)
    for loss in (squared_error, absolute_error, huber_loss, pinball_loss):
        np.testing.assert_array_equal(loss(ends, zeros), [np.inf, np.inf])
    np.testing.assert_array_equal(squared_error_grad(ends, zeros), ends)
    np.testing.assert_array_equal(absolute_error_grad(ends, zeros), [1, -1])
    np.testing.assert_array_equal(huber_loss_grad(ends, zeros, delta=2), [2, -2])
    np.testing.assert_allclose(pinball_loss_grad(ends, zeros, quantile=0.9), [0.1, -0.9])
    assert np.isnan(squared_error(np.inf, np.inf))


def test_a_right_prediction_costs_zero_without_a_minus_sign():
    for loss in (squared_error, absolute_error, huber_loss, pinball_loss):
        assert not np.signbit(loss([1.5, -2.0, 0.0], [1.5, -2.0, -0.0])).any()


def test_one_price_against_many_targets_is_refused():
    with pytest.raises(ValueError, match=r"predictions and targets .* got \(\) and \(3,\)"):
        squared_error(1.0, [1.0, 2.0, 3.0])


def test_an_error_beyond_the_largest_float_is_not_yet_a_loss_beyond_it():
    top = np.finfo(np.float64).max
    assert pinball_loss(-top, top, quantile=0.1) == pytest.approx(top / 5)
    assert pinball_loss(top, -top, quantile=0.9) == pytest.approx(top / 5)
    assert pinball_loss(top, -top, quantile=0.1) == np.inf
    assert huber_loss(top, -top, delta=0.25) == pytest.approx(top / 2)
    assert huber_loss(-top, top, delta=0.25) == pytest.approx(top / 2)
    assert huber_loss(-np.inf, top, delta=0.25) == np.inf
