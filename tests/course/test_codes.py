"""A code is as short as it can be, and what was sent arrives."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossfns import entropy
from lossfns.course.codes import decode, huffman

TEXTS = st.text("abcdefg", min_size=2, max_size=60).filter(lambda text: len(set(text)) > 1)


@given(TEXTS)
def test_what_was_sent_arrives(text):
    code = huffman(Counter(text))
    assert decode("".join(code[letter] for letter in text), code) == text


@given(TEXTS)
def test_the_message_is_within_a_bit_a_letter_of_the_limit(text):
    counts = Counter(text)
    code = huffman(counts)
    average = sum(counts[letter] * len(code[letter]) for letter in counts) / len(text)
    limit = float(entropy([count / len(text) for count in counts.values()], base=2))

    assert limit - 1e-9 <= average < limit + 1


@given(TEXTS)
def test_no_word_is_the_beginning_of_another(text):
    words = sorted(huffman(Counter(text)).values())
    assert not any(longer.startswith(word) for word, longer in pairwise(words))


def test_one_symbol_makes_no_code():
    with pytest.raises(ValueError, match="at least two symbols, got 1"):
        huffman({"a": 3})


def test_a_cut_message_is_refused():
    with pytest.raises(ValueError, match="whole word, got '0'"):
        decode("10", {"e": "1", "t": "01", "k": "00"})
