"""A verdict is a value, is fair, comes in bounded time, and says the same as text and as HTML."""

import collections
import html
import itertools
import re
import sys
import threading
import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
import torch

from lossfns import checks
from lossfns.checks import check, hint, progress, question, reference, solution
from lossfns.checks._registry import EXERCISES
from lossfns.judging import bounds, compare

RIGHT = reference("mse.value")


@pytest.fixture
def progress_file(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "progress.json"
    monkeypatch.setenv("LOSSFNS_PROGRESS", str(path))
    return path


@pytest.fixture
def patient(monkeypatch):
    """An exercise that gives up after a moment, so that endless attempts end soon."""
    monkeypatch.setitem(EXERCISES, "mse.value", replaced("mse.value", seconds=0.2))


def replaced(exercise_id, **changes):
    return replace(EXERCISES[exercise_id], **changes)


# What comes of an attempt


def stub(predictions, targets): ...


def other_stub(predictions, targets):
    return ...


def stub_of_two_numbers(targets):
    return ..., ...


@pytest.mark.parametrize(
    ("exercise_id", "attempt"),
    [
        ("mse.value", stub),
        ("mse.value", other_stub),
        ("mse.value", ...),
        ("mse.best_constants", stub_of_two_numbers),
        ("mse.by_hand", ...),
        ("mse.by_hand", (..., ..., ...)),
        ("mse.by_hand", [4.31, ..., ...]),
    ],
)
def test_unfilled_stub_is_not_attempted(exercise_id, attempt, progress_file):
    result = check(exercise_id, attempt)
    assert result.outcome == "not_attempted"
    assert result.misconception is None
    assert not progress_file.exists(), "a stub is no try"


ALTERNATIVES = {
    "a loop": lambda p, t: sum((a - b) ** 2 for a, b in zip(p, t, strict=True)) / len(p),
    "a Python float": lambda p, t: float(np.mean((p - t) ** 2)),
    "an array without axes": lambda p, t: np.array(np.mean((p - t) ** 2)),
    "single precision": lambda p, t: np.mean((p - t).astype(np.float32) ** 2),
    "an extra argument": lambda p, t, *, scale=1.0: scale * np.mean((p - t) ** 2),
    "a dot product": lambda p, t: (p - t) @ (p - t) / p.size,
    "another order": lambda p, t: np.mean(p * p - 2 * p * t + t * t),
}


@pytest.mark.parametrize("attempt", ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_alternative_right_answer_passes(attempt):
    assert check("mse.value", attempt).outcome == "correct"


@pytest.mark.parametrize(
    "attempt",
    [
        lambda p, t: (2 * (p - t) / len(p)).tolist(),
        lambda p, t: tuple(2 * (p - t) / len(p)),
        lambda p, t: [2 * (a - b) / len(p) for a, b in zip(p, t, strict=True)],
    ],
)
def test_list_or_tuple_of_numbers_passes_for_an_array(attempt):
    assert check("mse.gradient", attempt).outcome == "correct"


def test_right_answer_to_a_question_passes_as_list_array_or_rounded():
    for answer in ([4.31, -0.5, -1.25], np.array([4.3125, -0.5, -1.25]), (4.3, -0.5, -1.25)):
        expected = "incorrect" if answer[0] == 4.3 else "correct"
        assert check("mse.by_hand", answer).outcome == expected


@pytest.mark.parametrize(
    "convert",
    [
        lambda value: [Fraction(x) for x in value],
        lambda value: tuple(Decimal(x) for x in value),
        lambda value: np.array([Fraction(x) for x in value]),
        lambda value: [sympy.Rational(str(x)) for x in value],
        lambda value: map(float, value),
        lambda value: (x for x in value),
        lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True),
        lambda value: collections.deque(value),
    ],
)
def test_right_numbers_are_right_in_every_type_that_holds_numbers(convert):
    assert check("mse.by_hand", convert([4.3125, -0.5, -1.25])).outcome == "correct"
    gradient = reference("mse.gradient")
    attempt = lambda p, t: convert(gradient(p, t).tolist())  # noqa: E731
    assert check("mse.gradient", attempt).outcome == "correct"


def headline(exercise_id, attempt):
    result = check(exercise_id, attempt)
    assert (result.outcome, result.misconception) == ("incorrect", None)
    return result.headline


def test_right_numbers_in_another_shape_are_told_so():
    gradient = reference("mse.gradient")
    for attempt in (
        lambda p, t: gradient(p, t)[:, np.newaxis],
        lambda p, t: gradient(p, t)[np.newaxis],
        lambda p, t: np.matrix(gradient(p, t)),
    ):
        assert "The numbers are right, the shape is not: (2,) is asked for" in headline(
            "mse.gradient", attempt
        )
    assert "() is asked for, (1,) came" in headline("mse.value", lambda p, t: [RIGHT(p, t)])
    softmax = reference("ce.softmax")
    assert "the shape is not" in headline("ce.softmax", lambda z: softmax(z).T)
    answer = np.array([[4.3125, -0.5, -1.25]])
    assert "3 numbers is asked for, (1, 3) came" in headline("mse.by_hand", answer)


@pytest.mark.parametrize("cut", [np.round, lambda x, d: np.trunc(x * 10**d) / 10**d])
def test_right_numbers_with_too_few_digits_are_called_close(cut):
    assert "Close: right to 3 decimals" in headline("mse.value", lambda p, t: cut(RIGHT(p, t), 3))
    assert "Close: keep more digits" in headline("mse.by_hand", [4.305, -0.5, -1.25])
    half = lambda p, t: np.float16(RIGHT(p, t))  # noqa: E731
    assert "Close" in headline("mse.value", half)


def test_one_factor_on_every_number_is_said_and_two_together():
    gradient = reference("mse.gradient")
    assert "the same 2 things: the sign and a factor ½" in headline(
        "mse.gradient", lambda p, t: -gradient(p, t) / 2
    )
    binary = reference("ce.binary")
    assert "0.4343 (base 10" in headline("ce.binary", lambda p, y: binary(p, y) / np.log(10))


def test_mean_or_sum_too_many_or_too_few_is_said():
    assert "their mean is what is asked for" in headline("mse.value", lambda p, t: (p - t) ** 2)
    gradient = reference("mse.gradient")
    assert "the mean of those" in headline("mse.gradient", lambda p, t: gradient(p, t).mean())


def test_constant_answer_is_blamed_on_no_idea():
    nothing = lambda p, labels: np.zeros(p.shape, bool)  # noqa: E731
    assert "The same number came back" in headline("attempts.wrong_way", nothing)


def test_nothing_but_nan_is_called_nan_and_not_the_same_number():
    with np.errstate(invalid="ignore"):
        assert "nan came back" in headline(
            "mse.value", lambda p, t: np.log(-1 - (p - t) ** 2).sum()
        )


def test_printed_answer_is_told_apart_from_a_returned_one():
    assert "prints, and returns nothing" in headline("mse.value", lambda p, t: print(RIGHT(p, t)))


def test_success_says_how_much_was_tried_and_why_it_works():
    result = check("mse.value", RIGHT)
    assert result.headline == "✓ Correct: right on all 25 inputs we tried."
    assert dict(result.details) == {"Why it works": EXERCISES["mse.value"].why}


def test_wrong_answer_shows_the_smallest_failing_input():
    result = check("mse.value", lambda p, t: np.mean((p - t) ** 2) + (len(p) > 2))
    details = dict(result.details)
    assert (result.outcome, result.misconception) == ("incorrect", None)
    assert result.headline == "✗ Incorrect. 21 of 25 inputs came out wrong."
    assert details["Input"] == "predictions = [2.5, 0, 2.1, 7.8], targets = [3, -0.5, 2, 7.5]"
    assert (details["Expected"], details["Got"]) == ("0.15", "1.15")


def test_difference_too_small_to_see_is_shown_with_more_digits():
    details = dict(check("mse.value", lambda p, t: RIGHT(p, t) * (1 + 1e-5)).details)
    assert details["Expected"] != details["Got"]


def test_wrong_answer_to_a_question_does_not_give_the_answer_away():
    result = check("mse.by_hand", [4.31, -0.5, 7.0])
    assert result.outcome == "incorrect"
    assert dict(result.details)["Got"] == "part 3: 7"
    assert "-1.25" not in repr(result)


def test_diagnosis_names_the_idea_and_shows_it_in_numbers():
    result = check("mse.value", lambda p, t: np.sum((p - t) ** 2))
    assert result.misconception == "sum-for-mean"
    labels = [label for label, _ in result.details]
    assert labels == ["Input", "Expected", "Got", "How we know", "Why it matters", "Next"]


def test_answer_that_breaks_down_later_is_not_blamed_on_a_known_idea():
    def sum_then_raise(predictions, targets):
        if len(predictions) > 5:
            raise ValueError("too long")
        return np.sum((predictions - targets) ** 2)

    assert check("mse.value", sum_then_raise).misconception is None


@pytest.mark.parametrize(
    ("attempt", "got"),
    [
        (lambda p, t: "0.15", "a str, not real numbers"),
        (lambda p, t: itertools.repeat(1.0), "a repeat that does not end"),
        (lambda p, t: {1.0, 2.0}, "a set, not real numbers"),
        (lambda p, t: np.ma.masked_less(p, 2), "a MaskedArray with entries masked out"),
        (lambda p, t: [Fraction(1, 2), "0.5"], "a list of object, not real numbers"),
        (lambda p, t: 1j, "a complex, not real numbers"),
        (lambda p, t: {"mse": 1}, "a dict, not real numbers"),
        (lambda p, t: [[1.0], [1.0, 2.0]], "a list whose rows differ in length"),
        (lambda p, t: (p - t) ** 2, "shape (2,), [4, 1]"),
        (lambda p, t: [np.mean((p - t) ** 2)], "shape (1,), [2.5]"),
        (lambda p, t: np.nan, "nan"),
        (lambda p, t: np.inf, "inf"),
        (lambda p, t: True, "True"),
        (
            lambda p, t: print(p),
            "nothing: what a function prints is lost",
        ),
        (lambda p, t: None if len(p) < 3 else 1.0, "nothing: one way through"),
    ],
)
def test_unusable_answer_is_described(attempt, got):
    result = check("mse.value", attempt)
    assert (result.outcome, result.misconception) == ("incorrect", None)
    assert dict(result.details)["Got"].startswith(got)


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (4.31, "float, where 3 things are to come back"),
        ([4.31, -0.5], "2 things, where 3 are to come back"),
        (["a", -0.5, 1], "a str, not real numbers"),
    ],
)
def test_wrong_number_of_answers_is_described(answer, got):
    assert dict(check("mse.by_hand", answer).details)["Got"] == got


