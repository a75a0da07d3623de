"""The package as pip gives it to a reader."""

import subprocess
import sys

import pytest

from sitebuild.paths import ROOT


@pytest.fixture(scope="session")
def wheel_file(tmp_path_factory):
    """The wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, ROOT], check=True, cwd=folder)
    return next(folder.glob("lossfns-*.whl"))


@pytest.fixture(scope="session")
def wheel(wheel_file):
    """A folder with lossfns as its wheel installs it."""
    folder = wheel_file.parent / "lib"
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--target", folder]
    subprocess.run([*pip, wheel_file], check=True, cwd=folder.parent)
    return folder
