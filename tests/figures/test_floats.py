"""What the figures of chapter 5 draw is what floats and lossfns do."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import lossfns
from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY, MSE


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_format_gives_up_between_just_below_and_just_above_the_size_drawn(dtype):
    one, overflow, zero = figures.float_reach(dtype)

    with np.errstate(over="ignore", under="ignore"):
        for size, fails in (
            (one, lambda z: 1 / (1 + np.exp(-z)) == 1),
            (overflow, lambda z: np.isinf(np.exp(z))),
            (zero, lambda z: np.exp(-z) == 0),
        ):
            assert not fails(dtype(size * 0.999))
            assert fails(dtype(size * 1.001))


def test_every_format_is_drawn_with_its_three_sizes_and_their_numbers():
    ax = figures.plot_float_reach()

    drawn = np.array([line.get_xdata() for line in ax.lines])
    np.testing.assert_allclose(
        drawn.T, [[7.62, 11.09, 17.33], [16.64, 88.72, 103.97], [36.74, 709.78, 745.13]], atol=5e-3
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["float16", "float32", "float64"]
    assert {t.get_text() for t in ax.texts} >= {"7.6", "16.6", "36.7", "88.7", "709.8"}


def test_the_clipped_loss_leaves_the_ramp_at_the_clip():
    squared, ramp, clipped = figures.plot_clip("loss").lines
    z = ramp.get_xdata()

    p = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(ramp.get_ydata(), np.logaddexp(0, -z), rtol=1e-12)
    np.testing.assert_allclose(squared.get_ydata(), (1 - p) ** 2, atol=1e-12)
    left = z < np.log(1e-15)
    np.testing.assert_allclose(clipped.get_ydata()[left], -np.log(1e-15))
    np.testing.assert_allclose(clipped.get_ydata()[~left], ramp.get_ydata()[~left], atol=1e-9)


def test_the_clip_silences_exactly_the_most_wrong_logits():
    squared, full, clipped = figures.plot_clip("nudge", clip=1e-7).lines
    z = full.get_xdata()

    np.testing.assert_allclose(full.get_ydata(), 1 - lossfns.sigmoid(z), atol=1e-12)
    left = z < np.log(1e-7) - 0.01
    assert not clipped.get_ydata()[left].any()
    np.testing.assert_allclose(clipped.get_ydata()[~left], full.get_ydata()[~left], atol=1e-4)
    assert squared.get_ydata().max() == pytest.approx(8 / 27, abs=1e-4)


@pytest.mark.parametrize("quantity", ["loss", "nudge"])
def test_squared_error_is_solid_blue_and_cross_entropy_dashed_red(quantity):
    squared, cross, _ = figures.plot_clip(quantity).lines

    assert (squared.get_color(), squared.get_linestyle()) == (MSE["color"], "-")
    assert (cross.get_color(), cross.get_linestyle()) == (CROSS_ENTROPY["color"], "--")


def test_an_unknown_quantity_is_named_with_what_is_known():
    with pytest.raises(ValueError, match=r'quantity must be "nudge" or "loss", got .slope.'):
        figures.plot_clip("slope")


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_clip(ax=ax) is ax
    assert figures.plot_float_reach(ax=ax) is ax