def test_called_function_and_function_for_numbers_are_told_apart():
    assert "no brackets" in repr(check("mse.value", RIGHT(np.ones(2), np.zeros(2))))
    assert "No function came, but this: list." in repr(check("mse.value", [0.5]))
    assert "pass the numbers" in repr(check("mse.by_hand", RIGHT))


# The learner's own faults


def raises(predictions, targets):
    error = predictions - targets
    return error / undefined_name  # noqa: F821


def test_exception_is_shown_with_the_line_in_the_learners_code():
    result = check("mse.value", raises)
    details = dict(result.details)
    assert result.outcome == "error"
    assert "NameError: name 'undefined_name' is not defined" in result.headline
    line = raises.__code__.co_firstlineno + 2
    assert details["In your code"].startswith(f"line {line}: `return error / undefined_name")


def test_line_shown_is_the_learners_and_not_the_librarys():
    def attempt(predictions, targets):
        return np.reshape(predictions, (99, 99))

    details = dict(check("mse.value", attempt).details)
    assert "return np.reshape(predictions, (99, 99))" in details["In your code"]


def test_wrong_number_of_arguments_is_an_error_without_a_line():
    result = check("mse.value", lambda predictions: 1.0)
    assert result.outcome == "error"
    assert "takes 1 positional argument but 2 were given" in result.headline
    assert "In your code" not in dict(result.details)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_attempt_that_ends_the_program_ends_only_itself(error):
    def attempt(predictions, targets):
        raise error

    result = check("mse.value", attempt)
    assert result.outcome == "error"
    assert type(error).__name__ in result.headline


