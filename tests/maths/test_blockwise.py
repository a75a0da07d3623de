"""Cross-entropy in blocks and in shards equals the whole, in a few megabytes."""

import tracemalloc
from functools import reduce
from itertools import permutations

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from lossfns import (
    PartialCrossEntropy,
    _numerics,
    blockwise,
    finish_cross_entropy,
    merge_cross_entropy,
    partial_cross_entropy,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
)

VALUES = [-np.inf, -1e4, -2.0, 0.0, 1.0, 3.0, 1e4, np.inf, np.nan]
SEEDS = st.integers(0, 2**32 - 1)


def naive(logits, labels, axis=-1):
    """Loss and gradient the plain way, in float64."""
    rows = np.moveaxis(np.asarray(logits, np.float64), axis, -1)
    one_hot = np.arange(rows.shape[-1]) == labels[..., np.newaxis]
    loss = -scipy.special.log_softmax(rows, axis=-1)[one_hot].reshape(labels.shape)
    return loss, np.moveaxis(scipy.special.softmax(rows, axis=-1) - one_hot, -1, axis)


def sample(seed, shape, axis, dtype=np.float64):
    rng = np.random.default_rng(seed)
    logits = (4 * rng.standard_normal(shape)).astype(dtype)
    batch = np.delete(shape, axis)
    return logits, rng.integers(0, shape[axis], tuple(batch))


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks so small that a few logits already need several of them."""
    monkeypatch.setattr(blockwise, "BLOCK", 12)
    monkeypatch.setattr(blockwise, "RUN", 3)
    monkeypatch.setattr(_numerics, "LANES", 4)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "axis"),
    [((50,), 0), ((7, 50), 1), ((50, 7), 0), ((3, 20, 4), 1), ((2, 3, 2, 30), -1), ((5, 2), 1)],
)
@pytest.mark.usefixtures("small_blocks")
def test_blocks_of_any_layout_give_the_loss_and_gradient_of_the_whole(shape, axis, dtype):
    logits, labels = sample(0, shape, axis, dtype)
    tolerance = 8 * np.finfo(dtype).eps
    layouts = [logits, np.asfortranarray(logits), np.flip(np.flip(logits).copy()), logits[...]]
    for layout in layouts:
        loss, grad = naive(logits, labels, axis)
        found = softmax_cross_entropy_with_integer_labels(layout, labels, axis=axis)
        np.testing.assert_allclose(found, loss, rtol=tolerance, atol=tolerance)
        found = softmax_cross_entropy_with_integer_labels_grad(layout, labels, axis=axis)
        np.testing.assert_allclose(found, grad, atol=tolerance)


@given(seed=SEEDS)
def test_blocks_treat_infinities_and_nan_as_the_whole_does(seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.choice(VALUES, (5, 30)), rng.integers(0, 30, 5)
    whole = softmax_cross_entropy_with_integer_labels(logits, labels)
    slope = softmax_cross_entropy_with_integer_labels_grad(logits, labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blockwise, "BLOCK", 7)
        np.testing.assert_allclose(
            softmax_cross_entropy_with_integer_labels(logits, labels), whole, rtol=1e-14
        )
        np.testing.assert_allclose(
            softmax_cross_entropy_with_integer_labels_grad(logits, labels), slope, rtol=1e-14
        )


@given(seed=SEEDS, cuts=st.lists(st.integers(1, 29), unique=True, max_size=5).map(sorted))
def test_shards_merge_to_the_whole_wherever_the_vocabulary_is_cut(seed, cuts):
    logits, labels = sample(seed, (5, 30), 1)
    starts = [0, *cuts]
    parts = [
        partial_cross_entropy(logits[:, start:stop], labels, first_class=start)
        for start, stop in zip(starts, [*cuts, 30], strict=True)
    ]
    merged = finish_cross_entropy(reduce(merge_cross_entropy, parts))
    np.testing.assert_allclose(merged, naive(logits, labels)[0], rtol=1e-13)


@given(seed=SEEDS)
def test_the_order_and_grouping_of_merges_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.choice(VALUES, (6, 9)), rng.integers(0, 9, 6)
    parts = [partial_cross_entropy(logits[:, k : k + 3], labels, first_class=k) for k in (0, 3, 6)]
    whole = softmax_cross_entropy_with_integer_labels(logits, labels)
    for a, b, c in permutations(parts):
        left = merge_cross_entropy(merge_cross_entropy(a, b), c)
        right = merge_cross_entropy(a, merge_cross_entropy(b, c))
        np.testing.assert_allclose(finish_cross_entropy(left), whole, rtol=1e-14)
        np.testing.assert_allclose(finish_cross_entropy(right), whole, rtol=1e-14)


def test_nothing_is_what_merging_starts_from():
    # no class has a largest, so "all but one largest" is one fewer than none
    nothing = PartialCrossEntropy(np.full(2, -np.inf), np.full(2, -1.0), np.full(2, -np.inf))
    part = partial_cross_entropy([[1.0, 2.0], [-np.inf, -np.inf]], [0, 1])
    for merged in (merge_cross_entropy(nothing, part), merge_cross_entropy(part, nothing)):
        for field, expected in zip(merged, part, strict=True):
            np.testing.assert_array_equal(field, expected)


def test_a_label_that_no_shard_holds_costs_infinity():
    assert finish_cross_entropy(partial_cross_entropy([1.0, 2.0], 7)) == np.inf


def test_one_example_gives_numpy_scalars():
    partial = partial_cross_entropy(np.float32([1.0, 2.0]), 0)
    assert all(isinstance(field, np.float32) for field in partial)
    assert isinstance(finish_cross_entropy(partial), np.float32)
    assert isinstance(merge_cross_entropy(partial, partial).maximum, np.float32)


def test_float16_parts_come_in_float32_so_that_merging_loses_nothing():
    logits = np.linspace(-3, 3, 50, dtype=np.float16)
    half, single = (partial_cross_entropy(x, 0) for x in (logits, logits.astype(np.float32)))
    assert half == single
    assert half.others.dtype == np.float32


def test_a_shard_refuses_what_is_no_label():
    for labels in (True, 0.0):
        with pytest.raises(TypeError, match="labels must be integers"):
            partial_cross_entropy([1.0, 2.0], labels)
    with pytest.raises(ValueError, match="labels must lie in 0 …"):
        partial_cross_entropy([1.0, 2.0], -1)
    with pytest.raises(TypeError, match="integer"):
        partial_cross_entropy([1.0, 2.0], 1, first_class=0.5)


def test_a_sum_over_a_large_vocabulary_keeps_float32s_digits():
    logits, labels = sample(0, (4, 128256), 1, np.float32)
    for layout in (logits, np.asfortranarray(logits)):
        found = softmax_cross_entropy_with_integer_labels(layout, labels)
        np.testing.assert_allclose(found, naive(logits, labels)[0], rtol=4e-7)
        grad = softmax_cross_entropy_with_integer_labels_grad(layout, labels)
        assert np.abs(grad.sum(axis=1, dtype=np.float64)).max() < 1e-6


def peak_beyond(call):
    """Bytes held at once while `call` runs, beyond what it returns."""
    tracemalloc.start()
    try:
        result = call()
        return tracemalloc.get_traced_memory()[1] - result.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("transposed", [False, True], ids=["classes last", "classes first"])
def test_a_vocabulary_of_128256_needs_no_copy_of_its_logits(transposed):
    shape, axis = ((128256, 512), 0) if transposed else ((512, 128256), 1)
    logits = np.zeros(shape, np.float32)  # 263 MB
    labels = np.arange(512)
    sixteen = 16 * 2**20
    loss = softmax_cross_entropy_with_integer_labels
    assert peak_beyond(lambda: loss(logits, labels, axis=axis)) < sixteen
    grad = softmax_cross_entropy_with_integer_labels_grad
    assert peak_beyond(lambda: grad(logits, labels, axis=axis)) < sixteen


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_single_example_of_millions_of_classes_needs_no_copy_either(dtype):
    logits = np.zeros(2**22, dtype)
    loss = softmax_cross_entropy_with_integer_labels
    assert peak_beyond(lambda: loss(logits, 1)) < logits.nbytes / 2
    grad = softmax_cross_entropy_with_integer_labels_grad
    assert peak_beyond(lambda: grad(logits, 1)) < logits.nbytes / 2


def test_total_is_what_probabilities_divide_by():
    logits = np.random.default_rng(3).normal(size=(4, 6))
    part = partial_cross_entropy(logits, [0, 1, 2, 3])
    expected = np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    np.testing.assert_allclose(part.total, expected)
