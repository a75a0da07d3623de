"""What every benchmark shares: interleaved rounds, the fastest of which counts, and memory."""

import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from math import inf

import numpy as np

QUICK = 2e-3  # seconds that a timing should take at least, so that the clock does not matter


def fastest(methods, rounds, clocks=None):
    """Return the shortest time of each method in seconds, on the clock named for it.

    The rounds of all methods are interleaved, so that a busy moment of the machine hits each. The
    default clock counts this thread's own work, which a busy neighbour disturbs least.
    """
    clock = {name: (clocks or {}).get(name, time.thread_time) for name in methods}
    repeats = {
        name: max(1, int(QUICK / timed(call, 1, clock[name]))) for name, call in methods.items()
    }
    best = dict.fromkeys(methods, inf)
    for _ in range(rounds):
        for name, call in methods.items():
            best[name] = min(best[name], timed(call, repeats[name], clock[name]))
    return best


def timed(call, repeats, clock):
    start = clock()
    for _ in range(repeats):
        call()
    return max(clock() - start, 1e-9) / repeats


def beyond(call):
    """Return the most megabytes that NumPy holds at once, beside arguments and result."""
    tracemalloc.start()
    result = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    results = result if isinstance(result, tuple) else (result,)
    return (peak - sum(np.asarray(each).nbytes for each in results)) / 2**20


def exponent(sizes, seconds):
    """Return b of the power law seconds = a size^b that fits best."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def import_milliseconds(module, rounds=9):
    """Return the processor time a fresh interpreter needs for a module that NumPy came before."""
    code = f"import numpy, time; s = time.process_time(); import {module}"
    best = inf
    with tempfile.TemporaryDirectory() as folder:  # for the compiled files: once, as everywhere
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(rounds):
            printed = subprocess.run(
                [sys.executable, "-c", f"{code}; print(time.process_time() - s)"],
                capture_output=True,
                check=True,
                env=environment,
            )
            best = min(best, float(printed.stdout))
    return 1e3 * best
