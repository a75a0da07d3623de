"""Where digits are lost first: losses of sure models, held to 4 ulp, and half an eps for each unit
of spread of the logits. `test_whole_range.py` does the same for whatever is accepted."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import lossfns
from lossfns import (
    ctc_loss,
    ctc_loss_grad,
    distillation_loss,
    distillation_loss_grad,
    finish_cross_entropy,
    log_sigmoid,
    log_softmax,
    merge_cross_entropy,
    partial_cross_entropy,
    sigmoid,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    sigmoid_focal_loss,
    sigmoid_focal_loss_grad,
    sigmoid_squared_error,
    sigmoid_squared_error_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
    softmax_squared_error_grad,
)

every_float = pytest.mark.parametrize("dtype", [np.float32, np.float64])
mpf, mexp, mlog1p = mpmath.mpf, mpmath.exp, mpmath.log1p


@pytest.fixture(autouse=True)
def fifty_digits():
    with mpmath.workdps(400):  # so that 50 are left of 1 - p at a gap of 800
        yield


def exact(values):
    return [v if isinstance(v, mpf) else mpf(float(v)) for v in np.ravel(values)]


def ulps(found, expected):
    """How many units in the last place of its dtype each value is off."""
    found = np.asarray(found)
    info = np.finfo(found.dtype)
    off = []
    for value, truth in zip(np.ravel(found), expected, strict=True):
        size = max(abs(truth), mpf(float(info.tiny)))
        unit = mpf(2) ** (mpmath.floor(mpmath.log(size, 2)) - info.nmant)
        off.append(float(abs(mpf(float(value)) - truth) / unit))
    return np.array(off)


def within(found, expected, spread, ulp=4.0):
    """A gap of g logits is rounded by up to g eps / 2, which its exponential shows as a share.

    In units of the last place that is half a unit for each unit of spread just above a power of
    two, and a whole one just below the next, where the unit is half as large beside the value.
    """
    off = ulps(found, expected)
    mantissas = [abs(mpmath.frexp(truth)[0]) * 2 if truth else 1 for truth in expected]
    allowed = ulp + spread / 2 * np.array(mantissas, float)
    assert (off <= allowed).all(), (found, [mpmath.nstr(e, 17) for e in expected], off)
    assert not np.signbit(np.asarray(found)[np.asarray(found) == 0]).any()


def rows(dtype):
    """Rows of logits over the whole range: alike, sure, tied, far apart."""
    sizes = st.sampled_from([1e-6, 1e-3, 1.0, 10.0, 40.0, 300.0, 1e4])
    row = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=7)
    return st.builds(lambda values, size: np.array(values, dtype) * dtype(size), row, sizes)


def spread(logits):
    """The largest gap that still matters: beyond 745 a probability is 0 anyway."""
    return min(float(np.ptp(np.asarray(logits, np.float64))), 800.0)


def probabilities(logits):
    z = exact(logits)
    top = max(z)
    terms = [mexp(each - top) for each in z]
    total = mpmath.fsum(terms)
    return [term / total for term in terms]


def log_probabilities(logits):
    """Exact also where the probability rounds to 1 at any number of digits."""
    z = exact(logits)
    top = z.index(max(z))
    others = mpmath.fsum(mexp(each - z[top]) for k, each in enumerate(z) if k != top)
    return [each - z[top] - mlog1p(others) for each in z]


GRID = np.unique(np.concatenate([np.linspace(-60, 60, 31), [-700, -100, -17, 16.94, 100, 700]]))


# Binary


@every_float
@pytest.mark.parametrize("label", [0, 1])
def test_a_binary_loss_loses_no_digit_however_sure_the_model(label, dtype):
    for z in GRID.astype(dtype):
        s = mpf(float(z)) * (1 if label else -1)  # the margin
        p, q = 1 / (1 + mexp(-s)), 1 / (1 + mexp(s))
        sign = 1 if label else -1
        if float(q) < np.finfo(dtype).tiny:
            continue
        within(sigmoid(z), [p if label else q], 0)
        within(log_sigmoid(z), [-mlog1p(mexp(-mpf(float(z))))], 0)
        within(sigmoid_binary_cross_entropy(z, label), [mlog1p(mexp(-s))], 0)
        within(sigmoid_binary_cross_entropy_grad(z, label), [-sign * q], 0)
        if float(q) ** 3 > np.finfo(dtype).tiny:
            within(sigmoid_squared_error(z, label), [q * q], 0)
            within(sigmoid_squared_error_grad(z, label), [-sign * 2 * q * q * p], 0)
            within(sigmoid_focal_loss(z, label), [q * q * mlog1p(mexp(-s))], 0, ulp=8)
            slope = -sign * q**2 * (2 * p * mlog1p(mexp(-s)) + q)
            within(sigmoid_focal_loss_grad(z, label), [slope], 0, ulp=8)


@every_float
def test_two_classes_of_a_softmax_are_a_sigmoid_to_the_last_digits(dtype):
    for z in GRID.astype(dtype):
        logits = np.array([z, 0], dtype)
        for label in (0, 1):
            for loss, twin in (
                (softmax_cross_entropy_with_integer_labels, sigmoid_binary_cross_entropy),
                (
                    lambda logits, label: softmax_cross_entropy_with_integer_labels_grad(
                        logits, label
                    )[0],
                    sigmoid_binary_cross_entropy_grad,
                ),
            ):
                within(loss(logits, label), exact(twin(z, 1 - label)), 0)


@every_float
@pytest.mark.parametrize("gamma", [0.5, 5.0, 50.0])
def test_each_unit_of_focals_gamma_costs_at_most_three_ulp(gamma, dtype):
    for z in np.linspace(-9, 9, 37).astype(dtype):
        s = mpf(float(z))
        p, q = 1 / (1 + mexp(-s)), 1 / (1 + mexp(s))
        loss = q ** mpf(gamma) * mlog1p(mexp(-s))
        slope = -(q ** mpf(gamma)) * (mpf(gamma) * p * mlog1p(mexp(-s)) + q)
        if loss > float(np.finfo(dtype).tiny):
            within(sigmoid_focal_loss(z, 1, gamma=gamma), [loss], 0, 8 + 3 * gamma)
            within(sigmoid_focal_loss_grad(z, 1, gamma=gamma), [slope], 0, 8 + 3 * gamma)


# Softmax


@every_float
def test_the_slope_of_squared_error_still_cancels_to_zero_where_a_model_is_surely_wrong(dtype):
    for gap in (15, 20, 40, 60):
        logits = np.array([gap, 0], dtype)
        p, q = probabilities(logits)
        within(softmax_squared_error_grad(logits, [0, 1]), [4 * p * p * q, -4 * p * p * q], gap)
        within(softmax_squared_error_grad(logits, [1, 0]), [-4 * p * q * q, 4 * p * q * q], gap, 6)


@every_float
@settings(max_examples=40)
@given(data=st.data())
def test_shards_in_any_order_keep_the_digits_of_the_whole(dtype, data):
    logits = data.draw(rows(dtype))
    label = data.draw(st.integers(0, len(logits) - 1))
    order = data.draw(st.permutations(range(len(logits))))
    parts = [partial_cross_entropy(logits[k : k + 1], label, first_class=k) for k in order]
    left = parts[0]
    for part in parts[1:]:
        left = merge_cross_entropy(left, part)
    right = parts[-1]
    for part in reversed(parts[:-1]):
        right = merge_cross_entropy(part, right)
    for merged in (left, right):
        within(finish_cross_entropy(merged), [-log_probabilities(logits)[label]], spread(logits), 6)


@every_float
@pytest.mark.parametrize("gap", [0, 12, 25])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_large_vocabulary_keeps_the_digits_along_either_axis(axis, gap, dtype):
    logits = np.random.default_rng(0).standard_normal((3, 128256)).astype(dtype)
    logits[:, 7] += gap
    total = np.exp((logits - logits.max(axis=1, keepdims=True)).astype(np.longdouble))
    total[np.arange(3), logits.argmax(axis=1)] = 0
    others = total.sum(axis=1)
    layout = logits if axis else np.ascontiguousarray(logits.T)
    labels = logits.argmax(axis=1)
    expected = [mpf(str(value)) for value in np.log1p(others)]
    for found in (
        softmax_cross_entropy_with_integer_labels(layout, labels, axis=axis),
        0 - log_softmax(layout, axis=axis).max(axis=axis),
    ):
        within(found, expected, np.ptp(logits))


# Distributions


def test_distillation_between_confident_models():
    for sure in (20.0, 40.0, 300.0):
        student, teacher = [sure + 2, 0.0], [sure, 0.0]
        p, q = (probabilities(x) for x in (teacher, student))
        log_p, log_q = (log_probabilities(x) for x in (teacher, student))
        kl = mpmath.fsum(a * (b - c) for a, b, c in zip(p, log_p, log_q, strict=True))
        within(distillation_loss(student, teacher, temperature=1.0), [kl], sure)
        slopes = distillation_loss_grad(student, teacher, temperature=1.0)
        within(slopes, [b - a for a, b in zip(p, q, strict=True)], sure)


# Sequences


@pytest.mark.parametrize("sure", [5.0, 20.0, 40.0, 300.0])
def test_a_sure_and_right_transcript_costs_what_it_should(sure):
    logits = np.array([[0.0, sure], [sure, 0.0], [0.0, sure]])
    # the only other ways to lose: 1 - p in each frame; "1 1" needs its blank
    p, q = probabilities([sure, 0.0])
    likelihood = p**3  # "1-1" is the only alignment of (1, 1) in three frames
    within(ctc_loss(logits, [1, 1]), [-mpmath.log(likelihood)], 3 * sure)
    assert likelihood < 1
    slopes = ctc_loss_grad(logits, [1, 1])
    within(slopes, [q, -q, -q, q, q, -q], 3 * sure)


# Everywhere


def test_a_loss_of_exactly_zero_that_is_not():
    """[40, 0, 0] costs 8.497e-18, and float32 [16.94, 0] 4.396e-8."""
    cost = softmax_cross_entropy_with_integer_labels([40.0, 0.0, 0.0], 0)
    within(cost, [mlog1p(2 * mexp(-40))], 40)
    narrow = np.array([16.94, 0], np.float32)
    expected = [mlog1p(mexp(-mpf(float(narrow[0]))))]
    within(softmax_cross_entropy_with_integer_labels(narrow, 0), expected, 17)
    within(softmax_cross_entropy(narrow, np.float32([1, 0])), expected, 17)


@every_float
def test_nothing_prints_a_zero_with_a_minus_sign(dtype):
    sure = np.array([[2000, 0, -2000], [0, 0, 0], [-2000, 2000, 0]], dtype)
    labels = np.array([0, 1, 1])
    one_hot = np.eye(3, dtype=dtype)[labels]
    binary = np.where(sure >= 0, 1, 0).astype(dtype)
    results = [
        softmax_cross_entropy_with_integer_labels(sure, labels),
        softmax_cross_entropy_with_integer_labels_grad(sure, labels),
        log_softmax(sure),
        ctc_loss(sure, [1]),
        ctc_loss_grad(sure, [1]),
        distillation_loss(sure, sure, temperature=1.0),
        distillation_loss_grad(sure, sure[::-1], temperature=1.0),
        *lossfns.clip_loss_grad(np.eye(3, dtype=dtype), np.eye(3, dtype=dtype), log_scale=9.0),
        *lossfns.negative_sampling_loss_grad(sure[0], sure[1], sure),
        lossfns.squared_error_grad(-sure * 0, sure * 0),
    ]
    for name in ("softmax_cross_entropy", "softmax_squared_error"):
        results += [getattr(lossfns, name + end)(sure, one_hot) for end in ("", "_grad")]
    for name in ("sigmoid_binary_cross_entropy", "sigmoid_squared_error", "sigmoid_focal_loss"):
        results += [getattr(lossfns, name + end)(sure, binary) for end in ("", "_grad")]
    for result in results:
        assert not np.signbit(np.asarray(result)[np.asarray(result) == 0]).any(), result


def test_two_libraries_call_a_sure_answer_free_as_chapter_5_says():
    logits = [40.0, 0.0, 0.0]
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor([logits], dtype=torch.float64), torch.tensor([0])
    )
    assert theirs.item() == 0
    assert special.log_softmax(logits)[0] == 0
    assert lossfns.softmax_cross_entropy_with_integer_labels(logits, 0) > 8e-18
