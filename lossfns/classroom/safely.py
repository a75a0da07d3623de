"""Write a folder whole or not at all, and nothing over what is there."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the same pack, the same bytes


class ExistsError(ValueError):
    """Something is there already."""


def refuse(path: Path) -> None:
    """Raise if something is there."""
    if os.path.lexists(path):
        raise ExistsError(f"{path} is there already, and nothing is written over it: name another")


def write_file(path: Path, text: str) -> None:
    """Write a new file."""
    refuse(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        refuse(path)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder; until all its files are in it, it has another name.

    Parameters
    ----------
    path : Path
    files : dict of str to bytes
        By their paths within the folder, with slashes.
    """
    refuse(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}-", dir=path.parent))
    try:
        whole = unfinished / "whole"
        whole.mkdir()
        for name, content in files.items():
            target = whole / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        refuse(path)
        whole.rename(path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files, the same bytes on every machine."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
