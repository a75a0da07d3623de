"""Two builds that are not the same are told apart, and the file is named."""

import pytest

from benchmarks.reproduce import CONDITIONS, difference, row

PAGE = {"a/index.html": b"the same", "b.html": b"one"}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (PAGE | {"b.html": b"ore"}, "b.html differs from byte 1 on"),
        (PAGE | {"b.html": b"one more"}, "b.html differs from byte 3 on"),
        (PAGE | {"a.html": b""}, "a.html is in one build only"),
        ({"b.html": b"one"}, "a/index.html is in one build only"),
    ],
)
def test_the_first_file_that_differs_is_named(other, told):
    assert difference(PAGE, other) == told
    assert row("site", PAGE, other)[1] is False


def test_an_empty_build_is_no_reproduced_build():
    assert row("site", {}, {})[1] is False


def test_two_same_builds_pass():
    assert row("site", PAGE, dict(PAGE))[1] is True


def test_everything_that_may_leave_a_trace_differs_between_the_builds():
    one, other = CONDITIONS
    assert one.folder != other.folder
    assert one.umask != other.umask
    assert one.stamp != other.stamp
    assert all(one.environment[name] != value for name, value in other.environment.items())
