"""Levels and lists against PyTorch, SciPy, high precision, and all orders that there are."""

from itertools import permutations

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import lossfns
from lossfns import (
    check_gradient,
    cumulative_logit_loss,
    cumulative_logit_loss_grad,
    plackett_luce_loss,
    plackett_luce_loss_grad,
)

rng = np.random.default_rng(0)
SCORES, LABELS = 2 * rng.normal(size=30), rng.integers(0, 4, 30)
CUTS = np.array([-1.5, 0.2, 2.0])


# Levels


def test_level_has_what_the_logistic_distribution_leaves_between_its_cuts():
    edges = np.array([-np.inf, *CUTS, np.inf])
    shares = np.diff(stats.logistic.cdf(edges[:, None] - SCORES, loc=0), axis=0)
    expected = -np.log(shares[LABELS, np.arange(30)])
    np.testing.assert_allclose(cumulative_logit_loss(SCORES, LABELS, CUTS), expected, rtol=1e-12)


def test_slopes_at_scores_and_cuts_are_those_of_pytorch():
    scores, cuts = (torch.tensor(x, requires_grad=True) for x in (SCORES, CUTS))
    ends = torch.tensor([torch.inf], dtype=torch.float64)
    edges = torch.cat([-ends, cuts, ends])
    higher = torch.sigmoid(scores - edges[LABELS]), torch.sigmoid(scores - edges[LABELS + 1])
    (-torch.log(higher[0] - higher[1])).sum().backward()
    at_scores, at_cuts = cumulative_logit_loss_grad(SCORES, LABELS, CUTS)
    np.testing.assert_allclose(at_scores, scores.grad, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(at_cuts, cuts.grad, rtol=1e-11)


def test_two_levels_are_yes_or_no():
    labels = LABELS % 2
    loss = cumulative_logit_loss(SCORES, labels, [0.7])
    expected = lossfns.sigmoid_binary_cross_entropy(SCORES - 0.7, labels)
    np.testing.assert_allclose(loss, expected, rtol=1e-14)


@given(score=st.floats(-60, 60))
def test_shares_of_all_levels_add_up(score):
    losses = cumulative_logit_loss(np.full(4, score), np.arange(4), CUTS)
    assert np.exp(-losses).sum() == pytest.approx(1, rel=1e-14)


@given(score=st.floats(-20, 20), shift=st.floats(-20, 20))
def test_scores_have_no_zero_of_their_own(score, shift):
    moved = cumulative_logit_loss(score + shift, 1, CUTS + shift)
    assert moved == pytest.approx(cumulative_logit_loss(score, 1, CUTS), rel=1e-11)


@given(score=st.floats(-30, 30), level=st.integers(0, 3))
def test_push_stays_below_one_however_far_off_the_score_is(score, level):
    slope, _ = cumulative_logit_loss_grad(score, level, CUTS)
    assert abs(slope) <= 1


def test_score_in_the_middle_of_its_level_is_left_alone():
    slope, _ = cumulative_logit_loss_grad((CUTS[0] + CUTS[1]) / 2, 1, CUTS)
    assert slope == pytest.approx(0, abs=1e-16)


@pytest.mark.parametrize(
    ("score", "gap"), [(40.0, 2.0), (-700.0, 1e-3), (0.0, 1e-12), (0.5, 50.0), (1e3, 1.0)]
)
def test_level_far_off_narrow_or_wide_keeps_its_digits(score, gap):
    cuts = np.array([-gap / 2, gap / 2])
    with mpmath.workdps(600):

        def share(z):
            return 1 / (1 + mpmath.e**-z)

        low, high = (mpmath.mpf(score) - mpmath.mpf(cut) for cut in cuts)
        exact = float(-mpmath.log(share(low) - share(high)))
    assert cumulative_logit_loss(score, 1, cuts) == pytest.approx(exact, rel=4e-15)


def test_levels_at_the_extremes():
    assert cumulative_logit_loss(np.inf, 3, CUTS) == 0
    assert cumulative_logit_loss(-np.inf, 3, CUTS) == np.inf
    assert cumulative_logit_loss(-np.inf, 0, CUTS) == 0
    assert np.isnan(cumulative_logit_loss(np.nan, 1, CUTS))
    slopes, at_cuts = cumulative_logit_loss_grad([np.inf, -np.inf, 1e300], [0, 3, 1], CUTS)
    np.testing.assert_array_equal(slopes, [1, -1, 1])
    assert np.isfinite(at_cuts).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_levels_in_narrow_floats_only_round(dtype):
    scores, cuts = SCORES.astype(dtype), CUTS.astype(dtype)
    rough = (
        cumulative_logit_loss(scores, LABELS, cuts),
        *cumulative_logit_loss_grad(scores, LABELS, cuts),
    )
    exact = scores.astype(float), LABELS, cuts.astype(float)
    fine = (cumulative_logit_loss(*exact), *cumulative_logit_loss_grad(*exact))
    for one, other in zip(rough, fine, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=4 * np.finfo(dtype).eps, atol=1e-6)


def test_no_example_moves_no_cut():
    slopes, at_cuts = cumulative_logit_loss_grad([], np.array([], int), CUTS)
    assert (slopes.shape, at_cuts.tolist()) == ((0,), [0, 0, 0])


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        ([], "cuts must be one row of at least one number"),
        (1.0, "cuts must be one row of at least one number"),
        ([[0.0, 1.0]], "cuts must be one row of at least one number"),
        ([0.0, 0.0], "cuts must be finite, and each larger"),
        ([1.0, 0.0], "cuts must be finite, and each larger"),
        ([0.0, np.nan], "cuts must be finite, and each larger"),
        ([0.0, np.inf], "cuts must be finite, and each larger"),
    ],
)
def test_cuts_that_do_not_rise_are_refused(cuts, message):
    with pytest.raises(ValueError, match=message):
        cumulative_logit_loss([0.0], [0], cuts)


