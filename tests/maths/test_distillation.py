"""Distillation against torch, SciPy and its two limits."""

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mpmath import mp

from lossfns import check_gradient, distillation_loss, distillation_loss_grad, softmax
from tests.golden import GOLDEN

ROWS = GOLDEN["distillation"]


@st.composite
def pairs(draw, size=20.0):
    shape = (draw(st.integers(0, 4)), draw(st.integers(1, 6)))
    elements = st.floats(-size, size)
    return draw(arrays(np.float64, shape, elements=elements)), draw(
        arrays(np.float64, shape, elements=elements)
    )


temperatures = st.sampled_from([0.5, 1.0, 2.0, 4.0, 20.0, 1e3])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['student']} at {row['T']}")
def test_loss_and_gradient_are_the_reference_values(row):
    student, teacher, temperature = row["student"], row["teacher"], row["T"]
    loss = distillation_loss(student, teacher, temperature=temperature)
    assert loss == pytest.approx(row["T2_KL"], abs=1e-9)
    assert loss / temperature**2 == pytest.approx(row["KL"], abs=1e-9)
    gradient = distillation_loss_grad(student, teacher, temperature=temperature)
    np.testing.assert_allclose(gradient, row["grad_student"], atol=1e-9)


@given(pairs(), st.sampled_from([0.5, 1.0, 4.0, 20.0]))
def test_loss_and_gradient_agree_with_torch(pair, temperature):
    student, teacher = (torch.tensor(logits) for logits in pair)
    student.requires_grad_()
    loss = temperature**2 * torch.nn.functional.kl_div(
        torch.log_softmax(student / temperature, -1),
        torch.log_softmax(teacher / temperature, -1),
        reduction="none",
        log_target=True,
    ).sum(-1)
    loss.sum().backward()
    np.testing.assert_allclose(
        distillation_loss(*pair, temperature=temperature), loss.detach(), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(
        distillation_loss_grad(*pair, temperature=temperature), student.grad, rtol=1e-9, atol=1e-9
    )


def test_it_is_the_divergence_of_the_student_from_the_teacher_and_not_the_reverse():
    student, teacher = [0.0, 3.0, 1.0], [2.0, 0.0, 0.0]
    loss = distillation_loss(student, teacher, temperature=1.0)
    p, q = softmax(teacher), softmax(student)
    assert loss == pytest.approx(scipy.special.rel_entr(p, q).sum())
    assert loss != pytest.approx(scipy.special.rel_entr(q, p).sum(), rel=0.1)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0, 50.0])
def test_gradient_agrees_with_central_differences(temperature):
    student, teacher = np.random.default_rng(0).normal(size=(2, 3, 5))
    check_gradient(
        lambda z: distillation_loss(z, teacher, temperature=temperature),
        lambda z: distillation_loss_grad(z, teacher, temperature=temperature),
        student,
    )


@given(pairs(), temperatures)
def test_loss_is_never_negative_and_each_nudge_sums_to_zero(pair, temperature):
    assert (distillation_loss(*pair, temperature=temperature) >= 0).all()
    gradient = distillation_loss_grad(*pair, temperature=temperature)
    assert np.abs(gradient).max(initial=0) <= temperature
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-12 * temperature)


def test_rounding_does_not_make_the_loss_of_a_nearly_perfect_student_negative():
    loss = distillation_loss([0.0, -0.4, -44.1], [0.0, -0.4, -50.1], temperature=1.0)
    assert 0 <= loss < 1e-15


@given(pairs(), temperatures, st.floats(-100, 100))
def test_a_student_that_agrees_up_to_a_constant_pays_nothing(pair, temperature, constant):
    teacher, _ = pair
    student = teacher + constant
    np.testing.assert_allclose(
        distillation_loss(student, teacher, temperature=temperature), 0, atol=1e-20
    )
    np.testing.assert_allclose(
        distillation_loss_grad(student, teacher, temperature=temperature), 0, atol=1e-12
    )


