"""What the judge says of numbers, whatever exercise they answer: word by word, case by case."""

import itertools
import sys
import time
from decimal import Decimal

import numpy as np
import pytest
import torch

from lossfns.judging import bounds
from lossfns.judging.compare import MOST, Unusable, answer, difference, same, show
from lossfns.judging.display import inline
from lossfns.judging.relations import constant, relation

NARROW = (1e-9, 1e-12)  # rtol, atol
ROUNDED = (1e-2, 1e-2)
TWO = np.array([1.0, 2.0])
OTHER = np.array([3.0, 5.0])
KEEP = "round nothing on the way, add no small number, and compute in double precision"
SHAPE = "`np.shape` of what you return; `np.reshape`, `[:, 0]` or `.T` changes it"
FACTOR = "where that comes in; all the rest is right"


def told(*pairs, arguments=(), tolerance=NARROW, rounded=False):
    """What is said of answers that came, each beside what was expected, or None."""
    cases = [(arguments, answer(wanted), came) for wanted, came in pairs]
    cases = [
        (given, wanted, came if came is None or isinstance(came, Unusable) else answer(came))
        for given, wanted, came in cases
    ]
    return relation(cases, tolerance, rounded=rounded)


# --- one number for all inputs ---------------------------------------------------------------


def test_the_same_number_for_every_input_shows_no_idea():
    said = (
        "The same number came back, whatever went in.",
        "what your function does with its arguments",
    )
    assert told((1.0, 4.0), (2.0, 4.0)) == said
    assert told((TWO, [4.0, 4.0]), (OTHER, [4.0, 4.0])) == said
    assert told((TWO, [4.0, 5.0]), (OTHER, [5.0, 5.0])) is None


def test_nothing_but_nan_is_called_nan():
    assert told((1.0, np.nan), (2.0, np.nan)) == (
        "nan came back, whatever went in.",
        "where a logarithm of a negative number, or 0 divided by 0, comes in",
    )
    assert told((1.0, np.nan), (2.0, 7.0)) is None


def test_one_input_alone_is_no_sign_of_a_constant():
    assert told((1.0, 4.0)) is None
    assert told((TWO, [4.0, 4.0])) is None


def test_one_number_beside_nothing_is_no_constant():
    assert not constant([answer([]), answer([1.0])])
    assert constant([answer([1.0]), answer([1.0])])


def test_an_input_without_an_answer_hides_no_constant_and_shows_none():
    assert told((1.0, 4.0), (2.0, None)) is None
    assert told((1.0, 4.0), (2.0, Unusable("text, not real numbers"))) is None


# --- another shape ---------------------------------------------------------------------------


def test_another_shape_is_named_with_both():
    said = told((TWO, TWO[:, np.newaxis]), (OTHER, OTHER[:, np.newaxis]))
    headline = "The numbers are right, the shape is not: (2,) is asked for, (2, 1) came."
    assert said == (headline, SHAPE)
    # The first input may have come back right.
    assert told((TWO, TWO), (OTHER, OTHER[:, np.newaxis])) == (headline, SHAPE)


def test_rows_for_columns_are_another_shape_unless_it_is_a_square():
    table = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    assert "(2, 3) is asked for, (3, 2) came" in told((table, table.T)).headline
    square = table[:, :2]
    assert told((square, square.T), (2 * square, 2 * square.T)) is None


def test_numbers_in_another_arrangement_are_told_so():
    came = Unusable("an array, where 2 things are to come back", np.array([[1.0, 2.0]]))
    cases = [((), (np.array(1.0), np.array(2.0)), came)]
    assert relation(cases, NARROW) == (
        "The numbers are right, the shape is not: 2 numbers is asked for, (1, 2) came.",
        SHAPE,
    )


# --- fewer digits ----------------------------------------------------------------------------


@pytest.mark.parametrize("places", [2, 3, 4, 5, 6])
def test_so_many_decimals_are_counted(places):
    wanted = [np.array([0.123456789, 12.987654321]), np.array([0.55443322, 7.77889911])]
    said = told(*((one, np.round(one, places)) for one in wanted))
    assert said == (f"Close: right to {places} decimals, but not further. Keep more digits.", KEEP)
    cut = [np.trunc(one * 10**places) / 10**places for one in wanted]
    assert told(*zip(wanted, cut, strict=True)) == said


def test_decimals_that_are_wrong_are_not_counted():
    assert told(([0.1234567, 0.7654321], [0.125, 0.767])) is None


def test_one_decimal_or_seven_are_not_counted():
    near, far = 1234.5678, 4321.8765
    assert told((near, round(near, 1)), (far, round(far, 1))) == ("Close: keep more digits.", KEEP)
    nearer = 0.123456789
    assert told((nearer, round(nearer, 7)), tolerance=(0.0, 1e-12)) == (
        "Close: keep more digits.",
        KEEP,
    )


