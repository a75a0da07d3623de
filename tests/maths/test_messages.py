"""What is refused is refused in a whole sentence, with the argument's own name and value."""

import numpy as np
import pytest

import lossfns
from lossfns import PartialCrossEntropy, partial_cross_entropy, partial_linear_cross_entropy

LOGITS = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
LABELS = np.array([0, 2])
INPUTS, WEIGHTS = LOGITS, np.arange(12.0).reshape(3, 4)
HALF = np.full((2, 3), 0.5)
MERGED = partial_linear_cross_entropy(INPUTS, WEIGHTS, LABELS)
SHORT = PartialCrossEntropy(*(field[:1] for field in MERGED))
KEPT = {"where": [True, False]}
NOT_NEGATIVE = "first_class must not be negative nor beyond any array, got"
APART = "anchors, positives and negatives must have at least one dimension along the last axis"
LAYER = r"inputs and weights must have shapes \(\.\.\., D\) and \(D, classes\)"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: lossfns.entropy(HALF[:, :2], axis=5),
            r"axis 5 does not exist in p of shape \(2, 2\)",
        ),
        (lambda: lossfns.entropy([0.5, 0.0, -2.0]), r"p must not be negative, got -2\.0"),
        (lambda: partial_cross_entropy(LOGITS, LABELS, first_class=-3), f"{NOT_NEGATIVE} -3"),
        (
            lambda: partial_cross_entropy(LOGITS, LABELS, axis=4),
            r"axis 4 does not exist in logits of shape \(2, 3\)",
        ),
        (
            lambda: lossfns.softmax_cross_entropy_with_integer_labels(LOGITS, LABELS, axis=4),
            r"axis 4 does not exist in logits of shape \(2, 3\)",
        ),
        (
            lambda: lossfns.softmax(np.ma.masked_array([1.0, 2.0], [True, False])),
            "logits must not hide entries behind a mask, which would be lost: "
            r"give it \.compressed\(\) or \.filled\(value\)",
        ),
        (
            lambda: lossfns.pinball_loss(1.0, 2.0, quantile=1),
            "quantile must be a number strictly between 0 and 1, got 1",
        ),
        (
            lambda: lossfns.pinball_loss(1.0, 2.0, quantile=0),
            "quantile must be a number strictly between 0 and 1, got 0",
        ),
        (
            lambda: lossfns.smooth_labels([0.5, 0.5], 1.5),
            r"smoothing must be a number between 0 and 1, got 1\.5",
        ),
        (
            lambda: lossfns.sigmoid_focal_loss(1.0, 1.0, alpha=1.5),
            r"alpha must be a number between 0 and 1, got 1\.5",
        ),
        (
            lambda: lossfns.tversky_loss(HALF, HALF, axis=1.5),
            r"axis must be one integer or several, got 1\.5",
        ),
        (
            lambda: lossfns.tversky_loss(HALF, HALF, axis=(0, "x")),
            r"axis must be one integer or several, got \(0, 'x'\)",
        ),
        (
            lambda: lossfns.tversky_loss(HALF, HALF, axis=2),
            r"axis 2 does not exist in labels of shape \(2, 3\)",
        ),
        (lambda: lossfns.tversky_loss(HALF, HALF, beta=0), "beta must be a positive number, got 0"),
        (
            lambda: lossfns.tversky_loss(HALF, HALF, alpha=0),
            "alpha must be a positive number, got 0",
        ),
        (
            lambda: partial_linear_cross_entropy(INPUTS, WEIGHTS, LABELS, first_class=-1),
            f"{NOT_NEGATIVE} -1",
        ),
        (
            lambda: lossfns.partial_linear_slopes(INPUTS, WEIGHTS, LABELS, MERGED, first_class=-1),
            f"{NOT_NEGATIVE} -1",
        ),
        (
            lambda: lossfns.partial_linear_slopes(INPUTS, WEIGHTS, LABELS, SHORT),
            r"merged must have the shape of labels, \(2,\), got maximum of \(1,\)",
        ),
        (
            lambda: lossfns.linear_cross_entropy_with_integer_labels(INPUTS, WEIGHTS[:2], LABELS),
            LAYER + r", got \(2, 3\) and \(2, 4\)",
        ),
        (
            lambda: lossfns.linear_cross_entropy_with_integer_labels(
                ["a", "b"], WEIGHTS, LABELS, **KEPT
            ),
            "inputs must be real numbers, got dtype <U1",
        ),
        (
            lambda: lossfns.linear_cross_entropy_with_integer_labels(
                INPUTS, WEIGHTS, [[0], [1, 2]], **KEPT
            ),
            "labels must be a rectangular array of numbers: .*",
        ),
        (lambda: lossfns.triplet_loss(*[np.ones((2, 0))] * 3), APART + r", got shape \(2, 0\)"),
        (lambda: lossfns.triplet_loss(1.0, 1.0, 1.0), APART + r", got shape \(\)"),
        (
            lambda: lossfns.check_gradient(np.sum, np.ones_like, "three"),
            "point must be real numbers, got dtype <U5",
        ),
        (
            lambda: lossfns.squared_error([[1], [1, 2]], [1, 2], where=[True, False]),
            "predictions must be a rectangular array of numbers: .*",
        ),
        (
            lambda: lossfns.softmax_cross_entropy(HALF, HALF, axis=9, where=[True, False]),
            r"axis 9 does not exist in logits of shape \(2, 3\)",
        ),
        (lambda: lossfns.Value("a"), "data must be a real number, got str: 'a'"),
        (
            lambda: lossfns.softmax_cross_entropy(HALF, HALF, axis=9),
            r"axis 9 does not exist in labels of shape \(2, 3\)",
        ),
        (lambda: lossfns.hinge_loss([1.0], [0.5]), r"labels must be -1 or \+1, got 0\.5"),
    ],
)
def test_a_refusal_names_the_argument_what_was_expected_and_what_came(call, sentence):
    with pytest.raises((TypeError, ValueError), match=f"^{sentence}$"):
        call()


