"""What git knows of the course: when a part last changed, which commit this is."""

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


def commit(folder):
    """The short name of the commit that a folder shows."""
    command = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