def test_a_nan_among_rounded_numbers_hides_no_decimals():
    wanted = np.array([0.123456789, np.nan])
    assert (
        "right to 3 decimals"
        in told((wanted, np.round(wanted, 3)), (TWO / 3, np.round(TWO / 3, 3))).headline
    )


def test_noise_is_close_and_no_decimals():
    assert told((TWO, TWO * 1.0005), (OTHER, OTHER * 0.9995)) == ("Close: keep more digits.", KEEP)
    assert told((TWO, TWO * 1.002), (OTHER, OTHER * 0.998)) is None


def test_an_answer_to_a_question_is_close_within_a_few_units_of_its_last_digit():
    close = ("Close: keep more digits.", KEEP)
    rounded = {"tolerance": (0.0, 0.01), "rounded": True}
    assert told(([0.0, 1.0], [0.035, 1.0]), **rounded) == close
    assert told(([0.0, 1.0], [0.045, 1.0]), **rounded) is None
    assert told(([100.0, 1.0], [101.0, 1.0]), **rounded) == close
    assert told(([100.0, 1.0], [101.07, 1.0]), **rounded) is None


def test_single_precision_is_close_and_half_of_it_too():
    said = told((TWO / 3, np.float16(TWO / 3)), (OTHER / 7, np.float16(OTHER / 7)))
    assert said == ("Close: keep more digits.", KEEP)


def test_an_input_without_an_answer_is_not_close():
    assert told((TWO, TWO * 1.0005), (OTHER, None)) is None


# --- a mean or a sum -------------------------------------------------------------------------


def test_one_number_for_many_is_a_mean_or_a_sum_or_neither():
    assert told((TWO, 1.5), (OTHER, 4.0)) == (
        "One number came back: the mean of those that are asked for.",
        "leave out the last mean: each number is wanted on its own",
    )
    assert told((TWO, [3.0]), (OTHER, [[8.0]])) == (
        "One number came back: the sum of those that are asked for.",
        "leave out the last sum: each number is wanted on its own",
    )
    assert told((TWO, 7.0), (OTHER, 11.0)) is None
    assert told((TWO, 1.5), (OTHER, OTHER + 1)) is None
    assert told((TWO, 1.5), (OTHER, None)) is None


def test_many_numbers_for_one_have_its_mean_or_sum_or_neither():
    assert told((1.5, TWO), (4.0, OTHER)) == (
        "Several numbers came back, and their mean is what is asked for.",
        "take the mean before you return",
    )
    assert told(([3.0], TWO), ([8.0], OTHER)) == (
        "Several numbers came back, and their sum is what is asked for.",
        "take the sum before you return",
    )
    assert told((7.0, TWO), (11.0, OTHER)) is None
    assert told((1.5, TWO), (OTHER, OTHER + 1)) is None
    assert told((1.5, TWO), (4.0, None)) is None


def test_no_mean_is_seen_where_one_number_came_for_one():
    assert told((1.0, 5.0), (2.0, 7.0)) is None


# --- one factor ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "names"),
    [
        (-1.0, "the sign"),
        (2.0, "a factor 2"),
        (0.5, "a factor ½"),
        (1 / np.log(2), "a factor 1.4427 (base 2 for base e)"),
        (1 / np.log(10), "a factor 0.4343 (base 10 for base e)"),
        (np.log(2), "a factor 0.6931 (base e for base 2)"),
        (3.0, "a factor N, the length of the first axis"),
        (1 / 3, "a factor 1/N, one over the length of the first axis"),
        (5.0, "a factor K, the length of the last axis"),
        (1 / 5, "a factor 1/K, one over the length of the last axis"),
    ],
)
def test_one_factor_is_named(factor, names):
    for arguments in ((np.zeros((3, 5)),), (7.0, np.zeros((3, 5)))):
        said = told((TWO, factor * TWO), (OTHER, factor * OTHER), arguments=arguments)
        assert said == (f"Every number is off by the same thing: {names}.", FACTOR)


def test_numbers_are_taken_as_exact_unless_they_answer_a_question():
    cases = [((), (one,), (2 * one,)) for one in (TWO, OTHER)]
    assert relation(cases, NARROW).headline.endswith(": a factor 2.")


def test_a_list_has_a_length_too_and_a_number_none():
    for arguments in (([0.0] * 7,), (1.0, [0.0] * 7), (np.array(1.0), [0.0] * 7)):
        said = told((TWO, 7 * TWO), (OTHER, 7 * OTHER), arguments=arguments)
        assert said is not None
        assert said.headline.endswith("a factor N, the length of the first axis.")
    assert told((TWO, 7 * TWO), (OTHER, 7 * OTHER), arguments=(3.0,)) is None
    assert told((TWO, 7 * TWO), (OTHER, 7 * OTHER), arguments=(np.zeros((0, 0)),)) is None


