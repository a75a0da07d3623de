"""Load the build tools of ``book/_tools`` and ``book/_ext``, which are no package."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def load_tool(name):
    """A module of the build, by name."""
    for folder in ("_tools", "_ext"):
        path = str(ROOT / "book" / folder)
        if path not in sys.path:
            sys.path.insert(0, path)
    return importlib.import_module(name)


def identity(path):
    """What changes when a file is replaced or written, and not when it is only read."""
    found = path.lstat()
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns
