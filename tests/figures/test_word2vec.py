"""What the figures of negative sampling draw is what they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures


def test_scores_stand_against_the_shifted_pmi_with_the_diagonal_for_agreement():
    ax = figures.plot_scores([-1.0, 0.5, 2.0], {"early": [0, 0, 1], "late": [-1, 0.5, 2]})

    diagonal, early, late = ax.lines
    np.testing.assert_allclose(diagonal.get_xydata(), [[-1, -1], [2, 2]])
    np.testing.assert_allclose(early.get_xydata(), [[-1, 0], [0.5, 0], [2, 1]])
    np.testing.assert_allclose(late.get_ydata(), [-1, 0.5, 2])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["early", "late"]


def test_each_number_of_dimensions_has_its_loss_above_the_floor():
    ax = figures.plot_dimensions([1, 4, 16], [2.68, 2.4, 2.22], 2.2205)

    curve, floor = ax.lines
    np.testing.assert_allclose(curve.get_xydata(), [[1, 2.68], [4, 2.4], [16, 2.22]])
    np.testing.assert_allclose(floor.get_ydata(), 2.2205)
    assert {"2.68", "2.40", "2.22"} <= {text.get_text() for text in ax.texts}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "4", "16"]


def test_names_stand_above_their_angles_and_the_chosen_ones_are_ringed():
    ax = figures.plot_directions([[3.0, 0.0], [0.0, 0.1], [-1.0, 1.0]], ["a", "b", "e"], "ae")

    places = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert places == pytest.approx({"a": 0, "b": 90, "e": 135})
    rings = [line.get_xdata()[0] for line in ax.lines if line.get_markeredgecolor() != "none"]
    assert rings == pytest.approx([0, 135])


def test_names_that_point_the_same_way_do_not_hide_each_other():
    ax = figures.plot_directions([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]], ["a", "b", "c"])

    places = [text.get_position() for text in ax.texts]
    assert len(set(places)) == 3


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()

    assert figures.plot_scores([0.0, 1.0], {"one": [0.0, 1.0]}, ax=ax) is ax
    assert figures.plot_dimensions([1], [2.0], 1.0, ax=ax) is ax
    assert figures.plot_directions([[0.0, 1.0]], ["a"], ax=ax) is ax
