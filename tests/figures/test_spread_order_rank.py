"""What the figures on spread, counts, levels and lists draw is what they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures


def test_each_model_has_its_mean_and_two_deviations_over_the_same_data():
    x, y = np.arange(3.0), np.array([0.0, 1.0, 0.5])

    ax = figures.plot_spreads(x, y, {"one": (y, np.full(3, 0.1)), "two": (-y, np.full(3, 2.0))})

    assert [part.get_title(loc="left") for part in ax.child_axes] == ["one", "two"]
    for part, mean, deviation in zip(ax.child_axes, (y, -y), (0.1, 2.0), strict=True):
        dots, line = part.lines
        np.testing.assert_array_equal(dots.get_ydata(), y)
        np.testing.assert_array_equal(line.get_ydata(), mean)
        corners = part.collections[0].get_paths()[0].vertices[:, 1]
        assert corners.max() == pytest.approx(np.max(mean) + 2 * deviation)
        assert corners.min() == pytest.approx(np.min(mean) - 2 * deviation)


def test_poisson_beside_the_counts_has_their_mean():
    ax = figures.plot_counts([109, 65, 22, 3, 1])

    assert [bar.get_height() for bar in ax.patches] == [109, 65, 22, 3, 1]
    assert ax.lines[0].get_ydata()[0] == pytest.approx(200 * np.exp(-0.61))
    assert (
        "0.61"
        in ax.get_legend().get_texts()[0].get_text() + ax.get_legend().get_texts()[1].get_text()
    )


def test_shares_of_the_levels_add_up_and_cross_half_at_the_outer_cuts():
    cuts = (-2.0, 0.5, 2.0)
    ax = figures.plot_levels(cuts)
    curves = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) > 2]

    assert len(curves) == 4
    np.testing.assert_allclose(np.sum(curves, axis=0), 1)
    scores = ax.lines[-1].get_xdata()
    assert np.interp(2.0, scores, curves[-1]) == pytest.approx(0.5, abs=1e-3)
    assert [line.get_xdata()[0] for line in ax.lines[:3]] == list(cuts)


def test_each_class_has_the_mean_of_its_scores():
    ax = figures.plot_ranked_scores([1.0, 3.0, -1.0], [4, 4, 2])

    dots, means = ax.lines
    assert dots.get_xydata().tolist() == [[4, 1], [4, 3], [2, -1]]
    assert means.get_xydata().tolist() == [[2, -1], [4, 2]]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_spreads([0, 1], [0, 1], {"a": ([0, 1], [1, 1])}, ax=ax) is ax
    assert figures.plot_counts([1, 1], ax=ax) is ax
    assert figures.plot_levels(ax=ax) is ax
    assert figures.plot_ranked_scores([0.0], [1], ax=ax) is ax
