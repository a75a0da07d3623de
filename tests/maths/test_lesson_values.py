"""Every figure that chapters 1 to 4 teach, computed by the package that teaches it."""

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize

from lossfns import (
    absolute_error,
    cross_entropy,
    entropy,
    kl_divergence,
    log_softmax,
    perplexity,
    sigmoid,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    sigmoid_squared_error,
    sigmoid_squared_error_grad,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
    softmax_squared_error,
    softmax_squared_error_grad,
    squared_error,
    squared_error_grad,
    surprisal,
)
from tests.golden import GOLDEN

CAT = np.array([1, 0, 0])
P = np.array([0.2, 0.5, 0.3])


def logit(p):
    return np.log(p) - np.log1p(-np.asarray(p))


def quoted(value, places):
    """Equal to a figure that is quoted with this many decimal places."""
    return pytest.approx(value, abs=0.5001 * 10.0**-places)


# 1. Predict a number


def test_the_house_prices_cost_015_and_the_first_is_pushed_up():
    predictions, targets = [2.5, 0.0, 2.1, 7.8], [3.0, -0.5, 2.0, 7.5]
    assert squared_error(predictions, targets).mean() == quoted(0.1500, 12)
    assert squared_error_grad(predictions, targets)[0] / 4 == quoted(-0.2500, 12)


def test_an_error_of_two_costs_four_times_an_error_of_one():
    assert squared_error(2.0, 0.0) == 4 * squared_error(1.0, 0.0)


def test_an_outlier_moves_the_best_guess_of_squared_error_alone():
    targets = np.array([1.0, 2.0, 3.0, 4.0, 90.0])
    guesses = np.linspace(0, 100, 10001)
    for loss, best in [(squared_error, targets.mean()), (absolute_error, np.median(targets))]:
        costs = [loss(np.full(5, guess), targets).sum() for guess in guesses]
        assert guesses[np.argmin(costs)] == pytest.approx(best)


def test_the_sum_and_the_mean_of_one_loss_differ_by_the_number_of_examples():
    (row,) = GOLDEN["micrograd"]
    costs = squared_error(row["scores"], row["Y"])
    assert costs.sum() == pytest.approx(row["mse_sum"])
    assert costs.mean() == pytest.approx(row["mse_mean"])
    assert (costs.sum(), costs.mean()) == (quoted(5.7725, 4), quoted(1.92417, 5))


# 2. The failed attempts


def test_the_spam_mail_looks_costly_and_is_hardly_moved():
    assert sigmoid(-4.5) == quoted(0.010987, 6)
    assert sigmoid_squared_error(-4.5, 1) == quoted(0.978147, 6)
    assert sigmoid_squared_error_grad(-4.5, 1) == quoted(-0.021494, 6)


@pytest.mark.parametrize(
    ("p", "factor", "slope"),
    [
        (0.01, 0.0099, -0.0196),
        (0.10, 0.0900, -0.1620),
        (0.50, 0.2500, -0.2500),
        (0.90, 0.0900, -0.0180),
        (0.99, 0.0099, -0.0002),
    ],
)
def test_the_table_of_whispers(p, factor, slope):
    assert sigmoid(logit(p)) * sigmoid(-logit(p)) == quoted(factor, 4)
    assert sigmoid_squared_error_grad(logit(p), 1) == quoted(slope, 4)


def test_the_loudest_nudge_is_at_one_third_not_at_one_half():
    loudest = scipy.optimize.minimize_scalar(
        lambda z: sigmoid_squared_error_grad(z, 1), bounds=(-5, 5), options={"xatol": 1e-12}
    )
    assert sigmoid(loudest.x) == pytest.approx(1 / 3, abs=1e-6)
    assert -loudest.fun == pytest.approx(8 / 27)
    assert -loudest.fun == quoted(0.2963, 4)
    at = sigmoid_squared_error_grad(logit([0.01, 0.20, 0.50]), np.ones(3))
    assert at[1] < at[2]
    assert at[2] / at[0] == quoted(12.75, 2)
    assert loudest.fun / at[0] == quoted(15.1, 1)


def test_attempt_one_value_and_slope_on_the_probabilities():
    np.testing.assert_allclose(squared_error(P, CAT), [0.64, 0.25, 0.09])
    assert softmax_squared_error(np.log(P), CAT) == quoted(0.98, 12)
    np.testing.assert_allclose(squared_error_grad(P, CAT), [-1.6, 1.0, 0.6])


