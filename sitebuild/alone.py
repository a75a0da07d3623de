"""One run of a command at a time in a checkout: a second one waits, and says for whom."""

import os
import sys
from contextlib import contextmanager

from sitebuild import paths

try:
    import fcntl
except ImportError:  # on Windows nobody waits
    fcntl = None


@contextmanager
def alone(command):
    """Run the block while no other process of this checkout runs the same command.

    The lock ends with the process that holds it, however that ends; and with what it started.
    """
    path = paths.ROOT / "_build" / f"{command}.lock"
    path.parent.mkdir(exist_ok=True)
    with open(path, "a+", encoding="ascii") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                print(f"{command}: waiting for process {file.read()}", file=sys.stderr, flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
            os.set_inheritable(file.fileno(), True)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
