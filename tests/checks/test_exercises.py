"""Every exercise: the reference is right, every known idea is named, nothing wrong passes."""

import inspect
import math
import re
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossfns
from lossfns.checks import check, exercise_ids, hint, question, reference, solution
from lossfns.checks._registry import EXERCISES, find
from lossfns.checks._trial import answers
from lossfns.judging.compare import same
from lossfns.judging.misconceptions import MISCONCEPTIONS

QUESTIONS = [exercise for exercise in EXERCISES.values() if exercise.question]
FUNCTIONS = [exercise for exercise in EXERCISES.values() if not exercise.question]
MUTANTS = [(exercise, mutant) for exercise in EXERCISES.values() for mutant in exercise.mutants]


def by_id(value):
    return getattr(value, "id", None) or getattr(value, "misconception", None)


def per_exercise(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=by_id)


def attempt_of(exercise, function):
    return function(*exercise.probes()[0]) if exercise.question else function


@per_exercise(EXERCISES.values())
def test_reference_is_correct(exercise):
    assert check(exercise.id, reference(exercise.id)).outcome == "correct"


@pytest.mark.parametrize(("exercise", "mutant"), MUTANTS, ids=by_id)
def test_wrong_answer_is_diagnosed_by_its_own_name(exercise, mutant):
    result = check(exercise.id, attempt_of(exercise, mutant.function))
    assert (result.outcome, result.misconception) == ("incorrect", mutant.misconception)
    assert mutant.shows in result.headline


@per_exercise(EXERCISES.values())
def test_no_two_ideas_give_the_same_answers(exercise):
    probes = list(exercise.probes())
    functions = [exercise.reference, *(mutant.function for mutant in exercise.mutants)]
    given_by = [answers(function, probes) for function in functions]
    for (i, one), (j, other) in combinations(enumerate(given_by), 2):
        pairs = zip(one, other, strict=True)
        assert not all(same(a, b, *(3 * each for each in exercise.tolerance)) for a, b in pairs), (
            f"{functions[i]} and {functions[j]}"
        )


@per_exercise(EXERCISES.values())
def test_exercise_is_whole(exercise):
    names = [mutant.misconception for mutant in exercise.mutants]
    assert 4 <= len(names) <= 8
    assert len(set(names)) == len(names)
    assert set(names) <= set(MISCONCEPTIONS)
    assert 1 <= exercise.minutes <= 30
    texts = [exercise.objective, exercise.why, *exercise.hints]
    texts += [text for mutant in exercise.mutants for text in (mutant.shows, mutant.look)]
    assert all(text == text.strip() and text for text in texts)
    assert all(mutant.shows[0].isupper() and mutant.shows[-1] == "." for mutant in exercise.mutants)
    assert len({exercise.objective for exercise in EXERCISES.values()}) == len(EXERCISES)


def size(arguments):
    return sum(
        size(part) if isinstance(part, (list, tuple)) else np.size(part) for part in arguments
    )


@per_exercise(FUNCTIONS)
def test_probes_are_several_and_grow(exercise):
    sizes = [size(probe) for probe in exercise.probes()]
    assert len(sizes) >= 3
    assert sizes == sorted(sizes)
    assert sizes[0] <= 16, "the first failing input is to be read"


@per_exercise(EXERCISES.values())
def test_probes_are_the_same_every_time(exercise):
    first, second = ([repr(probe) for probe in exercise.probes()] for _ in range(2))
    assert first == second


def test_every_misconception_is_diagnosed_somewhere():
    used = {mutant.misconception for _, mutant in MUTANTS} | {"input-changed"}
    assert set(MISCONCEPTIONS) == used


def test_each_chapter_has_from_three_to_ten_exercises():
    counts = Counter(EXERCISES[exercise_id].chapter for exercise_id in exercise_ids())
    assert all(3 <= count <= 10 for count in counts.values()), counts
    assert list(counts) == sorted(counts)
    assert sum(counts.values()) >= 30


# The solution


@per_exercise(EXERCISES.values())
def test_solution_shown_is_the_code_that_the_check_runs(exercise):
    source = solution(exercise.id, give_up=True).source
    namespace = {"np": np}
    exec(source, namespace)
    function = namespace[exercise.reference.__name__]
    assert check(exercise.id, attempt_of(exercise, function)).outcome == "correct"


@per_exercise(EXERCISES.values())
def test_reference_keeps_its_hands_off_its_input(exercise):
    for probe in exercise.probes():
        before = repr(probe)
        with np.errstate(all="ignore"):
            exercise.reference(*probe)
        assert repr(probe) == before


@per_exercise(EXERCISES.values())
def test_hints_go_from_idea_to_skeleton_without_the_solution(exercise):
    body = inspect.getsource(exercise.reference).splitlines()[-1].strip()
    for level in (1, 2, 3):
        assert body not in repr(hint(exercise.id, level))


# Wrong answers that nobody thought of


