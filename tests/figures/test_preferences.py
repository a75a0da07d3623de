"""The figures of preferences draw the gains, the losses and the push that they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import dpo_loss, figures

BETTER, WORSE = [0.0, 0.2, -1.0, -8.0], [0.0, -0.4, -3.0, -12.0]


def test_a_pair_pushes_its_two_scores_apart_the_harder_the_more_wrong_their_order():
    ax = figures.plot_pair_loss(reach=4)

    _, loss, up, down = (line.get_xydata() for line in ax.lines)
    lead = loss[:, 0]
    np.testing.assert_allclose([lead[0], lead[-1]], [-4, 4])
    np.testing.assert_allclose(loss[:, 1], np.log1p(np.exp(-lead)))
    np.testing.assert_allclose(up[:, 1], 1 / (1 + np.exp(lead)))
    np.testing.assert_allclose(down[:, 1], -up[:, 1])


def test_gains_start_at_step_zero_with_the_margin_shaded_between_them():
    ax = figures.plot_gains(BETTER, WORSE)

    _, better, worse = ax.lines
    np.testing.assert_allclose(better.get_xydata(), list(enumerate(BETTER)))
    np.testing.assert_allclose(worse.get_xydata(), list(enumerate(WORSE)))
    assert better.get_linestyle() != worse.get_linestyle()
    (area,) = ax.collections
    assert area.get_paths()[0].contains_point((2.9, -10))
    assert not area.get_paths()[0].contains_point((2.9, -2))


@pytest.mark.parametrize("beta", [0.1, 1.0])
def test_each_line_of_equal_loss_costs_what_stands_on_it(beta):
    ax = figures.plot_preference_plane(BETTER, WORSE, beta=beta)

    lines = [line for line in ax.lines if line.get_linestyle() == "--"]
    costs = [text for text in ax.texts if text.get_text()[:1].isdigit()]
    assert len(lines) == len(costs) == 4
    for line, cost in zip(lines, costs, strict=True):
        ends, (x, y) = line.get_xydata(), cost.get_position()
        margins = ends[:, 0] - ends[:, 1]
        np.testing.assert_allclose(margins, x - y)
        loss = dpo_loss(x, y, 0, 0, beta=beta)
        assert float(cost.get_text()) == pytest.approx(loss, abs=0.005)
        assert -12 * 1.15 < min(x, y) <= max(x, y) < 12 * 1.15


def test_the_run_ends_where_its_gains_say_and_the_push_leaves_from_the_reference():
    ax = figures.plot_preference_plane(BETTER, WORSE, beta=0.1)

    run, end = ax.lines[-2:]
    np.testing.assert_allclose(run.get_xydata(), np.transpose([BETTER, WORSE]))
    np.testing.assert_allclose(end.get_xydata(), [[-8, -12]])
    (push,) = (text for text in ax.texts if getattr(text, "arrowprops", None))
    assert push.xyann == (0, 0)
    assert push.xy[0] == -push.xy[1] > 0  # better up, worse down, equally far


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: figures.plot_pair_loss(ax=ax),
        lambda ax: figures.plot_gains([0, 1], [0, -1], ax=ax),
        lambda ax: figures.plot_preference_plane([0, 1], [0, -1], beta=0.1, ax=ax),
    ],
)
def test_figures_are_drawn_where_they_are_asked_to_be(draw):
    ax = Figure().add_subplot()

    assert draw(ax) is ax
