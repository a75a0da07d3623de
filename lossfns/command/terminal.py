"""Text for a terminal: what a file holds moves no cursor, sets no title, and hides nothing."""

from __future__ import annotations

from unicodedata import category

# Control and format characters (escapes, writing direction), halves of pairs, odd ends of lines.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def visible(text: str) -> str:
    r"""Return a text in which a sign stands for every character that can't be seen.

    Examples
    --------
    >>> visible("loss\x1b]0;title\x07\nval")
    'loss�]0;title�\nval'
    """
    return "".join(
        letter if letter == "\n" or category(letter) not in UNSEEN else "�" for letter in text
    )
