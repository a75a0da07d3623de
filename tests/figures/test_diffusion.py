"""The diffusion figures show the formulas and the errors that they are given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossfns import figures
from lossfns.figures.diffusion import ARROW


def arrows(ax):
    """Tail and head of each arrow."""
    return [(a.xyann, a.xy) for a in ax.texts if getattr(a, "arrow_patch", None) is not None]


@pytest.mark.parametrize("alpha_bar", [0.9, 0.2763, 0.01])
def test_the_velocity_is_the_tangent_of_the_circle_and_the_flow_runs_along_the_line(alpha_bar):
    (turn_tail, turn_head), (flow_tail, flow_head) = arrows(figures.plot_two_paths(alpha_bar))
    place = np.sqrt([alpha_bar, 1 - alpha_bar])

    np.testing.assert_allclose(turn_tail, place)
    velocity = (np.array(turn_head) - turn_tail) / ARROW
    assert velocity @ place == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(velocity) == pytest.approx(1)
    assert velocity[1] > 0  # towards the noise
    np.testing.assert_allclose(flow_tail, [0.5, 0.5])
    np.testing.assert_allclose((np.array(flow_head) - flow_tail) / ARROW, [-1, 1])


def test_both_roads_lead_from_the_image_to_the_noise():
    circle, line = (road for road in figures.plot_two_paths().lines if len(road.get_xdata()) > 1)

    for road in (circle, line):
        np.testing.assert_allclose(road.get_xydata()[[0, -1]], [(1, 0), (0, 1)], atol=1e-12)
    np.testing.assert_allclose(np.hypot(*circle.get_data()), 1)


def test_errors_are_drawn_at_their_steps_under_their_names():
    errors = {"velocity": [0.1, 0.3], "noise": [0.1, 4.0]}

    ax = figures.plot_error_by_noise([50, 950], errors, ignorant=0.3)

    *networks, ignorant = ax.lines
    for line, (name, values) in zip(networks, errors.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xydata(), [(50, values[0]), (950, values[1])])
    assert ignorant.get_ydata() == [0.3, 0.3]
    assert ax.get_yscale() == "log"
    assert len({line.get_linestyle() for line in networks}) == 2


def test_figures_are_drawn_where_they_are_asked_to_be():
    ax = Figure().add_subplot()

    assert figures.plot_two_paths(ax=ax) is ax
    assert figures.plot_error_by_noise([0, 1], {"image": [1.0, 2.0]}, ax=ax) is ax
