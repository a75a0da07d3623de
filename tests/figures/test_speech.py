"""The speech figures count alignments and place classes where the data say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures

PATHS = [(0, 1, 1), (1, 1, 1), (1, 1, 2)]


def test_a_dot_is_as_large_as_the_share_of_alignments_that_pass_there():
    ax = figures.plot_trellis(PATHS, ["–", "3", "–"])
    (dots,) = ax.collections

    sizes = dict(zip(map(tuple, dots.get_offsets().tolist()), dots.get_sizes(), strict=True))
    shares = {(0, 0): 1 / 3, (0, 1): 2 / 3, (1, 1): 1, (2, 1): 2 / 3, (2, 2): 1 / 3}
    assert sizes.keys() == shares.keys()
    np.testing.assert_allclose(
        [sizes[place] / sizes[1, 1] for place in shares], list(shares.values())
    )


def test_a_line_is_as_wide_as_the_number_of_alignments_that_take_it():
    lines = figures.plot_trellis(PATHS, ["–", "3", "–"]).lines

    widths = {
        (*map(tuple, line.get_xydata().tolist()),): round(line.get_linewidth(), 6) for line in lines
    }
    single, double = widths[(0, 0), (1, 1)], widths[(0, 1), (1, 1)]
    assert widths == {
        ((0, 0), (1, 1)): single,
        ((0, 1), (1, 1)): double,
        ((1, 1), (2, 1)): double,
        ((1, 1), (2, 2)): single,
    }
    assert double - single == pytest.approx(5 / 3)


def test_the_trellis_reads_downwards_from_the_first_position():
    ax = figures.plot_trellis(PATHS, ["–", "3", "–"])

    assert ax.yaxis_inverted()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["–", "3", "–"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2", "3"]
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]).startswith("3 alignments")


OCCUPANCY = np.array([[0.9, 0.1, 0.0, 0.0], [0.2, 0.0, 0.79, 0.01], [0.3, 0.7, 0.0, 0.0]])
NAMES = ["blank", "a", "b", "c"]


def test_occupancies_stand_in_the_middle_of_their_columns_and_names_at_their_peaks():
    ax = figures.plot_occupancy(np.ones((4, 3)), OCCUPANCY, NAMES, title="Asked for")
    blank, *labels = ax.lines

    for line, k in ((blank, 0), (labels[0], 2), (labels[1], 1)):  # in the order of their peaks
        np.testing.assert_allclose(line.get_xydata()[:, 0], [0.5, 1.5, 2.5])
        np.testing.assert_allclose(line.get_xydata()[:, 1], OCCUPANCY[:, k])
    assert [(t.get_text(), t.xy) for t in ax.texts] == [
        ("blank", (2.5, 0.3)),
        ("b", (1.5, 0.79)),
        ("a", (2.5, 0.7)),
    ]
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]) == "Asked for"


def test_the_strip_lies_above_the_curves_column_by_column():
    image = np.zeros((4, 3))
    image[0, 2] = 1

    (patch,) = figures.plot_occupancy(image, OCCUPANCY, NAMES).patches

    vertices = patch.get_path().vertices
    np.testing.assert_allclose([vertices[:, 0].min(), vertices[:, 0].max()], [2, 3])
    assert vertices[:, 1].min() > 1
    assert len(vertices) == 5


def test_three_roads_lead_over_the_same_frames_to_the_same_labels():
    figure = figures.plot_three_roads(
        ["3", "–", "7"], said=[1, 1, 2], attention=[[0.8, 0.2, 0], [0, 0, 1]], labels=["3", "7"]
    )
    strip, grid, looks = figure.axes

    assert [(t.get_text(), t.get_position()) for t in strip.texts] == [
        ("3", (0, 0)),
        ("–", (1, 0)),
        ("7", (2, 0)),
    ]
    (way,) = grid.lines
    assert way.get_xydata().tolist() == [[0, 0], [0, 1], [1, 1], [2, 1], [2, 2]]
    assert [(t.get_text().strip(), t.xy) for t in grid.texts] == [("3", (0, 0.5)), ("7", (2, 1.5))]
    (dots,) = looks.collections
    assert dots.get_offsets().tolist() == [[0, 0], [1, 0], [2, 1]]
    np.testing.assert_allclose(dots.get_sizes() / dots.get_sizes()[2], [0.8, 0.2, 1])
    assert looks.yaxis_inverted()


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_trellis(PATHS, ["–", "3", "–"], ax=ax) is ax
    assert figures.plot_occupancy(np.ones((4, 3)), OCCUPANCY, NAMES, ax=ax) is ax
