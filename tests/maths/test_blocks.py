"""Blocks that fit a cache give what the whole gives, in any layout, and hold nothing large."""

import tracemalloc

import numpy as np
import pytest

import lossfns
from lossfns import _blocks
from tests.maths.losses import LOSSES, WHOLE

DISTRIBUTIONS = ["entropy", "cross_entropy", "kl_divergence", "js_divergence"]
ACTIVATIONS = ["sigmoid", "softplus", "log_sigmoid", "softmax", "log_softmax", "logsumexp"]


def in_small_blocks(call):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_blocks, "BLOCK", 64)
        patch.setattr(_blocks, "LINE", 16)
        return call()


def layouts(array):
    yield array
    yield np.asfortranarray(array)
    yield np.flip(np.flip(array).copy())


def assert_same(found, expected):
    found, expected = (each if isinstance(each, tuple) else (each,) for each in (found, expected))
    for ours, whole in zip(found, expected, strict=True):
        assert ours.dtype == whole.dtype
        eps = np.finfo(whole.dtype).eps
        np.testing.assert_allclose(ours, whole, rtol=16 * eps, atol=4 * eps)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_a_loss_and_its_gradient_do_not_depend_on_the_blocks(loss, dtype):
    first, second = loss.arguments(0, (3, 4, 5), dtype)
    for function in (loss.value, loss.grad):
        expected = function(first, second)
        for logits, labels in zip(layouts(first), layouts(np.asarray(second)), strict=True):
            assert_same(in_small_blocks(lambda: function(logits, labels)), expected)  # noqa: B023


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_nor_does_that_of_a_whole_batch(name):
    arguments, knobs = WHOLE[name](np.random.default_rng(0))
    for function in (getattr(lossfns, name), getattr(lossfns, f"{name}_grad")):
        expected = function(*arguments, **knobs)
        found = in_small_blocks(lambda: function(*arguments, **knobs))  # noqa: B023
        assert_same(found, expected)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("name", [*ACTIVATIONS, *DISTRIBUTIONS])
def test_nor_does_anything_along_any_axis(name, axis):
    p, q = np.moveaxis(np.random.default_rng(1).dirichlet(np.ones(5), (2, 3, 4)), -1, axis + 1)
    function = getattr(lossfns, name)
    arguments = (p, q) if name in DISTRIBUTIONS[1:] else (p,)
    knobs = {} if name in ACTIVATIONS[:3] else {"axis": axis}
    expected = function(*arguments, **knobs)
    assert_same(in_small_blocks(lambda: function(*arguments, **knobs)), expected)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_one_strange_number_spoils_only_its_own_row(value):
    rng = np.random.default_rng(2)
    logits, labels = rng.normal(size=(6, 5)), rng.dirichlet(np.ones(5), 6)
    strange = logits.copy()
    strange[3, 1] = value
    others = [0, 1, 2, 4, 5]
    for function in (
        lossfns.softmax_cross_entropy,
        lossfns.softmax_cross_entropy_grad,
        lossfns.softmax_squared_error_grad,
        lambda z, y: lossfns.distillation_loss(z, y, temperature=2.0),
        lambda z, y: lossfns.distillation_loss_grad(z, y, temperature=2.0),
    ):
        found, expected = function(strange, labels), function(logits, labels)
        np.testing.assert_allclose(found[others], expected[others], rtol=1e-12, atol=1e-15)


def test_a_gradient_of_many_megabytes_needs_one_more():
    logits = np.zeros((2**9, 2**12), np.float32)  # 8 MB
    labels = np.full_like(logits, 2.0**-12)
    for call in (
        lambda: lossfns.softmax_cross_entropy_grad(logits, labels),
        lambda: lossfns.sigmoid_focal_loss_grad(logits, np.ones_like(logits), alpha=0.25)[:1],
        lambda: lossfns.kl_divergence(labels, labels),
    ):
        tracemalloc.start()
        call()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2 * logits.nbytes + 3 * 2**20


def test_a_distribution_is_one_in_whatever_order_its_numbers_lie():
    thin = np.full((29000, 2), 1 / 29000, np.float32)
    np.testing.assert_allclose(lossfns.entropy(thin, axis=0), np.log(29000), rtol=1e-6)
    vocabulary = np.asfortranarray(np.full((4, 50257), 1 / 50257, np.float32))
    np.testing.assert_allclose(lossfns.entropy(vocabulary), np.log(50257), rtol=1e-6)
