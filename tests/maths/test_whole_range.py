"""The campaign of `make campaign` in small: every loss and gradient at hard arguments, beside its
value in 50 digits. Warnings are errors here too."""

import numpy as np
import pytest

import lossfns
from benchmarks.exact import ROWS
from benchmarks.judge import Truth, flat

# What has no value of its own to compare: each has tests of another kind.
NOT_COMPARED = {"PartialCrossEntropy", "Value", "check_gradient", "numerical_gradient"}
# What a row calls by another name.
PARTS = {"partial_cross_entropy", "merge_cross_entropy", "finish_cross_entropy"}


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_argument_costs_digits_or_raises_a_warning(row, dtype):
    rng = np.random.default_rng(len(str(row)))
    cases = row.draw(rng, 8 if row.one_by_one else 24, np.dtype(dtype))
    truth = Truth(row, cases, dtype)
    if row.one_by_one:
        results = [row.ours(*case) for case in zip(*cases, strict=True)]
        found = np.concatenate([flat(result, 1) for result in results])
    else:
        results = [row.ours(*cases)]
        found = flat(results[0], len(cases[0]))
    for result in results:
        for part in result if isinstance(result, tuple) else (result,):
            assert part.dtype == dtype or row.call
    off = truth.off(found)
    worst = off.max(axis=1).argmax()
    assert off.max() <= row.bound, [each[worst] for each in cases]
    assert not np.signbit(found[found == 0]).any()


LARGEST, END = float(np.finfo(np.float32).max), np.finfo(np.float64).max
# Met by one of ten thousand cases: a gap between logits that overflows, one model's logits far
# from the other's, terms that cancel.
HARDEST = [
    ("softmax_cross_entropy", np.float32, [0.2, -LARGEST, 2e33, 415], [0.25, 0.125, 0.25, 0.375]),
    ("softmax_cross_entropy", np.float64, [-END, END, 1, 2], [0.25, 0.25, 0.125, 0.375]),
    ("distillation_loss temperature=4.0", np.float64, [1e15] * 3, [-14.5, -1e284, 3.25]),
    ("distillation_loss temperature=4.0", np.float32, [1e15] * 3, [3, 1, 2]),
    ("distillation_loss temperature=0.5", np.float64, [3.6, 1, 0, -END], [985, 1012, 987, 1001]),
    ("distillation_loss temperature=0.5", np.float64, [END, -END, -2], [49.75, -138, -595]),
    (
        "distillation_loss_grad temperature=4.0",
        np.float32,
        [-9991.836, -10033.206, -10073.672],
        [-9991.836, -10033.206, -10073.671],
    ),
    ("kl_divergence", np.float64, [0.99699073, 0.00300927], [0.99569119, 0.00430881]),
    ("kl_divergence", np.float64, [0.99569119, 0.00430881], [0.99699073, 0.00300927]),
    ("poisson_nll_loss full=True", np.float64, 3.0, 20.0),
    ("poisson_nll_loss full=True", np.float64, 2.5, 10.0),
]


@pytest.mark.parametrize(("name", "dtype", "first", "second"), HARDEST)
def test_no_rare_argument_costs_digits(name, dtype, first, second):
    row = next(row for row in ROWS if str(row) == name)
    cases = [np.array([values], dtype) for values in (first, second)]
    assert Truth(row, cases, dtype).off(flat(row.ours(*cases), 1)).max() <= row.bound


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", [row for row in ROWS if "distillation" in row.name], ids=str)
def test_a_student_near_its_teacher_or_far_from_it_costs_no_digit(row, dtype):
    rng = np.random.default_rng(0)
    students, teachers = [], []
    for spread in (0.3, 10.0, 300.0, 3000.0):
        for apart in (1e-9, 1e-5, 0.01, 0.3, 1.0, 5.0, 50.0, 2000.0):
            for both, offset in ((0.0, 0.0), (0.0, -1e4), (1e6, 0.0), (-1e6, 1e4)):
                teacher = both + spread * rng.normal(size=4)
                teachers.append(teacher)
                students.append(teacher + apart * rng.normal(size=4) + offset)
    cases = [np.array(students, dtype), np.array(teachers, dtype)]
    off = Truth(row, cases, dtype).off(flat(row.ours(*cases), len(students)))
    worst = off.max(axis=1).argmax()
    assert off.max() <= row.bound, [students[worst], teachers[worst]]


def test_every_function_is_held_to_fifty_digits():
    missing = {*lossfns.__all__} - {row.name for row in ROWS} - NOT_COMPARED - PARTS
    assert not missing
