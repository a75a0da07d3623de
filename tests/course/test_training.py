"""The miniatures' networks and Adam: against torch, and against measured slopes."""

import numpy as np
import pytest
import torch

from lossfns import check_gradient
from lossfns.course.training import ACTIVATIONS, Adam, backward, forward, network


def test_adam_takes_the_steps_that_torchs_adam_takes():
    rng = np.random.default_rng(0)
    weights = {"w": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    theirs = {name: torch.tensor(w, requires_grad=True) for name, w in weights.items()}
    optimizer, ours = torch.optim.Adam(theirs.values(), lr=0.01), Adam(0.01)

    for step in range(60):
        gradients = {
            name: rng.normal(size=w.shape) * 10 ** (step % 5) for name, w in weights.items()
        }
        weights = ours.step(weights, gradients)
        for name, w in theirs.items():
            w.grad = torch.tensor(gradients[name])
        optimizer.step()

    for name, w in theirs.items():
        np.testing.assert_allclose(weights[name], w.detach().numpy(), rtol=1e-10)


def test_adam_can_slow_down_as_a_schedule_does_in_torch():
    ours, weights = Adam(0.1), {"w": np.array([1.0, -2.0])}
    w = torch.tensor(weights["w"], requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.1)

    for slower in (1.0, 0.5, 0.1):
        weights = ours.step(weights, {"w": 2 * weights["w"]}, slower=slower)
        optimizer.param_groups[0]["lr"] = 0.1 * slower
        w.grad = 2 * w.detach()
        optimizer.step()

    np.testing.assert_allclose(weights["w"], w.detach().numpy(), rtol=1e-10)


def test_adam_changes_no_array_that_it_was_given_and_leaves_a_weight_without_a_gradient():
    weights = {"w": np.ones(2), "still": np.ones(2)}

    moved = Adam(0.1).step(weights, {"w": np.ones(2)})

    np.testing.assert_array_equal(weights["w"], [1, 1])
    np.testing.assert_array_equal(moved["still"], [1, 1])
    np.testing.assert_allclose(moved["w"], 0.9)


@pytest.mark.parametrize("rate", [0, -0.1, float("nan")])
def test_adam_says_which_rate_it_can_not_use(rate):
    with pytest.raises(ValueError, match="rate must be positive"):
        Adam(rate)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [[4, 3], [4, 5, 3], [4, 6, 5, 3]])
def test_backward_carries_a_slope_to_every_weight_as_differences_measure_it(sizes, activation):
    rng = np.random.default_rng(1)
    weights, inputs = network(sizes, seed=2), rng.normal(size=(2, 7, 4))
    slope = rng.normal(size=(2, 7, 3))
    gradients = backward(weights, forward(weights, inputs, activation), slope, activation)

    assert list(gradients) == list(weights)
    for name, w in weights.items():
        check_gradient(
            lambda w, name=name: (
                forward(weights | {name: w}, inputs, activation)[-1] * slope
            ).sum(),
            lambda w, name=name: gradients[name],
            w,
        )


def test_a_network_starts_with_weights_as_wide_as_said():
    weights = network([400, 300, 200], last=0.1)

    assert weights["w1"].std() == pytest.approx(1 / 20, rel=0.02)
    assert weights["w2"].std() == pytest.approx(0.1, rel=0.02)
    assert not weights["b1"].any()
    assert not network([64, 10], last=0)["w1"].any()
    np.testing.assert_array_equal(network([5, 2], seed=3)["w1"], network([5, 2], seed=3)["w1"])


def test_wrong_sizes_and_activations_are_named():
    with pytest.raises(ValueError, match="sizes must hold"):
        network([3])
    weights = network([2, 2])
    with pytest.raises(ValueError, match="activation must be one of tanh, relu, got 'gelu'"):
        forward(weights, np.ones((1, 2)), "gelu")
    with pytest.raises(ValueError, match="activation must be one of"):
        backward(weights, forward(weights, np.ones((1, 2))), np.ones((1, 2)), "gelu")
