"""Codes that give each symbol its own word of zeros and ones, as in chapter 4."""

from __future__ import annotations

import heapq
from collections.abc import Mapping


def huffman(counts: Mapping[str, int]) -> dict[str, str]:
    """Build the code with the shortest message for symbols that come so often.

    The two rarest symbols are merged into one, again and again; the words on one side get a 0 in
    front, those on the other a 1. So no word is the beginning of another.

    Parameters
    ----------
    counts : mapping of str to int
        How often each symbol comes, at least two of them.

    Returns
    -------
    dict of str to str
        A word of zeros and ones for each symbol.

    Raises
    ------
    ValueError
        If there are fewer than two symbols.

    Examples
    --------
    >>> huffman({"e": 5, "t": 2, "k": 1})
    {'e': '1', 't': '01', 'k': '00'}
    """
    if len(counts) < 2:
        raise ValueError(f"counts must have at least two symbols, got {len(counts)}")
    heap = [(count, [symbol]) for symbol, count in sorted(counts.items())]
    heapq.heapify(heap)
    code = dict.fromkeys(counts, "")
    while len(heap) > 1:
        (few, left), (more, right) = heapq.heappop(heap), heapq.heappop(heap)
        for bit, side in (("0", left), ("1", right)):
            code.update({symbol: bit + code[symbol] for symbol in side})
        heapq.heappush(heap, (few + more, left + right))
    return code


def decode(message: str, code: Mapping[str, str]) -> str:
    """Read a message of zeros and ones back, without any commas.

    Parameters
    ----------
    message : str
        Code words, one after the other.
    code : mapping of str to str
        The word of each symbol; none is the beginning of another.

    Returns
    -------
    str
        The symbols.

    Raises
    ------
    ValueError
        If the message ends in the middle of a word.

    Examples
    --------
    >>> decode("01100", {"e": "1", "t": "01", "k": "00"})
    'tek'
    """
    symbols = {word: symbol for symbol, word in code.items()}
    text, word = [], ""
    for bit in message:
        word += bit
        if word in symbols:
            text.append(symbols[word])
            word = ""
    if word:
        raise ValueError(f"message must end with a whole word, got {word!r} at its end")
    return "".join(text)