@pytest.mark.parametrize("temperature", [1e3, 1e5, 1e7, 1e9, 1e12, 1e50])
def test_at_a_high_temperature_the_loss_is_half_the_variance_of_the_difference(temperature):
    rng = np.random.default_rng(1)
    student, teacher = rng.normal(size=(2, 4, 7))
    difference = student - teacher
    np.testing.assert_allclose(
        distillation_loss(student, teacher, temperature=temperature),
        difference.var(axis=-1) / 2,
        rtol=max(1e-8, 5 / temperature),
    )
    np.testing.assert_allclose(
        distillation_loss_grad(student, teacher, temperature=temperature),
        (difference - difference.mean(axis=-1, keepdims=True)) / 7,
        rtol=max(1e-12, 20 / temperature),
    )


def test_the_two_ways_to_compute_it_meet_without_a_step():
    def loss(gap):
        return distillation_loss([gap, 0.0], [0.0, 0.0], temperature=1.0)

    # the centred gap of these logits is gap / 2: the ways meet at 2
    below, at, above = loss(2 - 1e-9), loss(2.0), loss(2 + 1e-9)
    assert at - below == pytest.approx(above - at, abs=1e-15)
    assert above - below == pytest.approx(
        2e-9 * distillation_loss_grad([2.0, 0.0], [0.0, 0.0], temperature=1.0)[0], abs=1e-15
    )


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_the_classes_may_lie_along_any_axis(axis):
    student, teacher = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    expected = distillation_loss(
        np.moveaxis(student, axis, -1), np.moveaxis(teacher, axis, -1), temperature=2.0
    )
    np.testing.assert_array_equal(
        distillation_loss(student, teacher, temperature=2.0, axis=axis), expected
    )
    gradient = distillation_loss_grad(
        np.moveaxis(student, axis, -1), np.moveaxis(teacher, axis, -1), temperature=2.0
    )
    np.testing.assert_array_equal(
        distillation_loss_grad(student, teacher, temperature=2.0, axis=axis),
        np.moveaxis(gradient, -1, axis),
    )


@pytest.mark.parametrize("size", [1e4, 1e300])
def test_huge_logits_give_the_exact_loss_and_gradient(size):
    loss = distillation_loss([size, 0.0], [0.0, size], temperature=1.0)
    assert loss == pytest.approx(size)
    np.testing.assert_array_equal(
        distillation_loss_grad([size, 0.0], [0.0, size], temperature=1.0), [1.0, -1.0]
    )
    assert distillation_loss([size, 0.0], [size, 0.0], temperature=1.0) == 0


@pytest.mark.parametrize(
    ("student", "teacher", "loss", "gradient"),
    [
        ([0.0, 0.0], [np.inf, 0.0], np.log(2), [-0.5, 0.5]),
        ([0.0, 0.0], [-np.inf, 0.0], np.log(2), [0.5, -0.5]),
        ([-np.inf, 0.0], [-np.inf, 0.0], 0.0, [0.0, 0.0]),
        ([np.inf, 0.0], [np.inf, 0.0], 0.0, [0.0, 0.0]),
        ([-np.inf, 0.0], [0.0, 0.0], np.inf, [-0.5, 0.5]),
        ([np.inf, 0.0], [0.0, 0.0], np.inf, [0.5, -0.5]),
        ([np.inf, np.inf], [0.0, 0.0], np.nan, [np.nan, np.nan]),
        ([np.nan, 0.0], [0.0, 0.0], np.nan, [np.nan, np.nan]),
        ([0.0, 0.0], [np.nan, 0.0], np.nan, [np.nan, np.nan]),
    ],
)
def test_infinite_logits_give_the_limit_and_nan_passes_through(student, teacher, loss, gradient):
    assert distillation_loss(student, teacher, temperature=1.0) == pytest.approx(loss, nan_ok=True)
    np.testing.assert_allclose(
        distillation_loss_grad(student, teacher, temperature=1.0), gradient, rtol=1e-12
    )