def test_attempt_one_the_shortcut_and_the_exact_slope_on_the_logits():
    shortcut = softmax_squared_error_grad(np.log(P), CAT, jacobian="diagonal")
    exact = softmax_squared_error_grad(np.log(P), CAT)
    np.testing.assert_allclose(shortcut, [-0.256, 0.250, 0.126])
    np.testing.assert_allclose(exact, [-49 / 125, 8 / 25, 9 / 125])
    assert shortcut.sum() == quoted(0.12, 12)
    assert exact.sum() == quoted(0, 12)
    ours = softmax_cross_entropy_grad(np.log(P), CAT)
    assert ours[0] / shortcut[0] == quoted(3.125, 12)
    assert ours[0] / exact[0] == quoted(2.04, 2)
    assert np.linalg.norm(exact) == quoted(0.511, 3)
    assert np.linalg.norm(ours) == quoted(0.990, 3)


@pytest.mark.parametrize(
    ("p", "slope", "places"),
    [
        ([0.1, 0.8, 0.1], [-0.292, 0.384, -0.092], 3),
        ([0.01, 0.7, 0.29], [-0.031, 0.190, -0.159], 3),
    ],
)
def test_a_wrong_class_is_pushed_up(p, slope, places):
    exact = softmax_squared_error_grad(np.log(p), CAT)
    assert exact.tolist() == [quoted(value, places) for value in slope]
    shortcut = softmax_squared_error_grad(np.log(p), CAT, jacobian="diagonal")
    assert shortcut[2] > 0 > exact[2]
    assert p[2] + p[0] < np.square(p).sum()


def test_just_inside_the_region_where_a_wrong_class_is_pushed_up():
    assert softmax_squared_error_grad(np.log([0.2, 0.58, 0.22]), CAT)[2] == quoted(-0.0021, 4)


def share_pushed_up(p):
    labels = np.zeros_like(p)
    labels[:, 0] = 1
    return (softmax_squared_error_grad(np.log(p), labels)[:, 1:] < 0).any(axis=1).mean()


def test_exactly_3954_percent_of_three_class_guesses_push_a_wrong_class_up():
    cells = 600
    i, j = np.indices((cells, cells)).reshape(2, -1)
    inside = i + j < cells
    centres = np.stack([i[inside] + 1 / 3, j[inside] + 1 / 3], axis=1) / cells
    share = share_pushed_up(np.column_stack([centres, 1 - centres.sum(axis=1)]))
    assert share == pytest.approx(1 - np.pi / (3 * np.sqrt(3)), abs=5e-4)

    def width(t):  # of the guesses p_c with 2 p_c p_k < t (2t - 1), where p_c + p_k = 1 - t
        return (1 - t) - np.sqrt(max(0.0, (1 - t) ** 2 - 2 * t * (2 * t - 1)))

    area, _ = scipy.integrate.quad(width, 0.5, 1, points=[1 / np.sqrt(3)])
    assert 4 * area == pytest.approx(1 - np.pi / (3 * np.sqrt(3)), abs=1e-9)
    assert 4 * area == quoted(0.3954, 4)


@pytest.mark.parametrize(
    ("classes", "share"), [(2, 0.0), (4, 0.55), (5, 0.64), (10, 0.77), (100, 0.86)]
)
def test_more_classes_push_some_wrong_class_up_more_often(classes, share):
    p = np.random.default_rng(0).dirichlet(np.ones(classes), 40_000)
    assert share_pushed_up(np.maximum(p, 1e-300)) == pytest.approx(share, abs=0.01)


def test_at_one_percent_the_exact_nudge_depends_on_the_other_classes():
    for rest, slope in [([0.98, 0.01], -0.0388), ([0.495, 0.495], -0.0294)]:
        assert softmax_squared_error_grad(np.log([0.01, *rest]), CAT)[0] == quoted(slope, 4)


@pytest.mark.parametrize(("classes", "times"), [(10, 5), (44, 22), (128_256, 64_128)])
def test_at_a_uniform_guess_cross_entropy_is_half_the_number_of_classes_louder(classes, times):
    one_hot = np.zeros(classes)
    one_hot[3] = 1
    loud = softmax_cross_entropy_with_integer_labels_grad(np.zeros(classes), 3)
    quiet = softmax_squared_error_grad(np.zeros(classes), one_hot)
    np.testing.assert_allclose(loud / quiet, times, rtol=1e-9)