def test_two_factors_are_named_together_and_the_fewest_are_sought():
    arguments = (np.zeros((3, 5)),)
    assert told((TWO, -3 * TWO / 6), (OTHER, -OTHER / 2), arguments=arguments) == (
        "Every number is off by the same 2 things: the sign and a factor ½.",
        FACTOR,
    )
    said = told((TWO, -5 * TWO), (OTHER, -5 * OTHER), arguments=arguments)
    assert said.headline.endswith("2 things: the sign and a factor K, the length of the last axis.")
    four = (np.zeros(4),)  # ½ is also 2 / N
    said = told((TWO, TWO / 2), (OTHER, OTHER / 2), arguments=four)
    assert said.headline.endswith("by the same thing: a factor ½.")


def test_no_factor_is_seen_in_truths_nor_in_the_answer_to_a_question():
    assert told(([True, False], [-1, 0]), ([False, True], [0, -1])) is None
    assert told((TWO, 2 * TWO), (OTHER, 2 * OTHER), rounded=True, tolerance=ROUNDED) is None
    assert told((TWO, 2 * TWO), (OTHER, None)) is None


# --- what can be compared --------------------------------------------------------------------


def test_nothing_is_told_from_nothing_usable():
    with pytest.raises(Unusable, match=r"^None: is there a `return`\?$"):
        answer(None)
    with pytest.raises(Unusable, match=r"^a str, not real numbers$"):
        answer("two")


def test_another_number_of_things_is_told_with_the_numbers_that_came():
    message = r"^3 things, where 2 are to come back$"
    with pytest.raises(Unusable, match=message) as caught:
        answer([1.0, "two", 3.0], 2)
    assert caught.value.numbers is None
    with pytest.raises(Unusable, match=message) as caught:
        answer([1.0, 2.0, 3.0], 2)
    assert caught.value.numbers.tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(Unusable, match=r"^float, where 2 things are to come back$"):
        answer(1.0, 2)
    with pytest.raises(Unusable, match=r"^ndarray, where 2 things are to come back$"):
        answer(np.array(1.0), 2)
    assert [part.tolist() for part in answer((1.0, [2.0, 3.0]), 2)] == [1.0, [2.0, 3.0]]


@pytest.mark.parametrize(
    "entry", ["1", b"1", None, 1j, np.complex128(1j), Decimal("sNaN"), 10**400]
)
def test_an_object_that_is_no_number_is_refused(entry):
    with pytest.raises(Unusable, match=r"^a list of object, not real numbers$"):
        answer([Decimal(1), entry])


def test_an_iterator_is_unrolled_as_far_as_an_answer_may_go():
    assert answer(iter([1.0, 2.0]))[0].tolist() == [1.0, 2.0]
    assert answer(itertools.repeat(0, MOST))[0].size == MOST
    with pytest.raises(Unusable, match=r"^a repeat that does not end$"):
        answer(itertools.repeat(0, MOST + 1))


def test_a_tensor_leaves_its_graph():
    assert answer([torch.tensor(1.0, requires_grad=True)])[0].tolist() == [1.0]


def test_single_precision_is_held_to_what_it_can_hold():
    eps = float(np.finfo(np.float32).eps)
    one = (np.array(1.0),)
    assert same(one, (np.float32([1 + 15 * eps])[0].reshape(()),), 0.0, 1e-12)
    assert not same(one, (np.float32([1 + 40 * eps])[0].reshape(()),), 0.0, 1e-12)
    # Double precision has no such leave, nor has single where digits near 0 are promised.
    assert not same(one, (np.array(1 + 15 * eps),), 0.0, 1e-12)
    zero = (np.array(0.0),)
    assert same(zero, (np.array(eps, np.float32),), 0.0, 1e-12)
    assert not same(zero, (np.array(eps, np.float32),), 0.0, 0.0)
    assert same(zero, (np.array(16 * eps, np.float32),), 0.0, 1e-12)
    assert not same(zero, (np.array(16.5 * eps, np.float32),), 0.0, 1e-12)


def test_the_largest_numbers_and_infinite_ones_are_compared_without_a_warning():
    assert not same((np.array(-1e308),), (np.array(1e308),), *NARROW)
    endless = np.array([np.inf, -np.inf])
    assert told((endless, 1.0), (endless, 2.0)) is None


def test_answers_of_other_lengths_are_not_the_same():
    one = np.array(1.0)
    assert same((one, one), (one, one), *NARROW)
    assert not same((one, one), (one,), *NARROW)
    assert not same((one,), (one, one), *NARROW)


# --- what is shown ---------------------------------------------------------------------------


