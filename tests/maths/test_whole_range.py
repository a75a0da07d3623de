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


def test_every_function_is_held_to_fifty_digits():
    missing = {*lossfns.__all__} - {row.name for row in ROWS} - NOT_COMPARED - PARTS
    assert not missing
