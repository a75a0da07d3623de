"""The benchmark of grading is short where all benchmarks run, and long when it is asked to be."""

import pytest

from benchmarks.bench_grading import sizes


@pytest.mark.parametrize(
    ("asked", "classes"),
    [([], [10, 100]), (["1000"], [10, 100, 1000]), (["250"], [10, 100, 250]), (["3"], [3])],
)
def test_classes_grow_up_to_the_largest_that_is_asked_for(asked, classes):
    assert sizes(asked) == classes


def test_a_class_of_nobody_is_refused(capsys):
    with pytest.raises(SystemExit):
        sizes(["0"])
    assert "LARGEST must be 1 or more students, got 0" in capsys.readouterr().err
