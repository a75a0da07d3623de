"""Last layer and loss in one equals the two apart, in tiles, in shards, in a few megabytes."""

import tracemalloc
from functools import reduce

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossfns import (
    finish_cross_entropy,
    linear,
    linear_cross_entropy_with_integer_labels,
    linear_cross_entropy_with_integer_labels_grad,
    merge_cross_entropy,
    numerical_gradient,
    partial_linear_cross_entropy,
    partial_linear_slopes,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
)

loss, gradient = (
    linear_cross_entropy_with_integer_labels,
    linear_cross_entropy_with_integer_labels_grad,
)


def sample(seed, positions=9, width=4, classes=13, dtype=np.float64):
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((positions, width)).astype(dtype)
    weights = rng.standard_normal((width, classes)).astype(dtype)
    return inputs, weights, rng.integers(0, classes, positions)


@pytest.fixture(autouse=True)
def small_tiles(request, monkeypatch):
    """Tiles so small that a few positions and classes already need several."""
    if "large" not in request.node.name:
        monkeypatch.setattr(linear, "POSITIONS", 2)
        monkeypatch.setattr(linear, "CLASSES", 3)


@given(seed=st.integers(0, 2**32 - 1), positions=st.integers(0, 9), width=st.integers(1, 6))
def test_it_is_the_loss_of_the_logits_it_never_holds(seed, positions, width):
    inputs, weights, labels = sample(seed, positions, width)
    logits = inputs @ weights
    expected = softmax_cross_entropy_with_integer_labels(logits, labels)
    np.testing.assert_allclose(loss(inputs, weights, labels), expected, rtol=1e-12, atol=1e-14)
    change = softmax_cross_entropy_with_integer_labels_grad(logits, labels)
    d_inputs, d_weights = gradient(inputs, weights, labels)
    np.testing.assert_allclose(d_inputs, change @ weights.T, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(d_weights, inputs.T @ change, rtol=1e-11, atol=1e-12)


def test_both_gradients_are_the_slopes_of_the_sum():
    inputs, weights, labels = sample(1, positions=3)
    d_inputs, d_weights = gradient(inputs, weights, labels)
    slope = numerical_gradient(lambda x: loss(x, weights, labels), inputs)
    np.testing.assert_allclose(d_inputs, slope, atol=1e-8)
    slope = numerical_gradient(lambda w: loss(inputs, w, labels).sum(), weights)
    np.testing.assert_allclose(d_weights, slope, atol=1e-8)


def test_it_agrees_with_torch():
    inputs, weights, labels = sample(2)
    leaves = [torch.tensor(inputs, requires_grad=True), torch.tensor(weights, requires_grad=True)]
    values = torch.nn.functional.linear_cross_entropy(
        leaves[0], leaves[1].T, torch.tensor(labels), reduction="none"
    )
    values.sum().backward()
    np.testing.assert_allclose(loss(inputs, weights, labels), values.detach(), rtol=1e-13)
    for found, leaf in zip(gradient(inputs, weights, labels), leaves, strict=True):
        np.testing.assert_allclose(found, leaf.grad, rtol=1e-12, atol=1e-14)


def in_slices(inputs, weights, labels):
    merged = partial_linear_cross_entropy(inputs, weights, labels)
    return partial_linear_slopes(inputs, weights, labels, merged)


@given(seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(1, 12), unique=True, max_size=3))
def test_workers_that_own_slices_of_the_weights_get_the_same(seed, cuts):
    inputs, weights, labels = sample(seed)
    starts = [0, *sorted(cuts)]
    slices = list(zip(starts, [*starts[1:], weights.shape[1]], strict=True))
    parts = [
        partial_linear_cross_entropy(inputs, weights[:, a:b], labels, first_class=a)
        for a, b in slices
    ]
    merged = reduce(merge_cross_entropy, parts)
    expected = loss(inputs, weights, labels)
    np.testing.assert_allclose(finish_cross_entropy(merged), expected, rtol=1e-12, atol=1e-14)
    slopes = [
        partial_linear_slopes(inputs, weights[:, a:b], labels, merged, first_class=a)
        for a, b in slices
    ]
    d_inputs, d_weights = gradient(inputs, weights, labels)
    np.testing.assert_allclose(sum(share for share, _ in slopes), d_inputs, atol=1e-12)
    np.testing.assert_allclose(np.hstack([own for _, own in slopes]), d_weights, atol=1e-12)


