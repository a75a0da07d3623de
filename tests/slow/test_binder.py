"""What Binder would build, proved without Docker: the version, the steps, a notebook that runs."""

import contextlib
import copy
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import PythonBuildPack

from sitebuild.ext import pages
from sitebuild.paths import ROOT
from tests.browser import watched_page

NOTEBOOK = "03_cross_entropy.ipynb"


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
    return pytest.fail(f"Python {version}, which Binder uses, was not found")


@pytest.fixture
def environment(checkout, build_pack, tmp_path):
    """A fresh environment in which the build pack's own steps were run."""
    folder = tmp_path / "env"
    subprocess.run([find_python("3.12"), "-m", "venv", str(folder)], check=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
    variables |= {"PATH": path, "HOME": str(tmp_path), "REPO_DIR": str(checkout)}
    variables |= {"KERNEL_PYTHON_PREFIX": str(folder), "NB_PYTHON_PREFIX": str(folder)}
    steps = [script for _, script in build_pack.get_preassemble_scripts()]
    assert any("binder/requirements.txt" in step for step in steps)
    after = build_pack.get_post_build_scripts()
    for step in [*steps, *(f"bash {script}" for script in after)]:
        subprocess.run(["bash", "-euc", step], cwd=checkout, env=variables, check=True)
    return variables


@contextlib.contextmanager
def jupyter_lab(checkout, variables):
    """The address of a JupyterLab that runs in the environment, as on Binder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token="]
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen(
        [shutil.which("jupyter", path=variables["PATH"]), *command[1:]],
        cwd=checkout,
        env=variables,
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


def cleared(notebook):
    """A notebook without outputs, so that what it holds later was run here."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def test_launch_button_opens_a_notebook_that_runs(chromium, checkout, environment):
    button = pages.binder("https://github.com/someone/course", "main", NOTEBOOK)
    place = unquote(re.search(r"urlpath=(.+)", button)[1])
    stored = checkout / "notebooks" / NOTEBOOK
    before = nbformat.read(stored, as_version=4)
    nbformat.write(cleared(before), stored)
    with (
        jupyter_lab(checkout, environment) as address,
        watched_page(chromium, address, viewport={"width": 1280, "height": 900}) as page,
    ):
        page.set_default_timeout(60_000)
        page.goto(address + place)
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        # The status bar knows of the kernel; a cell run before it is idle would be dropped.
        page.get_by_text("(ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.get_by_text("Run All Cells", exact=True).click()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            page.keyboard.press("Control+s")
            page.wait_for_timeout(2000)
            after = nbformat.read(stored, as_version=4)
            if all(cell.execution_count for cell in after.cells if cell.cell_type == "code"):
                break
    code = [cell for cell in after.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error"]
    printed = [[o.text for o in c.outputs if o.output_type == "stream"] for c in code]
    expected = [
        [o.text for o in c.outputs if o.output_type == "stream"]
        for c in before.cells
        if c.cell_type == "code"
    ]
    assert printed == expected
