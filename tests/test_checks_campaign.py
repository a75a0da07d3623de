"""No slip passes: every mutation of every solution is refused, or is the same function."""

import numpy as np
import pytest

from lossfns.checks import solution
from lossfns.checks._judge import judge
from lossfns.checks._registry import EXERCISES
from lossfns.checks._trial import answers, try_out
from tests.mutation import sources

FUNCTIONS = [exercise for exercise in EXERCISES.values() if not exercise.question]
OTHER_SEEDS = range(1, 41)


def compiled(source, name):
    namespace = {"np": np}
    exec(compile(source, "<mutant>", "exec"), namespace)
    return namespace[name]


def agree_elsewhere(exercise, one, other):
    """Whether two functions give the same on inputs that the check has not tried."""
    for seed in OTHER_SEEDS:
        trial = try_out(exercise, one, exercise.inputs(seed))
        theirs = answers(other, trial.probes)
        if not trial.ended or not all(map(trial.same, theirs, trial.given)):
            return False
    return True


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_no_slip_in_the_solution_passes_and_none_is_blamed_on_another_idea(exercise):
    source = solution(exercise.id, give_up=True).source
    functions = {mutant.misconception: mutant.function for mutant in exercise.mutants}
    passed, blamed = [], []
    for change, mutated in sources(source):
        attempt = compiled(mutated, exercise.reference.__name__)
        result = judge(exercise, attempt)
        right = result.outcome == "correct"
        if right and not agree_elsewhere(exercise, attempt, exercise.reference):
            passed.append(change)
        named = functions.get(result.misconception)
        if named and not agree_elsewhere(exercise, attempt, named):
            blamed.append((change, result.misconception))
    assert not passed
    assert not blamed
