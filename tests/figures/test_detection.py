"""The detection figures put boxes where they belong and count every anchor's loss."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY


def boxes(ax):
    """Left, top, line style of each box."""
    return [
        (patch.get_x(), patch.get_y(), patch.get_linestyle())
        for patch in ax.patches
        if isinstance(patch, Rectangle)
    ]


def test_boxes_stand_at_their_rows_and_columns_solid_where_true_dashed_where_said():
    ax = figures.plot_canvas(
        np.zeros((28, 28)), ([(2, 5)], [7]), ([(3.5, 4.5), (20, 0)], [7, 1]), title="One of two"
    )

    assert boxes(ax) == [(5, 2, "-"), (4.5, 3.5, "--"), (0, 20, "--")]
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("7", (5, 2)),  # above the true box
        ("7", (12.5, 11.5)),  # below the others
        ("1", (8, 28)),
    ]
    assert ax.yaxis_inverted()
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]) == "One of two"


def test_names_of_two_claims_in_the_same_place_do_not_cover_one_another():
    ax = figures.plot_canvas(np.zeros((28, 28)), ((), ()), ([(2, 5), (2, 5)], [7, 1]))

    first, second = (text.xyann for text in ax.texts)
    assert abs(first[0] - second[0]) >= 12


LABELS = np.array([0, 1, 0, 0])


def test_the_curve_adds_up_the_background_from_the_easiest_and_ends_at_its_share():
    cross, focal = figures.plot_loss_shares(
        {"cross-entropy": [3.0, 4.0, 1.0, 2.0], "focal": [1.0, 4.0, 0.0, 0.0]}, LABELS
    ).lines

    x, y = cross.get_data()
    assert (y[0], y[-1]) == (0, pytest.approx(0.6))
    np.testing.assert_allclose(y[x == 0.5], 0.1)  # one of three anchors
    np.testing.assert_allclose(y[x == 0.75], 0.3)  # two of three
    np.testing.assert_allclose(focal.get_ydata()[x < 1], 0)
    assert focal.get_ydata()[-1] == pytest.approx(0.2)


def test_cross_entropy_is_dashed_red_and_every_curve_has_its_name_at_its_end():
    ax = figures.plot_loss_shares({"cross-entropy": np.ones(4), "focal": np.ones(4)}, LABELS)

    cross, focal = ax.lines
    assert (cross.get_color(), cross.get_linestyle()) == (CROSS_ENTROPY["color"], "--")
    assert focal.get_linestyle() == "-"
    assert [text.get_text() for text in ax.texts] == ["cross-entropy", "focal"]
    assert [text.xy for text in ax.texts] == [(1, 0.75), (1, 0.75)]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_canvas(np.zeros((28, 28)), ((), ()), ax=ax) is ax
    assert figures.plot_loss_shares({"focal": np.ones(4)}, LABELS, ax=ax) is ax
