"""Text that strangers wrote: which of its characters a terminal or a table could stumble over."""

from unicodedata import category

# Control and format characters (escapes, writing direction), halves of pairs, odd ends of lines.
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
JOINERS = "\u200c\u200d"  # of which Persian words and many emoji are made


def unseen(letter: str) -> bool:
    r"""Return whether a character can't be seen, and does more than to join its neighbours.

    Examples
    --------
    >>> [unseen(letter) for letter in "\x1b\n\u202e\u200da "]
    [True, True, True, False, False, False]
    """
    return category(letter) in UNSEEN and letter not in JOINERS
