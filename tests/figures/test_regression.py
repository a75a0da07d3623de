"""What the figures of chapter 1 draw is what they claim."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures


def drawn_texts(ax):
    return {text.get_text() for text in ax.texts}


def test_each_arrow_of_the_parabola_is_minus_rate_times_the_slope():
    ax = figures.plot_parabola((-2.0, 1.5), rate=0.25)

    (arrows,) = (c for c in ax.collections if hasattr(c, "U"))
    np.testing.assert_allclose(arrows.U, [1.0, -0.75])
    np.testing.assert_allclose(arrows.V, 0)
    np.testing.assert_allclose(arrows.get_offsets(), [[-2.0, 4.0], [1.5, 2.25]])
    assert {"slope −4.0", "slope +3.0"} <= drawn_texts(ax)


def test_the_parabola_is_the_squared_error():
    errors, losses = figures.plot_parabola().lines[0].get_data()

    np.testing.assert_allclose(losses, errors**2)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_minus_the_log_of_the_bell_is_half_the_square_on_a_shelf(scale):
    bell, parabola, shelf = figures.plot_gaussian(scale=scale).lines
    errors, density = bell.get_data()
    widths = np.diff(errors)

    np.testing.assert_allclose(np.sum(widths * (density[1:] + density[:-1]) / 2), 1, atol=0.002)
    np.testing.assert_allclose(parabola.get_ydata(), -np.log(density))
    np.testing.assert_allclose(
        parabola.get_ydata() - shelf.get_ydata()[0], (errors / scale) ** 2 / 2, atol=1e-12
    )


@pytest.mark.parametrize("values", [[2, 3, 4, 5, 16], [-1.0, 0.0, 0.5, 7.0], [1.0, 2.0]])
def test_squared_error_bottoms_out_at_the_mean_and_absolute_error_at_the_median(values):
    squared, absolute = figures.plot_best_constant(values).lines[:2]

    guesses, loss = squared.get_data()
    assert guesses[np.argmin(loss)] == pytest.approx(np.mean(values))
    assert loss.min() == pytest.approx(1)
    guesses, loss = absolute.get_data()
    assert loss[guesses == np.median(values)] == pytest.approx(1)
    assert loss.min() == pytest.approx(1)


def test_the_fitted_line_is_drawn_for_every_step_it_was_kept_at():
    ax = figures.plot_line_fit([-1.0, 0.0, 3.0], [5.0, 6.0, 7.0], {0: (0.0, 0.0), 40: (2.0, 1.0)})

    dots, first, last = (line.get_xydata() for line in ax.lines)
    np.testing.assert_allclose(dots, [[-1, 5], [0, 6], [3, 7]])
    np.testing.assert_allclose(first, [[-1, 0], [3, 0]])
    np.testing.assert_allclose(last, [[-1, -1], [3, 7]])
    assert drawn_texts(ax) == {"step 0", "step 40"}


def test_nudge_sizes_are_drawn_against_the_step_and_named_at_the_line():
    ax = figures.plot_nudge_sizes({"line": [4.0, 2.0, 1.0], "network": [3.0, 0.1]})

    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0, 4], [1, 2], [2, 1]])
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[0, 3], [1, 0.1]])
    assert ax.get_yscale() == "log"
    assert drawn_texts(ax) == {"line", "network"}


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()

    assert figures.plot_parabola(ax=ax) is ax
    assert figures.plot_gaussian(ax=ax) is ax
    assert figures.plot_best_constant([1, 2], ax=ax) is ax
    assert figures.plot_line_fit([0, 1], [0, 1], {0: (0, 0)}, ax=ax) is ax
    assert figures.plot_nudge_sizes({"line": [1.0]}, ax=ax) is ax