def perturbed(exercise, probe_index, part_index, entry, offset):
    """The reference, with one entry of one part of one answer moved by an offset."""
    calls = []

    def attempt(*arguments):
        value = exercise.reference(*arguments)
        calls.append(value)
        if len(calls) - 1 != probe_index % len(exercise.probes()):
            return value
        parts = [np.array(part) for part in (value if isinstance(value, tuple) else (value,))]
        part = parts[part_index % len(parts)]
        if part.size == 0:
            part = np.ones(1)
        elif part.dtype == bool:
            part.flat[entry % part.size] ^= True
        elif np.isinf(part.flat[entry % part.size]):
            part.flat[entry % part.size] = offset
        else:
            was = float(part.flat[entry % part.size])
            moved = was + offset * max(abs(was), 1e3 * exercise.tolerance[1], 1e-2)
            part = part.astype(np.float64)
            part.flat[entry % part.size] = moved
        parts[part_index % len(parts)] = part
        return tuple(parts) if isinstance(value, tuple) else part

    return attempt


@per_exercise(EXERCISES.values())
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    places=st.tuples(*[st.integers(0, 99)] * 3),
    offset=st.floats(1e-2, 3) | st.floats(-3, -1e-2),
)
def test_perturbed_reference_never_passes(exercise, places, offset):
    attempt = perturbed(exercise, *places, offset)
    result = check(exercise.id, attempt_of(exercise, attempt))
    assert result.outcome == "incorrect"


@per_exercise(EXERCISES.values())
@pytest.mark.parametrize("value", [0.0, 1.0, math.nan, math.inf], ids=str)
def test_constant_never_passes(exercise, value):
    def constant(*arguments):
        expected = exercise.reference(*arguments)
        if isinstance(expected, tuple):
            return tuple(np.full(np.shape(part), value) for part in expected)
        return np.full(np.shape(expected), value)

    assert check(exercise.id, attempt_of(exercise, constant)).outcome == "incorrect"


# Right answers in another form


@per_exercise(EXERCISES.values())
@pytest.mark.parametrize("form", ["lists", "single precision", "extra arguments"])
def test_other_form_of_the_right_answer_passes(exercise, form):
    def convert(part):
        array = np.asarray(part)
        if form == "lists":
            return array.tolist()
        with np.errstate(all="ignore"):
            narrow = array.astype(np.float32) if array.dtype == np.float64 else array
        fits = np.allclose(narrow, array, rtol=1e-6, atol=0, equal_nan=True)
        return narrow if form == "single precision" and fits else part

    def attempt(*arguments, verbose=False, scale=1.0):
        value = exercise.reference(*arguments)
        return tuple(map(convert, value)) if isinstance(value, tuple) else convert(value)

    assert check(exercise.id, attempt_of(exercise, attempt)).outcome == "correct"


# Questions with other numbers


@per_exercise(QUESTIONS)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_variant_tells_every_idea_apart(exercise, seed):
    name = f"{exercise.id}@{seed}"
    assert check(name, reference(name)).outcome == "correct"
    variant = find(name)
    for mutant in variant.mutants:
        result = check(name, attempt_of(variant, mutant.function))
        assert (result.outcome, result.misconception) == ("incorrect", mutant.misconception)


@per_exercise(QUESTIONS)
def test_question_shows_its_numbers_and_not_its_answer(exercise):
    words = repr(question(f"{exercise.id}@5"))
    assert words != repr(question(f"{exercise.id}@6"))
    assert not re.search(r"\d\.\d{4,}", words), "a number too long for a pencil"


# Our solutions beside the course's own functions


def one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


def trained(images, labels, classes, rate, steps):
    weights, biases = np.zeros((images.shape[1], classes)), np.zeros(classes)
    for _ in range(steps):
        grad = lossfns.softmax_cross_entropy_with_integer_labels_grad(
            images @ weights + biases, labels
        )
        weights = weights - rate * images.T @ grad / len(images)
        biases = biases - rate * grad.mean(axis=0)
    return weights, biases


def wrong_way(p, labels):
    grad = lossfns.softmax_squared_error_grad(np.log(p), one_hot(p, labels))
    # The logarithm rounds, so a class that is pushed neither way gets a nudge of about 1e-17.
    return (grad < -1e-12) & (one_hot(p, labels) == 0)


def merged(maximum, total, block):
    """The running sum by way of the logarithm of the whole."""
    largest = max(maximum, block.max())
    whole = np.logaddexp(maximum + np.log(total), lossfns.logsumexp(block))
    return largest, np.exp(whole - largest)


