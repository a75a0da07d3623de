"""A check that can't fail is none."""

import pytest


def test_a_relative_tolerance_lets_no_small_number_pass():
    assert pytest.approx(1e-20, rel=1e-3) != 2e-20
    assert pytest.approx(1e-20, rel=1e-3) == 1.0001e-20
    assert pytest.approx([1e-20, 0.0], rel=1e-3) != [1e-20, 1e-15]


def test_what_is_said_to_be_absolute_is():
    assert pytest.approx(1.0, abs=0.1) == 1.05
    assert pytest.approx(0.0, rel=1e-3, abs=0.1) == 0.05
    assert pytest.approx(0.0) == 1e-13