def test_levels_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"labels must lie in 0 … 3, got 4"):
        cumulative_logit_loss([0.0], [4], CUTS)
    with pytest.raises(ValueError, match=r"scores and labels must have equal shapes, got \(1,\)"):
        cumulative_logit_loss([0.0], [[1]], CUTS)
    with pytest.raises(TypeError, match="labels must be integers"):
        cumulative_logit_loss([0.0], np.array([1.0]), CUTS)


# Lists


def test_chances_of_all_orders_add_up():
    orders = np.array(list(permutations(range(4))))
    losses = plackett_luce_loss(np.tile(rng.normal(size=4), (24, 1)), orders)
    assert np.exp(-losses).sum() == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("places", [1, 3, 6])
def test_list_and_its_slopes_are_those_of_pytorch(places):
    scores = rng.normal(size=(5, 6))
    order = rng.permuted(np.tile(np.arange(6), (5, 1)), axis=1)
    tensor = torch.tensor(scores, requires_grad=True)
    sorted_scores = tensor.gather(1, torch.tensor(order))
    totals = torch.flip(torch.logcumsumexp(torch.flip(sorted_scores, [1]), 1), [1])
    loss = (totals - sorted_scores)[:, :places].sum(1)
    loss.sum().backward()
    named = order[:, :places]
    np.testing.assert_allclose(plackett_luce_loss(scores, named), loss.detach(), rtol=1e-13)
    np.testing.assert_allclose(
        plackett_luce_loss_grad(scores, named), tensor.grad, rtol=1e-11, atol=1e-15
    )


def test_list_of_two_is_a_pair():
    scores = rng.normal(size=(7, 2))
    loss = plackett_luce_loss(scores, np.tile([1, 0], (7, 1)))
    np.testing.assert_allclose(loss, lossfns.pair_loss(scores[:, 1], scores[:, 0]), rtol=1e-13)


def test_winner_alone_is_one_of_k():
    scores, winner = rng.normal(size=(7, 4)), rng.integers(0, 4, 7)
    expected = lossfns.softmax_cross_entropy_with_integer_labels(scores, winner)
    np.testing.assert_array_equal(plackett_luce_loss(scores, winner[:, None]), expected)


