"""A strip shows what its labels say, in that order, with nothing else on it."""

from itertools import pairwise

import numpy as np
import pytest

from lossfns.course.datasets.strips import digit_strips

# picture k is filled with k + 1, so that a strip can be read back
IMAGES = np.arange(1.0, 10.0)[:, None, None] * np.ones((1, 4, 3))
LABELS = np.arange(9)


def read_back(image):
    """The pictures on a strip and the widths of the gaps, found by their grey alone."""
    greys = image[0]
    edges = np.flatnonzero(np.diff(greys, prepend=np.nan, append=np.nan))
    runs = [(greys[a], b - a) for a, b in pairwise(edges)]
    digits = [int(grey) - 1 for grey, width in runs if grey for _ in range(width // 3)]
    return digits, [width for grey, width in runs if not grey]


def test_the_labels_are_what_is_on_the_strip_from_left_to_right():
    for image, labels in digit_strips(IMAGES, LABELS, 50, seed=0):
        assert read_back(image)[0] == labels.tolist()
        assert (image == image[0]).all()


def test_numbers_of_digits_and_gaps_are_all_those_asked_for_and_no_others():
    strips = digit_strips(IMAGES, LABELS, 200, seed=1, digits=(2, 4), widest_gap=2)

    assert {len(strip.labels) for strip in strips} == {2, 3, 4}
    assert set().union(*(read_back(strip.image)[1] for strip in strips)) == {1, 2}
    assert {strip.image.shape[0] for strip in strips} == {4}
    # a gap of 0: two pictures touch, or one touches the strip's end
    assert any(strip.image[0, 0] for strip in strips)
    assert min(strip.image.shape[1] - 3 * len(strip.labels) for strip in strips) <= 1


def test_the_same_seed_gives_the_same_strips_and_another_seed_others():
    first, again, other = (digit_strips(IMAGES, LABELS, 5, seed=seed) for seed in (3, 3, 4))

    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a.image, b.image)
    assert [s.labels.tolist() for s in first] != [s.labels.tolist() for s in other]


def test_the_pictures_given_are_not_changed():
    images = IMAGES.copy()
    digit_strips(images, LABELS, 3, seed=0)
    np.testing.assert_array_equal(images, IMAGES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.ones((3, 64)), "labels": [0, 1, 2]}, r"images must have shape .*\(3, 64\)"),
        ({"images": IMAGES, "labels": [0, 1]}, r"labels must have one label for each of the 9"),
        ({"digits": (4, 3)}, r"digits must be the fewest and the most .*\(4, 3\)"),
        ({"widest_gap": -1}, "widest_gap must not be negative, got -1"),
    ],
)
def test_what_makes_no_strip_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        digit_strips(**{"images": IMAGES, "labels": LABELS, "count": 1, "seed": 0} | arguments)
