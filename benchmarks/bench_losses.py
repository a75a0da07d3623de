"""Every loss and gradient beside its peers: times as ratios from one run, memory, and growth.

A ratio is the peer's time over that of lossfns: above 1 lossfns is ahead. The rounds of all methods
are interleaved and the fastest counts, in processor time (on the wall beside two threads).
PyTorch's and JAX's gradients include their forward pass, which they can't do without. "passes" is
the time of lossfns over that of NumPy for one read of the arguments (a loss) or one read and one
write of the result (a gradient); "exps" over that of NumPy's exp of the first argument, in place.
"MB" is what is held beside arguments and result. small: 32 x 10; medium: 4096 x 1000; large:
512 x 128,256, for losses over a vocabulary; `benchmarks/cases.py` has the exceptions.

Where a peer leads, and why. A compiled loop reads each number once, computes all of a formula with
it and writes the result; NumPy takes a step of the formula over a block, then the next. So what
needs many cheap steps (sigmoid, softmax, Huber, Dice) is faster where the whole formula is
compiled, although the blocks stay in the cache: the table of steps says what each of them costs.
distillation_loss, clip_loss, siglip_loss and negative_sampling_loss compute in float64 where
PyTorch stays in float32: half the speed, for digits that float32 loses. ctc_loss walks from frame
to frame in Python. In a small batch a step costs about a microsecond however few numbers there are,
and checking the arguments some more.
"""

import argparse
import os
import sys
import time
from functools import partial
from itertools import product

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax  # noqa: E402
import numpy as np  # noqa: E402
import sklearn.metrics  # noqa: E402
import torch  # noqa: E402
from cases import CASES, SIZES, distributions, indexed, soft  # noqa: E402
from machinery import beyond, exponent, fastest, import_milliseconds  # noqa: E402

import lossfns  # noqa: E402

jax.config.update("jax_enable_x64", True)
PEERS = ("torch 1", "torch 2", "SciPy", "sklearn", "Optax")
ROUNDS = {"small": 15, "medium": 5, "large": 2}
# JAX works in threads of its own, and two threads are worth it only on the wall
CLOCKS = {
    "Optax": time.process_time,
    "torch 2": time.perf_counter,
    "on the wall": time.perf_counter,
}
TOLERANCE = {"float32": 2e-3, "float64": 1e-6}


def main():
    options = read_options()
    print(__doc__)
    print(
        f"{'':<58}{'ms':>9}"
        + "".join(f"{peer:>9}" for peer in (*PEERS, "passes", "exps"))
        + f"{'MB':>7}"
    )
    for case in CASES:
        for kind in ("", "_grad") if case.gradient else ("",):
            if options.only and not any(word in case.name + kind for word in options.only):
                continue
            for size, dtype in product(options.sizes, options.dtypes):
                if size != "large" or dtype in case.large:
                    row(case, kind, size, dtype)
    if not options.only:
        steps()
        growth()
        print(f"import lossfns: {import_milliseconds('lossfns'):.1f} ms beyond NumPy")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", help="rows whose name has one of these in it")
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=SIZES)
    parser.add_argument(
        "--dtypes", nargs="+", default=["float32", "float64"], choices=["float32", "float64"]
    )
    return parser.parse_args()


def row(case, kind, size, dtype):
    arguments = case.arguments(np.random.default_rng(0), SIZES[size], np.dtype(dtype))
    ours = partial(getattr(lossfns, case.name + kind), *arguments, **case.knobs)
    methods = {"lossfns": ours, **peers(case, kind, arguments)}
    check(case.name + kind, methods, TOLERANCE[dtype])
    arrays = [each for each in arguments if isinstance(each, np.ndarray)]
    methods["passes"] = one_write(arrays) if kind else one_read(arrays)
    methods["exps"] = one_exp(arrays[0])
    methods["on the wall"] = ours
    times = fastest(methods, ROUNDS[size], CLOCKS)
    mine = times["lossfns"]
    ratios = "".join(ratio(times, peer) for peer in (*PEERS, "passes", "exps"))
    label = f"{case.name + kind:<47}{size:<7}{dtype[-2:]:>4}"
    print(f"{label}{1e3 * mine:9.3f}{ratios}{beyond(ours):7.1f}", flush=True)


def ratio(times, other):
    if other not in times:
        return f"{'-':>9}"
    mine = times["on the wall" if other == "torch 2" else "lossfns"]
    quotient = times[other] / mine if other in PEERS else mine / times[other]
    return f"{quotient:9.2f}"


def peers(case, kind, arguments):
    found = {}
    for threads in (1, 2):
        call = torch_gradient if kind else torch_value
        found[f"torch {threads}"] = call(case.torch, arguments, threads)
    if case.optax:
        function = case.optax
        if kind:
            function = jax.grad(lambda first, *rest: case.optax(first, *rest).sum())
        jitted, placed = jax.jit(function), [jax.numpy.asarray(each) for each in arguments]
        found["Optax"] = lambda: np.asarray(jitted(*placed).block_until_ready())
    scipy = case.scipy_grad if kind else case.scipy
    if scipy:
        found["SciPy"] = lambda: scipy(*arguments)
    if case.arguments is indexed and not kind:
        found["sklearn"] = lambda: sklearn_loss(*arguments)
    return found


