"""Texts and notebooks are pairs: what is stored is what the text says, run from top to bottom.

What someone did in a stored notebook is never lost.
"""

import json
import re
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from sitebuild import notebooks as tool
from sitebuild import safe_files as files
from sitebuild import stored
from sitebuild.paths import ROOT

TEXTS = tool.chapters()
HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
    jupytext_version: 1.19.6
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""


def test_there_are_chapters():
    assert {path.stem for path in TEXTS} >= {"01_mean_squared_error", "03_cross_entropy"}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_notebook_holds_its_text(text):
    assert tool.changes(text) == [], f"{text.name} differs: run `make notebooks`"


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_stored_notebook_is_whole_and_plain(text):
    notebook = nbformat.read(tool.notebook_path(text), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "widgets" not in notebook.metadata
    outputs = json.dumps([cell.outputs for cell in code])
    assert stored.WIDGET_VIEW not in outputs
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", outputs), "an object's address is stored"
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not [s for s in prose if re.search(r"```\{|:::|\{(?:ref|term|doc|cite)[\w:]*\}`", s)]


def test_no_notebook_without_a_text():
    found = {p for p in tool.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts}
    assert found == {tool.notebook_path(text) for text in TEXTS}


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """An empty book in which a test may write."""
    folders = {"ROOT": "", "BOOK": "book", "NOTEBOOKS": "notebooks", "ASIDE": "aside"}
    for name, folder in folders.items():
        monkeypatch.setattr(tool, name, tmp_path / folder)
    (tmp_path / "book").mkdir()
    return tmp_path


def write_chapter(folder, name, body):
    path = folder / "book" / f"{name}.md"
    path.write_text(HEADER + body, encoding="utf-8")
    return path


def test_links_lead_from_the_notebook_to_the_same_places(scratch):
    write_chapter(scratch, "02_b", "# B\n")
    (scratch / "book" / "glossary.md").write_text("# G\n")
    links = "[b](02_b.md#x) [g](glossary.md#logit) [w](https://a.org/c.md) [h](#here)"
    text = write_chapter(scratch, "01_a", f"# A\n\n{links}\n")
    source = tool.convert(text).cells[1].source
    assert "[b](02_b.ipynb#x)" in source
    assert "[g](../book/glossary.md#logit)" in source
    assert "[w](https://a.org/c.md)" in source
    assert "[h](#here)" in source


def test_converting_twice_gives_the_same_cell_ids(scratch):
    text = write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\n1\n```\n\n# A\n")
    first, second = (nbformat.writes(tool.convert(text)) for _ in range(2))
    assert first == second


def test_cell_that_raises_is_named_with_file_and_line(scratch):
    cells = "".join(f"```{{code-cell}} python\nx = {x}\n1 / x\n```\n\n" for x in (1, 0))
    text = write_chapter(scratch, "01_a", f"# A\n\n{cells}")
    with pytest.raises(
        tool.NotebookError, match=r"book/01_a\.md:23: .*ZeroDivisionError"
    ) as caught:
        tool.update(text)
    assert "1 / x" in str(caught.value)
    assert not tool.notebook_path(text).exists()


def test_cell_that_kills_its_kernel_is_named(scratch):
    cells = ["print(1)", "import os\n\nos.kill(os.getpid(), 9)", "print(2)"]
    blocks = "".join(f"```{{code-cell}} python\n{cell}\n```\n\n" for cell in cells)
    text = write_chapter(scratch, "01_a", f"# A\n\n{blocks}")
    with pytest.raises(tool.NotebookError, match=r"book/01_a\.md:21: its kernel died"):
        tool.update(text)


def test_cell_that_warns_is_named(scratch):
    cell = "```{code-cell} python\nimport sys\nprint('careful', file=sys.stderr)\n```\n"
    text = write_chapter(scratch, "01_a", f"# A\n\n{cell}")
    with pytest.raises(tool.NotebookError, match=r"book/01_a\.md:17: wrote 'careful"):
        tool.update(text)


def test_failed_run_keeps_the_old_notebook(scratch, capfd):
    text = write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\nprint(1)\n```\n")
    before = tool.update(text).read_bytes()
    assert capfd.readouterr() == ("", ""), "a sound run says something"
    write_chapter(scratch, "01_a", "# A\n\n```{code-cell} python\n1 / 0\n```\n")
    with pytest.raises(tool.NotebookError):
        tool.update(text)
    assert tool.notebook_path(text).read_bytes() == before
    assert not tool.is_current(text)


def test_unknown_chapter_is_refused():
    result = subprocess.run(
        [sys.executable, "-m", "sitebuild", "notebooks", "no_such"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "no such chapter: no_such" in result.stderr


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    files.write_whole(path, b"old")

    def fail(*names):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# What someone did in a stored notebook

CHAPTER = """# A

+++

Some words.

```{code-cell} python
print("one")
print("two")
```

```{code-cell} python
from IPython.display import HTML, display
print("before")
display(HTML("<img src='data:image/png;base64,AAAA'>"))
```
"""


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """The stored notebook of CHAPTER, as bytes; executed once for all tests."""
    folder = tmp_path_factory.mktemp("once")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ROOT", "BOOK", "NOTEBOOKS"):
            patch.setattr(tool, name, folder / name)
        (folder / "BOOK").mkdir()
        text = folder / "BOOK" / "01_a.md"
        text.write_text(HEADER + CHAPTER)
        return tool.update(text).read_bytes()


@pytest.fixture
def chapter(scratch, run_once):
    """A text with its notebook, both as the tool leaves them."""
    text = write_chapter(scratch, "01_a", CHAPTER)
    path = tool.notebook_path(text)
    path.parent.mkdir()
    path.write_bytes(run_once)
    return text


def edit(text, change):
    """Change the stored notebook of a text as its JSON."""
    path = tool.notebook_path(text)
    notebook = json.loads(path.read_bytes())
    change(notebook)
    path.write_text(json.dumps(notebook))
    return path


def find(notebook, text):
    """The cell of a stored notebook's JSON that holds a text."""
    return next(cell for cell in notebook["cells"] if text in "".join(cell["source"]))


def prints(notebook):
    return find(notebook, 'print("one")')


def words(notebook):
    return find(notebook, "Some words")


def run_in_another_order(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell.get("execution_count") and cell.update(execution_count=99 - number)


def save_with_an_older_front_end(notebook):
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]


def add_metadata(notebook):
    notebook["metadata"]["widgets"] = {"state": {}}
    notebook["metadata"]["language_info"]["version"] = "3.12.1"
    notebook["metadata"]["kernelspec"]["display_name"] = "my kernel"
    for cell in notebook["cells"]:
        cell["metadata"] |= {"execution": {"iopub.status.busy": "now"}, "scrolled": True}
        cell["metadata"] |= {"ExecuteTime": {"start_time": "now"}, "collapsed": False, "tags": []}
        cell["metadata"] |= {"jupyter": {"outputs_hidden": True}}


def add_a_widgets_view(notebook):
    notebook["cells"][-1]["outputs"][-1]["data"][stored.WIDGET_VIEW] = {"model_id": "ab"}


def cut_a_stream_in_two(notebook):
    stream = {"output_type": "stream", "name": "stdout"}
    prints(notebook)["outputs"] = [{**stream, "text": t} for t in ("one\nt", "wo\n")]


def write_text_as_one_string(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


def end_lines_otherwise(notebook):
    cell = prints(notebook)
    cell["outputs"][0]["text"] = "one\ntwo"
    cell["source"] = 'print("one")\r\nprint("two")\r\n'


def reorder_outputs(notebook):
    notebook["cells"][-1]["outputs"].reverse()


def draw_other_pixels(notebook):
    data = notebook["cells"][-1]["outputs"][-1]["data"]
    data["text/html"] = ["<img src='data:image/png;base64,BBBB+/9='>"]


def append_a_blank_cell(notebook):
    blank = {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "source": []}
    notebook["cells"].append({**blank, "execution_count": None})


NOISE = [
    run_in_another_order,
    save_with_an_older_front_end,
    add_metadata,
    add_a_widgets_view,
    cut_a_stream_in_two,
    write_text_as_one_string,
    end_lines_otherwise,
    reorder_outputs,
    draw_other_pixels,
    append_a_blank_cell,
]


@pytest.mark.parametrize("change", NOISE, ids=lambda change: change.__name__)
def test_opening_running_and_saving_is_no_change_and_no_work(chapter, run_once, change):
    path = edit(chapter, change)
    assert tool.changes(chapter) == []
    assert tool.at_stake(chapter) == []
    if change not in (end_lines_otherwise, reorder_outputs, draw_other_pixels):
        shown = tool.nbformat.writes(tool.clean(chapter), indent=1) + "\n"
        assert shown.encode() == run_once, "the site would show what a front end left"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert tool.is_current(chapter)


def solve(notebook):
    prints(notebook)["source"] = ["answer = 42\n", "answer"]


def add_a_cell(notebook):
    notebook["cells"].insert(1, {**words(notebook), "id": "new", "source": ["My notes"]})


def write_in_a_text_cell(notebook):
    words(notebook)["source"] = ["Some words. And mine."]


def see_another_output(notebook):
    prints(notebook)["outputs"][0]["text"] = ["mine\n"]


def see_an_error(notebook):
    error = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": []}
    prints(notebook)["outputs"] = [error]


def run_a_copy_of_a_cell_to_another_end(notebook):
    copied = json.loads(json.dumps(prints(notebook)))
    copied["outputs"][0]["text"] = ["mine\n"]
    notebook["cells"].append({**copied, "id": "new"})


def turn_a_cell_into_text(notebook):
    cell = prints(notebook)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


WORK = {
    solve: "is not of the text: answer = 42",
    add_a_cell: "is not of the text: My notes",
    write_in_a_text_cell: "is not of the text: Some words. And mine.",
    see_another_output: "shows another output than was stored",
    see_an_error: "shows another output than was stored",
    run_a_copy_of_a_cell_to_another_end: "shows another output than was stored",
    turn_a_cell_into_text: "is not of the text: print",
}


UNREADABLE = {
    "merge conflict": b'{\n<<<<<<< ours\n "cells": [],\n=======\n',
    "half": b'{"cells": [{"cell_type": "markdown", "sou',
    "list": b"[1]",
    "no notebook": b'{"a": 1}',
    "no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
    "binary": b"\xff\x00\x81",
    "empty": b"",
}


@pytest.mark.parametrize("change", WORK, ids=lambda change: change.__name__)
@pytest.mark.parametrize("arguments", [[], ["--all"], ["01_a"]], ids=" ".join)
def test_notebook_in_which_someone_worked_is_not_replaced(chapter, capsys, change, arguments):
    path = edit(chapter, change)
    before = path.read_bytes()
    assert tool.main(arguments) == 1
    told = capsys.readouterr().err
    assert "notebooks/01_a.ipynb:" in told
    assert WORK[change] in told
    assert "--set-aside 01_a" in told
    assert "--discard 01_a" in told
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_notebook_that_cannot_be_read_is_named_and_not_replaced(chapter, capsys, content):
    path = tool.notebook_path(chapter)
    path.write_bytes(content)
    assert not tool.is_current(chapter)
    assert tool.main([]) == 1
    told = capsys.readouterr().err
    assert "notebooks/01_a.ipynb is no whole notebook" in told
    assert "--set-aside" in told
    assert "Traceback" not in told
    assert path.read_bytes() == content


def test_work_is_set_aside_under_a_name_of_its_own(chapter, run_once, scratch, capsys):
    kept = []
    for content in (b"[1]", b"[2]"):
        path = tool.notebook_path(chapter)
        path.write_bytes(content)
        assert tool.main(["--set-aside"]) == 0
        assert path.read_bytes() == run_once
        kept.append(content)
        aside = sorted((scratch / "aside").iterdir())
        assert [found.read_bytes() for found in aside] == kept
        assert f"aside/{aside[-1].name}" in capsys.readouterr().out
    assert [found.name for found in aside] == ["01_a-001.ipynb", "01_a-002.ipynb"]


def test_work_is_lost_only_to_someone_who_says_so(chapter, run_once, scratch):
    path = edit(chapter, solve)
    assert tool.main(["--discard"]) == 0
    assert path.read_bytes() == run_once
    assert not (scratch / "aside").exists()


def test_notebook_without_work_is_not_set_aside(chapter, scratch):
    assert tool.main(["--set-aside", "01_a"]) == 0
    assert not (scratch / "aside").exists()


def test_work_saved_while_the_chapter_runs_is_not_replaced(chapter, monkeypatch):
    execute = tool.execute

    async def slow(notebook, text_path):
        edit(chapter, solve)
        return await execute(notebook, text_path)

    monkeypatch.setattr(tool, "execute", slow)
    with pytest.raises(tool.NotebookError, match="answer = 42"):
        tool.update(chapter)
    assert "answer = 42" in tool.notebook_path(chapter).read_text()


def test_author_who_edits_the_text_is_never_stopped(chapter, scratch):
    for words in ("Other words.", "Words of the third kind."):
        write_chapter(scratch, "01_a", CHAPTER.replace("Some words.", words).replace("two", words))
        assert not tool.is_current(chapter)
        assert tool.main([]) == 0
        assert tool.is_current(chapter)
        edit(chapter, add_metadata)


def test_change_in_the_package_is_no_work(scratch):
    """Outputs that the tool stored are its own, also when the code now gives others."""
    (scratch / "value.txt").write_text("1")
    cell = f"```{{code-cell}} python\nprint(open({str(scratch / 'value.txt')!r}).read())\n```\n"
    text = write_chapter(scratch, "01_a", cell)
    tool.update(text)
    (scratch / "value.txt").write_text("2")
    assert tool.main(["--all"]) == 0
    assert "2" in tool.stored_notebook(text).cells[-1].outputs[0].text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda notebook: prints(notebook).update(outputs=[]), "lost its output"),
        (lambda notebook: notebook["cells"].pop(), "cells were moved or deleted"),
        (lambda notebook: notebook["cells"].reverse(), "cells were moved or deleted"),
    ],
    ids=["outputs cleared", "cell deleted", "cells moved"],
)
def test_what_is_missing_makes_a_notebook_stale_but_is_no_work(chapter, run_once, change, told):
    path = edit(chapter, change)
    (line,) = tool.changes(chapter)
    assert told in line
    assert tool.main([]) == 0
    assert path.read_bytes() == run_once


def test_text_that_changes_only_metadata_is_run_again(chapter, scratch):
    cell = "```{code-cell} python\n:tags: [remove-input]\n"
    write_chapter(scratch, "01_a", CHAPTER.replace("```{code-cell} python\n", cell, 1))
    assert tool.changes(chapter) == ["the text was changed since"]


def test_running_chapters_touches_nobodys_progress(scratch, tmp_path, monkeypatch):
    monkeypatch.setenv("LOSSFNS_PROGRESS", str(tmp_path / "mine.json"))
    code = "from lossfns.checks import check, reference\ncheck('mse.value', reference('mse.value'))"
    tool.update(write_chapter(scratch, "01_a", f"```{{code-cell}} python\n{code}\n```\n"))
    assert not (tmp_path / "mine.json").exists()


STOPPED = """
import sys
from pathlib import Path
from sitebuild import notebooks as tool
root = Path(sys.argv[1])
tool.ROOT, tool.BOOK, tool.NOTEBOOKS = root, root / "book", root / "notebooks"
sys.exit(tool.main([]))
"""


def test_ctrl_c_stops_all_chapters_at_once(scratch):
    cell = "```{code-cell} python\nimport pathlib, time\n{code}\n```\n"
    started = "pathlib.Path('started-{name}').touch(); time.sleep(600)"
    for name in ("01_a", "02_b", "03_c", "04_d"):
        code = cell.replace("{code}", started.format(name=name))
        write_chapter(scratch, name, code)
    notebooks = scratch / "notebooks"
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(scratch)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        deadline = time.monotonic() + 120
        while len(list(notebooks.glob("started-*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        program.send_signal(signal.SIGINT)
        start = time.monotonic()
        told = program.communicate(timeout=60)[1]
    assert time.monotonic() - start < 10
    assert told.endswith("stopped: each notebook is either done or as it was\n")
    assert "Traceback" not in told
    assert program.returncode == 130
    assert sorted(path.name for path in notebooks.iterdir()) == ["started-01_a", "started-02_b"]
