"""Run one submission in a process of its own, with bounds that it can't lift.

Bubblewrap gives it its own view of the machine: the Python installation to read, 64 MB of its own
to write, no network, no other processes, nobody's files, and none of the answers. Whatever it
starts ends with it. System calls that it has no use for are refused, where libseccomp is there.
Time is watched from outside, by a clock that no change of the date moves.

What this does not prevent: a fault of the kernel itself; up to a dozen processes that each take
the memory that one may take (the kernel then ends them first); a right answer that was copied, or
computed by a library that is installed, `lossfns` too. Trusted, without bubblewrap, a submission
may do whatever the teacher may: only time, and the memory of each process, are bounded then.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import math
import os
import pickle
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import lossfns
from lossfns.classroom.wire import Job, unpack, unpack_fault
from lossfns.judging.bounds import Fault
from lossfns.judging.trying import Task, Tried

PACKAGE = Path(lossfns.__file__).resolve().parent
QUIET = 5.0  # seconds without a word, beyond those that an attempt may take
SENT = 16 * 2**20  # bytes that a submission may send in all
ROOM = 64 * 2**20  # bytes that it may write into its folder
OWN = "/tmp"  # its folder
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/ld.so.cache", "/nix/store")
_users = itertools.count()


class NoSandbox(RuntimeError):
    """Nothing here can hold a stranger's code; the message says what is missing."""


@dataclass(frozen=True)
class Limits:
    """What a submission may take.

    seconds : by the clock, and of the processor, in all
    memory : bytes of each of its processes
    trusted : whether to do without a sandbox where there is none
    """

    seconds: float = 60.0
    memory: int = 2**30
    trusted: bool = False


