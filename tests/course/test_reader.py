"""The reader of chapter 7's strips: its way back against measured slopes, its reading aloud."""

import numpy as np
import pytest

import lossfns
from lossfns import check_gradient
from lossfns.course.reader import (
    backward,
    collapse,
    edits,
    read,
    read_with_ctc,
    read_with_decoder,
    start,
    windows,
)


def strip(columns=20, seed=0):
    return windows(np.random.default_rng(seed).normal(size=(8, columns)))


@pytest.mark.parametrize("heads", [("ctc",), ("decoder",), ("ctc", "decoder")])
def test_the_slopes_at_the_heads_reach_every_weight_as_differences_measure_them(heads):
    rng = np.random.default_rng(4)
    weights = {name: w + 0.1 * rng.normal(size=w.shape) for name, w in start(1).items()}
    reading = read(weights, strip(), [3, 7, 7])
    slopes = {head: rng.normal(size=getattr(reading, head).shape) for head in heads}
    gradients = backward(weights, reading, **slopes)

    def loss(weights):
        moved = read(weights, strip(), [3, 7, 7])
        return sum((getattr(moved, head) * slope).sum() for head, slope in slopes.items())

    for name, gradient in gradients.items():
        for _ in range(3):
            way = rng.normal(size=gradient.shape)

            def along(far, name=name, way=way):
                return loss(weights | {name: weights[name] + far * way})

            check_gradient(along, lambda far, g=gradient, way=way: (g * way).sum(), 0.0)


def test_a_head_without_a_part_in_the_loss_gets_no_gradient():
    weights = start(0)
    reading = read(weights, strip(), [1])

    assert "ctc" not in backward(weights, reading, decoder=np.ones((2, 11)))
    assert not {"word", "query", "last_word"} & set(
        backward(weights, reading, ctc=np.ones((20, 11)))
    )


def test_the_decoder_looks_everywhere_and_its_looks_sum_to_one():
    reading = read(start(0), strip(), [3, 7])

    assert reading.attention.shape == (3, 20)
    np.testing.assert_allclose(reading.attention.sum(axis=1), 1)


def test_windows_hold_a_column_and_three_on_either_side():
    image = np.arange(16.0).reshape(8, 2)
    middle = windows(image).reshape(2, 8, 7)

    np.testing.assert_array_equal(middle[:, :, 3], image.T)
    assert not middle[0, :, :3].any()


def test_reading_aloud_follows_the_heads_and_stops():
    weights = start(0)
    weights["ctc_bias"] = np.eye(11)[4]
    assert read_with_ctc(weights, strip()) == (4,)

    weights["last_word"] = np.eye(11)[[3, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]] * 50
    assert read_with_decoder(weights, strip()) == (3, 7)

    weights["last_word"] = np.tile(np.eye(11)[2] * 50, (11, 1))
    assert read_with_decoder(weights, strip()) == (2,) * 5


def test_a_transcript_longer_than_the_reader_can_say_is_refused():
    with pytest.raises(ValueError, match="at most 5, got 6"):
        read(start(0), strip(), [1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize(
    ("said", "truth", "least"),
    [((), (), 0), ((1, 2), (1, 2), 0), ((1, 3), (1, 2), 1), ((), (4, 4), 2), ((1, 2, 3), (3,), 2)],
)
def test_edits_are_the_fewest(said, truth, least):
    assert edits(said, truth) == edits(truth, said) == least


def test_the_training_of_the_page_lowers_both_losses():
    weights, frames, labels = start(0), strip(), np.array([3, 7, 7])
    truth = np.append(labels, 0)

    def losses():
        reading = read(weights, frames, labels)
        of_decoder = lossfns.softmax_cross_entropy_with_integer_labels(reading.decoder, truth)
        return lossfns.ctc_loss(reading.ctc, labels), of_decoder.sum()

    before = losses()
    for _ in range(30):
        reading = read(weights, frames, labels)
        gradients = backward(
            weights,
            reading,
            ctc=lossfns.ctc_loss_grad(reading.ctc, labels),
            decoder=lossfns.softmax_cross_entropy_with_integer_labels_grad(reading.decoder, truth),
        )
        weights = {name: w - 0.01 * gradients[name] for name, w in weights.items()}

    assert all(after < first for after, first in zip(losses(), before, strict=True))


def test_equal_neighbours_merge_unless_a_blank_parts_them():
    assert collapse([0, 3, 3, 0, 3]) == (3, 3)
