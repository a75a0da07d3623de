"""The gradient check itself: does it find what is wrong, and only that?"""

import numpy as np
import pytest

import lossfns
from lossfns import check_gradient, numerical_gradient, squared_error, squared_error_grad

POINT = np.array([[0.5, -2.0], [3.0, 40.0]])


def test_central_differences_are_exact_for_a_parabola():
    np.testing.assert_allclose(numerical_gradient(np.square, POINT), 2 * POINT, rtol=1e-9)


def test_a_scalar_function_and_per_example_values_are_both_fine():
    expected = np.cos(POINT)
    for function in (np.sin, lambda x: np.sin(x).sum()):
        np.testing.assert_allclose(numerical_gradient(function, POINT), expected, rtol=1e-7)


def test_the_error_of_a_chosen_step_shrinks_with_its_square():
    errors = [abs(numerical_gradient(np.exp, 1.0, step=h) - np.e) for h in (1e-1, 1e-2)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_a_float32_point_is_differentiated_in_float64():
    gradient = numerical_gradient(np.square, np.float32([3.0]))
    assert gradient.dtype == np.float64
    assert gradient[0] == pytest.approx(6, rel=1e-9)


def test_a_coordinate_too_large_for_a_small_step_gets_a_larger_one():
    assert numerical_gradient(np.square, 1e12) == pytest.approx(2e12, rel=1e-9)


def test_the_point_is_not_changed():
    point = POINT.copy()

    def meddle(x):
        x += 1
        return np.zeros(2)

    numerical_gradient(meddle, point)
    np.testing.assert_array_equal(point, POINT)


def test_a_right_gradient_passes_and_tells_how_close_it_came():
    difference = check_gradient(np.square, lambda x: 2 * x, POINT)
    assert isinstance(difference, float)
    assert 0 <= difference < 1e-5


def test_numbers_and_empty_points_have_a_gradient_too():
    assert check_gradient(np.square, lambda x: 2 * x, 3.0) < 1e-8
    assert check_gradient(np.square, lambda x: 2 * x, np.zeros((0, 3))) == 0
    assert numerical_gradient(np.square, 3.0).shape == ()


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (lambda x, t: -squared_error_grad(x, t), "the sign"),
        (lambda x, t: squared_error_grad(x, t) / 2, "the factor 2"),
        (lambda x, t: squared_error_grad(x, t) / x.size, "a mean"),
        (lambda x, t: squared_error_grad(x, t) + 1e-5, "a small constant"),
        (lambda x, t: np.full(x.shape, np.nan), "nan"),
    ],
)
def test_a_wrong_gradient_is_found(wrong, what):
    targets = np.zeros_like(POINT)
    with pytest.raises(AssertionError, match="disagrees with central differences"):
        check_gradient(lambda x: squared_error(x, targets), lambda x: wrong(x, targets), POINT)


def test_the_message_shows_both_gradients_at_the_coordinate_that_is_wrong():
    def gradient(x):
        return 2 * x + np.array([[0, 0], [1, 0]])

    with pytest.raises(AssertionError) as caught:
        check_gradient(np.square, gradient, POINT)
    first, header, row = str(caught.value).splitlines()
    assert first.endswith("at 1 of 4 coordinates")
    assert header.split() == ["index", "analytic", "numerical", "difference"]
    assert row.split() == ["(1,", "0)", "7", "6", "1"]


def test_a_long_message_is_cut_and_says_so():
    with pytest.raises(AssertionError, match=r"… and 90 more$"):
        check_gradient(np.square, lambda x: 0 * x, np.ones(100))


def test_a_gradient_of_another_shape_is_not_broadcast():
    with pytest.raises(AssertionError, match=r"shape \(2,\), the point \(2, 2\)"):
        check_gradient(np.square, lambda x: 2 * x[0], POINT)


def test_a_step_must_be_positive():
    with pytest.raises(ValueError, match="step must be a positive number, got 0"):
        numerical_gradient(np.square, 1.0, step=0)
    with pytest.raises(TypeError, match="point must be real numbers"):
        numerical_gradient(np.square, "here")


@pytest.mark.parametrize("wrong", [9, 10, 11, 12])
def test_ten_coordinates_are_listed_and_the_others_counted(wrong):
    with pytest.raises(AssertionError) as caught:
        check_gradient(np.square, np.zeros_like, np.ones(wrong))
    _, _, *lines = str(caught.value).splitlines()
    more = [f"… and {wrong - 10} more"] if wrong > 10 else []
    assert [line.split()[0] for line in lines[:10]] == [f"({n},)" for n in range(min(wrong, 10))]
    assert lines[min(wrong, 10) :] == more


def test_a_chosen_step_is_the_one_that_is_taken():
    def cubes(x):
        return x**3

    assert check_gradient(cubes, lambda x: 3 * x**2, [1.0]) < 1e-6
    assert check_gradient(cubes, lambda x: 3 * x**2 + 0.25, [1.0], step=0.5) < 1e-12
    asked = []
    numerical_gradient(lambda x: asked.append(x[0]) or x, [0.5])
    assert max(asked) - 0.5 == pytest.approx(np.cbrt(np.finfo(float).eps), rel=1e-9)


def test_a_tolerance_of_nothing_lets_an_exact_gradient_pass():
    assert check_gradient(lambda x: 0.0 * x.sum(), lambda x: 0.0 * x, [1.0, 2.0], atol=0.0) == 0


def test_no_slope_is_right_where_the_numerical_one_is_infinite():
    def cliff(x):
        return np.where(x > 0, 0.0, np.inf)

    with pytest.raises(AssertionError, match="disagrees"):
        check_gradient(cliff, lambda x: x + 12345, [0.0])


def test_a_function_that_works_in_place_has_the_same_slope():
    def in_place(x):
        x -= x.max()
        np.exp(x, out=x)
        return -np.log(x[0] / x.sum())

    point = np.array([1.0, 2.0, 3.0])
    expected = lossfns.softmax_cross_entropy_with_integer_labels_grad(point, 0)
    np.testing.assert_allclose(numerical_gradient(in_place, point), expected, rtol=1e-9)


def test_a_step_that_moves_nothing_is_refused():
    with pytest.raises(ValueError, match="step must move every coordinate, got 1e-20 at 1"):
        numerical_gradient(lambda x: x**2, [1.0], step=1e-20)