def test_attempt_two_the_squared_error_of_logits():
    z = np.array([0.5, 1.5, 0.9])
    assert squared_error(z, CAT).sum() == quoted(3.31, 12)
    np.testing.assert_allclose(squared_error_grad(z, CAT), [-1.0, 3.0, 1.8])
    assert softmax(z).tolist() == [quoted(value, 4) for value in (0.1919, 0.5217, 0.2863)]
    exact = 0.5 + np.log(P) - np.log(P[0])
    assert exact.tolist() == [quoted(value, 4) for value in (0.5, 1.4163, 0.9055)]
    assert squared_error(exact, CAT).sum() == quoted(3.0757, 4)
    slopes = [quoted(value, 5) for value in (-1, 2.83258, 1.81093)]
    assert squared_error_grad(exact, CAT).tolist() == slopes


def test_attempt_two_a_constant_changes_the_loss_but_no_probability():
    z = np.array([0.5, 1.5, 0.9])
    for constant, loss in [(-1, 2.51), (0, 3.31), (1, 10.11), (2, 22.91)]:
        np.testing.assert_allclose(softmax(z + constant), softmax(z))
        assert squared_error(z + constant, CAT).sum() == quoted(loss, 12)


def test_attempt_two_the_target_is_reached_and_more_confidence_is_punished():
    assert squared_error(CAT, CAT).sum() == 0
    assert not squared_error_grad(CAT, CAT).any()
    assert softmax(CAT)[0] == quoted(0.576, 3)
    assert softmax_cross_entropy(CAT, CAT) == quoted(0.55144, 5)
    assert squared_error([10, 0, 0], CAT).sum() == 81


def test_attempt_three_cross_entropy():
    assert softmax_cross_entropy(np.log(P), CAT) == quoted(1.6094, 4)
    np.testing.assert_allclose(softmax_cross_entropy_grad(np.log(P), CAT), [-0.8, 0.5, 0.3])
    nearly_silent = softmax_cross_entropy_grad(np.log([0.01, 0.98, 0.01]), CAT)
    assert nearly_silent[0] == quoted(-0.99, 12)


# 3. Cross-entropy


@pytest.mark.parametrize(
    ("p", "cost"), [(0.99, 0.0101), (0.9, 0.1054), (0.5, 0.6931), (0.1, 2.3026), (0.01, 4.6052)]
)
def test_the_cost_of_the_probability_given_to_the_truth(p, cost):
    assert surprisal(p) == quoted(cost, 4)
    assert sigmoid_binary_cross_entropy(logit(p), 1) == quoted(cost, 4)


def test_the_cost_of_certainty_right_and_wrong():
    assert surprisal(1.0) == 0
    assert surprisal(0.0) == np.inf


def test_binary_cross_entropy_of_the_spam_mail_and_its_nudge():
    assert sigmoid_binary_cross_entropy(logit(0.011), 1) == quoted(4.5099, 4)
    assert sigmoid_binary_cross_entropy(-4.5, 1) == quoted(4.5110, 4)
    assert sigmoid_binary_cross_entropy_grad(logit(0.011), 1) == quoted(-0.9890, 4)
    assert sigmoid_squared_error_grad(logit(0.011), 1) == quoted(-0.0215, 4)


def test_the_five_class_example():
    z, one_hot = np.array([2.0, 1.0, 0.5, -1.0, 0.1]), np.array([0, 0, 1, 0, 0])
    p = [quoted(value, 4) for value in (0.5585, 0.2055, 0.1246, 0.0278, 0.0835)]
    assert softmax(z).tolist() == p
    assert softmax_cross_entropy_with_integer_labels(z, 2) == quoted(2.0824, 4)
    slope = softmax_cross_entropy_grad(z, one_hot)
    assert slope.tolist() == [
        quoted(value, 4) for value in (0.5585, 0.2055, -0.8754, 0.0278, 0.0835)
    ]
    assert -slope[2] == pytest.approx(slope[[0, 1, 3, 4]].sum())


