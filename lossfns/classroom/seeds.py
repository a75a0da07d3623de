"""Numbers of one's own: a student's name decides which numbers the questions ask about."""

from __future__ import annotations

import hashlib
import unicodedata

# Smaller seeds are those of pages and sheets, whose answers may be printed somewhere.
FIRST, COUNT = 1000, 999_000


def seed(student: str) -> int:
    """Return the seed that belongs to a student, the same on every machine and in every year.

    Parameters
    ----------
    student : str
        As on the roster. Upper case, spaces around it and how an accent is encoded don't matter.

    Returns
    -------
    int
        What stands behind the @ of a question's id, from 1,000 to 999,999.

    Raises
    ------
    ValueError
        If there is no name.

    Examples
    --------
    >>> seed("Ada Lovelace"), seed(" ada  lovelace ")
    (61213, 61213)
    """
    name = normal(student) if isinstance(student, str) else ""
    if not name:
        raise ValueError(f"student must be a name, as on the roster, got {student!r}")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return FIRST + int.from_bytes(digest[:8], "big") % COUNT


def normal(student: str) -> str:
    """Return a name as names are compared.

    Examples
    --------
    >>> normal(" Zoe\u0308  KAHLO") == normal("zoë kahlo")
    True
    """
    name = unicodedata.normalize("NFC", student).casefold()
    return " ".join(unicodedata.normalize("NFC", name).split())
