"""Turn the chapters' text into executed notebooks: ``book/*.md`` to ``notebooks/*.ipynb``.

Usage: ``python -m sitebuild notebooks [--all] [--set-aside | --discard] [NAME ...]``

Only chapters whose text differs from the stored notebook are executed; ``--all`` executes
every one (after a change in ``lossfns``), a NAME (``03_cross_entropy``) that one. A notebook in
which someone worked is not replaced, unless its work is set aside (copied to ``aside/``) or
discarded.
"""

import argparse
import asyncio
import contextlib
import copy
import os
import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from sitebuild.first_cell import first_cell, stored_source
from sitebuild.paths import BOOK, NOTEBOOKS, ROOT
from sitebuild.safe_files import write_numbered, write_whole
from sitebuild.stored import NotebookError, cell_digest, differences, made, read, work

CONFIGURATION = ROOT / "_config.yml"
ASIDE = ROOT / "aside"

LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)\s#]+)(#[^)\s]*)?(?=\))")
# One thread for each kernel; and nobody's progress is touched.
KERNEL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LOSSFNS_PROGRESS": os.devnull,
}
# Encrypted, or each kernel warns that another user of the machine could listen.
PRIVATE = Config(AsyncKernelManager={"transport_encryption": "auto"})
RAISED = re.compile(r"Cell In\[\d+\], line (\d+)")
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def is_chapter(path):
    """Whether a page of ``book/`` holds code, and so has a notebook."""
    return path.read_text(encoding="utf-8").startswith("---\njupytext:")


def chapters():
    """Every text that has a notebook, in reading order."""
    return [path for path in sorted(BOOK.rglob("*.md")) if is_chapter(path)]


def notebook_path(text_path):
    """Where the notebook of a text is stored."""
    return NOTEBOOKS / text_path.relative_to(BOOK).with_suffix(".ipynb")


def link_from_notebook(target, text_path):
    """A link of a text, rewritten to work from its notebook's folder."""
    source = (text_path.parent / target).resolve()
    if source.suffix == ".md" and source.is_file() and is_chapter(source):
        source = notebook_path(source)
    return Path(os.path.relpath(source, notebook_path(text_path).parent)).as_posix()


def convert(text_path):
    """The notebook that a text describes after its first cell, not yet run, with stable ids."""
    notebook = jupytext.read(text_path)
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    )
    notebook.cells.insert(0, first_cell(stored_source(CONFIGURATION)))
    seen = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(
                lambda match: link_from_notebook(match[1], text_path) + (match[2] or ""),
                cell.source,
            )
        digest = cell_digest(cell)
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def place(text_path, source, line=1):
    """``file:line`` of a cell's line in its text."""
    lines = text_path.read_text(encoding="utf-8").splitlines()
    cell = source.splitlines() or [""]
    line = min(line, len(cell))
    starts = (n for n in range(len(lines)) if lines[n : n + len(cell)] == cell)
    # A link of prose reads otherwise in its text: there one line must do.
    known = (n for n, text in enumerate(lines, 1) if text == cell[line - 1])
    number = next((n + line for n in starts), None) or next(known, 1)
    return f"{text_path.relative_to(ROOT)}:{number}"


async def execute(notebook, text_path):
    """Run every cell in order; what is kept of the outputs is the same on every run."""
    folder = notebook_path(text_path).parent
    folder.mkdir(parents=True, exist_ok=True)
    ran = copy.deepcopy(notebook)
    client = NotebookClient(
        ran,
        timeout=300,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
        config=PRIVATE,
    )
    try:
        await client.async_execute(env={**os.environ, **KERNEL})
    except CellExecutionError as error:
        cell, raised = next(
            (cell, output)
            for cell in ran.cells
            for output in cell.get("outputs", ())
            if output.output_type == "error"
        )
        line = RAISED.search(COLOURS.sub("", "\n".join(raised.traceback)))
        where = place(text_path, cell.source, int(line[1]) if line else 1)
        fault = f"{error.ename}: {error.evalue}"
        raise NotebookError(f"{where}: {fault}\n{cell.source}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        running = next(
            cell
            for cell in ran.cells
            if cell.cell_type == "code"
            and cell.source.strip()
            and "shell.execute_reply" not in cell.metadata.get("execution", {})
        )
        fault = "its kernel died" if isinstance(error, DeadKernelError) else "it takes too long"
        where = place(text_path, running.source)
        raise NotebookError(f"{where}: {fault}\n{running.source}") from None
    for cell in ran.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise NotebookError(f"{place(text_path, cell.source)}: wrote {output.text!r}")
    return made(notebook, ran)


def stored_notebook(text_path):
    """The notebook stored for a text."""
    path = notebook_path(text_path)
    try:
        return read(path)
    except NotebookError as error:
        raise NotebookError(f"{path.relative_to(ROOT)} {error}") from None


