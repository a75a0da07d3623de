"""Importing the clinic, explaining a number, auditing a loss, and reading and diagnosing a log of a
million lines, beside the least that reading it can cost.

The least is to split each line and make its first number of it, in plain Python. Times are of the
process, so that other work on the machine counts little; the fastest of three rounds counts.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from machinery import import_milliseconds

from lossfns.clinic import diagnose, explain_value, read_log

LINES, ROUNDS = 1_000_000, 3

FORMATS: dict[str, tuple[str, Callable[[int, float], str]]] = {
    "table": ("epoch,step,train_loss,train_acc", lambda i, y: f"{i // 1000},{i},{y:.6f},0.5"),
    "table with empty cells": (
        "epoch,step,train_loss,val_loss",
        lambda i, y: f"{i // 1000},{i},{y:.6f}," if i % 10 else f"{i // 1000},{i},,{y:.6f}",
    ),
    "JSON lines": ("", lambda i, y: f'{{"step": {i}, "loss": {y:.6f}, "lr": 0.001}}'),
    "printed dicts": (
        "",
        lambda i, y: f"{{'loss': {y:.6f}, 'grad_norm': 1.2, 'epoch': {i / 1000}}}",
    ),
    "text": ("", lambda i, y: f"iter {i}: loss {y:.4f}, time 40.12ms, mfu 12.00%"),
}

AUDITED = {
    "numpy": "lossfns.softmax_cross_entropy_with_integer_labels",
    "torch": "torch.nn.functional.cross_entropy",
    "optax": "optax.losses.softmax_cross_entropy_with_integer_labels",
    "keras": "keras.losses.sparse_categorical_crossentropy",
}
AUDIT = """
import os, time
os.environ["KERAS_BACKEND"] = "jax"
import lossfns, {library}
from lossfns.clinic import audit
start = time.process_time()
audit({loss}, like="softmax_cross_entropy_with_integer_labels")
print(time.process_time() - start)
"""


def lines(form: str) -> Iterator[str]:
    """The lines of a log whose loss falls, with noise."""
    head, write = FORMATS[form]
    noise = np.random.default_rng(0).normal(0, 0.02, LINES)
    curve = 0.5 + 1.8 * np.exp(-np.arange(LINES) / 3e5) + noise
    if head:
        yield head + "\n"
    for i, value in enumerate(curve.tolist()):
        yield write(i, value) + "\n"


def least(path: Path) -> None:
    """Split each line, and make a number of it."""
    with path.open(encoding="utf-8") as file:
        for i, line in enumerate(file):
            line.split(",")
            float(i)


def fastest(call: Callable[[], object]) -> float:
    """The fewest seconds of the process that a call takes."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def one(path: Path) -> None:
    """Read and diagnose one log, and print what that takes, the memory of the whole process too."""
    log = read_log(path)
    diagnose(log)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    floor = fastest(lambda: least(path))
    reading = fastest(lambda: read_log(path))
    diagnosing = fastest(lambda: diagnose(log))
    print(f"{reading:8.2f}{diagnosing:10.2f}{(reading + diagnosing) / floor:10.1f}{memory:8.0f}")


def explaining() -> float:
    """Seconds that a number takes, which no number before it has made easier."""
    numbers = [f"{value:.4f}" for value in np.random.default_rng(0).uniform(0, 20, 1000)]
    return fastest(lambda: [explain_value(number, classes=10) for number in numbers]) / 1000


def auditing(library: str) -> float:
    """Seconds that an audit of one of its losses takes in a new process."""
    code = AUDIT.format(library=library, loss=AUDITED[library])
    return float(subprocess.check_output([sys.executable, "-c", code], stderr=subprocess.DEVNULL))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(Path(sys.argv[1]))
        raise SystemExit
    print(f"import lossfns.clinic: {import_milliseconds('lossfns.clinic'):.0f} ms beyond NumPy")
    print(f"explain_value: {1e3 * explaining():.3f} ms a number")
    for library, loss in AUDITED.items():
        print(f"audit of {loss}: {auditing(library):.1f} s")
    print(f"{LINES:,} lines{'':14}{'read s':>8}{'judge s':>10}{'÷ least':>10}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS:
            path = Path(folder) / "log"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines(form))
            print(f"{form:30}", end="", flush=True)
            # A process for each: memory that one took is not given back.
            subprocess.run([sys.executable, __file__, str(path)], check=True)
