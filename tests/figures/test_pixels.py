"""Every pixel is drawn where it belongs, as large as it is dark."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lossfns import figures
from lossfns.figures.pixels import draw_pixels
from lossfns.figures.style import PALETTE


def squares(patch):
    """Centres and areas of the outlines in a patch."""
    outlines = patch.get_path().vertices.reshape(-1, 5, 2)
    low, high = outlines.min(axis=1), outlines.max(axis=1)
    return (low + high) / 2, (high - low).prod(axis=1)


def test_a_pixel_is_a_square_whose_area_is_its_value():
    _, ax = plt.subplots()

    centres, areas = squares(draw_pixels(ax, [[0.25, 0.0], [0.0, 1.0]], left=10, top=20))

    np.testing.assert_allclose(centres, [(10.5, 20.5), (11.5, 21.5)])
    np.testing.assert_allclose(areas, [0.25, 1])


def test_on_an_axis_that_points_up_rows_go_down_and_cells_take_the_size_asked_for():
    _, ax = plt.subplots()

    centres, areas = squares(draw_pixels(ax, [[1.0], [1.0]], top=1.0, pixel=(2.0, -0.1)))

    np.testing.assert_allclose(centres, [(1, 0.95), (1, 0.85)])
    np.testing.assert_allclose(areas, 0.2)


def test_values_outside_0_to_1_fill_at_most_their_cell():
    _, ax = plt.subplots()

    centres, areas = squares(draw_pixels(ax, [[-3.0, 7.0]]))

    np.testing.assert_allclose(centres, [(1.5, 0.5)])
    np.testing.assert_allclose(areas, 1)


def test_a_table_keeps_its_pictures_apart_and_names_rows_and_columns():
    images = np.ones((2, 3, 4, 5))

    ax = figures.plot_digits(images, rows=["a", "b"], columns=["1", "2", "3"], title="Six")

    assert len(ax.patches) == 6
    lows = [patch.get_path().vertices.min(axis=0).tolist() for patch in ax.patches]
    assert lows == [[0, 0], [7, 0], [14, 0], [0, 6], [7, 6], [14, 6]]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2", "3"]
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]) == "Six"
    assert ax.yaxis_inverted()


def test_pictures_are_drawn_in_the_ink_of_the_theme_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_digits(np.ones((1, 1, 2, 2)), ax=ax) is ax
    assert plt.matplotlib.colors.to_hex(ax.patches[0].get_facecolor()) == PALETTE["ink"]