@pytest.mark.parametrize(
    ("p", "mse", "bce", "ratio"),
    [
        (0.01, -0.019602, -0.9900, 50.5),
        (0.05, -0.090250, -0.9500, 10.5),
        (0.20, -0.256000, -0.8000, 3.1),
        (0.50, -0.250000, -0.5000, 2.0),
        (0.80, -0.064000, -0.2000, 3.1),
        (0.95, -0.004750, -0.0500, 10.5),
        (0.99, -0.000198, -0.0100, 50.5),
    ],
)
def test_the_showdown(p, mse, bce, ratio):
    quiet = sigmoid_squared_error_grad(logit(p), 1)
    loud = sigmoid_binary_cross_entropy_grad(logit(p), 1)
    assert quiet == quoted(mse, 6)
    assert loud == quoted(bce, 4)
    assert loud / quiet == pytest.approx(1 / (2 * p * (1 - p)))
    assert abs(loud / quiet - ratio) < 0.06


def test_squared_error_is_steepest_at_zero_on_the_p_axis_and_flat_on_the_logit_axis():
    p = np.linspace(0, 1, 101)
    slopes = squared_error_grad(p, np.ones(101))
    assert slopes.argmin() == 0
    assert slopes[0] == -2
    assert abs(sigmoid_squared_error_grad(-20.0, 1)) < 1e-8


def test_the_caps_of_the_two_squared_errors():
    assert sigmoid_squared_error(-np.inf, 1) == 1
    assert softmax_squared_error([-np.inf, 0.0], [1, 0]) == 2


def test_the_nudge_is_bounded_although_the_loss_is_not():
    z = np.random.default_rng(0).standard_normal((1000, 3)) * 100
    labels = np.zeros(1000, int)
    assert softmax_cross_entropy_with_integer_labels(z, labels).max() > 100
    slopes = softmax_cross_entropy_with_integer_labels_grad(z, labels)
    assert np.abs(slopes).max() <= 1
    assert np.linalg.norm(slopes, axis=1).max() <= np.sqrt(2) + 1e-12


def test_the_curvature_does_not_cancel():
    z, h = np.log(P), 1e-5
    hessian = [
        (softmax_cross_entropy_grad(z + h * e, CAT) - softmax_cross_entropy_grad(z - h * e, CAT))
        / (2 * h)
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(hessian, np.diag(P) - np.outer(P, P), atol=1e-9)


@pytest.mark.parametrize("z", [-30.0, -4.5, 0.0, 2.0, 30.0])
def test_two_classes_are_one_sigmoid(z):
    pair = softmax_cross_entropy_with_integer_labels([0.0, z], 1)
    assert sigmoid_binary_cross_entropy(z, 1) == pytest.approx(pair, abs=1e-15)
    slope = softmax_cross_entropy_with_integer_labels_grad([0.0, z], 1)[1]
    assert sigmoid_binary_cross_entropy_grad(z, 1) == pytest.approx(slope, abs=1e-15)


# 4. Information theory


def test_surprise_and_entropy():
    assert surprisal(0.999) == quoted(0.0010, 4)
    assert surprisal(0.001) == quoted(6.9078, 4)
    assert entropy([0.5, 0.5]) == quoted(0.6931, 4)
    assert entropy([0.99, 0.01]) == quoted(0.0560, 4)
    assert f"{entropy([1.0, 0.0]):.4f}" == "0.0000"


def test_the_weather_and_its_two_forecasts():
    weather, good, bad = [0.9, 0.1], [0.8, 0.2], [0.5, 0.5]
    assert entropy(weather) == quoted(0.3251, 4)
    assert cross_entropy(weather, good) == quoted(0.3618, 4)
    assert cross_entropy(weather, bad) == quoted(0.6931, 4)
    for forecast, nats, bits, reverse in [
        (good, 0.0367, 0.0529, 0.0444),
        (bad, 0.3681, 0.5310, 0.5108),
    ]:
        assert kl_divergence(weather, forecast) == quoted(nats, 4)
        assert kl_divergence(weather, forecast, base=2) == quoted(bits, 4)
        assert kl_divergence(forecast, weather) == quoted(reverse, 4)


def test_clipping_turns_an_infinite_cost_into_3454():
    assert cross_entropy([1, 0], [0, 1]) == np.inf
    assert surprisal(1e-15) == quoted(34.54, 2)


def test_with_one_hot_labels_a_more_confident_right_answer_is_always_rewarded():
    losses = softmax_cross_entropy(np.outer([1, 2, 5, 10, 30], CAT), np.tile(CAT, (5, 1)))
    assert (np.diff(losses) < 0).all()
    assert entropy(CAT) == 0


def test_perplexity_of_a_uniform_guess_over_44_characters():
    start = -log_softmax(np.zeros(44))[0]
    assert start == quoted(3.784, 3)
    assert perplexity(start) == pytest.approx(44)
