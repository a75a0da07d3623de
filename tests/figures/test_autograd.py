"""What the figures of the scalar engine draw is what the engine holds."""

import numpy as np
from matplotlib.figure import Figure

from lossfns import Value, figures


def test_each_named_value_shows_its_number_and_its_gradient():
    a, b = Value(3.0), Value(-2.0)
    product = a * b
    loss = product + 1
    loss.backward()

    ax = figures.plot_value_graph(loss, {a: "a", b: "b", product: "ab", loss: "loss"})

    boxes = {text.get_text(): text.get_position() for text in ax.texts if text.get_text()}
    assert set(boxes) == {
        "a\n3.0000\nslope −2.0000",
        "b\n−2.0000\nslope 3.0000",
        "ab\n−6.0000\nslope 1.0000",
        "loss\n−5.0000\nslope 1.0000",
    }
    assert [y for _, y in boxes.values()] == [0, 0, 1, 2]
    arrows = [text for text in ax.texts if not text.get_text()]
    assert len(arrows) == 3  # the constant 1 has no name and no arrow


def test_no_two_values_of_a_graph_share_a_place():
    logits = [Value(z) for z in (0.1, 0.2, 0.3)]
    powers = [z.exp() for z in logits]
    product = powers[1] * powers[2]
    loss = powers[0] + product
    names = {value: str(k) for k, value in enumerate([*logits, *powers, product, loss])}

    ax = figures.plot_value_graph(loss, names)

    places = [text.get_position() for text in ax.texts if text.get_text()]
    assert len(places) == len(set(places)) == 8


def test_the_line_between_the_moons_is_where_the_score_is_zero():
    points = np.array([[0.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    ax = figures.plot_moons(points, [True, False, True], lambda at: at[:, 0] - 1.25)

    (line,) = ax.collections
    for path in line.get_paths():
        np.testing.assert_allclose(path.vertices[:, 0], 1.25)
    ours, others = ax.lines
    np.testing.assert_allclose(ours.get_xydata(), points[[0, 2]])
    np.testing.assert_allclose(others.get_xydata(), points[[1]])


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()
    value = Value(1.0)

    assert figures.plot_value_graph(value, {value: "loss"}, ax=ax) is ax
    assert figures.plot_moons([[0, 0], [1, 1]], [1, 0], lambda at: at[:, 0] - 0.5, ax=ax) is ax
