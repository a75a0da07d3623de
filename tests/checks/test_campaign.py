"""No slip passes, and none is blamed on an idea that it does not show.

Every solution, every other right answer and every known wrong one is changed in one place, in
every way. What the check then calls correct must be the same function as the solution, and what it
gives a name must be the same function as the idea of that name, on inputs not tried before.
"""

import ast
import copy
import importlib
import inspect
import sys
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lossfns.checks._compare import answer, same
from lossfns.checks._judge import judge
from lossfns.checks._registry import EXERCISES
from lossfns.checks._trial import answers
from tests.checks.mutation import sources

FUNCTIONS = [exercise for exercise in EXERCISES.values() if not exercise.question]
OTHER_SEEDS = range(1, 5)
ROOM = 2 * 2**30  # bytes that changed code may take before it gets a MemoryError
RIGHT = {
    exercise_id: functions
    for path in sorted(Path(__file__).parent.glob("right_answers_*.py"))
    for exercise_id, functions in importlib.import_module(f"tests.checks.{path.stem}").RIGHT.items()
}
RIGHT_ANSWERS = [
    pytest.param(EXERCISES[exercise_id], function, id=f"{exercise_id}-{function.__name__}")
    for exercise_id, functions in RIGHT.items()
    for function in functions
]


@pytest.fixture
def little_room():
    """Keep a change that grows without end from taking the whole machine's memory."""
    if sys.platform != "linux":  # elsewhere the system does not keep to such a limit
        yield
        return
    resource = importlib.import_module("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@cache
def inputs(exercise_id, seed=0):
    """What the check tries, or, with another seed, the random inputs that it would draw."""
    exercise = EXERCISES[exercise_id]
    return exercise.inputs(seed)[len(exercise.probes()) if seed else 0 :]


def as_definition(function):
    """A function's source as the definition of `attempt`; None where a closure is part of it."""
    if not inspect.isfunction(function) or function.__closure__:
        return None
    tree = ast.parse(inspect.getsource(inspect.getmodule(function)))
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        and node.lineno == function.__code__.co_firstlineno
    ]
    if len(found) != 1:
        return None
    body = found[0].body
    body = [ast.Return(body)] if isinstance(found[0], ast.Lambda) else body
    definition = ast.FunctionDef("attempt", found[0].args, body, [])
    if "type_params" in ast.FunctionDef._fields:
        definition.type_params = []
    return ast.unparse(ast.fix_missing_locations(definition))


def compiled(source, function):
    """The function that a changed source defines, if it defines any."""
    namespace = dict(function.__globals__)
    try:
        exec(compile(source, "<mutant>", "exec"), namespace)
    except (SyntaxError, SyntaxWarning):
        return None
    return namespace["attempt"]


@cache
def answers_of(exercise_id, function, seed):
    return answers(function, inputs(exercise_id, seed))


def agreeing(exercise, attempt, functions, seed=0):
    """Those functions that give what an attempt gives on every input of a seed."""
    left = list(functions)
    expected = {one: answers_of(exercise.id, one, seed) for one in left}
    parts = max(len(given[0]) for given in expected.values())
    for index, arguments in enumerate(inputs(exercise.id, seed)):
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = answer(attempt(*copy.deepcopy(arguments)), parts if parts > 1 else 0)
        except Exception:
            return []
        left = [one for one in left if same(expected[one][index], given, *exercise.tolerance)]
        if not left:
            break
    return left


def agree_elsewhere(exercise, attempt, function):
    """Whether an attempt gives what a function gives on inputs that the check has not tried."""
    return all(agreeing(exercise, attempt, [function], seed) for seed in OTHER_SEEDS)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_no_slip_passes_and_none_is_blamed_on_another_idea(exercise, little_room):
    ideas = {mutant.misconception: mutant.function for mutant in exercise.mutants}
    known = [exercise.reference, *ideas.values()]
    wrong = []
    for function in [*known, *RIGHT.get(exercise.id, ())]:
        source = as_definition(function)
        # A function of the course's own is not what a learner writes.
        if source is None or function.__module__.startswith("lossfns.act"):
            continue
        for change, mutated in sources(source):
            attempt = compiled(mutated, function)
            # What agrees with nothing known gets neither praise nor a name.
            if attempt is None or not agreeing(exercise, attempt, known):
                continue
            result = judge(exercise, attempt)
            right = result.outcome == "correct"
            shown = exercise.reference if right else ideas.get(result.misconception)
            if shown and not agree_elsewhere(exercise, attempt, shown):
                slip = f"{source.splitlines()[-1].strip()}: {change}"
                wrong.append((slip, result.misconception or result.outcome))
    assert not wrong


@pytest.mark.parametrize(("exercise", "function"), RIGHT_ANSWERS)
def test_right_answer_in_another_style_passes(exercise, function):
    result = judge(exercise, function)
    assert result.outcome == "correct", repr(result)
    assert agree_elsewhere(exercise, function, exercise.reference)
