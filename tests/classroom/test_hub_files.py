"""The hub's files agree with each other and with the course."""

import json
import os
import re
import runpy
import socket
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

from lossfns.checks._progress_file import progress_path
from sitebuild.paths import NOTEBOOKS, ROOT

CLASSROOM = ROOT / "classroom"
VALUES = yaml.safe_load((CLASSROOM / "z2jh.yaml").read_text(encoding="utf-8"))
links = SimpleNamespace(**runpy.run_path(str(CLASSROOM / "links.py")))


def configuration(name):
    """What a configuration file sets, read as JupyterHub reads it."""
    return PyFileConfigLoader(str(CLASSROOM / name)).load_config()


@pytest.fixture
def state(monkeypatch, tmp_path):
    """Where a hub to try out keeps what it keeps, on a port that is free."""
    monkeypatch.setenv("CLASSROOM_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PORT", "0")
    before = os.umask(0o022)  # which that hub narrows for all it writes
    yield tmp_path / "state"
    os.umask(before)


@pytest.fixture(scope="module")
def common():
    return configuration("jupyterhub_config.py")


def test_cluster_gives_a_student_what_one_machine_gives(common):
    environment = common.Spawner.environment
    singleuser = VALUES["singleuser"]
    assert singleuser["extraEnv"].items() <= environment.items()
    assert singleuser["defaultUrl"] == common.Spawner.default_url
    mebibytes = int(environment["COURSE_KIBIBYTES"]) / 1024
    assert singleuser["memory"]["limit"] == f"{mebibytes:.0f}M"
    (culler,) = common.JupyterHub.services
    assert f"--timeout={VALUES['cull']['timeout']}" in culler["command"]


def test_progress_is_kept_in_each_students_own_home(common, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOSSFNS_PROGRESS", common.Spawner.environment["LOSSFNS_PROGRESS"])
    assert progress_path() == tmp_path / "progress.json"


def test_trial_listens_to_this_machine_alone_and_writes_into_one_folder(state):
    trial = configuration("trial.py")
    assert trial.JupyterHub.ip == "127.0.0.1"
    password = trial.SharedPasswordAuthenticator.user_password
    assert len(password) >= 8
    assert configuration("trial.py").SharedPasswordAuthenticator.user_password == password
    assert (state / "password").stat().st_mode & 0o077 == 0
    places = [
        trial.JupyterHub.db_url.removeprefix("sqlite:///"),
        trial.JupyterHub.cookie_secret_file,
        trial.ConfigurableHTTPProxy.pid_file,
        trial.SimpleLocalProcessSpawner.home_dir_template,
        trial.Spawner.environment["COURSE_SHARED"],
    ]
    assert all(Path(place).is_relative_to(state) for place in places)


def test_taken_port_is_named_before_anything_starts(state, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(SystemExit, match=f"listens on port {port}. Try: make hub PORT="):
            configuration("trial.py")


@pytest.mark.parametrize("name", ["..", "../x", ".ssh", "-x", "", "a/b", "a b", "x" * 40, "x\n"])
def test_no_name_leads_out_of_the_homes(name, state):
    pattern = configuration("trial.py").Authenticator.username_pattern
    assert [bool(re.match(pattern, one)) for one in (name, "zoë", "o-brien.2")] == [
        False,
        True,
        True,
    ]


def test_links_lead_to_every_notebook_of_the_course(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["links.py", "https://hub/", "https://host/school/course"])
    links.main()
    lines = capsys.readouterr().out.splitlines()
    found = [re.fullmatch(r"- \[(.+)\]\((.+)\)", line).groups() for line in lines]
    places = [parse_qs(urlsplit(address).query)["urlpath"][0] for _, address in found]
    notebooks = [path.relative_to(NOTEBOOKS).as_posix() for path in NOTEBOOKS.rglob("*.ipynb")]
    assert sorted(places) == sorted(f"lab/tree/course/notebooks/{name}" for name in notebooks)
    assert "Exercises 3: cross-entropy" in dict(found)


def test_image_and_values_speak_of_the_same_jupyterhub():
    dockerfile = (CLASSROOM / "Dockerfile").read_text(encoding="utf-8")
    version = re.search(r"ARG JUPYTERHUB=(\S+)", dockerfile)[1]
    values = (CLASSROOM / "z2jh.yaml").read_text(encoding="utf-8")
    assert f"JupyterHub {version}." in values


def test_proxy_is_pinned():
    wanted = json.loads((CLASSROOM / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((CLASSROOM / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
