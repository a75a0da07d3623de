"""A class of saboteurs is graded: nothing is harmed or forged, and everyone gets a verdict."""

import contextlib
import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitebuild.paths import ROOT
from tests.browser import refuse
from tests.classroom.notebooks import RIGHT, STUB, SUM, hand_in, notebook
from tests.classroom.saboteurs import CLASS

MEMORY = 1021  # MB, by which the processes of this class are told from those of others


@pytest.fixture(scope="module")
def listener():
    """A port on this machine that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, listener):
    """The class's folder, beside a file of the teacher's."""
    place = tmp_path_factory.mktemp("class")
    (place / "private").write_text("grades of last year", encoding="utf-8")
    folder = place / "submitted"

    def placed(content):
        return content.replace(b"{folder}", str(folder).encode()).replace(
            b"{port}", b"%d" % listener
        )

    hand_in(folder, **{name: placed(content) for name, (content, _) in CLASS.items()})
    (folder / "link").mkdir()
    (folder / "link" / "ex01.ipynb").symlink_to(folder / "right" / "ex01.ipynb")
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def grade(folder, out, *more, **variables):
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "lossfns", "grade", folder, "--out", out, *more]
    return subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False, **variables
    )


def results(out):
    with out.open(encoding="utf-8", newline="") as file:
        return {
            row["student"]: row for row in csv.DictReader(file) if row["exercise"] == "mse.value"
        }


@pytest.fixture(scope="module")
def graded(handed_in):
    """The results of the class, what was said, and what lay there before."""
    if not shutil.which("bwrap"):
        refuse("no bubblewrap was found: install Debian's bubblewrap")
    before = contents(handed_in.parent)
    out = handed_in.parent / "grades.csv"
    said = grade(handed_in, out, "--memory", MEMORY)
    assert said.returncode == 1, said.stderr + said.stdout
    assert before == {k: v for k, v in contents(handed_in.parent).items() if k != out}
    return results(out), said.stdout, out


@pytest.mark.parametrize("name", CLASS)
def test_everyone_gets_the_verdict_that_is_due(graded, name):
    row = graded[0][name]
    assert (row["verdict"], row["points"]) == (
        CLASS[name][1],
        str(int(CLASS[name][1] == "correct")),
    ), row


def test_a_link_to_a_neighbours_work_is_refused_by_name(graded):
    assert graded[0]["link"]["verdict"] == "unreadable"
    assert graded[0]["link"]["message"] == "ex01.ipynb: it is a link, which is not followed"


def test_the_summary_names_what_a_person_should_look_at(graded):
    said = graded[1]
    assert f"{len(CLASS) + 1} students, {len(CLASS) + 1} notebooks, 1 exercise" in said
    for line in ("empty: ex01.ipynb: it is empty", "another_course: ex01.ipynb names no exercise"):
        assert line in said


def test_nothing_that_a_submission_started_is_left(graded):
    bound = f"{MEMORY * 2**20}".encode()
    left = []
    for limits in Path("/proc").glob("[0-9]*/limits"):
        with contextlib.suppress(OSError):
            left += [limits] if bound in limits.read_bytes() else []
    assert left == []


def test_a_second_run_gives_the_same_file_and_overwrites_none(handed_in, tmp_path):
    few = tmp_path / "few"
    for name in ("right", "adds", "eats_memory", "exits_inside", "empty", "renamed", "syntax"):
        shutil.copytree(handed_in / name, few / name)
    outs = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for out, jobs in zip(outs, ("1", "3"), strict=True):
        assert grade(few, out, "--jobs", jobs).returncode == 1
    assert outs[0].read_bytes() == outs[1].read_bytes()
    refused = grade(few, outs[0])
    assert refused.returncode == 2
    assert "nothing is overwritten" in refused.stderr
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Two dozen students, and what their results are."""
    folder = tmp_path_factory.mktemp("crowd")
    contents = [notebook(RIGHT), notebook(SUM), notebook(STUB)]
    hand_in(folder / "all", **{f"student {n:02}": contents[n % 3] for n in range(24)})
    assert grade(folder / "all", folder / "grades.csv").returncode == 0
    return folder / "all", (folder / "grades.csv").read_bytes()


def lines(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_run_that_is_killed_goes_on_where_it_was(crowd, tmp_path):
    folder, whole = crowd
    out = tmp_path / "grades.csv"
    part = tmp_path / "grades.csv.part"
    command = [sys.executable, "-m", "lossfns", "grade", folder, "--out", out, "--jobs", "1"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while lines(part) < 5:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    with part.open("ab") as file:
        file.write(b'["torn')
    assert not out.exists()
    assert grade(folder, out).returncode == 2
    assert lines(part) >= 5
    assert grade(folder, out, "--again").returncode == 0
    assert out.read_bytes() == whole
    assert not part.exists()


def test_without_a_sandbox_nothing_runs_unless_it_is_trusted(crowd, tmp_path):
    folder, whole = crowd
    out = tmp_path / "grades.csv"
    nowhere = {"PATH": "/nonexistent", "HOME": str(tmp_path)}
    refused = grade(folder, out, env=nowhere)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "apt install bubblewrap" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert grade(folder, out, "--trust", env=nowhere).returncode == 0
    assert out.read_bytes() == whole


@pytest.fixture(scope="session")
def dask(tmp_path_factory):
    """The variables with which Python finds Dask too; readers never need it."""
    place = tmp_path_factory.mktemp("dask")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", place]
    subprocess.run([*pip, "distributed==2026.8.0", "setuptools>=77"], check=True)
    found = os.pathsep.join([str(ROOT), str(place)])
    return {**os.environ, "PYTHONPATH": found, "DASK_TEMPORARY_DIRECTORY": str(place)}


@contextlib.contextmanager
def started(variables, *command):
    """A process that ends with the test."""
    with subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=variables, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_cluster_gives_the_same_and_a_killed_worker_loses_nothing(crowd, dask, tmp_path):
    folder, whole = crowd
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    out, part = tmp_path / "grades.csv", tmp_path / "grades.csv.part"
    scheduler = ["distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"]
    worker = [
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
        "--no-nanny",
    ]
    with started(dask, *scheduler), started(dask, *worker) as first, started(dask, *worker):
        command = [sys.executable, "-m", "lossfns", "grade", folder, "--out", out]
        with subprocess.Popen([*command, "--scheduler", address], cwd=ROOT, env=dask) as grading:
            while lines(part) < 6:
                assert grading.poll() is None
                time.sleep(0.02)
            first.kill()
            assert lines(part) < 24, "the worker was killed half way"
        assert grading.returncode == 0
    assert out.read_bytes() == whole
