"""What the figures of chapter 4 draw is what lossfns computes."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import stats

from lossfns import figures


def drawn_texts(ax):
    return {text.get_text() for text in ax.texts}


def test_surprise_is_minus_log_p_and_marks_sit_on_the_curve():
    ax = figures.plot_surprisal({"the sun rose": 0.999, "snow": 0.001})

    curve, sun, snow = ax.lines
    p, surprise = curve.get_data()
    np.testing.assert_allclose(surprise, -np.log(p), atol=1e-15)
    np.testing.assert_allclose(
        [sun.get_xydata()[0], snow.get_xydata()[0]],
        [(0.999, 0.0010005), (0.001, 6.9077553)],
        rtol=1e-6,
    )
    assert drawn_texts(ax) == {"the sun rose\n0.0010", "snow\n6.9078"}


@pytest.mark.parametrize("base", [2, np.e])
def test_the_blocks_stand_side_by_side_and_their_area_is_the_entropy(base):
    p = [0.7, 0.2, 0.0, 0.1]

    ax = figures.plot_surprise_areas(p, ["cat", "dog", "fish", "bird"], base=base)

    blocks = ax.patches
    np.testing.assert_allclose([b.get_width() for b in blocks], [0.7, 0.2, 0.1])
    np.testing.assert_allclose([b.get_x() for b in blocks], [0, 0.7, 0.9])
    area = sum(b.get_width() * b.get_height() for b in blocks)
    assert area == pytest.approx(stats.entropy(p, base=base))
    assert not any("fish" in text for text in drawn_texts(ax))


def test_bars_split_cross_entropy_into_the_same_floor_and_a_waste():
    p, q = [0.9, 0.1], [0.5, 0.5]

    ax = figures.plot_cross_entropy_split(p, {"knows": p, "bad": q})

    floors, wastes = ax.containers
    np.testing.assert_allclose([b.get_height() for b in floors], stats.entropy(p))
    np.testing.assert_allclose([b.get_height() for b in wastes], [0, stats.entropy(p, q)])
    np.testing.assert_allclose([b.get_y() for b in wastes], stats.entropy(p))
    assert "H(P, Q) = 0.6931\nKL = 0.3681" in drawn_texts(ax)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_both_scores_are_lowest_where_the_forecast_is_the_truth(p):
    log_scores, _, brier_scores, _ = figures.plot_proper_scores(p).lines[:4]
    q = log_scores.get_xdata()

    np.testing.assert_allclose(log_scores.get_ydata(), -p * np.log(q) - (1 - p) * np.log(1 - q))
    np.testing.assert_allclose(brier_scores.get_ydata(), p * (1 - q) ** 2 + (1 - p) * q**2)
    for scores in (log_scores, brier_scores):
        assert q[scores.get_ydata().argmin()] == pytest.approx(p)


def test_code_words_are_drawn_against_surprise_in_bits_with_the_ideal_as_diagonal():
    diagonal, words = figures.plot_code_lengths([0.5, 0.3, 0.2], [1, 2, 2]).lines

    np.testing.assert_allclose(words.get_xdata(), [1, 1.7369656, 2.3219281])
    np.testing.assert_array_equal(words.get_ydata(), [1, 2, 2])
    np.testing.assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_surprisal(ax=ax) is ax
    assert figures.plot_surprise_areas([0.5, 0.5], "ab", ax=ax) is ax
    assert figures.plot_proper_scores(0.5, ax=ax) is ax
    assert figures.plot_code_lengths([0.5, 0.5], [1, 1], ax=ax) is ax
    assert figures.plot_cross_entropy_split(
        [0.5, 0.5], {"same": [0.5, 0.5]}, ax=Figure().add_subplot()
    )
