"""A chapter that someone runs and saves in JupyterLab, unedited, is still what its text gives."""

import nbformat
import pytest

from sitebuild import notebooks as tool
from sitebuild import stored
from tests.slow.lab import cleared, opened, run_all_and_save, variables


@pytest.mark.parametrize("name", ["01_mean_squared_error", "exercises/ex01_mean_squared_error"])
def test_chapter_run_and_saved_in_jupyterlab_is_current(chromium, tmp_path, name):
    text = tool.BOOK / f"{name}.md"
    path = tmp_path / "course" / "chapter.ipynb"
    path.parent.mkdir()
    nbformat.write(cleared(tool.stored_notebook(text)), path)
    place = f"lab/tree/{path.name}"
    with opened(chromium, path.parent, variables(tmp_path), place) as page:
        after = run_all_and_save(page, path, seconds=240)
    assert stored.differences(after, tool.convert(text)) == []
    shown = nbformat.writes(stored.made(tool.convert(text), after), indent=1) + "\n"
    assert shown == tool.notebook_path(text).read_text(), "the site would show something else"
