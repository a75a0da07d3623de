"""The segmentation figures show the slopes and losses that lossfns computes."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import lossfns
from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY

LABELS = np.array([[1.0, 1.0, 0.0, 0.0]])


@pytest.mark.parametrize(("pixel", "curve"), [(0, 1), (3, 3)])
def test_dice_slopes_at_a_logit_are_the_packages_in_shape(pixel, curve):
    p = np.array([[0.9, 0.7, 0.3, 0.2]])
    score = 1 - lossfns.dice_loss(p, LABELS)
    x, y = figures.plot_overlap_slopes(score).lines[curve].get_data()

    slope = (lossfns.dice_loss_grad(p, LABELS) * p * (1 - p))[0]
    largest = (p.sum() + LABELS.sum()) / 2 / ((1 - score / 2) / 4)
    drawn = np.interp(np.log(p / (1 - p))[0, pixel], x, y)
    assert drawn == pytest.approx(slope[pixel] * largest, abs=2e-3)


def test_cross_entropy_shouts_at_both_ends_and_dice_is_silent_there():
    inside, dice_inside, outside, dice_outside = figures.plot_overlap_slopes().lines

    assert inside.get_color() == outside.get_color() == CROSS_ENTROPY["color"]
    assert (inside.get_ydata()[0], outside.get_ydata()[-1]) == (
        pytest.approx(-1, abs=1e-3),
        pytest.approx(1, abs=1e-3),
    )
    for dice in (dice_inside, dice_outside):
        np.testing.assert_allclose(dice.get_ydata()[[0, -1]], 0, atol=2e-3)
    assert dice_inside.get_ydata().min() == pytest.approx(-1)


def test_an_empty_mask_costs_one_half_where_the_belief_equals_the_smoothing():
    ax = figures.plot_empty_mask((1e-5, 1.0))

    for line, smoothing in zip(ax.lines, (1e-5, 1.0), strict=True):
        belief, loss = line.get_data()
        np.testing.assert_allclose(loss, belief / (belief + smoothing))
    assert [text.get_text() for text in ax.texts] == ["smoothing 1e-05", "smoothing 1"]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_overlap_slopes(ax=ax) is ax
    assert figures.plot_empty_mask(ax=ax) is ax
