"""What the figures of chapter 6's second half draw is what lossfns computes."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import lossfns
from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY, PALETTE


@pytest.mark.parametrize(("smoothing", "classes", "home"), [(0.1, 10, 4.5109), (0.2, 2, 2.1972)])
def test_a_smoothed_label_comes_to_rest_where_its_push_is_zero(smoothing, classes, home):
    one_hot, smoothed, _, dot = figures.plot_smoothing_nudge(smoothing, classes).lines

    z, push = smoothed.get_data()
    p = np.exp(z) / (np.exp(z) + classes - 1)
    np.testing.assert_allclose(one_hot.get_ydata(), 1 - p, rtol=1e-9)
    np.testing.assert_allclose(push, 1 - smoothing + smoothing / classes - p, atol=1e-12)
    assert dot.get_xdata()[0] == pytest.approx(home, abs=1e-4)
    assert np.interp(home, z, push) == pytest.approx(0, abs=1e-3)
    assert (one_hot.get_color(), one_hot.get_linestyle()) == (CROSS_ENTROPY["color"], "--")


def test_the_picture_and_every_target_are_drawn():
    image = np.array([[0.0, 1.0], [0.5, 0.0]])
    targets = {"label": [1.0, 0.0, 0.0], "teacher": [0.7, 0.2, 0.1]}

    picture, bars = figures.plot_soft_targets(image, targets).child_axes

    assert len(picture.patches[0].get_path().vertices) == 2 * 5
    heights = [[bar.get_height() for bar in group] for group in bars.containers]
    np.testing.assert_allclose(heights, list(targets.values()))
    assert [t.get_text() for t in bars.get_legend().get_texts()] == list(targets)


def test_a_pair_is_a_square_as_large_as_its_nudge_and_solid_where_it_is_pushed_up():
    nudges = np.array([[-0.25, 0.25], [0.04, -0.04]])

    ax = figures.plot_pair_nudges(nudges)

    areas = [square.get_width() * square.get_height() for square in ax.patches]
    np.testing.assert_allclose(np.array(areas) / 0.81, np.abs(nudges).ravel())
    assert [square.get_hatch() is None for square in ax.patches] == [True, False, False, True]
    centres = [square.get_center() for square in ax.patches]
    np.testing.assert_allclose(centres, [(0, 0), (1, 0), (0, 1), (1, 1)], atol=1e-12)
    assert [t.get_text() for t in ax.texts] == ["+0.25", "−0.25", "−0.04", "+0.04"]


def test_a_calibrated_model_keeps_what_it_promised():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(4, 0.5), 40_000)
    labels = (p.cumsum(axis=1) > rng.random((len(p), 1))).argmax(axis=1)

    promised, came_true, share = figures.reliability(p, labels)

    assert share.sum() == pytest.approx(1)
    large = share > 0.05
    np.testing.assert_allclose(came_true[large], promised[large], atol=0.02)


def test_certainty_falls_into_the_last_bin_and_empty_bins_are_left_out():
    promised, came_true, share = figures.reliability([[1.0, 0.0], [1.0, 0.0]], [0, 1])

    assert (promised.tolist(), came_true.tolist(), share.tolist()) == ([1.0], [0.5], [1.0])


def test_every_model_has_its_line_of_promise_and_outcome():
    p = lossfns.softmax(np.random.default_rng(0).normal(size=(200, 3)))
    labels = np.zeros(200, dtype=int)

    ax = figures.plot_reliability({"plain": p, "other": p[:, ::-1]}, labels)

    diagonal, plain, _ = ax.lines
    np.testing.assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    promised, came_true, _ = figures.reliability(p, labels)
    np.testing.assert_allclose(plain.get_data(), [promised, came_true])
    assert plain.get_color() == PALETTE["ce"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["plain", "other"]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_smoothing_nudge(ax=ax) is ax
    assert figures.plot_soft_targets(np.ones((2, 2)), {"a": [1.0, 0.0]}, ax=ax) is ax
    assert figures.plot_pair_nudges(np.zeros((2, 2)), ax=ax) is ax
    assert figures.plot_reliability({"sure": [[1.0, 0.0]]}, [0], ax=ax) is ax