def test_more_digits_than_ours_are_kept_and_shares_looked_at_all_the_same():
    def loss(labels):
        long = np.array([0.3, 2.0][: len(labels)], np.longdouble)
        return lossfns.sigmoid_binary_cross_entropy(long, np.array(labels, np.longdouble))

    assert loss([0, 1]).dtype == np.longdouble
    assert loss([]).shape == (0,)
    for wrong in (1.5, -0.5):
        with pytest.raises(ValueError, match=f"^labels must lie between 0 and 1, got {wrong}$"):
            loss([0.5, wrong])


def test_a_shard_begins_with_the_first_class_unless_told_otherwise():
    for found, wanted in (
        (
            partial_cross_entropy(LOGITS, LABELS),
            partial_cross_entropy(LOGITS, LABELS, first_class=0),
        ),
        (
            partial_linear_cross_entropy(INPUTS, WEIGHTS, LABELS),
            partial_linear_cross_entropy(INPUTS, WEIGHTS, LABELS, first_class=0),
        ),
        (
            lossfns.partial_linear_slopes(INPUTS, WEIGHTS, LABELS, MERGED),
            lossfns.partial_linear_slopes(INPUTS, WEIGHTS, LABELS, MERGED, first_class=0),
        ),
    ):
        assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))
        assert all(np.isfinite(field).all() for field in found)


def test_a_position_that_does_not_count_may_have_any_label_where_there_is_one_class():
    found = lossfns.softmax_cross_entropy_with_integer_labels(
        [[1.0], [2.0]], [0, -100], where=[True, False]
    )
    assert found.tolist() == [0.0, 0.0]