def test_endless_recursion_is_an_error():
    def attempt(predictions, targets):
        return attempt(predictions, targets)

    result = check("mse.value", attempt)
    assert (result.outcome, "RecursionError" in result.headline) == ("error", True)


def test_exception_whose_message_fails_is_still_named():
    class Silent(Exception):
        def __str__(self):
            raise ValueError("no words")

    def attempt(predictions, targets):
        raise Silent

    assert check("mse.value", attempt).headline == "⚠ Your code raised Silent"


def test_endless_loop_is_stopped_and_said(patient):
    def attempt(predictions, targets):
        while True:
            pass

    before = threading.active_count()
    result = check("mse.value", attempt)
    assert result.outcome == "error"
    assert "still running after 0.2 seconds" in result.headline
    for _ in range(50):
        if threading.active_count() == before:
            break
        time.sleep(0.1)
    assert threading.active_count() == before, "the loop goes on in the background"


def test_endless_loop_that_catches_everything_still_gets_its_verdict(patient):
    stop = threading.Event()

    def attempt(predictions, targets):
        while not stop.is_set():
            try:
                time.sleep(0.01)
            except BaseException:
                continue

    try:
        assert check("mse.value", attempt).outcome == "error"
    finally:
        stop.set()


def test_interrupt_by_the_reader_is_a_verdict_too(monkeypatch):
    def interrupted(self, timeout=None):
        monkeypatch.undo()
        raise KeyboardInterrupt

    def attempt(predictions, targets):
        time.sleep(0.3)
        return 1.0

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    result = check("mse.value", attempt)
    assert result.headline == "⚠ Your code did not finish: you stopped it."


