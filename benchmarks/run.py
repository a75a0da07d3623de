"""Run benchmarks one after another; `--write` keeps what they print for chapter 7h to read.

Without names all of them run. What is kept of the others stays, if it was measured on this machine.
"""

import argparse
import platform
import re
import subprocess
import sys
import time
from importlib.metadata import version
from itertools import chain
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "lossfns" / "course" / "datasets" / "benchmarks.txt"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "jax", "optax")


def main():
    scripts = {script.name: script for script in sorted(HERE.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(scripts)}")
    parser.add_argument("--write", action="store_true", help=f"renew {KEPT.name} if all goes well")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(scripts):
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    here = machine()
    parts = kept_parts(here) if chosen.names else {}
    if chosen.names and chosen.write and not parts:
        parser.error(f"{KEPT.name} was measured elsewhere: renew all of it")
    show([here])
    for name in chosen.names or scripts:
        parts[name] = show(chain(["", name, ""], printed_by(scripts[name])))
    if chosen.write:
        today = time.strftime("%Y-%m-%d")
        lines = [f"{today}, {here}", *chain.from_iterable(parts[name] for name in sorted(parts))]
        KEPT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def kept_parts(here):
    """Return the kept lines of each benchmark; none where another machine measured them."""
    head, *lines = KEPT.read_text(encoding="utf-8").splitlines()
    if head.partition(", ")[2] != here:
        return {}
    starts = [at - 1 for at, line in enumerate(lines) if re.fullmatch(r"bench_\w+\.py", line)]
    ends = [*starts[1:], len(lines)]
    return {lines[start + 1]: lines[start:end] for start, end in zip(starts, ends, strict=True)}


def machine():
    """Return on what was measured, and with which versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = f"Python {platform.python_version()}"
    return f"{processor()}, {platform.system()}, {python}, {libraries}"


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
    """Print lines as they come, and return them."""
    kept = []
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    return kept


if __name__ == "__main__":
    main()