def test_positions_in_rows_and_columns_keep_their_shape_and_each_its_mask():
    rows = np.stack([INPUTS, INPUTS[::-1]])
    classes = np.array([[0, 3], [1, 2]])
    parts = partial_linear_cross_entropy(rows, WEIGHTS, classes)
    assert [np.shape(field) for field in parts] == [(2, 2)] * 3
    where = np.array([[True, False], [False, True]])
    found = lossfns.linear_cross_entropy_with_integer_labels(rows, WEIGHTS, classes, where=where)
    whole = lossfns.linear_cross_entropy_with_integer_labels(rows, WEIGHTS, classes)
    np.testing.assert_allclose(found, np.where(where, whole, 0), rtol=1e-14)


def test_a_triplet_that_keeps_the_margin_is_left_alone_and_so_is_one_on_its_edge():
    anchor = np.zeros((1, 1))
    for square in (1.5, 1.0):
        slopes = lossfns.triplet_loss_grad(anchor, anchor, np.full((1, 1), np.sqrt(square)))
        assert [slope.tolist() for slope in slopes] == [[[0.0]]] * 3
    near = lossfns.triplet_loss_grad(anchor, anchor, np.full((1, 1), 0.5))
    assert near[2].tolist() == [[-1.0]]


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 1.0, 3.0])
def test_dice_smooths_both_halves_of_its_quotient(smoothing):
    p, y = np.array([0.2, 0.9, 0.4]), np.array([0.0, 1.0, 1.0])
    wanted = 1 - (2 * (p * y).sum() + smoothing) / ((p + y).sum() + smoothing)
    found = lossfns.dice_loss(p, y, smoothing=smoothing, axis=-1)
    assert found == pytest.approx(wanted, rel=1e-14)


MANY = 200_000  # more than are computed at a time


def zeros(*results):
    return np.concatenate([np.ravel(one)[np.ravel(one) == 0] for one in results])


@pytest.mark.parametrize(
    "call",
    [
        lambda: lossfns.velocity(np.array([0.0, -0.0]), np.array([-0.0, 0.0]), 0.3),
        lambda: lossfns.gaussian_nll_loss(np.array([1.0]), np.array([1.0]), np.array([-0.0])),
        lambda: lossfns.distillation_loss_grad(LOGITS, LOGITS, temperature=1.0),
        lambda: lossfns.distillation_loss_grad(-LOGITS, -LOGITS, temperature=2.0),
        # What a temperature below 1 makes too small for a float.
        lambda: lossfns.distillation_loss_grad([0.0, -1e4], [0.0, -372.2], temperature=0.5),
        lambda: lossfns.distillation_loss_grad(
            np.tile([0.0, -1e4], (MANY, 1)), np.tile([0.0, -372.2], (MANY, 1)), temperature=0.5
        ),
        lambda: lossfns.velocity(np.zeros(MANY), -np.zeros(MANY), np.full(MANY, 0.3)),
        lambda: lossfns.velocity_loss_grad(
            -np.zeros(MANY), np.zeros(MANY), np.zeros(MANY), np.full(MANY, 0.3)
        ),
        lambda: lossfns.tversky_loss_grad(0 * HALF, 0 * HALF),
        lambda: lossfns.dice_loss_grad(0 * HALF, 0 * HALF),
        lambda: lossfns.velocity_loss_grad(
            np.array([[0.0]]), np.array([[0.0]]), np.array([[0.0]]), np.array([0.3])
        ),
    ],
)
def test_no_zero_that_comes_back_has_a_minus_sign(call):
    found = zeros(call())
    assert found.size
    assert not np.signbit(found).any()


def test_a_row_of_tiny_features_and_one_of_huge_ones_have_a_direction_each():
    images = np.array([[3e-300, 4e-300], [-4e300, 3e300]])
    texts = np.array([[0.6, 0.8], [-0.8, 0.6]])
    found = lossfns.clip_loss(images, texts, log_scale=np.log(5.0))
    assert found == pytest.approx(lossfns.clip_loss(texts, texts, log_scale=np.log(5.0)), rel=1e-12)
