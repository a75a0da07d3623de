"""Activations against SciPy, torch and high precision, and at infinite logits."""

import mpmath
import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st

from lossfns import log_sigmoid, log_softmax, logsumexp, sigmoid, softmax, softplus

INF, NAN = np.inf, np.nan
OVER_CLASSES = [softmax, log_softmax, logsumexp]
ELEMENTWISE = [sigmoid, log_sigmoid, softplus]
GRID = np.concatenate([np.linspace(-50, 50, 201), [-745.0, -710.0, 710.0, 1e4, -1e4]])
logit_rows = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8).map(np.array)


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (sigmoid, lambda z: 1 / (1 + mpmath.exp(-z))),
        (log_sigmoid, lambda z: -mpmath.log1p(mpmath.exp(-z))),
        (softplus, lambda z: mpmath.log1p(mpmath.exp(z))),
    ],
)
def test_no_digit_is_lost_at_any_logit(function, exact):
    with mpmath.workdps(50):
        expected = [float(exact(mpmath.mpf(float(z)))) for z in GRID]
    np.testing.assert_allclose(function(GRID), expected, rtol=4e-16, atol=5e-324)


@pytest.mark.parametrize(
    ("function", "oracle"),
    [
        (sigmoid, torch.sigmoid),
        (log_sigmoid, torch.nn.functional.logsigmoid),
        (softplus, lambda z: torch.logaddexp(z, torch.zeros_like(z))),
    ],
)
def test_elementwise_activations_agree_with_torch(function, oracle):
    expected = oracle(torch.tensor(GRID)).numpy()
    np.testing.assert_allclose(function(GRID), expected, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("function", OVER_CLASSES)
def test_activations_over_classes_agree_with_scipy(function, axis):
    logits = 30 * np.random.default_rng(0).standard_normal((40, 7))
    expected = getattr(scipy.special, function.__name__)(logits, axis=axis)
    np.testing.assert_allclose(function(logits, axis=axis), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    ("logits", "probabilities", "total"),
    [
        ([INF, 0, -INF], [1, 0, 0], INF),
        ([-INF, 0, 0], [0, 0.5, 0.5], np.log(2)),
        ([INF, INF, 0], [NAN, NAN, 0], INF),
        ([-INF, -INF], [NAN, NAN], -INF),
        ([-INF], [1], -INF),
        ([INF], [1], INF),
        ([INF, NAN], [NAN, NAN], NAN),
    ],
)
def test_infinite_logits_give_the_limit_or_nan_where_there_is_none(logits, probabilities, total):
    with np.errstate(divide="ignore"):
        logs = np.log(probabilities)
    np.testing.assert_array_equal(softmax(logits), probabilities)
    np.testing.assert_allclose(log_softmax(logits), logs)
    np.testing.assert_allclose(logsumexp(logits), total)


def test_one_infinite_row_does_not_disturb_the_others():
    rows = np.array([[1.0, 2.0], [INF, 2.0]])
    np.testing.assert_array_equal(softmax(rows)[0], softmax(rows[0]))


def test_elementwise_activations_reach_their_limits():
    ends = [-INF, INF, NAN]
    np.testing.assert_array_equal(sigmoid(ends), [0, 1, NAN])
    np.testing.assert_array_equal(log_sigmoid(ends), [-INF, 0, NAN])
    np.testing.assert_array_equal(softplus(ends), [0, INF, NAN])
    assert not np.signbit(log_sigmoid(INF))


@given(st.floats(-1e3, 1e3))
def test_a_sigmoid_and_its_mirror_image_share_out_one(logit):
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1, abs=1e-15)


@given(logit_rows)
def test_a_softmax_is_a_distribution_in_the_order_of_its_logits(logits):
    p = softmax(logits)
    assert p.sum() == pytest.approx(1, abs=1e-14)
    assert (np.diff(p[np.argsort(logits)]) >= 0).all()


@given(logit_rows)
def test_a_logsumexp_lies_just_above_the_largest_logit(logits):
    excess = logsumexp(logits) - logits.max()
    assert 0 <= excess <= np.log(len(logits)) + 1e-12


@pytest.mark.parametrize("function", [*ELEMENTWISE, *OVER_CLASSES])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_stays_and_nothing_overflows_on_the_way(function, dtype):
    logits = np.array([-1e4, -20, 0, 20, 1e4], dtype)
    result = function(logits)
    assert result.dtype == dtype
    np.testing.assert_allclose(
        result, function(logits.astype(np.float64)), rtol=2 * np.finfo(dtype).eps, atol=1e-7
    )


@pytest.mark.parametrize("function", [*ELEMENTWISE, *OVER_CLASSES])
def test_integers_and_booleans_become_float64(function):
    np.testing.assert_array_equal(function([1, 0, 3]), function([1.0, 0.0, 3.0]))
    assert function(np.array([True, False])).dtype == np.float64


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_a_python_number_gives_a_numpy_scalar(function):
    assert isinstance(function(1), np.float64)
    assert function([]).shape == (0,)


@pytest.mark.parametrize("function", OVER_CLASSES)
def test_an_empty_batch_is_fine_and_an_empty_class_axis_is_not(function):
    assert function(np.zeros((0, 3))).shape[0] == 0
    with pytest.raises(ValueError, match=r"logits must have at least one class along axis -1"):
        function(np.zeros((3, 0)))
    with pytest.raises(ValueError, match=r"axis -1 does not exist in logits of shape \(\)"):
        function(1.0)


@pytest.mark.parametrize("function", [*ELEMENTWISE, *OVER_CLASSES])
def test_words_and_complex_numbers_are_refused(function):
    with pytest.raises(TypeError, match="logits must be real numbers, got dtype complex128"):
        function([1j])
    with pytest.raises(TypeError, match="logits must be real numbers, got dtype <U2"):
        function(["no"])


def test_a_float_format_of_another_byte_order_is_computed_alike():
    logits = np.array([1.0, 2.0], ">f4")
    np.testing.assert_array_equal(softmax(logits), softmax(logits.astype(np.float32)))