@dataclass
class Outcome:
    """What came of running a notebook.

    tried : by exercise, the seed that it was checked with and what the attempt gave
    places : by exercise, the cell of that attempt
    faults : the exceptions that cells ended with
    stopped : cells that did not end, and why; the numbers of the tasks follow those of the cells
    late : whether the time was over before all cells had run
    """

    tried: dict[str, tuple[str, Tried]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    late: bool = False


def run_notebook(cells: tuple[str, ...], tasks: Mapping[str, Task], limits: Limits) -> Outcome:
    """Run the cells of a notebook, and return what its attempts gave.

    A cell that hangs, ends the process or fills its channel is left out, and the others run again.

    Raises
    ------
    NoSandbox
        If nothing here can hold a stranger's code and `limits` trusts nobody.
    """
    outcome = Outcome()
    deadline = time.monotonic() + limits.seconds
    while True:
        skip, done = frozenset(outcome.stopped), dict(outcome.places)
        filled = frozenset(name for name, (_, tried) in outcome.tried.items() if not tried.stub)
        job = Job(cells, tasks, skip, done, filled, limits.seconds, limits.memory)
        number, ended = _run(job, limits, outcome, deadline)
        if not ended:
            return outcome
        if number < 0 and not outcome.stopped:
            raise NoSandbox(f"a submission's process could not start: {ended}")
        if number >= 0:  # else what its cells did before keeps it from starting again
            outcome.stopped[number] = ended
        if time.monotonic() >= deadline:
            outcome.late = True
            return outcome


def _run(job: Job, limits: Limits, outcome: Outcome, deadline: float) -> tuple[int, str]:
    """Run a job once; return the cell that it came to and why it went no further, if it did not."""
    number = -1
    patience = QUIET + max((task.seconds for task in job.tasks.values()), default=0.0)
    with _started(job, limits) as process:
        try:
            for event in _events(process, patience, deadline):
                if event["event"] == "cell":
                    number = _cell_number(event["number"], job)
                elif event["event"] == "fault":
                    fault = unpack_fault(event["fault"])
                    if fault:
                        outcome.faults[number] = fault
                elif event["event"] == "tried":
                    name, seed = event["task"], event["seed"]
                    tried = unpack(event["tried"], len(job.tasks[name].probes))
                    outcome.tried[name] = str(seed)[:20], tried
                    outcome.places[name] = number
                elif event["event"] == "end":
                    return number, ""
        except _Ended as reason:
            return number, str(reason)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
            return number, "what it sent can't be read"
        finally:
            _end(process)
        return number, _why(process)


def _cell_number(sent: Any, job: Job) -> int:
    if type(sent) is not int or not 0 <= sent < len(job.cells) + len(job.tasks):
        raise ValueError
    if sent in job.skip:
        raise ValueError
    return sent


class _Ended(Exception):
    """A submission was ended; the message says why."""


def _events(
    process: subprocess.Popen[bytes], patience: float, deadline: float
) -> Iterator[dict[str, Any]]:
    """Yield what a process sends, line by line, until it ends or has to be ended."""
    stream = process.stdout
    assert stream is not None
    os.set_blocking(stream.fileno(), False)
    pieces, received = [b""], 0
    heard = math.inf  # a busy machine may take long to start it
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            until = min(heard + patience, deadline)
            if not selector.select(max(until - time.monotonic(), 0)):
                late = deadline <= time.monotonic()
                raise _Ended(
                    "the time for the whole submission was over"
                    if late
                    else f"it had not ended after {patience:g} seconds"
                )
            piece = os.read(stream.fileno(), 2**16)
            if not piece:
                _gone(process)
                return
            received += len(piece)
            if received > SENT:
                raise _Ended("it sent more than can be taken")
            pieces.append(piece)
            if b"\n" in piece:
                *lines, rest = b"".join(pieces).split(b"\n")
                pieces = [rest]
                for line in lines:
                    heard = time.monotonic()
                    yield json.loads(line)


def _why(process: subprocess.Popen[bytes]) -> str:
    """Say why a process ended before its time."""
    code = process.returncode
    # A shell's way, which bubblewrap follows, to say by which signal a process ended.
    number = -code if code < 0 else code - 128
    if number in set(signal.Signals):
        return f"its process was ended by {signal.Signals(number).name}"
    said = process.stderr.read(500).decode(errors="replace").strip() if process.stderr else ""
    return said.rpartition("\n")[2] or "it ended its process"


def _started(job: Job, limits: Limits) -> subprocess.Popen[bytes]:
    """Start the learner's side, and hand it the job."""
    if os.name == "nt":
        raise NoSandbox("grading needs Linux, or macOS with --trust; on Windows, use WSL")
    walls: tuple[str, ...] = ()
    try:
        walls = bubblewrap()
    except NoSandbox:
        if not limits.trusted:
            raise
    alone = bool(walls) and os.geteuid() != 0
    if walls and not alone:
        # Root's processes are not counted, so each submission becomes a user that nobody is.
        job = replace(job, user=10**8 + os.getpid() % 10**5 * 10**4 + next(_users) % 10**4)
    paths = [*_site_packages(), str(PACKAGE.parent)]
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": tempfile.gettempdir(),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        **({"LOSSFNS_ALONE": "1"} if alone else {}),
    }
    refused = forbidden_calls() if walls else b""
    with contextlib.ExitStack() as open_files:
        passed = []
        if refused:
            calls = open_files.enter_context(_readable(refused))
            passed = [calls.fileno()]
            walls = (*walls, "--seccomp", str(calls.fileno()))
        process = subprocess.Popen(
            [*walls, *PYTHON, "-m", "lossfns.classroom.runner"],
            pass_fds=passed,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        )
    assert process.stdin is not None
    # It reads all of it before a cell runs. A pipe, because a file could be written to.
    with contextlib.suppress(BrokenPipeError), process.stdin as sent:
        pickle.dump(job, sent)
    return process


def _readable(content: bytes) -> IO[bytes]:
    """Return a pipe from which some bytes can be read, fewer than it holds."""
    reading, writing = os.pipe()
    with open(writing, "wb") as file:
        file.write(content)
    return open(reading, "rb")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and all that it started: bubblewrap's all, or else its group."""
    # Not yet waited for, so that no other group can have its number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _gone(process: subprocess.Popen[bytes]) -> None:
    """Let a process that has closed its channel end by itself, so that its exit code says why."""
    if not hasattr(os, "waitid"):  # an older macOS
        return
    until = time.monotonic() + 1
    how = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while os.waitid(os.P_PID, process.pid, how) is None and time.monotonic() < until:
        time.sleep(0.01)