def clean(text_path):
    """The notebook of a current chapter, as the tool would store it: no front end's traces."""
    return made(convert(text_path), stored_notebook(text_path))


def changes(text_path):
    """Why a stored notebook is not what its text gives, line by line; nothing if it is current."""
    if not notebook_path(text_path).exists():
        return ["there is no notebook yet"]
    try:
        return differences(stored_notebook(text_path), convert(text_path))
    except NotebookError as error:
        return [str(error)]


def is_current(text_path):
    """Whether the stored notebook holds the text's cells, and the outputs that they gave.

    Only what the text determines counts. Opening, running and saving a chapter changes none of
    it; other sources and other outputs do, so that no page shows what its text does not give.
    """
    return not changes(text_path)


def at_stake(text_path):
    """What replacing the stored notebook would lose, line by line."""
    if not os.path.lexists(notebook_path(text_path)):
        return []
    try:
        return work(stored_notebook(text_path), convert(text_path))
    except NotebookError as error:
        return [str(error)]


def choices(names):
    """What to do about notebooks in which someone worked."""
    command, names = ".venv/bin/python -m sitebuild notebooks", " ".join(names)
    return (
        "Someone worked there, and nothing was replaced. Choose:\n"
        f"  {command} --set-aside {names}   # copies that work to aside/, then makes it anew\n"
        f"  {command} --discard {names}   # loses that work"
    )


def spare(text_path, keep=None):
    """Refuse to replace a notebook in which someone worked, unless they chose."""
    path = notebook_path(text_path)
    lines = at_stake(text_path)
    if lines and keep is None:
        found = "\n".join(f"  {line}" for line in lines)
        raise NotebookError(f"{path.relative_to(ROOT)}:\n{found}\n{choices([text_path.stem])}")
    if lines and keep == "set-aside":
        folder = ASIDE / path.parent.relative_to(NOTEBOOKS)
        aside = write_numbered(folder, path.stem, path.suffix, path.read_bytes())
        print(f"{path.relative_to(ROOT)} set aside as {aside.relative_to(ROOT)}")


async def run_and_store(text_path, keep=None):
    """Convert, execute and store one chapter."""
    path = notebook_path(text_path)
    if keep is None:
        spare(text_path)
    notebook = await execute(convert(text_path), text_path)
    nbformat.validate(notebook)
    # Once more: a run takes minutes, and someone may have saved meanwhile.
    spare(text_path, keep)
    write_whole(path, (nbformat.writes(notebook, indent=1) + "\n").encode())
    return path


def interruptible(coroutine):
    """Run a coroutine in a thread of its own, so that Ctrl-C cancels it and ends its kernels.

    In the main thread nbclient takes Ctrl-C for itself, and goes on with the next notebook.
    """
    started = Future()

    async def main():
        started.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        return await coroutine

    with ThreadPoolExecutor(max_workers=1) as thread:
        done = thread.submit(asyncio.run, main())
        try:
            return done.result()
        except KeyboardInterrupt:
            loop, task = started.result()
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(task.cancel)
            raise


def update(text_path, keep=None):
    """Convert, execute and store one chapter."""
    return interruptible(run_and_store(text_path, keep))


async def update_all(texts, keep):
    """Update chapters two at a time, saying what came of each; whether all went well."""
    places = asyncio.Semaphore(2)

    async def one(text_path):
        try:
            async with places:
                path = await run_and_store(text_path, keep)
        except Exception as error:
            if asyncio.current_task().cancelling():
                raise asyncio.CancelledError from None  # nbclient calls it a dead kernel
            known = isinstance(error, NotebookError)
            message = str(error) if known else f"{text_path.relative_to(ROOT)}: {error!r}"
            print(message, file=sys.stderr, flush=True)
            return False
        print(f"{path.relative_to(ROOT)} executed", flush=True)
        return True

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(text_path)) for text_path in texts]
    return all(task.result() for task in tasks)


def arguments_parser():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a chapter, without its folder")
    parser.add_argument("--all", action="store_true", help="execute every chapter")
    choice = parser.add_mutually_exclusive_group()
    for name, text in {
        "set-aside": "copy a notebook in which someone worked to aside/, then replace it",
        "discard": "replace a notebook in which someone worked",
    }.items():
        choice.add_argument(f"--{name}", dest="keep", action="store_const", const=name, help=text)
    return parser


def main(arguments=None):
    parser = arguments_parser()
    options = parser.parse_args(arguments)
    texts = chapters()
    unknown = set(options.names) - {path.stem for path in texts}
    if unknown:
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")
    try:
        if options.names:
            texts = [path for path in texts if path.stem in options.names]
        elif not options.all:
            texts = [path for path in texts if not is_current(path)]
        if not texts:
            print("every notebook holds its text")
        return int(not interruptible(update_all(texts, options.keep)))
    except KeyboardInterrupt:
        print("stopped: each notebook is either done or as it was", file=sys.stderr)
        return 130