def test_untrained_list_costs_the_logarithm_of_the_number_of_orders():
    assert plackett_luce_loss(np.zeros(5), np.arange(5)) == pytest.approx(np.log(120))


def test_lists_slopes_add_up_to_nothing():
    slopes = plackett_luce_loss_grad(rng.normal(size=(4, 6)), np.tile(np.arange(6), (4, 1)))
    np.testing.assert_allclose(slopes.sum(axis=1), 0, atol=1e-15)


@given(scale=st.floats(1, 1e4))
def test_loud_scores_do_not_overflow(scale):
    scores = scale * np.array([3.0, 2.0, -1.0, 0.5])
    check = plackett_luce_loss(scores, [2, 3, 1, 0])
    assert np.isfinite(check)
    assert plackett_luce_loss(scores, [0, 1, 3, 2]) <= check


def test_lists_at_the_extremes():
    assert plackett_luce_loss([5.0], [0]) == 0
    assert plackett_luce_loss_grad([5.0], [0]).tolist() == [0]
    assert plackett_luce_loss([0.0, -np.inf], [0, 1]) == 0
    assert plackett_luce_loss([0.0, -np.inf], [1, 0]) == np.inf
    assert np.isnan(plackett_luce_loss([0.0, np.nan], [1, 0]))
    scores = np.array([1.0, 2.0])
    plackett_luce_loss_grad(scores, [1, 0])
    assert scores.tolist() == [1.0, 2.0]


def test_partial_order_leaves_the_rest_open():
    check_gradient(
        lambda s: plackett_luce_loss(s, [[1, 3]]),
        lambda s: plackett_luce_loss_grad(s, [[1, 3]]),
        rng.normal(size=(1, 5)),
    )


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([0, 0, 1], "order must name no item twice, got 0 again"),
        ([0, 3, 1], r"order must lie in 0 … 2, got 3"),
        ([[0, 1, 2]], r"order must have the shape of scores, \(3,\)"),
        ([0, 1, 2, 0], r"order must have the shape of scores, \(3,\), or fewer places"),
        ([], r"order must have the shape of scores"),
        (0, r"order must have the shape of scores"),
    ],
)
def test_orders_that_are_none_are_refused(order, message):
    with pytest.raises(ValueError, match=message):
        plackett_luce_loss([0.0, 1.0, 2.0], order)


def test_what_is_wrong_with_a_list_is_said_by_name():
    for call, message in [
        (lambda: cumulative_logit_loss([1, 2], [[1], [1, 0]], [0.0]), "labels must be a rect"),
        (lambda: plackett_luce_loss([1.0, 2.0], [[1], [1, 0]]), "order must be a rectangular"),
        (lambda: plackett_luce_loss(np.zeros((2, 0)), [[], []]), "scores must have at least one"),
        (lambda: plackett_luce_loss([1.0, 2.0, 3.0], [2, 0, 2]), "order must name no item twice"),
        (lambda: cumulative_logit_loss(1.0, 1, [0.0, 2.0, 1.0]), "each larger than the last"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()


def test_a_list_keeps_its_dtype_and_leading_axes():
    scores = np.zeros((2, 3, 4), np.float32)
    losses = plackett_luce_loss(scores, np.tile(np.arange(4), (2, 3, 1)))
    assert losses.dtype == np.float32
    np.testing.assert_allclose(losses, np.full((2, 3), np.log(24)), rtol=1e-6)


def test_a_million_examples_cost_the_cuts_no_digits():
    count, score = 10**6, 0.1
    _, at_cuts = cumulative_logit_loss_grad(np.full(count, score), np.ones(count, int), [0.0, 1.0])
    with mpmath.workdps(50):
        lower = mpmath.mpf(score)
        sure, crowded = 1 / (1 + mpmath.exp(lower)), 1 / mpmath.expm1(1)
        expected = count * (sure + crowded)
    assert at_cuts[0] == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_list_keeps_its_digits(dtype):
    items = 5000
    loss = plackett_luce_loss(np.zeros(items, dtype), np.arange(items))
    expected = float(mpmath.loggamma(items + 1))
    assert loss == pytest.approx(expected, rel=2 * float(np.finfo(dtype).eps))
