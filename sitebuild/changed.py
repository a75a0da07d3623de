"""When a part of the course last changed: what its files are dated with."""

import os
import subprocess


def last_change(folder):
    """When a folder last changed, in seconds since 1970.

    That is SOURCE_DATE_EPOCH, or the folder's last commit, or, without git, its newest file.
    """
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct", "--", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.stdout.strip():
        return int(asked.stdout)
    return max(int(path.stat().st_mtime) for path in folder.rglob("*") if path.is_file())
