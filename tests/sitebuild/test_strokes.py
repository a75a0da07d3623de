"""A figure's lines stay where Matplotlib drew them, in fewer bytes."""

import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.path import Path

from lossfns.figures.style import STYLE
from sitebuild.strokes import MARK, POINTS, SHAPE, bare, in_place, shorter

place = st.floats(-2000, 2000).map(lambda value: f"{value:.6f}".rstrip("0"))


@st.composite
def paths(draw):
    """A path as Matplotlib writes one: moved to, drawn, perhaps closed, perhaps again."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        parts.append("M " + " ".join(draw(place) for _ in range(2)))
        for command in draw(st.lists(st.sampled_from("LCQ"), max_size=6)):
            values = [draw(place) for _ in range(2 * POINTS[command])]
            parts.append(f"{command} " + " ".join(values))
        parts += draw(st.sampled_from([[], ["z"]]))
    return "\n".join(parts)


def strokes(path):
    pen = RecordingPen()
    parse_path(path, pen)
    return pen.value


@given(paths())
def test_every_corner_stays_within_a_hundredth(path):
    long, short = strokes(path), strokes(shorter(path))
    corners = [[np.ravel(points) for _, points in found if points] for found in (long, short)]
    np.testing.assert_allclose(np.concatenate(corners[1]), np.concatenate(corners[0]), atol=0.0051)
    assert [name for name, _ in short] == [name for name, _ in long]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M 10 10 \nL 12 10 \nL 12 8.5 \nL 10 8.5 \nz", "M10 10h2v-1.5h-2z"),
        ("M 0.5 -0.25 L 0.75 0.25 L 1.5 0", "M.5-.25l.25.5.75-.25"),
        ("M 1 1 L 1 1", "M1 1h0"),
    ],
)
def test_what_lies_straight_is_told_shortly(path, expected):
    assert shorter(path).replace(" .", ".") == expected.replace(" .", ".")


def test_a_path_of_another_maker_is_left_alone():
    assert shorter("M 0 0 A 1 1 0 0 1 2 2") == "M 0 0 A 1 1 0 0 1 2 2"


def test_a_box_is_told_to_a_tenth_and_stays_beside_its_neighbour():
    box = "M {0} 10 L {1} 10 L {1} 12.26 L {0} 12.26 z"
    boxes = " ".join(box.format(*sides) for sides in ((1.03, 2.56), (2.56, 4.08)))
    assert shorter(boxes) == "M1 10h1.6v2.3h-1.6zm1.6 0h1.5v2.3h-1.5z"


def test_a_drawing_keeps_every_stroke_and_every_group_that_changes_it():
    drawn = (
        '<g id="axes_1">\n<g id="patch_1"><path id="m1" d="M 0 0"/></g>\n<g id="line_1"/>'
        '<g id="line_2" clip-path="url(#p1)"><use xlink:href="#m1" x="1"/></g>\n</g>'
        '<g id="text_1"><text transform="rotate(-0 1 2)">a <tspan>b</tspan> <tspan>c</tspan>'
        "</text>\n "
        '<text transform="rotate(-90 1 2)">c</text></g><clipPath id="p1"/>'
    )
    assert bare(drawn) == (
        '<path id="m1" d="M 0 0"/>'
        '<g clip-path="url(#p1)"><use xlink:href="#m1" x="1"/></g>'
        "<text>a <tspan>b</tspan> <tspan>c</tspan></text>"
        '<text transform="rotate(-90 1 2)">c</text><clipPath id="p1"/>'
    )


def circled(x, y, *sides, places=6):
    """An ellipse as Matplotlib draws one: eight curves around a middle."""
    points = Path.unit_circle().vertices[:25] * sides + (x, y)
    first, *rest = (f"{across:.{places}f} {down:.{places}f}" for across, down in points)
    curves = (" ".join(rest[start : start + 3]) for start in range(0, 24, 3))
    return f"M {first} " + " ".join(f"C {curve}" for curve in curves) + " z"


@given(
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
    radius=st.floats(0.5, 50),
    places=st.sampled_from([2, 6]),
)
def test_a_circle_is_told_as_one_and_stays_where_it_was(x, y, radius, places):
    told = shorter(circled(x, y, radius, radius, places=places))
    assert re.sub("[^A-Za-z]", "", told) == "Maaz"
    points = [point for _, points in strokes(told) for point in points]
    box = np.min(points, axis=0), np.max(points, axis=0)
    expected = (x - radius, y - radius), (x + radius, y + radius)
    np.testing.assert_allclose(box, expected, atol=0.0151)


def test_an_ellipse_is_not_told_as_a_circle():
    assert "a" not in shorter(circled(0, 0, 2, 2.02))


def mark(x, y, style="fill: red"):
    """A mark as Matplotlib draws one: a use of what stands aside."""
    return f'<use xlink:href="#m" x="{x}" y="{y}" style="{style}"/>'


def placed(uses):
    return in_place(f'<defs><path id="m" d="M-1 0h2" style="stroke: red"/></defs>{uses}')


def test_marks_that_look_alike_are_one_path():
    drawn = '<path d="M2 4h2M5 4.5h2" style="fill: red; stroke: red"/>'
    assert placed(mark(3, 4) + mark(6.004, 4.5)) == drawn


@pytest.mark.parametrize("style", ["fill: red; fill-opacity: 0.4", "fill: blue", "stroke: red"])
def test_marks_that_show_through_or_have_an_edge_stay_one_by_one(style):
    drawn = placed(mark(3, 4, style) + mark(6, 4, style))
    assert re.findall(' d="([^"]*)"', drawn) == ["M2 4h2", "M5 4h2"]


def test_marks_keep_their_order_among_what_is_drawn_between():
    drawn = placed(mark(3, 4) + "<text/>" + mark(6, 4, "fill: blue") + mark(9, 4))
    assert re.findall('<text/>|d="([^"]*)"', drawn) == ["M2 4h2", "", "M5 4h2", "M8 4h2"]


def test_what_is_used_in_another_way_stays():
    turned = '<use xlink:href="#m" transform="scale(2)"/>'
    assert placed(mark(3, 4) + turned).startswith('<defs><path id="m"')


def test_every_mark_of_a_real_drawing_stays_where_it_was():
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], [1, 3, 2], "o")
    axes.plot([1, 2, 3], [3, 1, 2], "x")
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg")
    svg = re.sub(' d="([^"]+)"', lambda path: f' d="{shorter(path[1])}"', bare(buffer.getvalue()))
    shapes = {name: strokes(path)[0][1][0] for name, path, _ in SHAPE.findall(svg)}
    uses = [(np.add(shapes[name], (float(x), float(y)))) for name, x, y, _ in MARK.findall(svg)]
    drawn = in_place(svg)
    assert "<use" not in drawn
    paths = re.findall(' d="([^"]+)"', drawn)
    begun = [points[0] for path in paths for name, points in strokes(path) if name == "moveTo"]
    nearest = [np.abs(np.subtract(begun, use)).max(axis=1).min() for use in uses]
    assert len(nearest) > 6
    assert max(nearest) < 0.0101
