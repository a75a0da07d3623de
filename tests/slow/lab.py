"""A real JupyterLab in a browser: how it is started, and what a hand does in it."""

import contextlib
import copy
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat

from sitebuild import stored
from tests.browser import watched_page

PROGRAMS = Path(sys.executable).parent


def variables(home, *, programs=PROGRAMS, **more):
    """What a program starts with that knows nothing of whoever runs the tests.

    `home` is its own folder, and the `jupyter` and `python` of `programs` come first.
    """
    theirs = ("JUPYTER", "PYTHON", "XDG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    own = {
        "HOME": home,
        "LOSSFNS_PROGRESS": home / "progress.json",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    return kept | {name: str(value) for name, value in (own | more).items()}


@contextlib.contextmanager
def jupyter_lab(folder, environment, *, program="lab"):
    """The address of a JupyterLab, or of a Notebook, that serves a folder, with these variables."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token="]
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen(
        [shutil.which("jupyter", path=environment["PATH"]), *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            for _ in range(120):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}api/status", timeout=5).close()
                    break
                time.sleep(0.5)
            yield address
        finally:
            process.terminate()
            # A server that waits for its kernels would hold up every test after this one.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def opened(browser, folder, environment, place, *, height=900, program="lab"):
    """A page on which JupyterLab, or Notebook, has opened a notebook, its kernel waiting."""
    with (
        jupyter_lab(folder, environment, program=program) as address,
        watched_page(browser, address, viewport={"width": 1280, "height": height}) as page,
    ):
        page.set_default_timeout(60_000)
        page.goto(address + place)
        wait_for_notebook(page)
        yield page


def wait_for_notebook(page):
    """Wait for a notebook and its kernel."""
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    wait_until_idle(page)


# Notebook 7 has no status bar: a line that fades when the kernel has nothing to do.
NOTEBOOK_IDLE = """() => {
  const line = document.querySelector(".jp-NotebookKernelStatus-fade");
  const status = document.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status;
  return line && !line.innerText && status === "idle";
}"""


def wait_until_idle(page):
    """Wait for the kernel; a cell run before would be dropped."""
    if page.locator(".jp-NotebookKernelStatus").count():
        page.wait_for_function(NOTEBOOK_IDLE)
        return
    # The status bar knows of the kernel; the notebook's own indicator says idle before it is there.
    page.get_by_text("(ipykernel) | Idle").wait_for()


def run(page, number):
    """Run a code cell; its output."""
    cell = page.locator(".jp-CodeCell").nth(number)
    # A stored count may be the one that this run gets, so it goes first.
    cell.locator(".jp-InputPrompt").evaluate("(prompt) => { prompt.textContent = ''; }")
    cell.locator(".cm-content").press("Control+Enter")
    page.wait_for_function(
        "(cell) => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').innerText)",
        arg=cell.element_handle(),
    )
    wait_until_idle(page)
    return cell.locator(".jp-Cell-outputArea")


def restart_kernel(page):
    """Restart the kernel by the menu."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Kernel").first.click()
    page.get_by_text("Restart Kernel…", exact=True).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_text("(ipykernel) | Idle").wait_for(state="detached")
    wait_until_idle(page)


def run_all_and_save(page, path, *, seconds):
    """Run every cell by the menu and save; the notebook as it then lies in its file."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu").get_by_text("Run All Cells", exact=True).click()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        after = stored.read(path)
        if all(cell.execution_count for cell in after.cells if cell.cell_type == "code"):
            break
    return after


def cleared(notebook):
    """A notebook without outputs, so that what it holds later was run here."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def write(path, sources):
    """Write a notebook of code cells that have not run."""
    save(path, [nbformat.v4.new_code_cell(source) for source in sources])


def write_stored(path, source, component):
    """Write a notebook that shows what a cell with a component left in it, as stored."""
    data, _ = component._repr_mimebundle_()
    kept = {kind: data[kind] for kind in ("text/plain", "text/html")}
    output = nbformat.v4.new_output("execute_result", kept, execution_count=1)
    save(path, [nbformat.v4.new_code_cell(source, outputs=[output])])


def save(path, cells):
    """Write a notebook for the kernel of the programs beside JupyterLab."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
