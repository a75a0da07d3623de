"""What the figures of the language model draw is what they were given."""

import numpy as np
from matplotlib.figure import Figure

from lossfns import figures


def test_the_most_frequent_letters_come_first_with_the_guesses_above_their_own_bars():
    ax = figures.plot_next_letter(
        [0.2, 0.5, 0.0, 0.3],
        {"at first": [0.25] * 4, "later": [0.1, 0.6, 0.0, 0.3]},
        ["h", " ", "x", "\n"],
        shown=3,
    )

    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], [0.5, 0.3, 0.2])
    first, later = ax.lines
    np.testing.assert_allclose(first.get_ydata(), [0.25] * 3)
    np.testing.assert_allclose(later.get_ydata(), [0.6, 0.3, 0.1])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["space", "end of\nline", "h"]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(names) == ["at first", "came next in the text", "later"]


def test_the_training_curve_runs_from_step_one_above_its_floor():
    ax = figures.plot_language_training([3.8, 2.5, 2.2], 2.0768)

    curve, floor = ax.lines
    np.testing.assert_allclose(curve.get_xydata(), [[1, 3.8], [2, 2.5], [3, 2.2]])
    np.testing.assert_allclose(floor.get_ydata(), 2.0768)
    assert "the floor, 2.0768" in {text.get_text() for text in ax.texts}
    assert curve.get_linestyle() == "--"


def test_the_best_moment_on_unseen_text_is_marked():
    ax = figures.plot_language_training([3.8, 2.5, 2.2], 2.0, held_out=[3.9, 2.9, 3.3])

    unseen, best = ax.lines[2:]
    np.testing.assert_allclose(unseen.get_ydata(), [3.9, 2.9, 3.3])
    np.testing.assert_allclose(best.get_xydata(), [[2, 2.9]])


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()

    assert figures.plot_next_letter([1.0], {}, ["a"], ax=ax) is ax
    assert figures.plot_language_training([3.0, 2.0], 1.0, ax=ax) is ax