PYTHON = (os.path.realpath(sys.executable), "-s", "-S", "-P", "-B")


@lru_cache(maxsize=1)
def bubblewrap() -> tuple[str, ...]:
    """Return the command that puts what follows it behind walls.

    Raises
    ------
    NoSandbox
        If it is not installed, or may not build them.
    """
    program = shutil.which("bwrap")
    if program is None or not sys.platform.startswith("linux"):
        raise NoSandbox(f"bubblewrap is missing (Linux: `apt install bubblewrap`). {ELSE}")
    walls = (program, *_walls())
    test = subprocess.run([*walls, *PYTHON, "-c", ""], capture_output=True, text=True, check=False)
    if test.returncode:
        said = test.stderr.strip().partition("\n")[0]
        raise NoSandbox(f"bubblewrap, which must be allowed to mount, says: {said}. {ELSE}")
    return walls


ELSE = (
    "Nothing else here can hold a stranger's code; if you trust every submission with this machine"
    " and your files, say --trust"
)


def _walls() -> Iterator[str]:
    """Yield the options that name what may be seen, and what may be done."""
    if os.geteuid() == 0:
        # Root drops what it has after the start, and becomes a user that nobody is.
        yield from ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
        yield from ("--unshare-cgroup-try", "--cap-drop", "ALL")
        yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    else:
        yield from ("--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL")
    yield from ("--die-with-parent", "--new-session", "--hostname", "sandbox")
    # First, because the installation may lie below it.
    yield from ("--perms", "0777", "--size", str(ROOM), "--tmpfs", OWN)
    made = {Path(OWN)}
    for link in filter(os.path.islink, SYSTEM):  # bound, it would show twice what must be hidden
        yield from ("--symlink", os.readlink(link), link)
    system = [place for place in SYSTEM if not os.path.islink(place)]
    places = (*system, os.path.realpath(sys.base_prefix), *_site_packages(), str(PACKAGE))
    for place in map(Path, dict.fromkeys(places)):
        if place.exists():
            for above in reversed(place.parents[:-1]):
                if above not in made:
                    yield from ("--perms", "0755", "--dir", str(above))
            made |= {place, *place.parents}
            yield from ("--ro-bind", str(place), str(place))
    # The answers.
    yield from ("--tmpfs", str(PACKAGE / "checks"), "--remount-ro", str(PACKAGE / "checks"))
    yield from ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev")
    yield from ("--remount-ro", "/", "--chdir", OWN)
    yield from ("--setenv", "HOME", OWN, "--setenv", "TMPDIR", OWN)


# What holds memory that belongs to no process, opens a way around the walls, or nobody needs here.
FORBIDDEN = (
    *("shmget", "msgget", "semget", "memfd_create", "keyctl", "add_key", "request_key"),
    *("unshare", "setns", "mount", "ptrace", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "process_vm_readv", "process_vm_writev"),
)
ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
NEW_USER, MASKED_EQUAL = 0x10000000, 7


class _Compare(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


@lru_cache(maxsize=1)
def forbidden_calls() -> bytes:
    """Return a filter of system calls, made by libseccomp; nothing where that is missing."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return b""
    add = library.seccomp_rule_add_array
    add.argtypes = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    number = library.seccomp_syscall_resolve_name
    for name in FORBIDDEN:
        add(rules, EPERM, number(name.encode()), 0, None)
    # Its flags lie in memory, where no filter sees them; without it, clone is called.
    add(rules, ENOSYS, number(b"clone3"), 0, None)
    new_user = _Compare(0, MASKED_EQUAL, NEW_USER, NEW_USER)
    add(rules, EPERM, number(b"clone"), 1, ctypes.byref(new_user))
    with tempfile.TemporaryFile() as file:
        made = library.seccomp_export_bpf(rules, file.fileno())
        library.seccomp_release(rules)
        file.seek(0)
        return file.read() if made == 0 else b""


def _site_packages() -> list[str]:
    own = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    found = [
        path
        for path in sys.path
        if path in own or {"site-packages", "dist-packages"} & set(Path(path).parts)
    ]
    return [path for path in dict.fromkeys(map(os.path.realpath, found)) if os.path.isdir(path)]
