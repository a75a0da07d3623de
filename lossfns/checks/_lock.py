"""A lock between programs: gone when its holder dies, and never waited for without end."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType


def _module(name: str) -> ModuleType | None:
    """Return a module that not every platform has, or None."""
    try:
        return import_module(name)
    except ImportError:
        return None


fcntl, msvcrt = _module("fcntl"), _module("msvcrt")
# What says that another program holds the lock; any other error, that there are none here.
BUSY = BlockingIOError if fcntl else PermissionError


def _take(descriptor: int) -> None:
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    elif msvcrt:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        raise OSError("this platform has no locks")


def _give_back(descriptor: int) -> None:
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    elif msvcrt:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)


@contextmanager
def locked(path: Path, limit: float) -> Iterator[None]:
    """Hold the lock file of this path while the block runs; `TimeoutError` after `limit` seconds.

    Where there are no locks (some network folders) or the lock file can't be made, the block runs
    without one: a single program still works there.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        descriptor = None
    if descriptor is None:
        yield
        return
    try:
        held = _wait(descriptor, path, limit)
        try:
            yield
        finally:
            if held:
                _give_back(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, limit: float) -> bool:
    """Return True once the lock is held, False where the place knows no locks."""
    end = time.monotonic() + limit
    while True:
        try:
            _take(descriptor)
        except BUSY:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"another program has held {path} for {limit:g} seconds"
                ) from None
            time.sleep(random.uniform(0.002, 0.02))
        except OSError:
            return False
        else:
            return True
