"""What every loss and every gradient promises, whichever it is. Warnings are errors here."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossfns
from lossfns import check_gradient
from tests.maths.losses import CATEGORICAL, ELEMENTWISE, LOSSES

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=str)
elementwise = pytest.mark.parametrize("loss", ELEMENTWISE, ids=str)
categorical = pytest.mark.parametrize("loss", CATEGORICAL, ids=str)
every_float = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
SEEDS = st.integers(0, 2**32 - 1)


def of_kind(*kinds):
    return pytest.mark.parametrize("loss", [x for x in LOSSES if x.kind in kinds], ids=str)


def both(loss):
    """The loss and its gradient: what holds for the arguments of one holds for the other's."""
    return loss.value, loss.grad


@every_loss
@given(seed=SEEDS)
def test_the_gradient_is_the_slope_of_the_loss(loss, seed):
    first, second = loss.arguments(seed)
    check_gradient(lambda x: loss.value(x, second), lambda x: loss.grad(x, second), first)


@every_loss
def test_there_is_one_value_per_example_and_one_slope_per_input(loss):
    first, second = loss.arguments(0)
    assert loss.value(first, second).shape == (first.shape[:1] if loss.categorical else first.shape)
    assert loss.grad(first, second).shape == first.shape


@every_loss
@given(seed=SEEDS)
def test_a_loss_is_never_negative(loss, seed):
    assert (loss.value(*loss.arguments(seed)) >= 0).all()


@every_loss
@every_float
def test_the_dtype_of_the_first_argument_comes_back(loss, dtype):
    first, second = loss.arguments(0, dtype=dtype)
    wider = second if loss.kind == "indexed" else second.astype(np.float64)
    for function in both(loss):
        assert function(first, second).dtype == dtype
        if loss.kind != "soft":  # rounded to float16 they are no longer float64 distributions
            assert function(first, wider).dtype == dtype


@every_loss
@every_float
def test_a_narrow_dtype_only_rounds_the_answer(loss, dtype):
    first, second = loss.arguments(1, dtype=dtype)
    exact = [np.asarray(x, np.float64) for x in (first, second)]
    if loss.kind == "soft":
        exact[1] /= exact[1].sum(axis=-1, keepdims=True)
    if loss.kind == "indexed":
        exact[1] = second
    info = np.finfo(dtype)
    # float16 is computed in float32 and rounded once
    tolerance = (0.51 if dtype == np.float16 else 4) * info.eps
    for function in both(loss):
        np.testing.assert_allclose(
            function(first, second), function(*exact), rtol=tolerance, atol=tolerance / 8
        )


@every_loss
def test_integers_lists_and_booleans_are_numbers(loss):
    first, second = loss.arguments(0)
    whole = first.round().astype(int)
    for function in both(loss):
        expected = function(whole.astype(float), second)
        assert expected.dtype == np.float64
        np.testing.assert_array_equal(function(whole, second), expected)
        np.testing.assert_array_equal(function(whole.tolist(), second.tolist()), expected)
        truth = first > 0
        np.testing.assert_array_equal(
            function(truth, second), function(truth.astype(float), second)
        )


@every_loss
def test_the_arguments_are_left_alone(loss):
    first, second = loss.arguments(0)
    first.flags.writeable = second.flags.writeable = False
    for function in both(loss):
        function(first, second)


@every_loss
def test_strides_do_not_matter(loss):
    first, second = loss.arguments(0, shape=(6, 5))
    for function in both(loss):
        expected = function(first, second)[::-2]
        np.testing.assert_array_equal(function(first[::-2], second[::-2]), expected)
        fortran = function(np.asfortranarray(first), np.asfortranarray(second))
        np.testing.assert_allclose(fortran[::-2], expected, rtol=1e-15, atol=1e-16)


@every_loss
def test_a_nan_stays_in_its_own_example_and_is_not_hidden(loss):
    first, second = loss.arguments(0)
    poisoned = first.copy()
    poisoned[1, 2] = np.nan
    for function in both(loss):
        clean, result = function(first, second), function(poisoned, second)
        np.testing.assert_array_equal(np.delete(result, 1, 0), np.delete(clean, 1, 0))
        assert np.isnan(result[1] if loss.categorical else result[1, 2]).all()


