"""A canvas has each digit where its corner says, whole, and noise everywhere."""

import numpy as np
import pytest

from lossfns.course.datasets.canvases import digit_canvases

IMAGES = np.linspace(0.1, 0.9, 9)[:, None, None] * np.ones((1, 8, 8))
LABELS = np.arange(9)


def test_every_digit_stands_where_its_corner_says_and_overlaps_no_other():
    canvases = digit_canvases(IMAGES, LABELS, 50, seed=0, noise=0)

    assert canvases.images.shape == (50, 28, 28)
    assert canvases.corners.shape == (50, 3, 2)
    for image, corners, labels in zip(*canvases, strict=True):
        for (top, left), label in zip(corners, labels, strict=True):
            np.testing.assert_array_equal(image[top : top + 8, left : left + 8], IMAGES[label])
        assert np.count_nonzero(image) == 3 * 64


def test_digits_stand_anywhere_up_to_the_edges():
    corners = digit_canvases(IMAGES, LABELS, 400, seed=0).corners

    assert (corners.min(), corners.max()) == (0, 20)
    assert len(np.unique(corners.reshape(-1, 2), axis=0)) > 350  # of 441


def test_noise_has_the_spread_asked_for_and_pixels_stay_between_0_and_1():
    blank = np.zeros((1, 8, 8))
    noise = digit_canvases(blank, [0], 50, seed=0, noise=0.15).images
    full = digit_canvases(np.ones((1, 8, 8)), [0], 5, seed=0, noise=0.5).images

    assert np.sqrt((noise**2).mean()) == pytest.approx(0.15, abs=0.002)
    assert full.min() >= 0
    assert full.max() == 1


def test_the_same_seed_gives_the_same_canvases_and_another_seed_others():
    first, again, other = (digit_canvases(IMAGES, LABELS, 5, seed=seed) for seed in (3, 3, 4))

    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first.corners != other.corners).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.ones((9, 64))}, r"images must have shape .*got \(9, 64\)"),
        ({"labels": np.arange(8)}, r"labels must have one label .*9 images, got shape \(8,\)"),
        ({"size": 7}, "size must leave room for 3 digits of 8 × 8, got 7"),
        ({"digits": 10}, "size must leave room for 10 digits of 8 × 8, got 28"),
    ],
)
def test_what_fits_on_no_canvas_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        digit_canvases(**{"images": IMAGES, "labels": LABELS, "count": 1, "seed": 0} | arguments)
