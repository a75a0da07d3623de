"""The explorers' figures draw the numbers that lossfns computes."""

import numpy as np
import pytest

import lossfns
from lossfns import figures


def line(ax, label):
    return next(found for found in ax.lines if found.get_label() == label)


@pytest.mark.parametrize("label", [0, 1])
def test_both_losses_and_the_guess_are_where_lossfns_says(label):
    ax = figures.plot_loss_against_probability(label, probability=0.2)
    mse, guess_mse, ce, guess_ce = ax.lines
    p, losses = mse.get_data()
    np.testing.assert_allclose(losses, (p - label) ** 2, atol=1e-12)
    p, losses = ce.get_data()
    np.testing.assert_allclose(losses, -np.log(p if label else 1 - p), rtol=1e-9)
    assert guess_mse.get_ydata()[0] == pytest.approx((0.2 - label) ** 2)
    assert guess_ce.get_ydata()[0] == pytest.approx(-np.log(0.2 if label else 0.8))


def test_a_guess_beyond_the_usual_range_stays_in_the_picture():
    ax = figures.plot_loss_against_probability(probability=1e-5)
    assert ax.get_ylim()[1] > -np.log(1e-5)


def test_nan_and_infinity_leave_a_gap():
    ax = figures.plot_float_losses([0, 1, 2], [0.5, np.inf, np.nan], [0.5, 0.3, 0.1])
    assert np.isnan(line(ax, "naive").get_ydata()).tolist() == [False, True, True]
    assert line(ax, "stable").get_ydata().tolist() == [0.5, 0.3, 0.1]


def test_the_smoothed_loss_touches_its_floor():
    ax = figures.plot_smoothed_loss(0.1, 10)
    floor = lossfns.entropy(lossfns.smooth_labels(np.eye(10)[0], 0.1))
    lowest = line(ax, "smoothed").get_ydata().min()
    assert floor <= lowest < floor + 1e-5
    p, losses = line(ax, "one-hot").get_data()
    np.testing.assert_allclose(losses, -np.log(p), rtol=1e-9)


def test_focal_loss_is_drawn_beside_cross_entropy():
    ax = figures.plot_focal_loss(2.0)
    p, losses = line(ax, "focal, γ = 2").get_data()
    np.testing.assert_allclose(losses, -((1 - p) ** 2) * np.log(p), rtol=1e-9)


def test_a_name_stands_once_in_the_legend_of_a_training():
    style = {"color": "black"}
    curves = [("one", style, [1, 2]), ("one", style, [3, 4]), ("two", style, [5])]
    ax = figures.plot_training_curves([0, 1], curves, log=False)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]
    assert ax.lines[2].get_xdata().tolist() == [0]


def test_your_own_loss_is_drawn_in_the_order_of_the_logits():
    ax = figures.plot_own_loss([1.0, -1.0, 0.0], [10, 30, 20], [1, 3, 2], ylabel="loss")
    assert line(ax, "yours").get_xydata().tolist() == [[-1, 30], [0, 20], [1, 10]]
    assert line(ax, "cross-entropy").get_ydata().tolist() == [3, 2, 1]
