"""A site that is built without the exercises' solutions holds none, in no file."""

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape

import pytest

from lossfns.checks import exercise_ids, solution
from sitebuild.paths import ROOT


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The text of every file of the site; of a page without its tags."""
    root = tmp_path_factory.mktemp("course")
    for name in ("book", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copyfile(ROOT / name, root / name)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    environment = {**os.environ, "COURSE_ROOT": str(root), "SOLUTIONS": "no"}
    build = subprocess.run(
        [sys.executable, "-m", "sitebuild", "site"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    found = {}
    for path in (root / "_build" / "html").rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".ipynb":
                cells = json.loads(text)["cells"]
                text = "\n".join(
                    "".join(cell["source"]) + str(cell.get("outputs")) for cell in cells
                )
            found[path.relative_to(root / "_build" / "html").as_posix()] = text
    return found


def plain(text):
    """A text without tags, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).replace("\\n", " ").split())


def test_no_file_of_the_site_holds_a_solution(files):
    words = {name: plain(text) for name, text in files.items()}
    for exercise_id in exercise_ids():
        code = plain(solution(exercise_id, give_up=True).source.partition("\n\n# Here")[0])
        assert [name for name, text in words.items() if code in text] == [], exercise_id


def test_no_page_promises_or_folds_a_solution(files):
    pages = {name: text for name, text in files.items() if "exercises/" in name}
    assert len(pages) >= 14
    for name, text in pages.items():
        assert 'class="solution"' not in text, name
        assert "solution" not in plain(text).lower(), name


def test_the_package_is_no_download_and_no_link_leads_to_it(files):
    assert [name for name in files if name.endswith(".whl")] == []
    assert [name for name, text in files.items() if ".whl" in text and name.endswith("html")] == []
