"""The data that ship with the package are whole."""

from importlib.resources import files

from lossfns.course.datasets import load_sonnets


def test_the_sonnets_are_the_two_named_with_every_line():
    lines = load_sonnets().splitlines()

    assert len(lines) == 28
    assert lines[0] == "Shall I compare thee to a summer's day?"
    assert lines[14] == "Let me not to the marriage of true minds"


def test_a_learner_gets_the_same_characters_on_every_system():
    text = load_sonnets()

    assert text.isascii()
    assert "\r" not in text
    assert (files("lossfns.course.datasets") / "sonnets.txt").read_bytes() == text.encode()
