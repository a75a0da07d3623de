"""A chapter that someone runs and saves in JupyterLab, unedited, is still what its text gives."""

import os
import sys
import time
from pathlib import Path

import nbformat
import pytest

from sitebuild import notebooks as tool
from sitebuild import stored
from tests.browser import watched_page
from tests.slow.test_binder import cleared, jupyter_lab


@pytest.mark.parametrize("name", ["01_mean_squared_error", "exercises/ex01_mean_squared_error"])
def test_chapter_run_and_saved_in_jupyterlab_is_current(chromium, tmp_path, name):
    text = tool.BOOK / f"{name}.md"
    path = tmp_path / "course" / "chapter.ipynb"
    path.parent.mkdir()
    nbformat.write(cleared(tool.stored_notebook(text)), path)
    fresh = {
        "HOME": str(tmp_path),
        "LOSSFNS_PROGRESS": str(tmp_path / "progress.json"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG"))}
    with (
        jupyter_lab(path.parent, variables | fresh) as address,
        watched_page(chromium, address, viewport={"width": 1280, "height": 900}) as page,
    ):
        page.set_default_timeout(60_000)
        page.goto(f"{address}lab/tree/{path.name}")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        # The status bar knows of the kernel; a cell run before it is idle would be dropped.
        page.get_by_text("(ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.get_by_text("Run All Cells", exact=True).click()
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            page.keyboard.press("Control+s")
            page.wait_for_timeout(2000)
            after = stored.read(path)
            if all(cell.execution_count for cell in after.cells if cell.cell_type == "code"):
                break
    assert stored.differences(after, tool.convert(text)) == []
    shown = nbformat.writes(stored.made(tool.convert(text), after), indent=1) + "\n"
    assert shown == tool.notebook_path(text).read_text(), "the site would show something else"
