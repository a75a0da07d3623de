"""Run notebooks in one process: each twice over, or all of them from the last to the first.

Usage: ``python benchmarks/again.py twice|reversed [NAME ...]``

The second time a notebook must show what it showed the first time. In reverse order others have
run before it in the same process, and have left what they changed; then no cell may fail.
"""

import copy
import os
import sys

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from sitebuild.notebooks import KERNEL, PRIVATE, chapters, notebook_path, stored_notebook
from sitebuild.stored import cells, outputs_digest


def run(client, notebook):
    """Run a notebook's cells in the kernel that is there; what each of them showed."""
    client.nb = copy.deepcopy(notebook)
    client.reset_execution_trackers()
    for index, cell in enumerate(client.nb.cells):
        if cell.cell_type == "code":
            client.execute_cell(cell, index)
    return [outputs_digest(cell) for cell in cells(client.nb)]


def kernel(text):
    """A client in the notebook's folder; `run` gives it one notebook after the other."""
    resources = {"metadata": {"path": str(notebook_path(text).parent)}}
    client = NotebookClient(stored_notebook(text), timeout=600, resources=resources, config=PRIVATE)
    client.create_kernel_manager()
    return client


def twice(texts):
    """What each notebook showed otherwise the second time, as words."""
    for text in texts:
        client, notebook = kernel(text), stored_notebook(text)
        with client.setup_kernel(env={**os.environ, **KERNEL}):
            first, second = run(client, notebook), run(client, notebook)
        for number, (one, other) in enumerate(zip(first, second, strict=True), 1):
            if one != other:
                yield f"{text.stem}: cell {number} shows something else the second time"


def backwards(texts):
    """Which notebook failed after the later ones, as words."""
    client = kernel(texts[-1])
    with client.setup_kernel(env={**os.environ, **KERNEL}):
        for text in reversed(texts):
            try:
                run(client, stored_notebook(text))
            except CellExecutionError as error:
                yield f"{text.stem}: {error.ename}: {error.evalue}"


def main():
    kind, *names = sys.argv[1:]
    texts = [text for text in chapters() if not names or text.stem in names]
    faults = list({"twice": twice, "reversed": backwards}[kind](texts))
    print("\n".join(faults) or f"{len(texts)} notebooks, {kind}: no difference")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
