"""What a teacher holds back: hints and solutions that the environment names."""

from __future__ import annotations

import os

from lossfns.judging.display import Message

VARIABLE = "LOSSFNS_HELD_BACK"  # "hints", "solutions" or both


def held_back(what: str) -> Message | None:
    """Return what is said instead of hints or solutions, or None where they are given.

    It keeps an honest student from reading on, and nobody from reading the package's source.
    """
    if what not in os.environ.get(VARIABLE, "").replace(",", " ").lower().split():
        return None
    return Message(f"Your teacher holds the {what} back.", ())
