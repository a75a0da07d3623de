"""Run a learner's code within bounds: its time, its output and its exceptions stay its own.

It runs in a thread of its own, so the bound on time holds on every platform with threads, whatever
the code catches. Where Python has no threads (in a browser) there is no bound, and the verdict
says so. Code that never comes back to the interpreter, such as ``10**10**9``, can't be stopped.
"""

from __future__ import annotations

import ctypes
import io
import linecache
import re
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PRINTED = 400  # characters of the code's own output that are shown
MESSAGE = 300  # characters of an exception's message that are shown
NOT_THE_LEARNERS = (sysconfig.get_path("stdlib"), str(Path(__file__).resolve().parents[1]))
INSTALLED = re.compile(r"[\\/](site|dist)-packages[\\/]")


class Stop(SystemExit):
    """Raised inside code that ran too long; threads end on it without a word."""


class Cut(io.TextIOBase):
    """Keeps the first characters written to it and drops the rest."""

    def __init__(self) -> None:
        self.text, self.dropped = "", False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.dropped |= len(self.text) + len(text) > PRINTED
        self.text += text[: PRINTED - len(self.text)]
        return len(text)


@dataclass(frozen=True)
class Fault:
    """An exception of the learner's code, and the last of their lines that it passed through."""

    kind: str
    message: str
    line: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True)
class Run:
    """How a piece of code went: at most one of `fault` and `stopped` says why it did not end."""

    fault: Fault | None = None
    stopped: str = ""
    printed: str = ""
    bounded: bool = True


def fault_of(error: BaseException) -> Fault:
    """Return an exception as a fault, with the line of the learner's code that it came from."""
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    frames = traceback.walk_tb(error.__traceback__)
    places = [(frame.f_code.co_filename, number) for frame, number in frames]
    theirs = [
        (name, number)
        for name, number in places
        if not name.startswith(NOT_THE_LEARNERS) and not INSTALLED.search(name)
    ]
    cut = message[:MESSAGE] + " …" * (len(message) > MESSAGE)
    if not theirs:
        return Fault(type(error).__name__, cut)
    name, number = theirs[-1]
    return Fault(type(error).__name__, cut, linecache.getline(name, number).strip(), number)


def _wait(
    thread: threading.Thread, seconds: float, began: Callable[[], float] | None = None
) -> None:
    if began is None:
        thread.join(seconds)
        return
    while thread.is_alive() and (left := began() + seconds - time.monotonic()) > 0:
        thread.join(left)


def run(
    code: Callable[[], None], seconds: float, *, began: Callable[[], float] | None = None
) -> Run:
    """Run code that takes and returns nothing, for at most some seconds.

    began : tells when, by `time.monotonic`, the step began that the bound is for; without it the
        bound is for all of the code
    """
    faults: list[Fault] = []

    def guarded() -> None:
        try:
            with np.errstate(all="ignore"):
                code()
        except Stop:
            return
        except BaseException as error:  # sys.exit() in an attempt must not end the notebook
            faults.append(fault_of(error))

    thread = threading.Thread(target=guarded, daemon=True)
    output, stopped, bounded = Cut(), "", True
    with warnings.catch_warnings(), redirect_stdout(output), redirect_stderr(output):
        warnings.simplefilter("ignore")
        try:
            thread.start()
            _wait(thread, seconds, began)
        except KeyboardInterrupt:
            stopped = "you stopped it"
        except RuntimeError:
            bounded = False
            guarded()
        if thread.ident is not None and thread.is_alive():
            stopped = stopped or f"it was still running after {seconds:g} seconds"
            # Without this an endless loop would slow the notebook until its kernel ends.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(Stop)
            )
            thread.join(0.2)
    printed = output.text + " …" * output.dropped
    return Run(faults[0] if faults else None, stopped, printed, bounded)