def test_platform_without_threads_checks_without_a_limit_and_says_so(monkeypatch):
    def refused(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    result = check("mse.value", RIGHT)
    assert result.outcome == "correct"
    assert "no time limit" in dict(result.details)["Note"]


def test_huge_output_is_caught_and_cut(capsys):
    def attempt(predictions, targets):
        for _ in range(1000):
            print("x" * 10_000)
        return 0.0

    printed = dict(check("mse.value", attempt).details)["Your code printed"]
    assert printed == "x" * bounds.PRINTED + " …"
    assert capsys.readouterr() == ("", "")


def test_output_of_a_right_answer_does_not_spoil_it():
    def attempt(predictions, targets):
        print("here", file=sys.stderr)
        return RIGHT(predictions, targets)

    result = check("mse.value", attempt)
    assert result.outcome == "correct"
    assert set(dict(result.details)["Your code printed"].split()) == {"here"}


def test_warnings_of_an_attempt_stay_silent(recwarn):
    check("mse.value", lambda p, t: np.log(-np.ones(1))[0])
    assert not recwarn.list


def test_attempt_that_changes_its_input_is_told_so():
    def attempt(predictions, targets):
        predictions -= targets
        return np.mean(predictions**2)

    result = check("mse.value", attempt)
    assert (result.outcome, result.misconception) == ("incorrect", "input-changed")


def test_attempt_cannot_spoil_the_next_check():
    def attempt(predictions, targets):
        predictions[:] = 99
        targets[:] = 0
        return 99.0

    assert check("mse.value", attempt).outcome == "incorrect"
    assert check("mse.value", RIGHT).outcome == "correct"


# The checker's own faults


def test_fault_of_the_checker_is_never_blamed_on_the_learner(monkeypatch, progress_file):
    def broken(predictions, targets):
        raise ZeroDivisionError("ours")

    monkeypatch.setitem(EXERCISES, "mse.value", replaced("mse.value", reference=broken))
    result = check("mse.value", RIGHT)
    assert result.outcome == "broken"
    assert "not your fault" in result.headline
    assert not progress_file.exists()


def test_mistyped_exercise_is_no_fault_of_the_check_and_the_nearest_is_named():
    result = check("mse.valu", RIGHT)
    assert result.outcome == "not_attempted"
    assert "did you mean 'mse.value'" in result.headline
    assert "report" not in repr(result)
    for function in (hint, solution, reference, question):
        with pytest.raises(ValueError, match=r"did you mean 'mse\.value'"):
            function("mse.valu")


@pytest.mark.parametrize("exercise_id", ["mse.value@1", "mse.by_hand@", "mse.by_hand@x", None])
def test_impossible_variant_is_refused(exercise_id):
    assert check(exercise_id, RIGHT).outcome == "not_attempted"
    with pytest.raises(ValueError, match=r"variants|whole number|no exercise"):
        reference(exercise_id)


def test_arguments_in_the_wrong_order_are_told_apart_from_a_wrong_id():
    result = check(RIGHT, "mse.value")
    assert result.outcome == "not_attempted"
    assert "comes first" in result.headline


# What is shown


def words(text):
    return re.sub(r"[`\s]+", "", text)


SHOWN = {
    "stub": lambda: check("mse.value", stub),
    "right": lambda: check("mse.value", RIGHT),
    "diagnosed": lambda: check("mse.value", lambda p, t: np.sum((p - t) ** 2)),
    "raised": lambda: check("mse.value", raises),
    "unknown": lambda: check("nothing", RIGHT),
    "hostile": lambda: check("mse.value", lambda p, t: print("<script>alert(1)</script> & `x`")),
    "hint": lambda: hint("mse.line", 3),
    "question": lambda: question("mse.by_hand"),
    "progress": progress,
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_text_and_html_say_the_same_and_html_is_escaped(shown):
    result = shown()
    page = result._repr_html_()
    assert words(html.unescape(re.sub(r"<[^>]+>", "", page))) == words(repr(result))
    assert 'role="status"' in page
    assert "<script" not in page
    assert "color" not in page, "the page's theme decides on colours"


def test_verdict_is_the_same_on_every_run():
    def attempt(predictions, targets):
        return np.sum(predictions)

    first = check("mse.value", attempt)
    check("mse.value", RIGHT)
    assert repr(check("mse.value", attempt)) == repr(first)
    assert check("mse.value", attempt) == first


def test_hints_are_folded_together_and_plain_one_by_one():
    page = hint("mse.value")._repr_html_()
    assert page.count("<details>") == 3
    for level, text in enumerate(EXERCISES["mse.value"].hints, 1):
        assert text in repr(hint("mse.value", level))
        assert repr(hint("mse.value", level)) == repr(hint("mse.value", level))
        assert text not in repr(hint("mse.value"))
    with pytest.raises(ValueError, match="level must be 1, 2 or 3, got 4"):
        hint("mse.value", 4)


def test_solution_waits_for_an_attempt(monkeypatch, progress_file):
    monkeypatch.setattr(checks, "_attempted", set())
    source = "np.mean((predictions - targets) ** 2)"
    assert source not in repr(solution("mse.value"))
    assert source in repr(solution("mse.value", give_up=True))
    check("mse.value", stub)
    assert source not in repr(solution("mse.value"))
    check("mse.value", lambda p, t: 1.0)
    assert source in repr(solution("mse.value"))
    assert source in html.unescape(solution("mse.value")._repr_html_())


# Questions with other numbers


def test_variants_differ_by_seed_and_agree_with_themselves():
    answers = [reference(f"mse.by_hand@{seed}") for seed in (1, 2, 1)]
    assert answers[0] == answers[2] != answers[1]
    assert check("mse.by_hand@1", answers[0]).outcome == "correct"
    assert check("mse.by_hand@2", answers[0]).outcome == "incorrect"
    assert repr(question("mse.by_hand@1")) != repr(question("mse.by_hand@2"))


def test_functions_have_no_question():
    with pytest.raises(ValueError, match="no question in numbers"):
        question("mse.value")


# Comparing


def test_tolerance_suits_the_dtype():
    expected = (np.array(1.0),)
    for dtype, off in ((np.float64, 1e-5), (np.float32, 1e-4)):
        near = (np.array(1.0 + off / 100, dtype),)
        far = (np.array(1.0 + off, dtype),)
        assert compare.same(expected, near, 1e-6, 1e-9)
        assert not compare.same(expected, far, 1e-6, 1e-9)


def test_single_precision_does_not_excuse_a_lost_digit_near_zero():
    lost = (np.array(0.0, np.float32),)
    assert not compare.same((np.array(4e-18),), lost, 1e-6, 0.0)


def test_infinities_and_nan_are_compared_as_such():
    def same(one, other):
        return compare.same((np.array(one),), (np.array(other),), 1e-6, 1e-9)

    assert same(np.inf, np.inf)
    assert same(np.nan, np.nan)
    assert not same(np.inf, -np.inf)
    assert not same(np.inf, 1e308)
    assert not same(1.0, np.nan)


def test_large_answer_is_summed_up():
    expected, got = (np.zeros((4, 5)),), (np.eye(4, 5),)
    texts = compare.difference(expected, got, 1e-6, 1e-9)
    assert texts == ("at [0, 0]: 0", "at [0, 0]: 1 (and 3 more of 20 entries differ)")
    with pytest.raises(ValueError, match="the same"):
        compare.difference(expected, expected, 1e-6, 1e-9)
