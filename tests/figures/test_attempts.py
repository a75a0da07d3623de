"""What the figures of chapter 2 draw is what lossfns computes."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path

import lossfns
from lossfns import figures
from lossfns.figures.attempts import simplex_points


def test_the_sigmoid_and_its_slope_are_drawn():
    probability, slope, marked = figures.plot_sigmoid_slope(-4.5).lines
    logits = probability.get_xdata()

    np.testing.assert_allclose(probability.get_ydata(), lossfns.sigmoid(logits))
    np.testing.assert_allclose(
        slope.get_ydata(), lossfns.sigmoid(logits) * lossfns.sigmoid(-logits), rtol=1e-9
    )
    np.testing.assert_allclose(marked.get_xdata(), -4.5)


def test_the_whisper_is_the_gradient_of_lossfns_and_peaks_at_one_third():
    wish, whisper = figures.plot_whisper().lines[:2]
    p, loudness = whisper.get_data()
    inside = (p > 0) & (p < 1)

    np.testing.assert_allclose(wish.get_ydata(), 1 - p)
    logits = np.log(p[inside] / (1 - p[inside]))
    np.testing.assert_allclose(
        loudness[inside],
        -lossfns.sigmoid_squared_error_grad(logits, np.ones_like(logits)),
        rtol=1e-9,
    )
    assert p[np.argmax(loudness)] == pytest.approx(1 / 3)
    assert loudness.max() == pytest.approx(8 / 27)


def test_the_bars_are_the_nudges_that_were_given():
    nudges = {"exact": [-0.392, 0.32, 0.072], "cross-entropy": [-0.8, 0.5, 0.3]}

    ax = figures.plot_attempt_nudges(nudges, ("cat", "dog", "bird"))

    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    np.testing.assert_allclose(heights, list(nudges.values()))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["cat", "dog", "bird"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(nudges)


def wrong_way_regions(ax):
    """The two hatched regions: in the first, class 2 is pushed up; in the second, class 1."""
    return [Path(patch.get_xy()) for patch in ax.patches if patch.get_hatch()]


def test_the_hatched_regions_are_where_the_exact_gradient_pushes_a_wrong_class_up():
    regions = wrong_way_regions(figures.plot_wrong_way())
    points = np.random.default_rng(0).dirichlet(np.ones(3), 4000)
    grad = lossfns.softmax_squared_error_grad(np.log(points), np.eye(3)[np.zeros(4000, dtype=int)])

    for region, pushed in zip(regions, (2, 1), strict=True):
        # so near the boundary a polygon of 31 corners can't tell
        clear = np.abs(grad[:, pushed]) > 1e-3
        inside = region.contains_points(simplex_points(points[clear]))
        np.testing.assert_array_equal(inside, grad[clear, pushed] < 0)


def test_the_hatched_regions_cover_39_54_per_cent_of_the_triangle():
    def area(xy):
        x, y = xy.T
        return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2

    covered = sum(area(region.vertices) for region in wrong_way_regions(figures.plot_wrong_way()))

    assert covered / (np.sqrt(3) / 4) == pytest.approx(1 - np.pi / (3 * np.sqrt(3)), abs=2e-4)


def test_marked_points_lie_where_their_probabilities_say():
    ax = figures.plot_wrong_way([(0.2, 0.5, 0.3), (0, 0, 1)])

    first, second = (line.get_xydata() for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(first, [[0.4, 0.1 * np.sqrt(3)]])
    np.testing.assert_allclose(second, [[1, 0]])
    assert "[0.2, 0.5, 0.3]" in {text.get_text() for text in ax.texts}


def test_the_escape_shows_the_true_class_of_each_path():
    ax = figures.plot_escape(
        {"cross-entropy": [[0.1, 0.9], [0.8, 0.2]], "squared error": [[0.1, 0.9], [0.2, 0.8]]}
    )

    squared, cross_entropy = ax.lines
    np.testing.assert_allclose(squared.get_ydata(), [0.1, 0.2])
    np.testing.assert_allclose(cross_entropy.get_ydata(), [0.1, 0.8])
    assert squared.get_linestyle() == "-"
    assert cross_entropy.get_linestyle() == "--"


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()

    assert figures.plot_sigmoid_slope(ax=ax) is ax
    assert figures.plot_whisper(ax=ax) is ax
    assert figures.plot_attempt_nudges({"one": [1.0]}, ["cat"], ax=ax) is ax
    assert figures.plot_wrong_way(ax=ax) is ax
    paths = {"squared error": [[0.5, 0.5]], "cross-entropy": [[0.5, 0.5]]}
    assert figures.plot_escape(paths, ax=ax) is ax