LIBRARY = {
    "mse.value": lambda p, y: lossfns.squared_error(p, y).mean(),
    "mse.gradient": lambda p, y: lossfns.squared_error_grad(p, y) / len(p),
    "attempts.sigmoid": lossfns.sigmoid_squared_error_grad,
    "attempts.softmax": lossfns.softmax_squared_error_grad,
    "attempts.wrong_way": wrong_way,
    "ce.binary": lambda p, y: lossfns.sigmoid_binary_cross_entropy(np.log(p / (1 - p)), y),
    "ce.binary_gradient": lossfns.sigmoid_binary_cross_entropy_grad,
    "ce.softmax": lossfns.softmax,
    "ce.categorical": lossfns.softmax_cross_entropy_with_integer_labels,
    "ce.gradient": lambda z, y: lossfns.softmax_cross_entropy_grad(z, one_hot(z, y)) / len(z),
    "ce.train": trained,
    "info.entropy": lossfns.entropy,
    "info.divergence": lossfns.kl_divergence,
    "info.code_length": lambda message, p: lossfns.surprisal(p, base=2)[message].sum(),
    "info.perplexity": lambda batches: lossfns.perplexity(
        lossfns.surprisal(np.concatenate(batches)).mean()
    ),
    "stable.log_sigmoid": lossfns.log_sigmoid,
    "stable.binary": lossfns.sigmoid_binary_cross_entropy,
    "stable.logsumexp": lossfns.logsumexp,
    "stable.divergence": lambda p, q: lossfns.distillation_loss(q, p, temperature=1),
    "stable.merge": merged,
    "more.decide": lambda z, threshold: lossfns.sigmoid(z) >= threshold,
    "more.smooth": lambda y, classes, smoothing: lossfns.smooth_labels(
        np.eye(classes)[y], smoothing
    ),
    "more.focal": lambda z, y, alpha, gamma: lossfns.sigmoid_focal_loss(
        z, y, alpha=alpha, gamma=gamma
    ),
    "more.weighted": lambda losses, y, weights: np.average(losses, weights=weights[y]),
    "more.distillation": lambda s, t, temperature: lossfns.distillation_loss(
        s, t, temperature=temperature
    ),
    "more.pinball": lambda p, y, quantile: lossfns.pinball_loss(p, y, quantile=quantile),
    "more.adjusted": lambda z, y, shares: lossfns.softmax_cross_entropy_with_integer_labels(
        z + np.log(shares), y
    ),
    "more.gaussian": lambda m, s, t, beta: [
        np.exp(beta * s) * slope for slope in lossfns.gaussian_nll_loss_grad(m, t, s)
    ],
    "more.levels": lossfns.cumulative_logit_loss,
    "wild.clip": lambda i, t, log_scale: lossfns.clip_loss(i, t, log_scale=log_scale),
    "wild.negative_sampling": lossfns.negative_sampling_loss,
    "wild.velocity": lossfns.velocity,
    "wild.dice": lambda p, y, smoothing: lossfns.dice_loss(p, y, smoothing=smoothing),
    "wild.ctc_loss": lambda p, y, blank: lossfns.ctc_loss(np.log(p), y, blank=blank),
}


@pytest.mark.parametrize("exercise_id", LIBRARY)
def test_the_courses_own_function_passes(exercise_id):
    assert check(exercise_id, LIBRARY[exercise_id]).outcome == "correct"


def test_questions_have_the_answers_that_the_chapters_compute():
    assert reference("attempts.loudest") == pytest.approx((1 / 3, 8 / 27))
    logits, label = np.log([0.1, 0.7, 0.2]), [1, 0, 0]
    assert reference("attempts.by_hand") == pytest.approx(
        (
            lossfns.softmax_squared_error(logits, label),
            lossfns.softmax_squared_error_grad(logits, label, jacobian="diagonal")[0],
            lossfns.softmax_squared_error_grad(logits, label)[0],
        )
    )
    uniform, label = np.zeros(10), np.eye(10)[0]
    nudges = (
        lossfns.softmax_cross_entropy_grad(uniform, label)[0],
        lossfns.softmax_squared_error_grad(uniform, label)[0],
    )
    assert reference("attempts.uniform") == pytest.approx((*nudges, nudges[0] / nudges[1]))
    assert reference("ce.by_hand") == pytest.approx(
        (
            lossfns.surprisal(0.2),
            *lossfns.softmax_cross_entropy_grad(np.log([0.2, 0.5, 0.3]), [1, 0, 0]),
        )
    )
    clipped = -np.log(1e-15)
    true, nudge = (
        lossfns.sigmoid_binary_cross_entropy(-40.0, 1),
        lossfns.sigmoid_binary_cross_entropy_grad(-40.0, 1),
    )
    assert reference("stable.by_hand") == pytest.approx((clipped, true, 0, nudge))
    soft = lossfns.smooth_labels(np.eye(10)[0], 0.1)
    assert reference("more.by_hand") == pytest.approx((soft[0], soft[1], lossfns.entropy(soft)))
    start = lossfns.softmax_cross_entropy_with_integer_labels(np.zeros(128), 5)
    bits = lossfns.entropy(np.full(128, 1 / 128), base=2)
    assert reference("wild.by_hand") == pytest.approx((start, lossfns.perplexity(start), bits))
    p, q = [0.9, 0.1], [0.8, 0.2]
    assert reference("info.by_hand") == pytest.approx(
        (lossfns.entropy(p), lossfns.cross_entropy(p, q), lossfns.kl_divergence(p, q, base=2))
    )
