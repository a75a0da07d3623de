"""A figure's lines stay where Matplotlib drew them, in fewer bytes."""

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st

from sitebuild.strokes import POINTS, bare, shorter

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
    assert shorter(boxes) == "M1 10h1.6v2.3h-1.6zM2.6 10h1.5v2.3h-1.5z"


def test_a_drawing_keeps_every_stroke_and_every_group_that_changes_it():
    drawn = (
        '<g id="axes_1">\n<g id="patch_1"><path id="m1" d="M 0 0"/></g>\n<g id="line_1"/>'
        '<g id="line_2" clip-path="url(#p1)"><use xlink:href="#m1" x="1"/></g>\n</g>'
        '<g id="text_1"><text transform="rotate(-0 1 2)">a <tspan>b</tspan> <tspan>c</tspan>'
        "</text>\n "
        '<text transform="rotate(-90 1 2)">c</text></g><clipPath id="p1"/>'
    )
    assert bare(drawn) == (
        '<path id="m1" d="M 0 0"/><g/>'
        '<g clip-path="url(#p1)"><use xlink:href="#m1" x="1"/></g>'
        "<text>a <tspan>b</tspan> <tspan>c</tspan></text>"
        '<text transform="rotate(-90 1 2)">c</text><clipPath id="p1"/>'
    )
