"""What the figures of chapter 3 draw is what lossfns computes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import lossfns
from lossfns import figures
from lossfns.figures.style import CROSS_ENTROPY, MSE


def curves(ax):
    """The lines of an axes without its single dots."""
    return [line for line in ax.lines if len(line.get_xdata()) > 1]


def dots(ax):
    return [
        tuple(map(float, line.get_xydata()[0])) for line in ax.lines if len(line.get_xdata()) == 1
    ]


def test_losses_against_the_probability_are_minus_log_p_and_one_minus_p_squared():
    squared, cross = curves(figures.plot_losses("probability"))
    p = cross.get_xdata()

    assert p.min() > 0
    assert p.max() < 1
    np.testing.assert_allclose(cross.get_ydata(), -np.log(p), rtol=1e-9)
    np.testing.assert_allclose(squared.get_ydata(), (1 - p) ** 2, rtol=1e-9)


def test_losses_against_the_logit_are_a_ramp_and_a_plateau():
    squared, cross = curves(figures.plot_losses("logit"))
    z = cross.get_xdata()

    np.testing.assert_allclose(cross.get_ydata(), np.log1p(np.exp(-z)), rtol=1e-9)
    np.testing.assert_allclose(squared.get_ydata(), 1 / (1 + np.exp(z)) ** 2, rtol=1e-9)
    np.testing.assert_allclose(np.diff(cross.get_ydata())[:5] / np.diff(z)[:5], -1, atol=1e-3)
    np.testing.assert_allclose(np.diff(squared.get_ydata())[:5], 0, atol=1e-3)


@pytest.mark.parametrize(("against", "place"), [("probability", 0.010987), ("logit", -4.5)])
def test_the_spam_mail_of_chapter_2_is_marked_on_both_curves(against, place):
    marked = dots(figures.plot_losses(against))

    np.testing.assert_allclose(marked, [(place, 0.978147), (place, 4.510958)], rtol=1e-4)


def test_an_unknown_axis_is_named_with_what_is_known():
    with pytest.raises(ValueError, match=r'against must be "probability" or "logit", got .p.'):
        figures.plot_losses("p")


def test_the_nudges_at_the_logit_are_drawn_and_cross_entropy_is_never_the_quieter_one():
    ax = figures.plot_nudges()
    squared, cross = curves(ax)
    p = lossfns.sigmoid(cross.get_xdata())

    np.testing.assert_allclose(cross.get_ydata(), 1 - p, rtol=1e-9)
    np.testing.assert_allclose(squared.get_ydata(), 2 * p * (1 - p) ** 2, rtol=1e-9)
    np.testing.assert_allclose(dots(ax), [(-4.5, 0.021494), (-4.5, 0.989013)], rtol=1e-4)


@pytest.mark.parametrize("plot", [figures.plot_losses, figures.plot_nudges])
def test_squared_error_is_solid_blue_and_cross_entropy_dashed_red(plot):
    squared, cross = curves(plot())

    assert (squared.get_color(), squared.get_linestyle()) == (MSE["color"], "-")
    assert (cross.get_color(), cross.get_linestyle()) == (CROSS_ENTROPY["color"], "--")


def test_softmax_arrows_push_the_true_class_up_and_the_others_down_to_zero():
    logits = [2.0, 1.0, 0.5, -1.0, 0.1]

    ax = figures.plot_softmax_nudges(logits, 2, names=["ant", "bee", "cat", "dog", "eel"])

    heights = [bar.get_height() for bar in ax.containers[0]]
    (arrows,) = (c for c in ax.collections if hasattr(c, "U"))
    np.testing.assert_allclose(heights, lossfns.softmax(logits))
    np.testing.assert_allclose(arrows.V, [-0.5585, -0.2055, 0.8754, -0.0278, -0.0835], atol=5e-5)
    np.testing.assert_allclose(arrows.get_offsets()[:, 1], heights)
    assert {"+0.88", "−0.56"} <= {text.get_text() for text in ax.texts}
    assert [t.get_text() for t in ax.get_xticklabels()] == [
        "ant",
        "bee",
        "cat\n(true)",
        "dog",
        "eel",
    ]


def test_the_race_draws_every_run_from_its_first_epoch_and_names_each_loss_once():
    accuracies = {
        "cross_entropy": [[0.1, 0.8, 0.95], [0.2, 0.7, 0.9]],
        "squared_error": [[0.1, 0.3, 0.4], [0.2, 0.5, 0.6]],
    }

    ax = figures.plot_race(accuracies, title="To the goal")

    goal, *runs = ax.lines
    assert goal.get_ydata() == [0.9, 0.9]
    np.testing.assert_array_equal(
        [run.get_ydata() for run in runs], [[0.8, 0.95], [0.7, 0.9], [0.3, 0.4], [0.5, 0.6]]
    )
    np.testing.assert_array_equal(runs[0].get_xdata(), [1, 2])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["cross-entropy", "squared error"]
    assert ax.get_title(loc=plt.rcParams["axes.titlelocation"]) == "To the goal"


def test_a_working_rate_is_one_at_which_every_run_arrives_in_time():
    reached = {0.1: [9, 30, 3], 1.0: [1, 31, 1], 10.0: [1, None, 1]}

    ax = figures.plot_working_rates(
        {"fresh": {"cross_entropy": reached, "squared_error": {0.1: [99], 1.0: [1], 10.0: [1]}}}
    )

    works, fails, *others = ax.lines
    np.testing.assert_array_equal(works.get_xdata(), [0.1, 1, 10])
    np.testing.assert_array_equal(np.isnan(works.get_ydata()), [False, True, True])
    np.testing.assert_array_equal(np.isnan(fails.get_ydata()), [True, False, False])
    np.testing.assert_array_equal(np.isnan(others[0].get_ydata()), [True, False, False])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["cross-entropy", "squared error"]
    assert "fresh" in [text.get_text() for text in ax.texts]


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_losses("logit", ax=ax) is ax
    assert figures.plot_nudges(ax=ax) is ax
    assert figures.plot_softmax_nudges([0.0, 1.0], 0, ax=ax) is ax
    assert figures.plot_race({"cross_entropy": [[0.1, 0.9]]}, ax=ax) is ax
    assert figures.plot_working_rates({"": {"cross_entropy": {1.0: [1]}}}, ax=ax) is ax
