"""Sheets for a very large class."""

import pytest

from lossfns.checks import question_sheet
from tests.checks.test_sheet import QUESTIONS

# Its answer is one place between 0 and 1, to three decimals.
FEWER = {"attempts.loudest"}


@pytest.mark.parametrize("exercise_id", sorted({*QUESTIONS} - FEWER))
def test_thousand_students_get_a_thousand_questions(exercise_id):
    rows = question_sheet(exercise_id, 1000).rows
    assert len({words for _, words, _ in rows}) == 1000