def test_one_bad_example_leaves_the_others_alone():
    student, teacher = np.array([[np.nan, 0.0], [1.0, 0.0]]), np.zeros((2, 2))
    losses = distillation_loss(student, teacher, temperature=1.0)
    assert np.isnan(losses).tolist() == [True, False]
    assert losses[1] == distillation_loss(student[1], teacher[1], temperature=1.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_type_of_the_student_stays(dtype):
    student, teacher = np.random.default_rng(3).normal(size=(2, 4, 5)).astype(dtype)
    for temperature in (1.0, 100.0):
        loss = distillation_loss(student, teacher.astype(np.float64), temperature=temperature)
        gradient = distillation_loss_grad(student, teacher, temperature=temperature)
        assert (loss.dtype, gradient.dtype) == (dtype, dtype)
        exact = student.astype(np.float64), teacher.astype(np.float64)
        eps = np.finfo(dtype).eps
        expected = distillation_loss(*exact, temperature=temperature)
        np.testing.assert_allclose(loss, expected, rtol=eps)
        expected = distillation_loss_grad(*exact, temperature=temperature)
        np.testing.assert_allclose(gradient, expected, rtol=eps)


def test_integers_become_float64_and_an_empty_batch_gives_an_empty_result():
    assert distillation_loss([1, 0], [0, 2], temperature=2).dtype == np.float64
    assert distillation_loss(np.zeros((0, 3)), np.zeros((0, 3)), temperature=1.0).shape == (0,)
    gradient = distillation_loss_grad(np.zeros((0, 3)), np.zeros((0, 3)), temperature=1.0)
    assert gradient.shape == (0, 3)


def test_one_class_alone_costs_nothing():
    assert distillation_loss([3.0], [-1.0], temperature=1.0) == 0
    np.testing.assert_array_equal(distillation_loss_grad([3.0], [-1.0], temperature=1.0), [0.0])


@pytest.mark.parametrize("function", [distillation_loss, distillation_loss_grad])
@pytest.mark.parametrize(
    ("student", "teacher", "options", "error", "message"),
    [
        ([0.0, 1.0], [0.0], {}, ValueError, "student_logits and teacher_logits must have equal"),
        (["a"], [0.0], {}, TypeError, "student_logits must be real numbers"),
        ([0.0], [1j], {}, TypeError, "teacher_logits must be real numbers"),
        (np.zeros((2, 0)), np.zeros((2, 0)), {}, ValueError, "at least one class"),
        (0.0, 0.0, {}, ValueError, "axis -1 does not exist"),
        ([0.0], [0.0], {"axis": 1}, ValueError, "axis 1 does not exist in student_logits"),
        ([0.0], [0.0], {"axis": 0.5}, TypeError, "axis must be an integer"),
        ([0.0], [0.0], {"temperature": 0.0}, ValueError, "temperature must be a number from"),
        ([0.0], [0.0], {"temperature": -1}, ValueError, "temperature must be a number from"),
        ([0.0], [0.0], {"temperature": 1e200}, ValueError, "temperature must be a number from"),
        ([0.0], [0.0], {"temperature": np.nan}, ValueError, "temperature must be a number from"),
        ([0.0], [0.0], {"temperature": "1"}, TypeError, "temperature must be a number from"),
        ([0.0], [0.0], {"temperature": [1.0]}, TypeError, "temperature must be a number from"),
    ],
)
def test_wrong_input_is_refused_by_name(function, student, teacher, options, error, message):
    with pytest.raises(error, match=message):
        function(student, teacher, **{"temperature": 1.0, **options})


def test_two_that_are_sure_of_one_class_differ_by_what_is_left_of_the_others():
    """A mean that rounding leaves at 1e-16 must not count as a difference of models."""
    student, teacher = [-290.0, 17.0], [-311.0, 21.0]
    q, p = (np.exp((np.array(z[0]) - z[1]) / 4) for z in (student, teacher))
    expected = 16 * (q - p - p * (np.log(q) - np.log(p)))
    assert distillation_loss(student, teacher, temperature=4.0) == pytest.approx(
        expected, rel=1e-12
    )


def test_a_teacher_that_rules_out_a_class_leaves_the_students_own_doubt():
    """Its gap of 1e120 logits must not swallow the digits of the student's."""
    for far in (1e6, 1e120, 1e307):
        found = distillation_loss([30.0, 0.0], [0.0, -far], temperature=1.0)
        assert found == pytest.approx(np.log1p(np.exp(-30.0)), rel=1e-12)
        slopes = distillation_loss_grad([3.0, 0.0], [0.0, -far], temperature=1.0)
        np.testing.assert_allclose(slopes, np.array([-1, 1]) / (1 + np.exp(3.0)), rtol=1e-12)


def test_a_students_large_offset_costs_no_digit_of_what_it_is_sure_of():
    student = np.array([2.0**50, 2.0**50 + 1, 2.0**50 + 4])
    teacher = [0.0, 0.0, -1e54]
    expected = distillation_loss_grad(student - 2.0**50, teacher, temperature=2.0)
    found = distillation_loss_grad(student, teacher, temperature=2.0)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_what_the_teacher_all_but_rules_out_keeps_every_digit():
    """Where the gap is 31, both the ratio e^31 and what is subtracted from it count."""
    with mp.workdps(50):
        p, q = (
            [1 / (1 + mp.exp(-gap)), mp.exp(-gap) / (1 + mp.exp(-gap))] for gap in (mp.mpf(32), 1)
        )
        loss = sum(a * mp.log(a / b) for a, b in zip(p, q, strict=True))
        slope = float(q[1] - p[1])
    got = distillation_loss([0.0, -1.0], [0.0, -32.0], temperature=1.0)
    assert got == pytest.approx(float(loss), rel=1e-15)
    ruled_out = distillation_loss_grad([0.0, -1.0, -np.inf], [0.0, -32.0, -np.inf], temperature=1.0)
    assert ruled_out[1] == pytest.approx(slope, rel=1e-15)


def test_models_that_moved_together_cost_no_digit():
    student, teacher = np.array([1.0, 0.0, -2.0]), np.array([0.0, 2.0, 1.0])
    home = distillation_loss(student, teacher, temperature=3.0)
    away = distillation_loss(student + 2.0**40, teacher + 2.0**40, temperature=3.0)
    assert away == pytest.approx(home, rel=1e-14)


def test_an_example_beyond_the_range_takes_no_digits_from_its_neighbours():
    student = np.array([[1.0, 0.0, -2.0], [1e308, -1e308, 0.0]])
    student[0] += 2.0**50
    teacher = np.array([[0.0, 0.3, 1.0], [0.0, 1.0, 2.0]])
    both = distillation_loss(student, teacher, temperature=1.0)
    alone = distillation_loss(student[0] - 2.0**50, teacher[0], temperature=1.0)
    assert both[0] == pytest.approx(alone, rel=1e-14)


def test_a_gap_that_overflows_over_the_temperature_costs_what_it_should():
    assert distillation_loss([0.0, 1e300], [1.0, 0.0], temperature=1e-10) == pytest.approx(
        1e290, rel=1e-14
    )
    assert distillation_loss([0.0, 1e300], [1e-10, 0.0], temperature=1e-10) == pytest.approx(
        1e290 / (1 + np.exp(-1)), rel=1e-14
    )


@pytest.mark.parametrize("temperature", [1e-100, 1e100])
def test_the_ends_of_the_range_of_temperatures_are_in_it(temperature):
    assert distillation_loss([1.0, 0.0], [1.0, 0.0], temperature=temperature) == 0


FEW_ULP = 8 * np.finfo(float).eps  # they take two ways


@pytest.mark.parametrize("temperature", [1.0, 100.0, 1e6, 1e12, 1e20])
@pytest.mark.parametrize("apart", [1.0, 1e-9])
def test_a_class_that_both_rule_out_is_not_there(temperature, apart):
    teacher = np.array([3.0, 1.0, -2.0])
    student = teacher + apart * np.array([-2.0, -0.5, 1.5])
    masked = [np.append(logits, -np.inf) for logits in (student, teacher)]
    loss = distillation_loss(*masked, temperature=temperature)
    change = distillation_loss_grad(*masked, temperature=temperature)
    assert loss == pytest.approx(
        distillation_loss(student, teacher, temperature=temperature), rel=FEW_ULP
    )
    expected = distillation_loss_grad(student, teacher, temperature=temperature)
    np.testing.assert_allclose(change[:3], expected, rtol=FEW_ULP)
    assert change[3] == 0


def test_a_class_that_the_teacher_rules_out_and_the_student_hardly_believes_takes_no_digits():
    teacher = np.array([3.0, 1.0, -2.0])
    student = teacher + np.array([-2e-9, -5e-10, 1.5e-9])
    loss = distillation_loss(np.append(student, -300), np.append(teacher, -np.inf), temperature=1.0)
    assert loss == pytest.approx(distillation_loss(student, teacher, temperature=1.0), rel=FEW_ULP)
