"""Run the package and the notebooks wherever a reader may: Pythons, versions, processors, orders.

Usage: ``python benchmarks/matrix.py [--only WORD] [-- FILE ...]``

Rows of the same commit that passed are not run again, so a stopped run goes on. With files (tests,
notebooks) only those are run, which is quick, and nothing is kept. The table goes to
``book/_static/matrix.txt``.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from sitebuild.changed import commit
from sitebuild.paths import ROOT
from sitebuild.safe_files import write_whole

TABLE = ROOT / "book" / "_static" / "matrix.txt"
KEPT = ROOT / "_build" / "matrix"
BIN = Path(sys.executable).parent

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# What NumPy, OpenBLAS and PyTorch then know of the processor: an older one adds in another order.
PROCESSORS = {
    "this processor": {},
    "AVX2": {
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
        "OPENBLAS_CORETYPE": "Haswell",
        "ATEN_CPU_CAPABILITY": "avx2",
    },
    "SSE4": {
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "OPENBLAS_CORETYPE": "PRESCOTT",
        "ATEN_CPU_CAPABILITY": "default",
    },
    "two threads": {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
}
UNITS = [f"tests/{name}" for name in ("maths", "figures", "course", "quiz", "explorers", "checks",
                                      "clinic")]  # fmt: skip
COMPARE = ("-m", "pytest", "-q", "-p", "tests.nbval_history", "--nbval",
           "--nbval-sanitize-with", "tests/nbval_sanitize.cfg")  # fmt: skip


def rows(files):
    """Every row: its name, the command, and what the environment has beside this one."""
    notebooks = [name for name in files if name.endswith(".ipynb")]
    for python in PYTHONS:
        for versions in ("oldest", "newest"):
            command = ("-m", "nox", "-s", f"tests-{python}({versions})", "--", *files)
            yield f"Python {python}, {versions} versions", command, {}
    tests = [name for name in files if name not in notebooks]
    for name, environment in PROCESSORS.items():
        if tests or not files:
            command = ("-m", "pytest", "-q", "-m", "not long", *(tests or UNITS))
            yield f"units on {name}", command, environment
        if notebooks or not files:
            yield f"outputs on {name}", (*COMPARE, *(notebooks or ["notebooks"])), environment
    stems = [Path(name).stem for name in notebooks]
    for order in ("twice", "reversed"):
        if notebooks or not files:
            yield f"one process, {order}", ("benchmarks/again.py", order, *stems), {}


def run(command, environment):
    """Run one row: whether it passed, what it said, and its minutes."""
    begun = time.monotonic()
    inherited = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=inherited | threads | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return not result.returncode, result.stdout, (time.monotonic() - begun) / 60


def said(output):
    """The line that sums a row up."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    missing = [line for line in lines if "interpreter" in line and "not found" in line]
    counts = [line.strip("= ") for line in lines if " passed" in line or " failed" in line]
    return (missing[-1:] or [", ".join(counts[-2:])] if missing or counts else lines[-1:])[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a word of the rows to run")
    parser.add_argument("files", nargs="*", help="tests and notebooks instead of all")
    options = parser.parse_args()
    here = commit(ROOT)
    lines = [f"{time.strftime('%Y-%m-%d', time.gmtime())}, commit {here}", ""]
    sound = True
    for name, command, environment in rows(options.files):
        if options.only not in name:
            continue
        kept = KEPT / here / f"{name}.txt"
        if not options.files and kept.exists():
            line = kept.read_text("utf-8")
        else:
            passed, output, minutes = run(command, environment)
            line = (
                f"{name:30}{'passed' if passed else 'FAILED':8}{minutes:5.1f} min  {said(output)}"
            )
            if not passed:
                print(output, file=sys.stderr)
                sound = False
            elif not options.files:
                write_whole(kept, line.encode())
        lines.append(line)
        print(line, flush=True)
    if not options.files and not options.only:
        write_whole(TABLE, ("\n".join(lines) + "\n").encode())
    return int(not sound)


if __name__ == "__main__":
    sys.exit(main())
