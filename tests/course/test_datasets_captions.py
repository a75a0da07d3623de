"""A caption is described by its letters and their neighbours, and by nothing it leaves out."""

import numpy as np
import pytest

from lossfns.course.datasets.captions import DIGIT_WORDS, letter_counts


def test_the_captions_are_the_ten_digits_in_order():
    assert DIGIT_WORDS[0] == "zero"
    assert DIGIT_WORDS[9] == "nine"
    assert len(set(DIGIT_WORDS)) == 10


def test_every_piece_of_a_word_is_counted():
    counts, pieces = letter_counts(["three", "tee"])
    three = dict(zip(pieces, counts[0], strict=True))

    assert three["e"] == 2
    assert three["ee"] == three["^t"] == three["e$"] == three["hr"] == 1
    assert three["te"] == 0
    # each word: its letters, and one pair more than it has letters
    np.testing.assert_array_equal(counts.sum(axis=1), [5 + 6, 3 + 4])


def test_no_two_captions_look_alike():
    counts, pieces = letter_counts(DIGIT_WORDS)

    assert counts.shape == (10, len(pieces))
    assert np.linalg.matrix_rank(counts) == 10


@pytest.mark.parametrize("words", [[], ["one", ""]])
def test_nothing_to_count_is_refused(words):
    with pytest.raises(ValueError, match="words must be at least one word, none of them empty"):
        letter_counts(words)
