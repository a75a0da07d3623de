"""Every loss and gradient beside 50 digits, at thousands of hard arguments, and its peers too.

Each row draws its cases from the whole range of its floats. For lossfns, the form in textbooks and
each library that has the function it shows the largest error in ulp, and in how many cases a value
was wrong, a warning came or the call failed. A value is wrong if fewer than half its digits are
right; an ulp is widened by what no algorithm can avoid (`exact.py`). The command fails if lossfns
has a wrong value, a warning or a failure anywhere, or an error above what the row promises.

What is found is kept row by row in _build/campaign.json, so a run that was stopped goes on where it
was, until a formula, or what it is held to, changes.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import jax  # noqa: E402
import numpy as np  # noqa: E402
import sklearn.metrics  # noqa: E402
from bench_losses import torch_gradient, torch_value  # noqa: E402
from cases import CASES  # noqa: E402
from exact import ROWS, indexed, n_softmax  # noqa: E402
from judge import Truth, attempt  # noqa: E402

import lossfns  # noqa: E402

jax.config.update("jax_enable_x64", True)
LIBRARIES = ("lossfns", "textbook", "SciPy", "sklearn", "PyTorch", "Optax")
DTYPES = ("float64", "float32", "float16")
TOGETHER = 500  # cases of one shape
# What the functions of `cases.py` have as their own default.
USUAL = {"delta": 1.0, "gamma": 2.0, "margin": 1.0, "beta": 0.1}
KEPT = Path(__file__).parent.parent / "_build/campaign.json"


def main():
    options = read_options()
    kept, sources = {} if options.fresh else stored(), fingerprint()
    print(__doc__)
    print(f"{'':<51}{'cases':>6}" + "".join(f"{library:>23}" for library in LIBRARIES))
    print(f"{'':<57}" + f"{'ulp wrong warn fail':>23}" * len(LIBRARIES))
    complaints, tables = [], []
    for row in ROWS:
        if options.only and not any(word in str(row) for word in options.only):
            continue
        for dtype in options.dtypes:
            key = f"{row} {dtype} {options.cases} {sources}"
            if key not in kept:
                kept[key] = results(row, np.dtype(dtype), options.cases)
                store(kept)
            print(line(row, dtype, options.cases, kept[key]), flush=True)
            complaints += faults(row, dtype, kept[key])
            tables.append(kept[key])
    print(summary(tables, options.cases))
    print("\n".join(complaints))
    return 1 if complaints else 0


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="of each function and dtype")
    parser.add_argument("--only", nargs="+", help="rows whose name has one of these in it")
    parser.add_argument("--dtypes", nargs="+", default=DTYPES, choices=DTYPES)
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run found")
    return parser.parse_args()


def results(row, dtype, cases):
    """Return for each library its largest error, and the cases that were wrong, warned, failed."""
    rng = np.random.default_rng([len(str(row)), *str(row).encode(), dtype.itemsize])
    found, functions = {}, libraries(row)
    for first in range(0, cases, TOGETHER):
        batch = row.draw(rng, min(TOGETHER, cases - first), dtype)
        truth = Truth(row, batch, dtype)
        for library, function in functions.items():
            values, warned, failed = attempt(function, batch, row.one_by_one)
            if failed == len(batch[0]):  # it has no such function for this dtype
                continue
            with np.errstate(over="ignore"):  # a peer's float64 beyond the dtype is its inf
                values = values.astype(dtype)
            off = truth.off(values)
            wrong = (off > 2 ** (truth.digits / 2)).any(axis=1).sum()
            worst, *counts = found.get(library, (0.0, 0, 0, 0))
            news = (int(wrong), warned, failed)
            found[library] = (
                max(worst, float(off.max())),
                *map(sum, zip(counts, news, strict=True)),
            )
    return found


def libraries(row):
    """Return what is compared: functions of NumPy arrays."""
    functions = {"lossfns": row.ours}
    if row.naive:
        functions["textbook"] = lambda *case: row.naive(*case, *row.last)
    gradient = row.name.endswith("_grad")
    case = next((each for each in CASES if each.name == row.name.removesuffix("_grad")), None)
    if case is None or row.call or not same_knobs(row.knobs, case.knobs):
        return functions
    if case.scipy and not gradient:
        functions["SciPy"] = lambda *arrays: case.scipy(*arrays, *row.last)
    if case.scipy_grad and gradient:
        functions["SciPy"] = case.scipy_grad
    functions["PyTorch"] = tensors(torch_gradient if gradient else torch_value, case.torch, row)
    if case.optax:
        functions["Optax"] = jitted(case.optax, gradient, row.last)
    if row.draw is indexed and not gradient:
        functions["sklearn"] = sklearn_losses
    return functions


def same_knobs(mine, theirs):
    usual = {**USUAL, **theirs}
    return set(theirs) <= set(mine) and all(usual.get(key) == mine[key] for key in mine)


def tensors(call, function, row):
    def run(*arrays):
        return call(function, [np.array(each) for each in (*arrays,)] + list(row.last), 1)()

    return run


def jitted(function, gradient, last):
    if gradient:
        compiled = jax.jit(jax.grad(lambda first, *rest: function(first, *rest).sum()))
    else:
        compiled = jax.jit(function)
    return lambda *arrays: np.asarray(compiled(*map(jax.numpy.asarray, arrays), *last))


def sklearn_losses(logits, labels):
    classes = np.arange(logits.shape[1])
    return np.array(
        [
            sklearn.metrics.log_loss([label], [p], labels=classes)
            for p, label in zip(n_softmax(logits), labels, strict=True)
        ]
    )


def line(row, dtype, cases, found):
    cells = "".join(cell(found.get(library)) for library in LIBRARIES)
    name = re.sub(r"\d+\.\d{5,}", lambda digits: f"{float(digits[0]):.3f}", str(row))
    return f"{name:<48}{dtype[-2:]:>3}{cases:>6}{cells}".rstrip()


def cell(result):
    if result is None:
        return f"{'-':>23}"
    worst, *counts = result
    shown = f"{worst:.1f}" if worst < 1000 else f"{worst:.0e}"
    return f"{shown:>8}" + "".join(f"{count:>5}" for count in counts)


def summary(tables, cases):
    """Return what all rows come to, and in how many another is closer, rounded as they show."""
    lines = [f"\n{'all rows':<10}{'cases':>10}{'wrong':>9}{'warned':>9}{'failed':>9}"]
    for library in LIBRARIES:
        of_this = [found[library] for found in tables if library in found]
        totals = [sum(counts) for counts in list(zip(*of_this, strict=True))[1:]]
        lines.append(
            f"{library:<10}{len(of_this) * cases:>10}" + "".join(f"{n:>9}" for n in totals)
        )
    closer = sum(
        round(min(worst for worst, *_ in found.values()), 1) < round(found["lossfns"][0], 1)
        for found in tables
    )
    lines.append(f"Another is closer than lossfns in {closer} of {len(tables)} rows.")
    return "\n".join(lines)


def faults(row, dtype, found):
    """Return what lossfns promises and does not hold."""
    worst, *counts = found["lossfns"]
    complaints = []
    if any(counts):
        complaints.append(f"{row} {dtype}: wrong, warned, failed in {counts} cases")
    if worst > row.bound:
        complaints.append(f"{row} {dtype}: {worst:.3g} ulp, and promised are {row.bound}")
    return complaints


def stored():
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def store(kept):
    KEPT.parent.mkdir(exist_ok=True)
    part = KEPT.with_suffix(".part")
    part.write_text(json.dumps(kept, indent=0))
    part.replace(KEPT)


def fingerprint():
    """What the results depend on: every formula of lossfns, and what it is held to."""
    here = Path(__file__).parent
    sources = [*Path(lossfns.__file__).parent.glob("*.py"), *here.glob("*.py")]
    return hashlib.sha256(b"".join(each.read_bytes() for each in sorted(sources))).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