def test_a_sure_and_right_position_still_costs_something():
    assert loss([[40.0]], [[1.0, 0.0, 0.0]], [0]) == pytest.approx(8.496708510583178e-18, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_of_the_inputs_comes_back(dtype):
    inputs, weights, labels = sample(3, dtype=dtype)
    assert loss(inputs, weights.astype(np.float64), labels).dtype == dtype
    assert {part.dtype for part in gradient(inputs, weights, labels)} == {np.dtype(dtype)}


@pytest.mark.parametrize("gradients", [gradient, in_slices])
def test_a_slope_too_small_for_float16_is_zero_without_a_minus_sign(gradients):
    inputs, weights = np.float16([[-0.01, 0.01]]), np.float16([[0, 0, 0], [1600, 0, 0]])
    for found in gradients(inputs, weights, [0]):
        assert (found == 0).any()
        assert not np.signbit(found[found == 0]).any(), found


def test_positions_may_have_any_shape():
    inputs, weights, labels = sample(4, positions=6)
    folded = inputs.reshape(2, 3, 4), weights, labels.reshape(2, 3)
    np.testing.assert_array_equal(loss(*folded).ravel(), loss(inputs, weights, labels))
    assert gradient(*folded)[0].shape == (2, 3, 4)
    assert isinstance(loss(inputs[0], weights, labels[0]), np.float64)
    assert gradient(inputs[0], weights, labels[0])[0].shape == (4,)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[1.0]], [[1.0], [2.0]], [0]), ValueError, r"got \(1, 1\) and \(2, 1\)"),
        (([[1.0]], [1.0], [0]), ValueError, r"inputs and weights must have shapes"),
        ((1.0, [[1.0]], 0), ValueError, r"inputs and weights must have shapes"),
        (([[1.0]], np.zeros((1, 0)), [0]), ValueError, "weights must have at least one class"),
        (([[1.0]], [[1.0, 2.0]], [2]), ValueError, r"labels must lie in 0 … 1, got 2"),
        (([[1.0]], [[1.0, 2.0]], [0.0]), TypeError, "labels must be integers"),
        (([[1.0]], [[1.0, 2.0]], [-100]), ValueError, r"labels must lie in 0 … 1, got -100"),
        (
            ([[1.0]], [[1.0, 2.0]], [0, 1]),
            ValueError,
            r"labels must have the shape of inputs without the last axis, \(1,\), got \(2,\)",
        ),
    ],
)
def test_wrong_input_is_refused_by_name(arguments, error, message):
    for function in (loss, gradient):
        with pytest.raises(error, match=message):
            function(*arguments)


def test_a_summary_of_other_positions_is_refused():
    inputs, weights, labels = sample(5)
    merged = partial_linear_cross_entropy(inputs[:2], weights, labels[:2])
    with pytest.raises(ValueError, match=r"merged must have the shape of labels, \(9,\)"):
        partial_linear_slopes(inputs, weights, labels, merged)


@pytest.mark.parametrize("function", [loss, gradient])
def test_a_large_vocabulary_needs_at_most_16_megabytes_beyond_the_outputs(function):
    inputs, weights = np.zeros((512, 64), np.float32), np.zeros((64, 128256), np.float32)
    labels = np.arange(512)
    tracemalloc.start()
    try:
        found = function(inputs, weights, labels)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    held = sum(np.asarray(part).nbytes for part in found)
    assert peak - held < 16 * 2**20  # the logits would take 263, the weights' slopes once more 31


def test_a_layer_without_inputs_guesses_evenly():
    losses = linear_cross_entropy_with_integer_labels(np.zeros((2, 0)), np.zeros((0, 5)), [0, 3])
    np.testing.assert_allclose(losses, np.log(5))
