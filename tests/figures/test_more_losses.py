"""What the figures of chapter 6 draw is what lossfns computes."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY, MSE


def curves(ax):
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_four_nudges_for_a_number_are_proportional_constant_capped_and_tilted():
    squared, absolute, huber, pinball = curves(figures.plot_error_nudges(delta=0.5, quantile=0.8))
    error = squared.get_xdata()

    assert not np.any(error == 0)
    np.testing.assert_allclose(squared.get_ydata(), 2 * error)
    np.testing.assert_array_equal(absolute.get_ydata(), np.sign(error))
    np.testing.assert_allclose(huber.get_ydata(), np.clip(error, -0.5, 0.5))
    np.testing.assert_allclose(pinball.get_ydata(), np.where(error > 0, 0.2, -0.8))


def test_each_quantile_has_its_line_through_the_data_and_its_name():
    x, y = np.array([-1.0, 0.0, 2.0]), np.array([1.0, 2.0, 3.0])

    ax = figures.plot_quantile_lines(x, y, {0.1: (1.0, 0.0), 0.9: (2.0, 5.0)})

    dots, upper, lower = ax.lines
    np.testing.assert_array_equal(dots.get_xydata(), np.column_stack([x, y]))
    np.testing.assert_array_equal(upper.get_ydata(), [3.0, 9.0])
    np.testing.assert_array_equal(lower.get_ydata(), [-1.0, 2.0])
    assert [t.get_text() for t in ax.texts] == ["0.9", "0.1"]


def test_hinge_is_a_ramp_that_ends_at_the_margin():
    squared, cross, hinge = curves(figures.plot_margin_losses())
    score = hinge.get_xdata()

    np.testing.assert_allclose(hinge.get_ydata(), np.maximum(0, 1 - score))
    np.testing.assert_allclose(cross.get_ydata(), np.logaddexp(0, -score))
    np.testing.assert_allclose(squared.get_ydata(), (1 - sigmoid(score)) ** 2)


def test_the_comparison_draws_the_push_of_five_losses():
    brier, cross, smoothed, focal, hinge = curves(
        figures.plot_nudge_comparison(smoothing=0.2, gamma=2.0)
    )
    z = cross.get_xdata()
    p = sigmoid(z)

    np.testing.assert_allclose(brier.get_ydata(), 2 * p * (1 - p) ** 2)
    np.testing.assert_allclose(cross.get_ydata(), 1 - p)
    np.testing.assert_allclose(smoothed.get_ydata(), 0.9 - p)
    np.testing.assert_allclose(focal.get_ydata(), (1 - p) ** 2 * (1 - p - 2 * p * np.log(p)))
    np.testing.assert_array_equal(hinge.get_ydata(), z < 1)
    assert smoothed.get_ydata()[-1] < 0 < cross.get_ydata()[-1]


def test_the_focal_volume_is_one_at_zero_above_one_below_three_tenths_and_zero_at_one():
    (volume,) = curves(figures.plot_focal_volume([2]))
    p, loudness = volume.get_data()

    np.testing.assert_allclose(
        loudness, (1 - p) ** 2 * (1 - 2 * p * np.log(p) / (1 - p)), rtol=1e-9
    )
    assert np.interp(0.9, p, loudness) == pytest.approx(1 / 34.5, rel=1e-2)
    assert p[loudness > 1].max() == pytest.approx(0.3, abs=0.01)


def test_a_weight_multiplies_the_odds():
    plain, ninefold = curves(figures.plot_weighted_probability([1, 9]))

    truth, said = ninefold.get_data()
    np.testing.assert_allclose(plain.get_ydata(), truth)
    np.testing.assert_allclose(said / (1 - said), 9 * truth / (1 - truth))


@pytest.mark.parametrize("plot", [figures.plot_margin_losses, figures.plot_nudge_comparison])
def test_squared_error_is_solid_blue_and_cross_entropy_dashed_red(plot):
    squared, cross, *_ = curves(plot())

    assert (squared.get_color(), squared.get_linestyle()) == (MSE["color"], "-")
    assert (cross.get_color(), cross.get_linestyle()) == (CROSS_ENTROPY["color"], "--")


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    for plot in (
        figures.plot_error_nudges,
        figures.plot_margin_losses,
        figures.plot_nudge_comparison,
        figures.plot_focal_volume,
        figures.plot_weighted_probability,
    ):
        assert plot(ax=ax) is ax
    assert figures.plot_quantile_lines([0, 1], [0, 1], {0.5: (1, 0)}, ax=ax) is ax
