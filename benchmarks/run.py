"""Run every benchmark one after another; `--write` keeps what they print for chapter 7h to read."""

import argparse
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "lossfns" / "course" / "datasets" / "benchmarks.txt"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "jax", "optax")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help=f"renew {KEPT.name} when all went well"
    )
    write = parser.parse_args().write
    start = time.perf_counter()
    lines = [*show([machine()])]
    for script in sorted(HERE.glob("bench_*.py")):
        lines += show(["", f"{script.name}", ""])
        lines += show(printed_by(script))
    lines += show(["", f"{(time.perf_counter() - start) / 60:.0f} minutes in all"])
    if write:
        KEPT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def machine():
    """Return on what was measured, and with which versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = f"Python {platform.python_version()}"
    return f"{time.strftime('%Y-%m-%d')}, {processor()}, {platform.system()}, {python}, {libraries}"


def processor():
    """Return the processor's name; Linux alone has it in a file."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    return f"{len(names)} × {names[0].partition(': ')[2]}" if names else platform.machine()


def printed_by(script):
    """Yield the lines that a benchmark prints, as soon as it prints them; stop if it fails."""
    command = [sys.executable, "-u", str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield from (line.rstrip() for line in process.stdout)
    if process.returncode:
        raise SystemExit(f"{script.name} failed: nothing was kept")


def show(lines):
    """Print lines, and return them."""
    kept = []
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    return kept


if __name__ == "__main__":
    main()