def test_numbers_are_shown_on_one_line():
    assert show(np.pi) == "3.14159"
    assert show(np.pi, 3) == "3.14"
    assert show(TWO) == "[1, 2]"
    assert show(np.float32(0.5)) == "0.5 (float32)"
    assert show(np.array([0.5], np.float16)) == "[0.5] (float16)"
    assert show(np.arange(8.0)) == "[0, 1, 2, 3, 4, 5, 6, 7]"
    assert show(np.arange(9.0)) == "[0, 1, ..., 7, 8]"
    assert show("two") == "'two'"
    long = np.full(8, -0.123456)
    assert show(np.stack([long] * 1)) == f"[[{', '.join(['-0.123456'] * 8)}]]"


def test_several_things_are_shown_in_their_own_way():
    assert show([TWO, np.pi, "two"]) == "[[1, 2], 3.14159, 'two']"
    assert show((TWO, np.pi), 3) == "[[1, 2], 3.14]"
    assert show([1, 2]) == "[1, 2]"


def test_a_difference_is_shown_where_it_is():
    assert difference((TWO,), (OTHER,), *NARROW) == ("[1, 2]", "[3, 5]")
    assert difference((TWO, TWO), (TWO, OTHER), *NARROW) == ("part 2: [1, 2]", "part 2: [3, 5]")
    assert difference((TWO,), (TWO[:1],), *NARROW) == ("shape (2,), [1, 2]", "shape (1,), [1]")
    long = np.arange(9.0)
    other = np.where(long > 6, -1.0, long)
    assert difference((long,), (other,), *NARROW) == (
        "at [7]: 7",
        "at [7]: -1 (and 1 more of 9 entries differ)",
    )
    assert difference((long, long), (long, other), *NARROW)[0] == "part 2: at [7]: 7"
    assert difference((long[:8],), (other[:8],), *NARROW)[0] == "[0, 1, 2, 3, 4, 5, 6, 7]"
    with pytest.raises(ValueError, match=r"^the two answers are the same$"):
        difference((TWO,), (TWO,), *NARROW)


def test_what_differs_in_the_seventh_digit_is_shown_whole():
    wanted, came = difference((np.array(1 / 3),), (np.array(1 / 3 + 2**-24),), *NARROW)
    assert (float(wanted), float(came)) == (1 / 3, 1 / 3 + 2**-24)
    wanted, came = difference((np.array(1 / 3),), (np.array(1 / 3 + 1e-5),), *NARROW)
    assert (wanted, came) == ("0.333333", "0.333343")
    tenths = difference((np.array(0.1),), (np.array(0.1 + 2**-24),), *NARROW)
    assert tenths == ("0.10000000000000001", "0.10000005960464478")


def test_what_stands_in_backticks_is_code_and_nothing_else_is_markup():
    assert inline("`p` < 1, not `q`") == "<code>p</code> &lt; 1, not <code>q</code>"


# --- code that fails, prints or does not end --------------------------------------------------


def fails(error):
    raise error


@pytest.mark.parametrize("length", [bounds.MESSAGE - 1, bounds.MESSAGE, bounds.MESSAGE + 1])
def test_a_long_message_is_cut(length):
    fault = bounds.run(lambda: fails(KeyError("x" * (length - 2))), 5).fault
    assert fault.kind == "KeyError"
    whole = f"'{'x' * (length - 2)}'"
    assert fault.message == (whole if length <= bounds.MESSAGE else whole[:-1] + " …")
    # From no line of the learner's.
    assert bounds.fault_of(ValueError("two  words")) == bounds.Fault("ValueError", "two words")


@pytest.mark.parametrize("length", [bounds.PRINTED, bounds.PRINTED + 1])
def test_what_was_printed_is_cut(length):
    def prints():
        assert sys.stdout.writable()
        for _ in range(length):
            sys.stdout.write("x")
        sys.stdout.write("")

    run = bounds.run(prints, 5)
    assert (run.fault, run.stopped) == (None, "")
    assert run.printed == "x" * bounds.PRINTED + " …" * (length > bounds.PRINTED)


def endless(steps=lambda: None):
    while True:
        time.sleep(0.01)
        steps()


def test_code_that_does_not_end_is_stopped_in_its_time():
    start = time.monotonic()
    assert bounds.run(endless, 0.2).stopped == "it was still running after 0.2 seconds"
    assert 0.2 <= time.monotonic() - start < 5


def test_each_step_has_the_time_that_the_whole_would_not_have():
    """As the audit of a loss, which calls it many times."""
    began, steps = [time.monotonic()], []

    def walk():
        for step in range(4):
            began[0] = time.monotonic()
            time.sleep(0.2)
            steps.append(step)

    assert bounds.run(walk, 0.6, began=lambda: began[0]) == bounds.Run()
    assert steps == [0, 1, 2, 3]
    start = time.monotonic()
    assert bounds.run(endless, 0.2, began=lambda: start).stopped
    assert 0.2 <= time.monotonic() - start < 5
