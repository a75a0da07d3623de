"""Node, with which the JavaScript is tested."""

import shutil
import subprocess
import sys
from pathlib import Path

from sitebuild.paths import ROOT

NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")


def node(*arguments):
    """Run Node in the project's root; what it prints."""
    result = subprocess.run(
        [NODE, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout
