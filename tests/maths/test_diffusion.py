"""The velocity target: its reference values, its geometry, and its three equivalent errors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossfns import check_gradient, squared_error, velocity, velocity_loss, velocity_loss_grad
from tests.golden import GOLDEN

ROWS = GOLDEN["v_prediction"]


@st.composite
def examples(draw):
    """A prediction, clean data, noise, and one share of the signal per row."""
    shape = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    elements = st.floats(-10, 10)
    predicted, x0, noise = (draw(arrays(np.float64, shape, elements=elements)) for _ in range(3))
    return predicted, x0, noise, draw(arrays(np.float64, shape[0], elements=st.floats(0, 1)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"t={row['t']}")
def test_velocity_loss_and_gradient_are_the_reference_values(row):
    x0, noise, alpha_bar, predicted = row["x0"], row["eps"], row["alpha_bar"], row["v_hat"]
    np.testing.assert_allclose(velocity(x0, noise, alpha_bar), row["v"], atol=1e-9)
    loss = velocity_loss(predicted, x0, noise, alpha_bar)
    assert loss.mean() == pytest.approx(row["loss"], abs=1e-9)
    gradient = velocity_loss_grad(predicted, x0, noise, alpha_bar) / len(x0)
    np.testing.assert_allclose(gradient, row["grad_v_hat"], atol=1e-9)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"t={row['t']}")
def test_errors_of_the_velocity_the_noise_and_the_data_are_one_up_to_a_factor(row):
    x0, noise, alpha_bar, predicted = (
        np.array(row[key]) for key in ("x0", "eps", "alpha_bar", "v_hat")
    )
    signal, spread = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    noisy = signal * x0 + spread * noise
    noise_guess = signal * predicted + spread * noisy
    x0_guess = signal * noisy - spread * predicted
    np.testing.assert_allclose(noisy, row["x_t"], atol=1e-9)
    np.testing.assert_allclose(noise_guess, row["eps_hat"], atol=1e-9)
    np.testing.assert_allclose(x0_guess, row["x0_hat"], atol=1e-9)
    loss = velocity_loss(predicted, x0, noise, alpha_bar).mean()
    noise_error = squared_error(noise_guess, noise).mean()
    x0_error = squared_error(x0_guess, x0).mean()
    assert noise_error == pytest.approx(row["eps_mse"], abs=1e-9)
    assert x0_error == pytest.approx(row["x0_mse"], abs=1e-9)
    assert loss == pytest.approx(noise_error / alpha_bar, abs=1e-9)
    assert loss == pytest.approx(x0_error / (1 - alpha_bar), abs=1e-9)


@given(examples())
def test_loss_and_gradient_agree_with_torch(example):
    predicted, x0, noise, alpha_bar = (torch.tensor(part) for part in example)
    predicted.requires_grad_()
    alpha_bar = alpha_bar[:, None]
    target = alpha_bar.sqrt() * noise - (1 - alpha_bar).sqrt() * x0
    loss = torch.nn.functional.mse_loss(predicted, target, reduction="none")
    loss.sum().backward()
    np.testing.assert_allclose(velocity_loss(*example), loss.detach(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(velocity_loss_grad(*example), predicted.grad, rtol=1e-9, atol=1e-9)


@given(examples())
def test_turning_data_and_noise_keeps_the_sum_of_their_squares(example):
    _, x0, noise, alpha_bar = example
    share = alpha_bar[:, None]
    noisy = np.sqrt(share) * x0 + np.sqrt(1 - share) * noise
    squares = noisy**2 + velocity(x0, noise, alpha_bar) ** 2
    np.testing.assert_allclose(squares, x0**2 + noise**2, rtol=1e-9, atol=1e-9)


def test_gradient_agrees_with_central_differences():
    predicted, x0, noise = np.random.default_rng(0).normal(size=(3, 2, 4))
    check_gradient(
        lambda v: velocity_loss(v, x0, noise, [0.2, 0.9]),
        lambda v: velocity_loss_grad(v, x0, noise, [0.2, 0.9]),
        predicted,
    )


def test_all_signal_asks_for_the_noise_and_all_noise_for_minus_the_data():
    x0, noise = np.array([0.5, -1.0]), np.array([1.2, -0.3])
    np.testing.assert_array_equal(velocity(x0, noise, 1.0), noise)
    np.testing.assert_array_equal(velocity(x0, noise, 0.0), -x0)
    np.testing.assert_array_equal(velocity_loss(noise, x0, noise, 1), [0.0, 0.0])


@pytest.mark.parametrize("shape", [(), (1,), (3,), (3, 1), (1, 3), (3, 3), (3, 1, 1), (3, 3, 3)])
def test_alpha_bar_belongs_to_the_leading_axes_also_where_all_axes_are_equal(shape):
    rng = np.random.default_rng(1)
    x0, noise = rng.normal(size=(2, 3, 3, 3))
    alpha_bar = rng.uniform(size=shape)
    result = velocity(x0, noise, alpha_bar)
    index = (Ellipsis, *(None,) * (3 - len(shape)))
    everywhere = np.broadcast_to(alpha_bar[index], x0.shape)
    np.testing.assert_array_equal(result, velocity(x0, noise, everywhere))
    if shape == (3,):
        np.testing.assert_array_equal(result[1], velocity(x0[1], noise[1], alpha_bar[1]))


def test_numbers_alone_give_a_number():
    assert velocity(0.5, 1.2, 0.25) == pytest.approx(0.5 * 1.2 - np.sqrt(0.75) * 0.5)
    assert velocity_loss(0.0, 2.0, 0.0, 0.0) == 4.0
    assert velocity_loss_grad(0.0, 2.0, 0.0, 0.0) == 4.0


def test_an_empty_batch_gives_an_empty_result():
    empty = np.zeros((0, 3))
    assert velocity(empty, empty, np.zeros(0)).shape == (0, 3)
    assert velocity_loss(empty, empty, empty, 0.5).shape == (0, 3)
    assert velocity_loss_grad(empty, empty, empty, 0.5).shape == (0, 3)


def test_nan_passes_through_where_it_stands():
    x0 = [np.nan, 1.0]
    assert np.isnan(velocity(x0, [0.0, 0.0], 0.5)).tolist() == [True, False]
    assert np.isnan(velocity_loss([0.0, 0.0], x0, [0.0, 0.0], 0.5)).tolist() == [True, False]
    assert np.isnan(velocity_loss_grad([0.0, np.nan], [0.0, 0.0], [0.0, 0.0], 0.5)).tolist() == [
        False,
        True,
    ]
    assert np.isnan(velocity([1.0, 1.0], [0.0, 0.0], [np.nan, 0.5])).tolist() == [True, False]


def test_what_is_too_large_for_a_float_is_inf_and_nothing_warns():
    assert velocity_loss(1e200, 0.0, 0.0, 0.5) == np.inf
    assert velocity_loss_grad(1e308, 1e308, 0.0, 0.0) == np.inf
    assert velocity_loss(np.inf, 0.0, 0.0, 0.5) == np.inf
    assert np.isnan(velocity(np.inf, 1.0, 1.0))  # 0 times inf: how much signal is no signal?


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_type_of_the_first_argument_stays(dtype):
    predicted, x0, noise = np.random.default_rng(2).normal(size=(3, 5)).astype(dtype)
    results = [
        velocity(x0, noise.astype(np.float64), 0.3),
        velocity_loss(predicted, x0.astype(np.float64), noise, 0.3),
        velocity_loss_grad(predicted, x0.astype(np.float64), noise, 0.3),
    ]
    assert [result.dtype for result in results] == [dtype] * 3
    predicted, x0, noise = (part.astype(np.float64) for part in (predicted, x0, noise))
    exact = [
        velocity(x0, noise, 0.3),
        velocity_loss(predicted, x0, noise, 0.3),
        velocity_loss_grad(predicted, x0, noise, 0.3),
    ]
    np.testing.assert_allclose(results, exact, rtol=np.finfo(dtype).eps)


def test_half_precision_overflows_only_where_the_answer_does():
    predicted, x0, noise = np.float16([[300.0], [0.0], [100.0]])
    assert velocity_loss(predicted, x0, noise, 1.0) == np.float16(40000.0)
    assert velocity_loss(predicted * 2, x0, noise, 1.0) == np.inf
    assert velocity_loss_grad(predicted * 2, x0, noise, 1.0) == 1000.0


def test_integers_become_float64():
    assert velocity([1, 2], [0, 1], 1).dtype == np.float64


@pytest.mark.parametrize(
    ("x0", "noise", "alpha_bar", "error", "message"),
    [
        (np.ones(3), np.ones((3, 1)), 0.5, ValueError, "x0 and noise must have equal shapes"),
        (["a"], [1.0], 0.5, TypeError, "x0 must be real numbers"),
        ([1.0], [1j], 0.5, TypeError, "noise must be real numbers"),
        ([1.0], [1.0], "a", TypeError, "alpha_bar must be real numbers"),
        ([1.0], [1.0], 1.5, ValueError, "alpha_bar must lie between 0 and 1, got 1.5"),
        ([1.0], [1.0], [-0.1], ValueError, "alpha_bar must lie between 0 and 1, got -0.1"),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones(3), ValueError, "alpha_bar must be a number or"),
        (np.ones(3), np.ones(3), np.ones((3, 1)), ValueError, r"of x0, of shape \(3,\), got shape"),
        (1.0, 1.0, [0.5], ValueError, "alpha_bar must be a number or fit the leading axes"),
    ],
)
def test_wrong_input_is_refused_by_name(x0, noise, alpha_bar, error, message):
    with pytest.raises(error, match=message):
        velocity(x0, noise, alpha_bar)


@pytest.mark.parametrize("function", [velocity_loss, velocity_loss_grad])
def test_a_prediction_of_another_shape_is_refused_and_not_broadcast(function):
    with pytest.raises(ValueError, match="predicted and x0 and noise must have equal shapes"):
        function(np.ones((3, 1)), np.ones(3), np.ones(3), 0.5)
    with pytest.raises(ValueError, match="alpha_bar must lie between 0 and 1"):
        function(np.ones(3), np.ones(3), np.ones(3), 2)
