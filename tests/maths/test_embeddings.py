"""Negative sampling against torch, and as the sum of binary cross-entropies that it is."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossfns import (
    check_gradient,
    negative_sampling_loss,
    negative_sampling_loss_grad,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
)
from tests.golden import GOLDEN

WORDS, WORD2VEC = GOLDEN["sgns"]


@st.composite
def words(draw):
    dimensions, negatives = draw(st.integers(1, 6)), draw(st.integers(0, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.sampled_from([0.1, 1.0, 10.0]))
    center, context = size * rng.normal(size=(2, dimensions))
    return center, context, size * rng.normal(size=(negatives, dimensions))


def test_loss_and_gradients_are_the_reference_values():
    arguments = WORDS["center"], WORDS["context"], WORDS["negatives"]
    assert negative_sampling_loss(*arguments) == pytest.approx(WORDS["loss"], abs=1e-9)
    d_center, d_context, d_negatives = negative_sampling_loss_grad(*arguments)
    np.testing.assert_allclose(d_center, WORDS["grad_center"], atol=1e-9)
    np.testing.assert_allclose(d_context, WORDS["grad_context"], atol=1e-9)
    np.testing.assert_allclose(d_negatives, WORDS["grad_negatives"], atol=1e-9)


def test_the_push_on_a_score_is_label_minus_probability_as_word2vec_means_it():
    scores = np.array(WORD2VEC["f"], dtype=float)
    push = -sigmoid_binary_cross_entropy_grad(scores, np.ones_like(scores))
    np.testing.assert_allclose(push, WORD2VEC["exact_label1"], atol=1e-9)
    for score, expected in zip(scores, WORD2VEC["exact_label1"], strict=True):
        d_center, _, _ = negative_sampling_loss_grad([score], [1.0], np.zeros((0, 1)))
        assert -d_center[0] == pytest.approx(expected, abs=1e-9)


@given(words())
def test_loss_and_gradients_agree_with_torch(arguments):
    leaves = [torch.tensor(vectors, requires_grad=True) for vectors in arguments]
    center, context, negatives = leaves
    scores = torch.cat([context[None], negatives]) @ center
    labels = torch.zeros(len(scores), dtype=torch.float64)
    labels[0] = 1
    loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="sum")
    loss.backward()
    assert negative_sampling_loss(*arguments) == pytest.approx(loss.item(), rel=1e-9, abs=1e-9)
    for ours, leaf in zip(negative_sampling_loss_grad(*arguments), leaves, strict=True):
        np.testing.assert_allclose(ours, leaf.grad, rtol=1e-9, atol=1e-9)


def test_gradients_agree_with_central_differences():
    rng = np.random.default_rng(0)
    arguments = [rng.normal(size=3), rng.normal(size=3), rng.normal(size=(4, 3))]
    for i in range(3):

        def moved(x, i=i):
            return [*arguments[:i], x, *arguments[i + 1 :]]

        check_gradient(
            lambda x, moved=moved: negative_sampling_loss(*moved(x)),
            lambda x, moved=moved, i=i: negative_sampling_loss_grad(*moved(x))[i],
            arguments[i],
        )


@given(words())
def test_it_is_the_sum_over_the_pairs_and_not_their_mean(arguments):
    center, context, negatives = arguments
    terms = [sigmoid_binary_cross_entropy(context @ center, 1.0)]
    terms += [sigmoid_binary_cross_entropy(negative @ center, 0.0) for negative in negatives]
    assert negative_sampling_loss(*arguments) == pytest.approx(sum(terms), rel=1e-12)


@pytest.mark.parametrize("negatives", [0, 1, 5])
def test_fresh_vectors_of_zeros_cost_log_2_for_every_pair(negatives):
    zero = np.zeros(4)
    loss = negative_sampling_loss(zero, zero, np.zeros((negatives, 4)))
    assert loss == pytest.approx((1 + negatives) * np.log(2))


def test_without_negatives_only_the_context_is_pulled_closer():
    loss = negative_sampling_loss([1.0, 2.0], [0.5, -1.0], np.zeros((0, 2)))
    assert loss == pytest.approx(np.log1p(np.exp(1.5)))
    *_, d_negatives = negative_sampling_loss_grad([1.0, 2.0], [0.5, -1.0], np.zeros((0, 2)))
    assert d_negatives.shape == (0, 2)


@pytest.mark.parametrize("size", [1e2, 1e100, 1e154])
def test_a_very_wrong_pair_keeps_its_whole_nudge(size):
    center, context, negatives = np.array([size]), np.array([-size]), np.array([[size]])
    assert negative_sampling_loss(center, context, negatives) == pytest.approx(2 * size * size)
    d_center, d_context, d_negatives = negative_sampling_loss_grad(center, context, negatives)
    assert (d_center, d_context, d_negatives) == (2 * size, -size, [[size]])


def test_a_loss_too_large_for_a_float_is_inf():
    assert negative_sampling_loss([1e200], [-1e200], np.zeros((0, 1))) == np.inf
    assert negative_sampling_loss([1e200], [1e200], np.zeros((0, 1))) == 0


def test_huge_entries_of_both_signs_still_cancel():
    center, context = [1e200, 1e200], [1e200, -1e200]
    assert negative_sampling_loss(center, context, np.zeros((0, 2))) == pytest.approx(np.log(2))


def test_an_infinite_entry_gives_the_limit_of_the_score():
    none = np.zeros((0, 2))
    assert negative_sampling_loss([np.inf, 1.0], [1.0, 1.0], none) == 0
    assert negative_sampling_loss([np.inf, 1.0], [-1.0, 1.0], none) == np.inf
    assert negative_sampling_loss([1.0, 1.0], [-np.inf, 1.0], none) == np.inf
    assert np.isnan(negative_sampling_loss([np.inf, 1.0], [0.0, 1.0], none))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_nan_passes_through(which):
    arguments = [np.ones(2), np.ones(2), np.ones((3, 2))]
    arguments[which].flat[0] = np.nan
    assert np.isnan(negative_sampling_loss(*arguments))
    gradients = negative_sampling_loss_grad(*arguments)
    assert np.isnan(gradients[0]).all()
    assert any(np.isnan(gradient).any() for gradient in gradients[1:])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_type_of_the_center_stays(dtype):
    rng = np.random.default_rng(1)
    center, context, negatives = (rng.normal(size=shape).astype(dtype) for shape in [4, 4, (3, 4)])
    loss = negative_sampling_loss(center, context.astype(np.float64), negatives)
    gradients = negative_sampling_loss_grad(center, context.astype(np.float64), negatives)
    assert {loss.dtype, *(gradient.dtype for gradient in gradients)} == {np.dtype(dtype)}
    exact = [vectors.astype(np.float64) for vectors in (center, context, negatives)]
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(loss, negative_sampling_loss(*exact), rtol=eps)
    for ours, theirs in zip(gradients, negative_sampling_loss_grad(*exact), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=eps, atol=1e-7)


def test_half_precision_scores_do_not_overflow():
    center, context = np.full(4, 200, np.float16), np.full(4, 200, np.float16)
    d_center, d_context, _ = negative_sampling_loss_grad(center, -context, np.zeros((0, 4)))
    np.testing.assert_array_equal(d_center, context)
    np.testing.assert_array_equal(d_context, -center)


def test_integers_become_float64():
    assert negative_sampling_loss([1, 0], [0, 1], [[1, 1]]).dtype == np.float64


@pytest.mark.parametrize("function", [negative_sampling_loss, negative_sampling_loss_grad])
@pytest.mark.parametrize(
    ("center", "context", "negatives", "error", "message"),
    [
        (1.0, 1.0, [[1.0]], ValueError, r"center must have shape \(dimensions,\), got \(\)"),
        ([[1.0]], [[1.0]], [[1.0]], ValueError, "center must have shape"),
        ([], [], np.zeros((1, 0)), ValueError, "center must have shape"),
        ([1.0, 2.0], [1.0], [[1.0, 2.0]], ValueError, r"context must have the shape of center"),
        ([1.0, 2.0], [[1.0, 2.0]], [[1.0, 2.0]], ValueError, "context must have the shape of"),
        ([1.0, 2.0], [1.0, 2.0], [1.0, 2.0], ValueError, r"negatives must have shape \(k, 2\)"),
        ([1.0, 2.0], [1.0, 2.0], [[1.0]], ValueError, r"\(k, 2\), got \(1, 1\)"),
        ([1.0, 2.0], [1.0, 2.0], [], ValueError, r"\(k, 2\), got \(0,\)"),
        ([1.0, 2.0], [1.0, 2.0], 1.0, ValueError, r"\(k, 2\), got \(\)"),
        (["a"], [1.0], [[1.0]], TypeError, "center must be real numbers"),
        ([1.0], [1j], [[1.0]], TypeError, "context must be real numbers"),
        ([1.0], [1.0], [["a"]], TypeError, "negatives must be real numbers"),
    ],
)
def test_wrong_input_is_refused_by_name(function, center, context, negatives, error, message):
    with pytest.raises(error, match=message):
        function(center, context, negatives)
