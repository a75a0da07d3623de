"""Who asks about known faults and gets no answer must not say that there are none."""

import os
import re
import subprocess

import pytest

from sitebuild.paths import ROOT

NOBODY = "http://127.0.0.1:9"
LINES = re.search(r"^advisories:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.M)[
    1
].splitlines()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[-1])
def test_silence_is_no_clean_bill(line):
    command = line.strip().replace("$(BIN)", ".venv/bin").replace("$(CURDIR)", str(ROOT))
    command = command.replace("$$", "$")
    shell = {"args": ["bash", "-c", command], "cwd": ROOT, "capture_output": True, "text": True}
    if "uv tool run" in command:  # fetched while there is a network
        fetch = re.search(r".* tool run \S+", command)[0]
        subprocess.run(["bash", "-c", f"{fetch} --version"], cwd=ROOT, check=True)
    alone = os.environ | {"UV_OFFLINE": "1", "HTTPS_PROXY": NOBODY, "HTTP_PROXY": NOBODY}
    alone |= {"npm_config_registry": NOBODY, "npm_config_fetch_retries": "0", "NO_PROXY": ""}
    ran = subprocess.run(**shell, env=alone, check=False)
    needs_nobody = "--offline" in command
    assert (ran.returncode == 0) == needs_nobody, ran.stdout + ran.stderr
    assert "No known vulnerabilities" not in ran.stdout
    assert "found 0 vulnerabilities" not in ran.stdout
