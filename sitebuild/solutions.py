"""Whether the site shows the exercises' solutions: ``SOLUTIONS=no`` leaves them out.

Without them the pages don't promise any, and the package, whose checks hold them, is no download.
"""

import os
import re

# What the exercises say of solutions that are there.
PROMISES = (
    re.compile(r"After a try, `solution\([^`]*`[^;.]* shows our code[;.]\s"),
    re.compile(
        r"\s?The solutions are published\s+with\s+the exercises: you are doing them for yourself\."
    ),
)


def shown():
    """Whether this site shows them."""
    wish = os.environ.get("SOLUTIONS", "").strip().lower()
    if wish not in ("", "yes", "no"):
        raise ValueError(f"SOLUTIONS must be yes or no, got {wish!r}")
    return wish != "no"


def without_promises(notebook):
    """A notebook whose words don't speak of solutions, where there are none."""
    if not shown():
        for cell in notebook.cells:
            for promise in PROMISES:
                cell.source = promise.sub("", cell.source)
            cell.source = re.sub(r"(?<=question), solution\Z", "", cell.source)
    return notebook