@of_kind("number", "binary", "signed", "soft")
def test_a_nan_in_what_it_is_compared_with_is_not_hidden(loss):
    first, second = loss.arguments(0)
    second = second.astype(float)
    second[1, 2] = np.nan
    for function in both(loss):
        result = function(first, second)
        assert np.isnan(result).sum() == np.isnan(result[1]).sum()
        assert np.isnan(result[1, 2] if result.ndim == 2 else result[1])


@every_loss
@every_float
def test_finite_extremes_give_a_number_and_no_warning(loss, dtype):
    largest = np.finfo(dtype).max
    ends = np.array([0, 1, -1, 1e4, -1e4, largest, -largest], dtype)
    first = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2)
    _, second = loss.arguments(0, shape=first.shape)
    if loss.kind == "soft":
        second = np.eye(2)[second.argmax(axis=-1)]
    value, grad = loss.value(first, second), loss.grad(first, second)
    assert not np.isnan(value).any()
    assert not np.isnan(grad).any()
    assert (value >= 0).all()
    if loss.kind not in ("number", "signed"):
        assert np.abs(grad).max() <= 1.13  # the focal loss's, others stay within 1


@every_loss
@every_float
def test_no_zero_comes_back_with_a_minus_sign(loss, dtype):
    info = np.finfo(dtype)
    ends = np.array([0.0, -0.0, 1, -1, info.tiny, -info.tiny, info.max, -info.max], dtype)
    first = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2)
    for seed in range(3):
        _, second = loss.arguments(seed, shape=first.shape)
        if loss.kind == "soft":
            second = np.eye(2)[second.argmax(axis=-1)]
        elif loss.kind in ("number", "pair"):
            second = np.random.default_rng(seed).choice(ends, first.shape)
        for function in both(loss):
            result = function(first, second)
            assert not np.signbit(result[result == 0]).any()


@every_loss
def test_infinite_inputs_give_a_limit_or_nan_but_no_warning(loss):
    ends = np.array([0, 1, -1, 1e4, np.inf, -np.inf])
    first = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2)
    _, second = loss.arguments(0, shape=first.shape)
    value, grad = loss.value(first, second), loss.grad(first, second)
    if not loss.categorical:  # one input always has a limit, though it may be inf
        assert not np.isnan(value).any()
        assert not np.isnan(grad).any()


@every_loss
def test_an_empty_batch_gives_an_empty_result(loss):
    first, second = loss.arguments(0)
    assert loss.value(first[:0], second[:0]).shape == loss.value(first, second)[:0].shape
    assert loss.grad(first[:0], second[:0]).shape == first[:0].shape


@every_loss
def test_a_list_for_an_empty_batch_will_do(loss):
    empty = [] if loss.kind == "indexed" else np.zeros((0, 5))
    assert loss.value(np.zeros((0, 5)), empty).size == 0


@elementwise
def test_a_python_number_in_gives_a_numpy_scalar_out(loss):
    for function in both(loss):
        result = function(0.3, 1)
        assert isinstance(result, np.float64)
        assert isinstance(function(np.float32(0.3), 1.0), np.float32)
        np.testing.assert_array_equal(function([0.3], [1])[0], result)


@categorical
def test_one_example_gives_a_numpy_scalar_and_its_slopes(loss):
    first, second = loss.arguments(0)
    assert isinstance(loss.value(first[0], second[0]), np.float64)
    np.testing.assert_allclose(loss.value(first[0], second[0]), loss.value(first, second)[0])
    np.testing.assert_allclose(loss.grad(first[0], second[0]), loss.grad(first, second)[0])


@categorical
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_the_classes_may_lie_along_any_axis(loss, axis):
    first, second = loss.arguments(0, shape=(3, 4, 5))
    moved = np.moveaxis(first, -1, axis)
    labels = second if loss.kind == "indexed" else np.moveaxis(second, -1, axis)
    np.testing.assert_allclose(
        loss.value(moved, labels, axis=axis), loss.value(first, second), rtol=1e-14
    )
    np.testing.assert_allclose(
        np.moveaxis(loss.grad(moved, labels, axis=axis), axis, -1),
        loss.grad(first, second),
        rtol=1e-13,
        atol=1e-16,
    )


@categorical
@given(seed=SEEDS)
def test_the_slopes_of_one_example_cancel(loss, seed):
    """Adding the same to every logit changes no probability, so no loss either."""
    assert np.abs(loss.grad(*loss.arguments(seed)).sum(axis=-1)).max() < 1e-15


@categorical
@given(seed=SEEDS, constant=st.floats(-1e3, 1e3))
def test_adding_a_constant_to_every_logit_changes_nothing(loss, seed, constant):
    first, second = loss.arguments(seed)
    for function in both(loss):
        np.testing.assert_allclose(
            function(first + constant, second), function(first, second), rtol=1e-11, atol=1e-12
        )


@categorical
def test_with_one_class_there_is_nothing_to_lose(loss):
    labels = [0, 0, 0] if loss.kind == "indexed" else np.ones((3, 1))
    logits = np.array([[-np.inf], [3.0], [np.inf]])
    np.testing.assert_array_equal(loss.value(logits, labels), np.zeros(3))
    np.testing.assert_array_equal(loss.grad(logits, labels), np.zeros((3, 1)))


@categorical
def test_no_class_at_all_is_an_error(loss):
    labels = np.zeros(3, int) if loss.kind == "indexed" else np.zeros((3, 0))
    for function in both(loss):
        with pytest.raises(ValueError, match=r"at least one class along axis -1.*\(3, 0\)"):
            function(np.zeros((3, 0)), labels)


@categorical
def test_an_axis_that_is_not_there_is_an_error(loss):
    for function in both(loss):
        with pytest.raises(ValueError, match=r"axis 2 does not exist in \w+ of shape \(4, 5\)"):
            function(*loss.arguments(0), axis=2)
        with pytest.raises(TypeError, match=r"axis must be an integer, got 0\.5"):
            function(*loss.arguments(0), axis=0.5)


@every_loss
@pytest.mark.parametrize(("shape", "other"), [((3,), (3, 1)), ((1, 3), (3,)), ((3, 2), (2, 3))])
def test_shapes_are_never_broadcast(loss, shape, other):
    first = np.zeros(shape)
    second = np.zeros(other, int if loss.kind == "indexed" else float)
    for function in both(loss):
        with pytest.raises(ValueError, match=f"shape.*got .*{re.escape(str(other))}"):
            function(first, second)


@every_loss
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (np.array([[1 + 2j]]), TypeError, "must be real numbers, got dtype complex128"),
        ("abc", TypeError, "must be real numbers, got dtype <U3"),
        (None, TypeError, "must be real numbers, got dtype object"),
        ([[1.0, 2.0], [3.0]], ValueError, "must be a rectangular array of numbers"),
    ],
)
def test_what_is_not_a_number_is_refused_by_name(loss, wrong, error, message):
    names = {"number": "predictions", "pair": "better", "signed": "scores"}
    _, second = loss.arguments(0)
    for function in both(loss):
        with pytest.raises(error, match=f"{names.get(loss.kind, 'logits')} {message}"):
            function(wrong, second)


@of_kind("soft")
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0.5, 0.6], r"labels must sum to 1 along axis 0, got 1\.1"),
        ([1.5, -0.5], r"labels must not be negative, got -0\.5"),
        ([0, 0], r"labels must sum to 1 along axis 0, got 0\.0"),
    ],
)
def test_labels_that_are_no_distribution_are_refused(loss, labels, message):
    for function in both(loss):
        with pytest.raises(ValueError, match=message):
            function([0.0, 0.0], labels)


