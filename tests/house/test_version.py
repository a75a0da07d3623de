"""A release has one version, wherever it is written."""

import re
import subprocess
import sys

import lossfns
from sitebuild.paths import ROOT


def test_what_is_built_has_the_version_that_the_package_says():
    command = [sys.executable, "-m", "hatchling", "metadata", "version"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert built.stdout.strip() == lossfns.__version__


def test_a_citation_names_the_version_that_is_installed():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)$", citation, re.M) == [lossfns.__version__]


def test_the_changelog_begins_with_the_version_that_is_installed():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## ([\d.]+), \d{4}-\d\d-\d\d$", changelog, re.M)
    assert releases[0] == lossfns.__version__
