"""Build all that leaves this repository twice, under other conditions, and compare every byte.

Usage: ``python benchmarks/reproduce.py [PRODUCT ...]``, all of them by default. Two clones of the
commit are built, in other folders, one after the other, with another time zone, locale, umask,
hash seed, home and time stamp of every file; and a year later, where `faketime` is installed.
The table goes to ``book/_static/reproduced.txt`` once everything was built.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sitebuild.changed import commit
from sitebuild.paths import ROOT
from sitebuild.safe_files import write_whole

PYTHON = sys.executable
TABLE = ROOT / "book" / "_static" / "reproduced.txt"


@dataclass(frozen=True)
class Condition:
    """Where, when and as whom a build runs."""

    folder: str
    environment: dict = field(default_factory=dict)
    umask: int = 0o022
    stamp: int = 1_700_000_000  # of every file, in seconds since 1970
    prefix: tuple = ()


CONDITIONS = (
    Condition("one", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}),
    Condition(
        "another, δύο",
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
        umask=0o077,
        stamp=1_000_000_000,
        prefix=("faketime", "-f", "+1y") if shutil.which("faketime") else (),
    ),
)

# What leaves the repository: the command that makes it, and the folder it goes to.
PRODUCTS = {
    "site": (("-m", "sitebuild", "site"), "_build/html"),
    "offline": (("-m", "sitebuild", "offline"), "_build/offline"),
    "exports": (("-m", "sitebuild", "question-bank"), "_build/question-bank"),
    "wheel and sdist": (("-m", "hatchling", "build"), "dist"),
    "notebooks": (("-m", "sitebuild", "notebooks", "--all"), "notebooks"),
}


def clone(folder, condition):
    """The commit, as someone else has it."""
    subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)],
        check=True,
        umask=condition.umask,
    )
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    for path in folder.rglob("*"):
        os.utime(path, (condition.stamp, condition.stamp), follow_symlinks=False)


def build(product, folder, condition):
    """Make one product in a clone."""
    command, _ = PRODUCTS[product]
    home = folder.parent / f"home of {condition.folder}"
    home.mkdir(exist_ok=True)
    inherited = {"PATH": os.environ["PATH"], "HOME": str(home)}
    inherited |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [*condition.prefix, PYTHON, *command],
        cwd=folder,
        env=inherited | condition.environment,
        umask=condition.umask,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        sys.exit(f"{product}, built in {folder}:\n{result.stdout}{result.stderr}")


def contents(folder):
    """The bytes of every file below a folder, by its place."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def difference(one, other):
    """The first file that two builds don't share, and where it parts; "" if they are the same."""
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            return f"{name} is in one build only"
        if one[name] != other[name]:
            pairs = enumerate(zip(one[name], other[name], strict=False))
            shorter = min(len(one[name]), len(other[name]))
            place = next((n for n, (a, b) in pairs if a != b), shorter)
            return f"{name} differs from byte {place} on"
    return "" if one else "nothing was built"


def row(product, one, other):
    """A line of the table, and whether the two builds are the same."""
    fault = difference(one, other)
    digest = hashlib.sha256()
    for name in sorted(one):
        digest.update(name.encode() + b"\0" + one[name])
    size = sum(map(len, one.values())) / 1e6
    said = fault or f"the same, {digest.hexdigest()[:16]}"
    return f"{product:16}{len(one):6}{size:8.2f}  {said}", not fault


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("products", nargs="*", metavar="PRODUCT", help=", ".join(PRODUCTS))
    products = parser.parse_args().products or list(PRODUCTS)
    if unknown := set(products) - set(PRODUCTS):
        parser.error(f"no such product: {', '.join(sorted(unknown))}")
    later = "a year later" if CONDITIONS[1].prefix else "later"
    lines = [
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit(ROOT)}: built twice, {later},",
        "in another folder, time zone, locale, umask, home and hash seed",
        "",
        f"{'product':16}{'files':>6}{'MB':>8}  two builds",
    ]
    same = True
    with tempfile.TemporaryDirectory() as scratch:
        folders = {Path(scratch, condition.folder): condition for condition in CONDITIONS}
        for folder, condition in folders.items():
            clone(folder, condition)
        print("\n".join(lines), flush=True)
        for product in products:
            for folder, condition in folders.items():
                build(product, folder, condition)
            line, equal = row(product, *(contents(f / PRODUCTS[product][1]) for f in folders))
            same &= equal
            lines.append(line)
            print(line, flush=True)
    if set(products) == set(PRODUCTS):
        write_whole(TABLE, ("\n".join(lines) + "\n").encode())
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
