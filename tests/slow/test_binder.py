"""What Binder would build, proved without Docker: the version, the steps, a notebook that runs."""

import logging
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import PythonBuildPack

from sitebuild.ext import pages
from sitebuild.paths import ROOT
from tests.browser import refuse
from tests.slow.lab import opened, variables
from tests.slow.visit import (
    CHAPTER,
    EXERCISE,
    answer_question,
    check_exercise,
    clear,
    move_explorer,
    run_chapter,
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what git tracks, as Binder would clone it."""
    folder = tmp_path_factory.mktemp("binder") / "course"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@pytest.fixture
def build_pack(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    pack = PythonBuildPack(Repo2Docker().base_image)
    pack.log = logging.getLogger("repo2docker")
    assert pack.detect()
    return pack


def test_binder_picks_the_python_build_pack_and_version(checkout, build_pack, monkeypatch):
    binder = Repo2Docker()
    assert next(pack for pack in binder.buildpacks if pack(binder.base_image).detect()) is (
        PythonBuildPack
    )
    assert build_pack.python_version == "3.12"


def find_python(version):
    """An interpreter of a version, from the path or from pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    named = shutil.which(f"python{version}")
    candidates = [named, *sorted(pyenv.glob(f"versions/{version}.*/bin/python"))]
    for candidate in filter(None, candidates):
        asked = subprocess.run([candidate, "--version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return str(candidate)
    return refuse(f"Python {version}, which Binder uses, was not found")


@pytest.fixture
def environment(checkout, build_pack, tmp_path):
    """A fresh environment in which the build pack's own steps were run."""
    folder = tmp_path / "env"
    subprocess.run([find_python("3.12"), "-m", "venv", str(folder)], check=True)
    prefixes = {"KERNEL_PYTHON_PREFIX": folder, "NB_PYTHON_PREFIX": folder}
    fresh = variables(tmp_path, programs=folder / "bin", REPO_DIR=checkout, **prefixes)
    steps = [script for _, script in build_pack.get_preassemble_scripts()]
    assert any("binder/requirements.txt" in step for step in steps)
    after = build_pack.get_post_build_scripts()
    for step in [*steps, *(f"bash {script}" for script in after)]:
        subprocess.run(["bash", "-euc", step], cwd=checkout, env=fresh, check=True)
    return fresh


def test_launch_button_opens_a_notebook_in_which_a_reader_can_work(chromium, checkout, environment):
    button = pages.binder("https://github.com/someone/course", "main", CHAPTER)
    place = unquote(re.search(r"urlpath=(.+)", button)[1])
    notebooks = checkout / "notebooks"
    expected = clear(notebooks / CHAPTER)
    with opened(chromium, checkout, environment, place, height=1600) as page:
        siblings = page.locator(".jp-DirListing-itemText")
        assert {CHAPTER, "exercises"} <= {*siblings.all_inner_texts()}
        run_chapter(page, notebooks / CHAPTER, expected)
        move_explorer(page)
        answer_question(page)
        check_exercise(page, page.url.replace(CHAPTER, f"exercises/{EXERCISE}"))