@of_kind("binary", "signed")
def test_a_binary_label_outside_its_range_is_refused(loss):
    for function in both(loss):
        with pytest.raises(ValueError, match=r"labels must .*, got -?2\.0"):
            function([1.0, 1.0], [1, 2])
        with pytest.raises(ValueError, match=r"labels must .*, got -2\.0"):
            function([1.0, 1.0], [1, -2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lossfns.huber_loss(1, 2, delta=0), "delta must be a positive number, got 0"),
        (lambda: lossfns.huber_loss_grad(1, 2, delta=np.nan), "delta must be .*, got nan"),
        (lambda: lossfns.pinball_loss(1, 2, quantile=1.0), "quantile must be .*, got 1.0"),
        (lambda: lossfns.pinball_loss_grad(1, 2, quantile=-0.1), "quantile must be .*, got -0.1"),
        (lambda: lossfns.pinball_loss_grad(1, 2, quantile=0), "quantile must be .*, got 0"),
        (lambda: lossfns.triplet_loss([1], [2], [3], margin=0), "margin must be .*, got 0"),
        (lambda: lossfns.dpo_loss(1, 2, 3, 4, beta=0), "beta must be .*, got 0"),
        (lambda: lossfns.sigmoid_focal_loss(1, 1, alpha=1.5), "alpha must be .*, got 1.5"),
        (lambda: lossfns.sigmoid_focal_loss_grad(1, 1, gamma=-1), "gamma must be .*, got -1"),
        (lambda: lossfns.sigmoid_focal_loss(1, 1, gamma=np.inf), "gamma must be .*, got inf"),
        (lambda: lossfns.smooth_labels([1, 0], 1.1), "smoothing must be .*, got 1.1"),
        (lambda: lossfns.entropy([1, 0], base=1), "base must be .*, got 1"),
    ],
)
def test_a_knob_out_of_range_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


DEFAULTS = [
    ("pinball_loss", ([1.0, 5.0], [3.0, 3.0]), {"quantile": 0.5}),
    ("huber_loss", ([1.0, 5.0], [3.5, 3.2]), {"delta": 1.0}),
    ("sigmoid_focal_loss", ([1.0, -2.0], [0, 1]), {"alpha": None, "gamma": 2.0}),
    ("softmax_focal_loss", ([[1.0, -2.0], [0.5, 0.0]], [0, 1]), {"gamma": 2.0, "axis": -1}),
    ("gaussian_nll_loss", ([1.0], [2.0], [0.3]), {"full": False}),
    ("poisson_nll_loss", ([1.0], [2.0]), {"full": False}),
    ("triplet_loss", ([1.0, 0.0], [2.0, 0.5], [3.0, 0.1]), {"margin": 1.0}),
    ("dpo_loss", ([1.0], [2.0], [0.5], [0.1]), {"beta": 0.1}),
    ("ctc_loss", ([[1.0, 2.0], [0.5, 0.1]], [1]), {"blank": 0}),
    ("dice_loss", ([[[0.2, 0.7]]], [[[1, 0]]]), {"smoothing": 0.0, "axis": (-2, -1)}),
    ("jaccard_loss", ([[[0.2, 0.7]]], [[[1, 0]]]), {"smoothing": 0.0, "axis": (-2, -1)}),
    (
        "tversky_loss",
        ([[[0.2, 0.7]]], [[[1, 0]]]),
        {"alpha": 0.5, "beta": 0.5, "smoothing": 0.0, "axis": (-2, -1)},
    ),
]


@pytest.mark.parametrize(("name", "arguments", "defaults"), DEFAULTS)
@pytest.mark.parametrize("ending", ["", "_grad"])
def test_what_is_not_said_is_what_the_docstring_says(name, ending, arguments, defaults):
    function = getattr(lossfns, name + ending)
    np.testing.assert_equal(function(*arguments), function(*arguments, **defaults))


def test_a_knob_that_is_no_number_is_refused_by_name():
    with pytest.raises(TypeError, match="delta must be a positive number, got '1'"):
        lossfns.huber_loss(1, 2, delta="1")


def test_every_public_name_is_there_sorted_and_documented():
    assert lossfns.__all__ == sorted(lossfns.__all__)
    for name in lossfns.__all__:
        assert getattr(lossfns, name).__doc__
