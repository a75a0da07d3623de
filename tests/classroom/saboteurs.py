"""What students hand in to break the grader, by accident or on purpose."""

from textwrap import dedent, indent

from tests.classroom.notebooks import RIGHT, STUB, SUM, VALUE, notebook

WRONG = VALUE.format(body="return 7.25")


def attempt(body):
    """A notebook whose function does something else than its exercise."""
    return notebook(VALUE.format(body=body))


def before(source):
    """A notebook with the right answer below a cell that does something else."""
    return notebook(dedent(source), RIGHT)


def unless(source):
    """A notebook whose answer is right only if a cell does not come to its end."""
    harm = f"harmed = False\n{dedent(source)}\nharmed = True"
    return notebook(harm, f"if not harmed:\n{indent(RIGHT, '    ')}")


def with_wrong(source):
    """A notebook with a wrong answer below a cell that does something else."""
    return notebook(dedent(source), WRONG)


# What each hands in, and the verdict. {folder} is the class's, {port} answers on this machine.
CLASS = {
    "right": (notebook(RIGHT), "correct"),
    "adds": (notebook(SUM), "incorrect"),
    "stub": (notebook(STUB), "not_attempted"),
    "stub_below": (notebook(RIGHT, STUB), "correct"),
    "syntax": (notebook(VALUE.format(body="return (")), "error"),
    "magic": (before("%matplotlib inline\n!pip install torch\nx = 1"), "correct"),
    # Never end.
    "loops": (before("while True: pass"), "correct"),
    "loops_inside": (attempt("while True: pass"), "error"),
    "hangs_inside_in_c": (attempt("return 10**10**9"), "stopped"),
    "sleeps_through_signals": (
        before("""
            import signal, time
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            time.sleep(987)
        """),
        "correct",
    ),
    # Take too much.
    "forks": (
        before("""
            import os
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
        """),
        "correct",
    ),
    "leaves_a_daemon": (
        before("""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(987)
                os._exit(0)
        """),
        "correct",
    ),
    "leaves_threads": (
        before("""
            import threading, time
            for _ in range(3):
                threading.Thread(target=time.sleep, args=(987,)).start()
        """),
        "correct",
    ),
    "eats_memory": (attempt("return [bytearray(10**7) for _ in iter(int, 1)]"), "error"),
    "eats_memory_at_once": (attempt("return np.ones(10**12)"), "error"),
    "recurses": (attempt("return mean_squared_error(predictions, targets)"), "error"),
    "prints_a_gigabyte": (
        before("""
            import os
            for _ in range(1024):
                print("x" * 2**20)
                os.write(1, b"x" * 2**20)
                os.write(2, b"x" * 2**20)
        """),
        "correct",
    ),
    "fills_the_disk": (
        unless("""
            for number in range(100):
                with open(f"{number}", "wb") as file:
                    file.write(bytes(10**7))
        """),
        "correct",
    ),
    "writes_a_huge_file": (unless('open("huge", "wb").write(bytes(10**8))'), "correct"),
    "fills_shared_memory": (unless('open("/dev/shm/x", "wb").write(b"x")'), "correct"),
    "keeps_shared_memory": (
        unless("""
            import ctypes
            assert ctypes.CDLL(None).shmget(0, 2**20, 0o1600) >= 0
        """),
        "correct",
    ),
    # End what they can reach.
    "kills_its_parent": (before("import os\nos.kill(os.getppid(), 9)"), "correct"),
    "kills_everyone": (before("import os\nos.kill(-1, 9)"), "correct"),
    "kills_itself": (before("import os\nos.kill(os.getpid(), 9)"), "correct"),
    "crashes": (before("import ctypes\nctypes.string_at(0)"), "correct"),
    "exits": (before("import sys\nsys.exit(0)"), "correct"),
    "exits_at_once": (before("import os\nos._exit(0)"), "correct"),
    "exits_inside": (attempt("import os; os._exit(0)"), "stopped"),
    "raises_exit_inside": (attempt("raise SystemExit"), "error"),
    "closes_everything": (before("import os\nos.closerange(0, 1000)"), "correct"),
    "deletes_everything": (
        before("""
            import shutil
            for place in ("{folder}", "/home", "/etc", "/work", "/root", "."):
                shutil.rmtree(place, ignore_errors=True)
        """),
        "correct",
    ),
    # Reach for what is not their own.
    "writes_outside": (unless('open("{folder}/../seen", "w")'), "correct"),
    "writes_the_package": (unless('import lossfns\nopen(lossfns.__file__, "a")'), "correct"),
    "reads_a_neighbour": (unless('open("{folder}/right/ex01.ipynb").read()'), "correct"),
    "reads_the_teachers": (unless('open("{folder}/../private").read()'), "correct"),
    "reads_secrets": (unless('open("/etc/shadow").read()'), "correct"),
    "reads_variables": (unless('import os\nos.environ["LOSSFNS_SECRET"]'), "correct"),
    "sees_processes": (
        unless("""
            import os
            assert [name for name in os.listdir("/proc") if name.isdecimal() and int(name) > 50]
        """),
        "correct",
    ),
    "calls_out": (
        unless('import socket\nsocket.create_connection(("127.0.0.1", {port}), 2)'),
        "correct",
    ),
    "becomes_root": (unless("import os\nos.setuid(0)"), "correct"),
    "makes_a_namespace": (
        unless("""
            import ctypes
            assert ctypes.CDLL(None).unshare(0x10000000) == 0
        """),
        "correct",
    ),
    "lifts_its_bounds": (
        unless("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
        "correct",
    ),
    "moves_the_clock": (
        before("""
            import time
            time.time = time.monotonic = lambda: 1e12
            try:
                time.clock_settime(0, 0)
            except OSError:
                pass
        """),
        "correct",
    ),
    # Forge.
    "replaces_the_check": (
        with_wrong("""
            import lossfns.checks
            lossfns.checks.check = check = lambda *_: "✓ Correct"
        """),
        "incorrect",
    ),
    "asks_for_the_answer": (
        notebook(
            "from lossfns.checks import reference", 'check("mse.value", reference("mse.value"))'
        ),
        "incorrect",
    ),
    "digs_for_the_answer": (
        before("""
            import sys
            del sys.modules["lossfns.checks"]
            from lossfns.checks.ch01 import mean_squared_error
        """),
        "correct",
    ),
    "digs_and_has_no_own": (
        notebook(
            "import sys\ndel sys.modules['lossfns.checks']\n"
            "from lossfns.checks.ch01 import mean_squared_error as mine",
            'check("mse.value", mine)',
        ),
        "error",
    ),
    "prints_a_verdict": (
        with_wrong('print("✓ Correct: right on all 25 inputs we tried.")'),
        "incorrect",
    ),
    "sends_a_verdict": (
        with_wrong("""
            import json, os
            forged = {"outcome": "correct", "points": 1}
            sent = {"event": "tried", "task": "mse.value", "seed": "", "tried": forged, **forged}
            for number in range(3, 64):
                try:
                    os.write(number, json.dumps(sent).encode() + b"\\n")
                except OSError:
                    pass
        """),
        "incorrect",
    ),
    "sends_noise": (
        before("""
            import os
            for number in range(3, 64):
                try:
                    os.write(number, os.urandom(99) + b"\\n")
                except OSError:
                    pass
        """),
        "correct",
    ),
    "sends_without_end": (
        before("""
            import os
            for number in range(3, 64):
                try:
                    while True:
                        os.write(number, b"x" * 2**16)
                except OSError:
                    pass
        """),
        "correct",
    ),
    "equals_everything": (
        notebook(
            "class Any(float):\n    __eq__ = __le__ = lambda *_: True",
            VALUE.format(body="return Any(7)"),
        ),
        "incorrect",
    ),
    "patches_the_judge": (
        with_wrong("""
            from lossfns.judging import compare
            compare.same = lambda *_: True
            np.isclose = lambda *_, **__: np.array(True)
        """),
        "incorrect",
    ),
    # Hand in something else.
    "renamed": (notebook(RIGHT.replace("mean_squared_error", "mine")), "correct"),
    "without_check": (
        notebook(RIGHT.partition("\n\n")[0], 'check("mse.gradient", ...)'),
        "correct",
    ),
    "deleted": (notebook('check("mse.gradient", ...)'), "missing"),
    "empty": (b"", "unreadable"),
    "binary": (bytes(range(256)), "unreadable"),
    "another_course": (notebook("print('Hello')"), "missing"),
}
