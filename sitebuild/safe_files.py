"""Write files so that nothing is ever half there, and nobody's file is overwritten."""

import os
import re


def write_whole(path, data):
    """Replace a file by these bytes; a failure or an interruption leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(part, data, "wb")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write(path, data, mode):
    with open(path, mode) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def write_numbered(folder, stem, suffix, data):
    """Write a new file ``stem-001.suffix``, under a number higher than all before."""
    folder.mkdir(parents=True, exist_ok=True)
    pattern = re.compile(rf"{re.escape(stem)}-(\d+){re.escape(suffix)}")
    found = filter(None, (pattern.fullmatch(path.name) for path in folder.iterdir()))
    number = max((int(match[1]) for match in found), default=0)
    while True:
        number += 1
        path = folder / f"{stem}-{number:03}{suffix}"
        try:
            _write(path, data, "xb")
        except FileExistsError:
            continue
        return path
