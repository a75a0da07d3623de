"""CTC against torch, against enumeration of every alignment, and at its borders."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossfns import check_gradient, ctc_loss, ctc_loss_grad, log_softmax, logsumexp, softmax
from tests.golden import GOLDEN

ROWS = GOLDEN["ctc"]


@st.composite
def sequences(draw, max_frames=6, max_classes=4, max_labels=4):
    """Logits, labels and a blank; often impossible, often with repeats."""
    frames, classes = draw(st.integers(0, max_frames)), draw(st.integers(1, max_classes))
    logits = np.random.default_rng(draw(st.integers(0, 2**32))).normal(size=(frames, classes))
    blank = draw(st.integers(0, classes - 1))
    others = [k for k in range(classes) if k != blank]
    labels = draw(st.lists(st.sampled_from(others), max_size=max_labels)) if others else []
    return draw(st.sampled_from([0.1, 1.0, 10.0])) * logits, labels, blank


def feasible(logits, labels):
    repeats = sum(a == b for a, b in itertools.pairwise(labels))
    return len(logits) >= len(labels) + repeats


def alignments(frames, classes, labels, blank):
    """Every way to spell the labels, found by trying all of them."""
    for path in itertools.product(range(classes), repeat=frames):
        if [k for k, _ in itertools.groupby(path) if k != blank] == list(labels):
            yield list(path)


def torch_ctc(logits, labels, blank):
    logits = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.ctc_loss(
        torch.log_softmax(logits, -1)[:, None],
        torch.tensor(labels, dtype=torch.long).reshape(1, -1),
        (len(logits),),
        (len(labels),),
        blank=blank,
        reduction="sum",
    )
    loss.backward()
    return loss.item(), logits.grad.numpy()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_loss_and_gradient_are_the_reference_values(row):
    logits, labels, blank = np.array(row["logits"]), row["target"], row["blank"]
    gradient = ctc_loss_grad(logits, labels, blank=blank)
    assert ctc_loss(logits, labels, blank=blank) == pytest.approx(row["loss"], abs=1e-9)
    np.testing.assert_allclose(gradient, row["grad_logits"], atol=1e-9)
    np.testing.assert_allclose(softmax(logits) - gradient, row["occupancy"], atol=1e-9)
    assert len(list(alignments(*logits.shape, labels, blank))) == row["n_alignments"]


@given(sequences())
def test_loss_is_the_sum_over_every_alignment_tried_one_by_one(sequence):
    logits, labels, blank = sequence
    log_probabilities = log_softmax(logits)
    frames = np.arange(len(logits))
    costs = [
        log_probabilities[frames, np.array(path, dtype=int)].sum()
        for path in alignments(*logits.shape, labels, blank)
    ]
    expected = -logsumexp(costs) if costs else np.inf
    assert ctc_loss(logits, labels, blank=blank) == pytest.approx(expected, abs=1e-9)


@given(sequences())
def test_gradient_is_probability_minus_the_share_of_alignments_through_each_class(sequence):
    logits, labels, blank = sequence
    gradient = ctc_loss_grad(logits, labels, blank=blank)
    paths = list(alignments(*logits.shape, labels, blank))
    if not paths:
        assert np.isnan(gradient).all()
        return
    frames = np.arange(len(logits))
    probabilities = softmax(logits)
    weights = np.array([probabilities[frames, np.array(p, dtype=int)].prod() for p in paths])
    occupancy = np.zeros_like(logits)
    for path, weight in zip(paths, weights / weights.sum(), strict=True):
        occupancy[frames, np.array(path, dtype=int)] += weight
    np.testing.assert_allclose(gradient, probabilities - occupancy, atol=1e-9)


@given(sequences(max_frames=40, max_classes=6, max_labels=12).filter(lambda s: len(s[0]) > 0))
def test_loss_and_gradient_agree_with_torch(sequence):
    logits, labels, blank = sequence
    loss, gradient = torch_ctc(logits, labels, blank)
    assert ctc_loss(logits, labels, blank=blank) == pytest.approx(loss, rel=1e-9, abs=1e-9)
    if np.isfinite(loss):
        np.testing.assert_allclose(ctc_loss_grad(logits, labels, blank=blank), gradient, atol=1e-9)


def test_a_long_sequence_neither_underflows_nor_drifts():
    rng = np.random.default_rng(0)
    logits, labels = 3 * rng.normal(size=(1000, 50)), rng.integers(1, 50, size=200)
    loss, gradient = torch_ctc(logits, labels, 0)
    assert ctc_loss(logits, labels) == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(ctc_loss_grad(logits, labels), gradient, atol=1e-9)


@pytest.mark.parametrize(("labels", "blank"), [([1, 1, 2], 0), ([], 0), ([0, 2, 0], 1)])
def test_gradient_agrees_with_central_differences(labels, blank):
    logits = np.random.default_rng(1).normal(size=(6, 3))
    check_gradient(
        lambda z: ctc_loss(z, labels, blank=blank),
        lambda z: ctc_loss_grad(z, labels, blank=blank),
        logits,
    )


@given(sequences())
def test_loss_is_never_negative_and_the_nudge_of_each_frame_sums_to_zero(sequence):
    logits, labels, blank = sequence
    assert ctc_loss(logits, labels, blank=blank) >= 0
    if feasible(logits, labels):
        gradient = ctc_loss_grad(logits, labels, blank=blank)
        assert np.abs(gradient).max(initial=0) <= 1 + 1e-12
        np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)


@given(sequences(), st.floats(-1e6, 1e6))
def test_adding_a_constant_to_every_logit_changes_nothing(sequence, constant):
    logits, labels, blank = sequence
    np.testing.assert_allclose(
        ctc_loss(logits + constant, labels, blank=blank),
        ctc_loss(logits, labels, blank=blank),
        atol=1e-8,
    )


@given(sequences())
def test_a_sequence_played_backwards_costs_the_same(sequence):
    logits, labels, blank = sequence
    np.testing.assert_allclose(
        ctc_loss(logits[::-1], labels[::-1], blank=blank),
        ctc_loss(logits, labels, blank=blank),
        rtol=1e-12,
        atol=1e-12,
    )


@given(sequences(), st.randoms())
def test_renaming_the_classes_changes_nothing(sequence, random):
    logits, labels, blank = sequence
    names = list(range(logits.shape[1]))
    random.shuffle(names)
    renamed = np.empty_like(logits)
    renamed[:, names] = logits
    np.testing.assert_allclose(
        ctc_loss(renamed, [names[k] for k in labels], blank=names[blank]),
        ctc_loss(logits, labels, blank=blank),
        rtol=1e-12,
        atol=1e-12,
    )


@given(sequences(max_frames=4, max_classes=3))
def test_the_probabilities_of_all_label_sequences_sum_to_one(sequence):
    logits, _, blank = sequence
    others = [k for k in range(logits.shape[1]) if k != blank]
    total = sum(
        np.exp(-ctc_loss(logits, labels, blank=blank))
        for length in range(len(logits) + 1)
        for labels in itertools.product(others, repeat=length)
    )
    assert total == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("frames", "labels"), [(2, [1, 2, 1]), (2, [1, 1]), (4, [1, 1, 1]), (0, [1]), (1, [2, 2])]
)
def test_labels_that_do_not_fit_cost_inf_and_have_no_gradient(frames, labels):
    logits = np.zeros((frames, 3))
    assert ctc_loss(logits, labels) == np.inf
    gradient = ctc_loss_grad(logits, labels)
    assert gradient.shape == (frames, 3)
    assert np.isnan(gradient).all()


def test_repeated_labels_that_just_fit_have_one_alignment():
    logits = np.random.default_rng(2).normal(size=(5, 3))
    path = [1, 0, 1, 0, 1]
    loss = -log_softmax(logits)[np.arange(5), path].sum()
    assert ctc_loss(logits, [1, 1, 1]) == pytest.approx(loss)
    np.testing.assert_allclose(
        ctc_loss_grad(logits, [1, 1, 1]), softmax(logits) - np.eye(3)[path], atol=1e-12
    )


def test_without_labels_every_frame_must_be_blank():
    logits = np.random.default_rng(3).normal(size=(4, 3))
    assert ctc_loss(logits, []) == pytest.approx(-log_softmax(logits)[:, 0].sum())
    np.testing.assert_allclose(ctc_loss_grad(logits, []), softmax(logits) - [1, 0, 0], atol=1e-12)


def test_no_frames_and_no_labels_cost_nothing():
    loss = ctc_loss(np.zeros((0, 3)), [])
    assert str(loss) == "0.0"
    assert ctc_loss_grad(np.zeros((0, 3)), []).shape == (0, 3)


def test_a_blank_alone_is_certain():
    assert str(ctc_loss([[5.0], [-3.0]], [])) == "0.0"
    np.testing.assert_array_equal(ctc_loss_grad([[5.0], [-3.0]], []), [[0.0], [0.0]])


def test_rounding_does_not_make_a_nearly_certain_sequence_cost_less_than_nothing():
    assert 0 <= ctc_loss([[0.0, 32.0], [0.0, 33.0], [42.0, 0.0]], [1]) < 1e-15


@pytest.mark.parametrize("size", [1e4, 1e300])
def test_huge_logits_give_the_exact_loss_and_gradient(size):
    right = size * np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert ctc_loss(right, [1, 2]) == 0
    np.testing.assert_array_equal(ctc_loss_grad(right, [1, 2]), np.zeros((3, 3)))
    wrong = size * np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    # three alignments, "11", "1-" and "-1", each of log-probability -2 size
    assert ctc_loss(wrong, [1]) == pytest.approx(2 * size - np.log(3), rel=1e-12)
    np.testing.assert_allclose(
        ctc_loss_grad(wrong, [1]), [[-1 / 3, -2 / 3, 1.0], [-1 / 3, -2 / 3, 1.0]], atol=1e-11
    )


def test_an_infinite_logit_gives_the_limit():
    inf = np.inf
    assert ctc_loss([[0.0, inf], [inf, 0.0]], [1]) == 0
    np.testing.assert_array_equal(ctc_loss_grad([[0.0, inf], [inf, 0.0]], [1]), np.zeros((2, 2)))
    assert ctc_loss([[0.0, inf]], []) == inf
    assert ctc_loss([[-inf, 0.0, 0.0]], [1]) == pytest.approx(np.log(2))
    np.testing.assert_allclose(ctc_loss_grad([[-inf, 0.0, 0.0]], [1]), [[0.0, -0.5, 0.5]])
    assert ctc_loss([[0.0, -inf]], [1]) == inf
    assert np.isnan(ctc_loss_grad([[0.0, -inf]], [1])).all()
    assert np.isnan(ctc_loss([[inf, inf]], [1]))


def test_logits_as_far_apart_as_floats_can_be_leave_no_doubt():
    assert (ctc_loss_grad(np.array([[0.0, 1e308]] * 4), [1]) == 0).all()


def test_nan_passes_through():
    logits = np.zeros((3, 4))
    logits[1, 2] = np.nan
    assert np.isnan(ctc_loss(logits, [1]))
    assert np.isnan(ctc_loss_grad(logits, [1])).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_type_stays(dtype):
    logits = np.random.default_rng(4).normal(size=(50, 5)).astype(dtype)
    loss, gradient = ctc_loss(logits, [1, 1, 3]), ctc_loss_grad(logits, [1, 1, 3])
    assert (loss.dtype, gradient.dtype) == (dtype, dtype)
    exact, eps = logits.astype(np.float64), np.finfo(dtype).eps
    np.testing.assert_allclose(loss, ctc_loss(exact, [1, 1, 3]), rtol=eps)
    np.testing.assert_allclose(gradient, ctc_loss_grad(exact, [1, 1, 3]), rtol=eps, atol=1e-7)


def test_integer_logits_become_float64():
    loss = ctc_loss([[1, 0], [0, 2]], [1])
    assert loss.dtype == np.float64
    assert loss == ctc_loss([[1.0, 0.0], [0.0, 2.0]], [1])


def test_a_loss_too_large_for_half_precision_is_inf():
    assert ctc_loss(np.full((2, 2), [65504, 0], dtype=np.float16), [1]) == np.float16(65504)
    logits = np.full((3, 2), [0, 65504], dtype=np.float16)
    assert ctc_loss(logits, []) == np.inf
    np.testing.assert_array_equal(ctc_loss_grad(logits, []), [[-1, 1]] * 3)


def test_the_arguments_are_left_as_they_were():
    logits, labels = np.random.default_rng(5).normal(size=(4, 3)), np.array([1, 2])
    before = logits.copy()
    ctc_loss_grad(logits, labels)
    np.testing.assert_array_equal(logits, before)
    np.testing.assert_array_equal(labels, [1, 2])


@pytest.mark.parametrize("function", [ctc_loss, ctc_loss_grad])
@pytest.mark.parametrize(
    ("logits", "labels", "blank", "error", "message"),
    [
        (np.zeros(3), [1], 0, ValueError, r"logits must have shape \(T, classes\), got \(3,\)"),
        (np.zeros((2, 3, 4)), [1], 0, ValueError, "logits must have shape"),
        (np.zeros((3, 0)), [], 0, ValueError, "logits must have shape"),
        (np.zeros((3, 3), complex), [1], 0, TypeError, "logits must be real numbers"),
        (np.zeros((3, 3)), [[1]], 0, ValueError, r"labels must have shape \(U,\), got \(1, 1\)"),
        (np.zeros((3, 3)), 1, 0, ValueError, r"labels must have shape \(U,\), got \(\)"),
        (np.zeros((3, 3)), [1.0], 0, TypeError, "labels must be integers, got dtype float64"),
        (np.zeros((3, 3)), [True], 0, TypeError, "labels must be integers, got dtype bool"),
        (np.zeros((3, 3)), [3], 0, ValueError, "labels must lie in 0 … 2, got 3"),
        (np.zeros((3, 3)), [-1], 0, ValueError, "labels must lie in 0 … 2, got -1"),
        (np.zeros((3, 3)), [1, 0], 0, ValueError, "labels must not contain the blank, 0"),
        (np.zeros((3, 3)), [1], 3, ValueError, "blank must lie in 0 … 2, got 3"),
        (np.zeros((3, 3)), [1], -1, ValueError, "blank must lie in 0 … 2, got -1"),
        (np.zeros((3, 3)), [1], 0.0, TypeError, "blank must be an integer, got 0.0"),
    ],
)
def test_wrong_input_is_refused_by_name(function, logits, labels, blank, error, message):
    with pytest.raises(error, match=message):
        function(logits, labels, blank=blank)
