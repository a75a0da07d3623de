"""A Gaussian with a learned variance, and a Poisson rate, against PyTorch and SciPy."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lossfns import (
    check_gradient,
    gaussian_nll_loss,
    gaussian_nll_loss_grad,
    poisson_nll_loss,
    poisson_nll_loss_grad,
    squared_error,
)

NUMBERS = st.floats(-20, 20)


@given(mean=NUMBERS, target=NUMBERS, log_variance=st.floats(-5, 5))
def test_full_gaussian_is_the_surprisal_of_the_density(mean, target, log_variance):
    loss = gaussian_nll_loss(mean, target, log_variance, full=True)
    density = stats.norm(mean, np.exp(log_variance / 2)).logpdf(target)
    assert loss == pytest.approx(-density, rel=1e-12, abs=1e-12)


def test_gaussian_and_its_slopes_are_those_of_pytorch():
    arrays = np.random.default_rng(0).normal(size=(3, 50))
    mean, target, log_variance = (torch.tensor(x, requires_grad=True) for x in arrays)
    loss = torch.nn.functional.gaussian_nll_loss(
        mean, target, log_variance.exp(), reduction="none", eps=1e-300
    )
    loss.sum().backward()
    np.testing.assert_allclose(gaussian_nll_loss(*arrays), loss.detach(), rtol=1e-13)
    slopes = gaussian_nll_loss_grad(*arrays)
    np.testing.assert_allclose(slopes[0], mean.grad, rtol=1e-12)
    np.testing.assert_allclose(slopes[1], log_variance.grad, rtol=1e-12, atol=1e-15)


def test_variance_settles_at_the_square_of_the_error():
    errors = np.array([0.5, 2.0, 30.0])
    _, slope = gaussian_nll_loss_grad(np.zeros(3), errors, 2 * np.log(errors))
    np.testing.assert_allclose(slope, 0, atol=1e-15)


def test_fixed_variance_is_half_the_squared_error():
    predictions, targets = np.random.default_rng(1).normal(size=(2, 9))
    half = squared_error(predictions, targets) / 2
    np.testing.assert_allclose(gaussian_nll_loss(predictions, targets, np.zeros(9)), half)


def test_an_error_called_noise_hardly_moves_the_mean():
    calm, _ = gaussian_nll_loss_grad(0.0, 3.0, np.log(9.0))
    plain, _ = gaussian_nll_loss_grad(0.0, 3.0, 0.0)
    assert calm == pytest.approx(plain / 9)


def test_gaussian_at_the_extremes():
    assert gaussian_nll_loss(1.0, 1.0, -2000.0) == -1000
    assert gaussian_nll_loss(0.0, 1.0, -2000.0) == np.inf
    assert gaussian_nll_loss(0.0, 1.0, 2000.0) == 1000
    assert np.isnan(gaussian_nll_loss(np.nan, 1.0, 0.0))
    slope, _ = gaussian_nll_loss_grad(1.0, 1.0, -2000.0)
    assert slope == 0
    # an error too large for a float, and a spread that is larger still
    assert gaussian_nll_loss(1e308, -1e308, 1e308) == 5e307
    assert gaussian_nll_loss_grad(1e308, -1e308, 1e308) == (0, 0.5)


@given(log_rate=st.floats(-5, 5), count=st.integers(0, 200))
def test_full_poisson_is_the_surprisal_of_the_count(log_rate, count):
    loss = poisson_nll_loss(log_rate, count, full=True)
    assert loss == pytest.approx(-stats.poisson(np.exp(log_rate)).logpmf(count), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_poisson_is_that_of_pytorch_which_leaves_the_factorial_out(dtype):
    rng = np.random.default_rng(2)
    log_rates, counts = rng.normal(size=50).astype(dtype), rng.poisson(3, 50).astype(dtype)
    theirs = torch.nn.functional.poisson_nll_loss(
        torch.tensor(log_rates), torch.tensor(counts), log_input=True, reduction="none"
    )
    eps = 8 * np.finfo(dtype).eps
    ours = poisson_nll_loss(log_rates, counts)
    np.testing.assert_allclose(ours, theirs, rtol=eps, atol=eps)
    assert ours.dtype == dtype


@pytest.mark.parametrize("full", [False, True])
def test_gradients_are_slopes(full):
    rng = np.random.default_rng(3)
    counts = rng.poisson(4, (3, 4)) + 0.5
    check_gradient(
        lambda z: poisson_nll_loss(z, counts, full=full),
        lambda z: poisson_nll_loss_grad(z, counts, full=full),
        rng.normal(size=(3, 4)),
    )
    mean, target, log_variance = rng.normal(size=(3, 3, 4))
    check_gradient(
        lambda s: gaussian_nll_loss(mean, target, s, full=full),
        lambda s: gaussian_nll_loss_grad(mean, target, s, full=full)[1],
        log_variance,
    )


def test_nothing_expected_and_nothing_came_costs_nothing():
    assert poisson_nll_loss(-np.inf, 0.0) == 0
    assert poisson_nll_loss(-np.inf, 1.0) == np.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_prediction_that_is_endlessly_wrong_costs_inf_and_not_nan(dtype):
    huge = np.finfo(dtype).max
    for log_rate in (np.inf, huge):
        for count in (0, 3, 1e30):
            assert poisson_nll_loss(dtype(log_rate), dtype(count)) == np.inf
    assert np.isnan(poisson_nll_loss(dtype(np.nan), dtype(3)))
    assert gaussian_nll_loss(dtype(0), dtype(1), dtype(-np.inf)) == np.inf
    assert gaussian_nll_loss(dtype(1), dtype(1), dtype(-np.inf)) == -np.inf
    assert np.isnan(gaussian_nll_loss(dtype(0), dtype(1), dtype(np.nan)))


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="targets must not be negative, got -1"):
        poisson_nll_loss([0.0], [-1])
    with pytest.raises(ValueError, match="means and targets and log_variances must have equal"):
        gaussian_nll_loss([0.0], [0.0], [0.0, 1.0])


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_full_poisson_of_a_fraction_is_off_by_almost_nothing(target):
    log_rate = np.log(target)
    with mpmath.workdps(50):
        t, z = mpmath.mpf(target), mpmath.mpf(float(log_rate))
        exact = mpmath.exp(z) - t * z + mpmath.loggamma(1 + t)
        found = mpmath.mpf(float(poisson_nll_loss(log_rate, target, full=True)))
        assert abs(found - exact) < 1e-15


@pytest.mark.parametrize("count", [1e3, 1e6, 1e9, 1e12, 1e15])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_full_poisson_of_a_large_count_is_not_lost_between_large_terms(count, dtype):
    count = dtype(count)
    log_rate = np.log(count)
    gap = mpmath.mpf(float(log_rate)) - mpmath.log(mpmath.mpf(float(count)))
    with mpmath.workdps(60):
        t, z = mpmath.mpf(float(count)), mpmath.mpf(float(log_rate))
        exact = mpmath.e**z - t * z + mpmath.loggamma(t + 1)
    # What the rounded log-rate itself costs is part of the answer.
    assert abs(gap) < 1e-5
    ours = poisson_nll_loss(log_rate, count, full=True)
    assert ours == pytest.approx(float(exact), rel=2e-6 if dtype == np.float32 else 1e-9)


def test_full_poisson_at_the_extremes():
    assert poisson_nll_loss(np.inf, 3.0, full=True) == np.inf
    assert poisson_nll_loss(0.0, 1e306, full=True) > 1e306
    assert poisson_nll_loss(0.0, np.inf, full=True) == np.inf
    assert poisson_nll_loss(-np.inf, 0.0, full=True) == 0


@pytest.mark.parametrize(
    ("error", "log_variance", "dtype", "loss"),
    [
        (1e20, 92.1, np.float32, 46.55),
        (1e-25, -100.0, np.float32, -50.0),
        (1e200, 920.0, np.float64, 461.4),
    ],
)
def test_gaussian_of_extreme_sizes_is_finite(error, log_variance, dtype, loss):
    ours = gaussian_nll_loss(dtype(0), dtype(error), dtype(log_variance))
    assert ours == pytest.approx(loss, rel=1e-3)
    assert np.isfinite(gaussian_nll_loss_grad(dtype(0), dtype(error), dtype(log_variance))).all()


def test_a_tiny_error_that_a_factor_beyond_the_range_brings_back_keeps_its_digits():
    """1e-300 e^800 is an ordinary number, and e^800 is none."""
    with mpmath.workdps(50):
        expected = (-1600 + (mpmath.mpf(1e-300) * mpmath.exp(800)) ** 2) / 2
    assert gaussian_nll_loss(1e-300, 0.0, -1600.0) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("full", [False, True])
def test_no_count_at_all_costs_nothing(full):
    assert poisson_nll_loss([], [], full=full).size == 0
