"""Overlap losses: known values, scikit-learn's scores for hard masks, and the empty mask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import fbeta_score, jaccard_score

from lossfns import (
    check_gradient,
    dice_loss,
    dice_loss_grad,
    jaccard_loss,
    jaccard_loss_grad,
    tversky_loss,
    tversky_loss_grad,
)

SEEDS = st.integers(0, 2**32 - 1)
PAIRS = [(dice_loss, dice_loss_grad), (jaccard_loss, jaccard_loss_grad)]
PAIRS += [(tversky_loss, tversky_loss_grad)]
every_loss = pytest.mark.parametrize(("loss", "grad"), PAIRS, ids=lambda f: f.__name__)


def masks(seed, shape=(3, 4, 5)):
    rng = np.random.default_rng(seed)
    return rng.random(shape), rng.integers(0, 2, shape)


@given(seed=SEEDS)
def test_hard_masks_cost_what_scikit_learn_scores(seed):
    rng = np.random.default_rng(seed)
    found, labels = rng.integers(0, 2, (2, 6, 7))
    flat = labels.ravel(), found.ravel()
    f1 = fbeta_score(*flat, beta=1, zero_division=1.0)
    assert dice_loss(found, labels) == pytest.approx(1 - f1, abs=1e-15)
    overlap = jaccard_score(*flat, zero_division=1.0)
    assert jaccard_loss(found, labels) == pytest.approx(1 - overlap, abs=1e-15)
    f2 = fbeta_score(*flat, beta=2, zero_division=1.0)
    # F-beta is the Tversky index with weights 1 / (1 + β²) and β² / (1 + β²).
    assert tversky_loss(found, labels, alpha=0.2, beta=0.8) == pytest.approx(1 - f2, abs=1e-15)


@every_loss
@given(seed=SEEDS, smoothing=st.sampled_from([0.0, 1.0, 1e-3]))
def test_the_gradient_is_the_slope_of_the_loss(loss, grad, seed, smoothing):
    probabilities, labels = masks(seed)
    probabilities = 0.05 + 0.9 * probabilities
    check_gradient(
        lambda p: loss(p, labels, smoothing=smoothing),
        lambda p: grad(p, labels, smoothing=smoothing),
        probabilities,
    )


@given(seed=SEEDS)
def test_jaccard_and_dice_put_masks_in_the_same_order(seed):
    probabilities, labels = masks(seed)
    dice = dice_loss(probabilities, labels)
    np.testing.assert_allclose(jaccard_loss(probabilities, labels), 2 * dice / (1 + dice))


@pytest.mark.parametrize("axis", [(0, 1, 2), (1, 2), (-1, -2), 0, -1])
def test_the_axes_of_a_mask_are_summed_away_and_the_slope_keeps_them(axis):
    probabilities, labels = masks(0)
    loss = dice_loss(probabilities, labels, axis=axis)
    assert loss.shape == probabilities.sum(axis=axis).shape
    grad = dice_loss_grad(probabilities, labels, axis=axis)
    assert grad.shape == probabilities.shape
    check_gradient(
        lambda p: dice_loss(p, labels, axis=axis),
        lambda p: dice_loss_grad(p, labels, axis=axis),
        0.05 + 0.9 * probabilities,
    )


def test_a_batch_as_one_mask_is_not_the_mean_of_its_masks():
    probabilities, labels = masks(1)
    whole = dice_loss(probabilities, labels, axis=(0, 1, 2))
    assert abs(whole - dice_loss(probabilities, labels).mean()) > 1e-4


@every_loss
def test_an_empty_mask_teaches_nothing_unless_smoothed(loss, grad):
    nothing = np.zeros((2, 2))
    assert loss(nothing, nothing) == 0
    for belief in (1e-9, 0.5, 1.0):
        believed = np.full((2, 2), belief)
        assert loss(believed, nothing) == 1
        assert not grad(believed, nothing).any()
        assert 0 < loss(believed, nothing, smoothing=1.0) < 1
        assert (grad(believed, nothing, smoothing=1.0) > 0).all()


@every_loss
@pytest.mark.parametrize(("dtype", "belief"), [(np.float32, 1e-40), (np.float64, 1e-310)])
def test_an_empty_mask_that_is_hardly_believed_gives_no_nan(loss, grad, dtype, belief):
    nothing = np.zeros((2, 2), dtype)
    believed = np.full((2, 2), belief, dtype)
    assert loss(believed, nothing) == 1
    assert not grad(believed, nothing).any()


@every_loss
def test_a_batch_without_masks_is_empty_and_a_mask_without_pixels_refused(loss, grad):
    none = np.zeros((0, 3, 4))
    assert loss(none, none).shape == (0,)
    assert grad(none, none).shape == none.shape
    for function in (loss, grad):
        for shape, axis in (((2, 0, 4), (-2, -1)), ((0, 3, 4), (0, 1, 2))):
            with pytest.raises(ValueError, match="labels must have at least one pixel per mask"):
                function(np.zeros(shape), np.zeros(shape), axis=axis)


@every_loss
def test_a_perfect_mask_costs_exactly_nothing(loss, grad):
    _, labels = masks(2)
    assert (loss(labels, labels) == 0).all()


def test_a_nearly_perfect_mask_keeps_its_digits():
    labels = np.ones((1, 1000))
    probabilities = labels.copy()
    probabilities[0, 0] = 1 - 2.0**-50
    assert dice_loss(probabilities, labels) == pytest.approx(2.0**-51 / 1000, rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_comes_back_and_many_pixels_do_not_overflow(dtype):
    probabilities = np.full((300, 300), 0.5, dtype)
    labels = np.ones((300, 300), dtype)
    loss, grad = dice_loss(probabilities, labels), dice_loss_grad(probabilities, labels)
    assert loss.dtype == grad.dtype == dtype
    assert loss == pytest.approx(1 / 3, rel=float(np.finfo(dtype).eps))


@every_loss
def test_wrong_arguments_are_named(loss, grad):
    p = np.full((2, 2), 0.5)
    for function in (loss, grad):
        with pytest.raises(ValueError, match=r"probabilities must lie between 0 and 1, got 1\.5"):
            function(p + 1, p)
        with pytest.raises(ValueError, match="labels must lie between 0 and 1, got 2"):
            function(p, np.full((2, 2), 2))
        with pytest.raises(ValueError, match="must have equal shapes"):
            function(p, np.ones((2, 1)))
        with pytest.raises(ValueError, match=r"axis -2 does not exist in labels of shape \(2,\)"):
            function(p[0], p[0])
        with pytest.raises(ValueError, match="axis must name each axis of a mask once"):
            function(p, p, axis=(0, -2))
        with pytest.raises(TypeError, match="axis must be one integer or several"):
            function(p, p, axis=1.5)
        with pytest.raises(TypeError, match="axis must be one integer or several, got True"):
            function(p, p, axis=True)
        with pytest.raises(ValueError, match="smoothing must be a number of at least 0"):
            function(p, p, smoothing=-1)
    with pytest.raises(ValueError, match="alpha must be a positive number"):
        tversky_loss(p, p, alpha=0)


def test_nan_passes_through():
    assert np.isnan(dice_loss([[np.nan, 1.0]], [[1, 1]]))
