"""What stands in a command's way is named, and two runs don't meet."""

import errno
import os
import subprocess
import sys
import threading

import pytest

from sitebuild import __main__ as entry
from sitebuild import drawings, paths
from sitebuild.alone import alone


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def test_second_run_waits_for_the_first_and_names_its_process(checkout, capsys):
    second = threading.Thread(target=lambda: alone("site").__enter__(), daemon=True)
    with alone("notebooks"), alone("site"):
        second.start()
        second.join(timeout=0.2)
        assert second.is_alive()
    second.join(timeout=60)
    assert not second.is_alive()
    assert capsys.readouterr().err == f"site: waiting for process {os.getpid()}\n"


def test_a_killed_run_stands_in_nobodys_way(checkout):
    code = "import os, sitebuild.alone as a; a.alone('site').__enter__(); os.kill(os.getpid(), 9)"
    environment = {**os.environ, "COURSE_ROOT": str(checkout)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -9
    with alone("site"):
        pass


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_named_without_a_traceback(monkeypatch, capsys, fault):
    def main(arguments):
        raise OSError(fault, os.strerror(fault), "/there/page.html")

    monkeypatch.setattr(drawings, "main", main)
    monkeypatch.setattr(sys, "argv", ["sitebuild", "drawings"])
    assert entry.main() == 1
    assert capsys.readouterr().err == f"drawings: {os.strerror(fault)}: /there/page.html\n"