def torch_value(function, arguments, threads):
    tensors = [
        torch.from_numpy(each) if isinstance(each, np.ndarray) else each for each in arguments
    ]

    def call():
        torch.set_num_threads(threads)
        with torch.no_grad():
            return function(*tensors).numpy()

    return call


def torch_gradient(function, arguments, threads):
    first, *rest = (
        torch.from_numpy(each) if isinstance(each, np.ndarray) else each for each in arguments
    )

    def call():
        torch.set_num_threads(threads)
        leaf = first.detach().requires_grad_()
        function(leaf, *rest).sum().backward()
        return leaf.grad.numpy()

    return call


def sklearn_loss(logits, labels):
    p = lossfns.softmax(logits)
    return sklearn.metrics.log_loss(labels, p, labels=np.arange(logits.shape[-1]))


def one_read(arrays):
    return lambda: [each.max() for each in arrays]


def one_write(arrays):
    out = np.zeros_like(arrays[0])
    return lambda: [
        np.copyto(out, each) if each.shape == out.shape else each.max() for each in arrays
    ]


def one_exp(array):
    out = np.zeros_like(array)
    return lambda: np.exp(array, out=out)


def check(name, methods, tolerance):
    expected = methods["lossfns"]()
    expected = expected[0] if isinstance(expected, tuple) else expected
    for peer, call in methods.items():
        found = call()
        if peer == "sklearn":
            np.testing.assert_allclose(found, expected.mean(), rtol=tolerance, err_msg=name)
        elif peer != "lossfns":
            found = np.reshape(found, np.shape(expected))
            np.testing.assert_allclose(
                found, expected, rtol=tolerance, atol=tolerance, err_msg=f"{name}, {peer}"
            )


def steps():
    """Print what NumPy's single steps cost on blocks in the cache, and whole functions of both."""
    print("\nnanoseconds a number: steps on blocks of a quarter megabyte, functions of 16 MB")
    columns = [step_times(dtype) for dtype in (np.float32, np.float64)]
    print(f"{'':<20}{'float32':>9}{'float64':>9}")
    for name in columns[0]:
        print(f"{name:<20}" + "".join(f"{1e9 * column[name]:9.2f}" for column in columns))


def step_times(dtype):
    """Return seconds for one number."""
    rng, width = np.random.default_rng(0), np.dtype(dtype).itemsize
    block = rng.random((64, 2**12 // width), dtype=dtype)
    out, row = np.empty_like(block), block[:, :1].copy()
    table = rng.random((2**14 // width, 1024), dtype=dtype)
    theirs = torch.from_numpy(table)
    torch.set_num_threads(1)
    in_cache = {
        "add": lambda: np.add(block, block, out=out),
        "divide rows": lambda: np.divide(block, row, out=out),
        "largest of rows": lambda: block.max(axis=-1),
        "sum of rows": lambda: block.sum(axis=-1),
        "exp": lambda: np.exp(block, out=out),
        "log": lambda: np.log(block, out=out),
        "log1p": lambda: np.log1p(block, out=out),
    }
    whole = {
        "a copy": table.copy,
        "np.exp": lambda: np.exp(table),
        "torch.exp": lambda: torch.exp(theirs),
        "torch.sigmoid": lambda: torch.sigmoid(theirs),
        "lossfns.sigmoid": lambda: lossfns.sigmoid(table),
        "torch.softmax": lambda: torch.softmax(theirs, -1),
        "lossfns.softmax": lambda: lossfns.softmax(table),
    }
    times = fastest({**in_cache, **whole}, ROUNDS["medium"])
    return {
        name: seconds / (block.size if name in in_cache else table.size)
        for name, seconds in times.items()
    }


def growth():
    """Print how the times of losses over classes grow with examples and with classes."""
    print("\ngrowth in float32, as powers of the number of examples N and of classes V")
    shapes = {
        "N": [(n, 1000) for n in (128, 512, 2048)],
        "V": [(64, v) for v in (1000, 8000, 64_000)],
    }
    for case in CASES:
        if case.arguments in (indexed, soft, distributions):
            for kind in ("", "_grad") if case.gradient else ("",):
                powers = [f"{letter}^{power(case, kind, of):.2f}" for letter, of in shapes.items()]
                print(f"{case.name + kind:<47}{powers[0]:>8}{powers[1]:>8}")


def power(case, kind, shapes):
    calls = {
        shape: partial(
            getattr(lossfns, case.name + kind),
            *case.arguments(np.random.default_rng(0), shape, np.dtype(np.float32)),
            **case.knobs,
        )
        for shape in shapes
    }
    times = fastest(calls, 3)
    return exponent([n * v for n, v in shapes], [times[shape] for shape in shapes])


if __name__ == "__main__":
    sys.exit(main())
