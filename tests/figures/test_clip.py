"""The CLIP figures show each pair's value in its place, and the loss that lossfns computes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

import lossfns
from lossfns import figures

VALUES = np.array([[-0.5, 0.25, 0.0], [0.1, -0.05, 1.0]])
IMAGES = np.ones((2, 4, 4))
WORDS = ["one", "two", "six"]


def pairs(ax):
    """The squares of a table, row by row."""
    squares = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return np.array(squares).reshape(VALUES.shape)


def test_a_squares_area_is_the_size_of_its_value_in_the_middle_of_its_cell():
    squares = pairs(figures.plot_match(VALUES, IMAGES, WORDS))

    areas = np.vectorize(lambda square: square.get_width() * square.get_height())(squares)
    np.testing.assert_allclose(areas / areas.max(), np.abs(VALUES))
    centres = [(square.get_x() + square.get_width() / 2) for square in squares[0]]
    np.testing.assert_allclose(centres, [0.5, 1.5, 2.5])
    assert squares[1, 0].get_y() + squares[1, 0].get_height() / 2 == pytest.approx(1.5)
    assert areas.max() < 1  # neighbours do not touch


def test_above_zero_is_full_and_below_is_hollow():
    squares = pairs(figures.plot_match(VALUES, IMAGES, WORDS))

    full = np.vectorize(lambda square: square.get_facecolor()[3] > 0)(squares)
    np.testing.assert_array_equal(full, VALUES > 0)


def test_every_row_has_its_picture_at_the_left_and_every_column_its_word():
    ax = figures.plot_match(VALUES, IMAGES, WORDS, title="Pairs")

    pictures = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    assert len(pictures) == 2
    for row, picture in enumerate(pictures):
        vertices = picture.get_path().vertices
        assert vertices[:, 0].max() < 0
        assert row <= vertices[:, 1].min() < vertices[:, 1].max() <= row + 1
    assert [t.get_text() for t in ax.get_xticklabels()] == WORDS
    assert ax.yaxis_inverted()
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]) == "Pairs"


def test_the_loss_of_perfect_pairs_is_what_lossfns_says_of_right_angles():
    ax = figures.plot_perfect_pairs((2, 10))
    curves = [line for line in ax.lines if len(line.get_xdata()) > 2]

    for curve, size in zip(curves, (2, 10), strict=True):
        for scale, loss in curve.get_xydata()[::40]:
            expected = lossfns.clip_loss(np.eye(size), np.eye(size), log_scale=np.log(scale))
            assert loss == pytest.approx(expected, abs=1e-12)
    assert [text.get_text() for text in ax.texts] == ["2 pairs", "10 pairs"]


def test_start_and_cap_of_the_temperature_are_marked():
    ax = figures.plot_perfect_pairs()
    marks = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2]

    np.testing.assert_allclose(marks, [1, 1 / 0.07, 100])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "14.3", "100"]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_match(VALUES, IMAGES, WORDS, ax=ax) is ax
    assert figures.plot_perfect_pairs(ax=ax) is ax
