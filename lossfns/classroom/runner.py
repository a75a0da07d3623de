"""The learner's side of grading: run the cells of a notebook, and try what they check.

`sandbox` starts it as a process of its own and never trusts it. What it sends is what the learner's
code answered on each input, never a verdict; and it is started where no answer can be read. So
whatever the code does to this process, no verdict is forged by it.
"""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import os
import pickle
import re
import resource
import sys
import types
from pathlib import Path
from typing import Any

import lossfns
from lossfns.classroom.wire import Job, pack, pack_fault
from lossfns.judging.bounds import fault_of
from lossfns.judging.trying import try_out

FILES, FILE, PROCESSES = 64, 16 * 2**20, 12
MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
HARMLESS = ("%%time", "%%timeit", "%%capture")


class Channel:
    """Sends one line after another to whoever started this process."""

    def __init__(self, number: int) -> None:
        self._file = os.fdopen(number, "w", encoding="ascii", newline="\n")

    def send(self, event: str, **content: Any) -> None:
        try:
            self._file.write(json.dumps({"event": event, **content}) + "\n")
            self._file.flush()
        except (OSError, ValueError):  # the code closed it: nothing can be told any more
            os._exit(1)


class Silence(io.TextIOBase):
    """Takes all that is printed, and keeps none of it."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


class Shown:
    """Stands for whatever `lossfns.checks` returns; it holds no verdict."""

    outcome = "not_attempted"
    misconception = None

    def __repr__(self) -> str:
        return ""


class Runner:
    """Runs cells in one namespace, as a kernel does, and tries what is passed to `check`."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self.job, self.channel = job, channel
        self.number = -1
        self.filled = set(job.filled)
        self.namespace: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}

    def check(self, exercise_id: Any = None, attempt: Any = None, *_: Any, **__: Any) -> Shown:
        """Try an attempt; the last one counts, but no stub after an attempt."""
        name, _at, seed = str(exercise_id).partition("@")
        if name not in self.job.tasks or self.number <= self.job.done.get(name, -1):
            return Shown()
        tried = try_out(self.job.tasks[name], attempt)
        if not (name in self.filled and tried.stub):
            self.channel.send("tried", task=name, seed=seed, tried=pack(tried))
        if not tried.stub:
            self.filled.add(name)
        return Shown()

    def run(self) -> None:
        """Run every cell, then try the functions that have an exercise's name and no check."""
        for number, source in enumerate(self.job.cells):
            if number not in self.job.skip:
                self._at(number)
                self._cell(number, source)
        for number, (name, task) in enumerate(self.job.tasks.items(), len(self.job.cells)):
            attempt = self.namespace.get(task.name)
            left = name not in self.filled and number not in self.job.skip
            if left and task.function and callable(attempt):
                self._at(number)
                self.check(name, attempt)

    def _at(self, number: int) -> None:
        self.number = number
        self.channel.send("cell", number=number)

    def _cell(self, number: int, source: str) -> None:
        try:
            exec(code(source, f"<cell {number + 1}>"), self.namespace)
        except BaseException as error:  # sys.exit() in a cell must not end the others
            self.channel.send("fault", number=number, fault=pack_fault(fault_of(error)))


def code(source: str, name: str) -> types.CodeType:
    """Compile a cell; where it is no Python, without the lines that only a notebook knows."""
    try:
        compiled = compile(source, name, "exec", dont_inherit=True)
    except SyntaxError:
        if (plain := without_magics(source)) == source:
            raise
        compiled = compile(plain, name, "exec", dont_inherit=True)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compiled


def without_magics(source: str) -> str:
    """Return a cell without the lines that only a notebook knows.

    Examples
    --------
    >>> without_magics("%matplotlib inline\\nx = 1")
    'pass\\nx = 1'
    """
    head, _, rest = source.lstrip().partition("\n")
    if head.startswith("%%"):
        return rest if head.split()[0] in HARMLESS else ""
    return MAGIC.sub(r"\1pass", source)


def stand_in(runner: Runner) -> types.ModuleType:
    """Return what a learner's code finds as `lossfns.checks`: it holds no answers."""
    module = types.ModuleType("lossfns.checks")

    def missing(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: Shown()

    vars(module).update(check=runner.check, __getattr__=missing)
    return module


def bound(job: Job) -> None:
    """Give up what the code of a stranger must not have, for good."""
    with contextlib.suppress(OSError):  # whoever runs out of memory, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    seconds = int(job.seconds) + 1
    bounds = {
        "RLIMIT_AS": job.memory,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": FILE,
        "RLIMIT_NOFILE": FILES,
        "RLIMIT_CORE": 0,
    }
    # It counts all processes of a user, so it can bound those of a user of its own alone.
    if job.user or os.environ.get("LOSSFNS_ALONE"):
        bounds["RLIMIT_NPROC"] = PROCESSES
    for name, most in bounds.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # macOS can't bound memory
            if sys.platform == "linux":
                raise
    if job.user:
        os.setgroups([])
        os.setresgid(job.user, job.user, job.user)
        os.setresuid(job.user, job.user, job.user)


def main() -> None:
    """Run the job that stands on standard input."""
    job = pickle.load(sys.stdin.buffer)
    channel = Channel(os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    sys.stdout = sys.stderr = Silence()
    runner = Runner(job, channel)
    sys.modules["lossfns.checks"] = lossfns.checks = stand_in(runner)  # type: ignore[attr-defined]
    bound(job)
    runner.run()
    channel.send("end")
    os._exit(0)  # threads that the code left behind would wait here


if __name__ == "__main__":
    main()
