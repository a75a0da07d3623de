"""No slip passes, and none is blamed on an idea that it does not show.

Every solution, every other right answer and every known wrong one is changed in one place, in
every way. What the check then calls correct must be the same function as the solution, and what it
gives a name must be the same function as the idea of that name, on inputs not tried before.
"""

import ast
import copy
import importlib
import inspect
import signal
import sys
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lossfns.checks._judge import judge
from lossfns.checks._registry import EXERCISES
from lossfns.checks._trial import answers
from lossfns.judging.compare import answer, same
from tests.checks.mutation import mutants

pytestmark = pytest.mark.long

FUNCTIONS = [exercise for exercise in EXERCISES.values() if not exercise.question]
OTHER_SEEDS = range(1, 5)
CLOCK = getattr(signal, "ITIMER_VIRTUAL", None)  # the time that this process computes
SECONDS = 1.0  # of it that changed code may take for one input; right code takes a thousandth
FAR = 0.01  # no exercise takes a number so far off for the right one
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


def stop(*_):
    raise TimeoutError


@pytest.fixture(autouse=True)
def little_room(monkeypatch):
    """Keep a change that grows without end from taking the whole machine's memory and time."""
    if sys.platform != "linux":  # elsewhere the system does not keep to such limits
        monkeypatch.setattr(signal, "setitimer", lambda *_: None, raising=False)
        yield
        return
    resource = importlib.import_module("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, before[1]))
    ringing = signal.signal(signal.SIGVTALRM, stop)
    yield
    signal.signal(signal.SIGVTALRM, ringing)
    resource.setrlimit(resource.RLIMIT_AS, before)


@cache
def inputs(exercise_id, seed=0):
    """What the check tries, or, with another seed, the random inputs that it would draw."""
    exercise = EXERCISES[exercise_id]
    return exercise.inputs(seed)[len(exercise.probes()) if seed else 0 :]


def as_definition(function):
    """A function as a module that defines `attempt`; None where a closure is part of it."""
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
    return ast.parse(ast.unparse(ast.fix_missing_locations(definition)))


def compiled(tree, function):
    """The function that a changed definition gives, if it gives any."""
    namespace = dict(function.__globals__)
    try:
        exec(compile(tree, "<mutant>", "exec"), namespace)
    except (SyntaxError, SyntaxWarning):
        return None
    return namespace["attempt"]


@cache
def answers_of(exercise_id, function, seed):
    return answers(function, inputs(exercise_id, seed))


@contextmanager
def quiet():
    """Let no slip of the numbers warn."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def given_by(attempt, arguments, parts):
    """What an attempt answers, as arrays; None where it fails, or takes too long."""
    own = [one.copy() if isinstance(one, np.ndarray) else copy.deepcopy(one) for one in arguments]
    try:
        signal.setitimer(CLOCK, SECONDS)
        return answer(attempt(*own), parts)
    except Exception:
        return None
    finally:
        signal.setitimer(CLOCK, 0)


def alike(expected, given, tolerance):
    """Whether two answers are the same; a look at their bytes and first numbers mostly tells."""
    if len(expected) != len(given):
        return False
    for e, g in zip(expected, given, strict=True):
        if e.shape != g.shape:
            return False
        if e.size:
            wanted, came = float(e.flat[0]), float(g.flat[0])
            if abs(came - wanted) > FAR * (1 + abs(wanted)):
                return False
    pairs = zip(expected, given, strict=True)
    return all(e.dtype == g.dtype and e.tobytes() == g.tobytes() for e, g in pairs) or same(
        expected, given, *tolerance
    )


@quiet()
def agreeing(exercise, attempt, functions, seed=0):
    """Those functions that give what an attempt gives on every input of a seed."""
    left = {one: answers_of(exercise.id, one, seed) for one in functions}
    parts = max(len(expected[0]) for expected in left.values())
    for index, arguments in enumerate(inputs(exercise.id, seed)):
        given = given_by(attempt, arguments, parts if parts > 1 else 0)
        if given is None:
            return []
        left = {
            one: expected
            for one, expected in left.items()
            if alike(expected[index], given, exercise.tolerance)
        }
        if not left:
            break
    return list(left)


def agree_elsewhere(exercise, attempt, function):
    """Whether an attempt gives what a function gives on inputs that the check has not tried."""
    return all(agreeing(exercise, attempt, [function], seed) for seed in OTHER_SEEDS)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_no_slip_passes_and_none_is_blamed_on_another_idea(exercise):
    ideas = {mutant.misconception: mutant.function for mutant in exercise.mutants}
    known = [exercise.reference, *ideas.values()]
    wrong = []
    for function in [*known, *RIGHT.get(exercise.id, ())]:
        definition = as_definition(function)
        # A function of the course's own is not what a learner writes.
        if definition is None or function.__module__.startswith("lossfns.act"):
            continue
        for change, mutant in mutants(definition):
            attempt = compiled(mutant, function)
            if attempt is None:
                continue
            # The check praises or names only what agrees with something known on all its inputs.
            doubtful = [
                one
                for one in agreeing(exercise, attempt, known)
                if not agree_elsewhere(exercise, attempt, one)
            ]
            if not doubtful:
                continue
            result = judge(exercise, attempt)
            right = result.outcome == "correct"
            if (exercise.reference if right else ideas.get(result.misconception)) in doubtful:
                slip = f"{ast.unparse(mutant).splitlines()[-1].strip()}: {change}"
                wrong.append((slip, result.misconception or result.outcome))
    assert not wrong


@pytest.mark.parametrize(("exercise", "function"), RIGHT_ANSWERS)
def test_right_answer_in_another_style_passes(exercise, function):
    result = judge(exercise, function)
    assert result.outcome == "correct", repr(result)
    assert agree_elsewhere(exercise, function, exercise.reference)
