"""Text for a terminal: what a file holds moves no cursor, sets no title, and hides nothing."""

from __future__ import annotations

from lossfns._text import unseen


def visible(text: str) -> str:
    r"""Return a text in which a sign stands for every character that can't be seen.

    Examples
    --------
    >>> visible("loss\x1b]0;title\x07\nval")
    'loss�]0;title�\nval'
    """
    return "".join("�" if unseen(letter) and letter != "\n" else letter for letter in text)
