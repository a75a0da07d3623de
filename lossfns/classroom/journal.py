"""Keep results on disk as they come, so that a run that was stopped can go on."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import IO

from lossfns.classroom.grade import Row


class Refused(ValueError):
    """A file that would be lost; the message says what to do."""


def _locked(file: IO[bytes]) -> bool:
    """Take a file for this process alone, until it is closed; return False if another has it."""
    if sys.platform != "win32":  # where nothing is graded
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system that knows no locks
            pass
    return True


class Journal:
    """Results beside the file that they are for, as long as that is not there.

    graded : what an earlier run left, by the job's name
    """

    def __init__(self, out: Path, *, again: bool = False) -> None:
        self.out = out
        self.path = out.with_name(f"{out.name}.part")
        self.graded: dict[str, list[Row]] = {}
        if out.exists() or out.is_symlink():
            raise Refused(
                f"{out} is there already, and nothing is overwritten: --out names another"
            )
        if self.path.exists() and not again:
            raise Refused(
                f"{self.path} is what an earlier run left, or one that is running: --again goes on"
                " with it, or delete it"
            )
        self._file = self.path.open("r+b" if self.path.exists() else "x+b")
        if not _locked(self._file):
            self._file.close()
            raise Refused(f"{self.path}: another run writes it now; wait for its end, or stop it")
        whole = self._read()
        self._file.truncate(whole)
        self._file.seek(whole)

    def _read(self) -> int:
        """Read what an earlier run left; return how many of its bytes are whole lines."""
        whole = 0
        for line in self._file.read().splitlines(keepends=True):
            try:
                name, rows = json.loads(line)
                self.graded[name] = [Row(*row) for row in rows]
            except (ValueError, TypeError):  # it was stopped while it wrote this line
                break
            whole += len(line)
        return whole

    def keep(self, name: str, rows: Sequence[Row]) -> None:
        """Keep the results of a job."""
        self.graded[name] = list(rows)
        self._file.write(json.dumps([name, [astuple(row) for row in rows]]).encode() + b"\n")
        self._file.flush()

    def finish(self, content: str) -> None:
        """Write the file itself, and delete the journal."""
        try:
            with open(self.out, "x", encoding="utf-8", newline="") as file:
                file.write(content)
        except FileExistsError:
            raise Refused(f"{self.out} came meanwhile; the results are in {self.path}") from None
        except BaseException:
            self.out.unlink(missing_ok=True)
            raise
        self._file.close()
        self.path.unlink()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self.path.exists() and not self.path.stat().st_size:
            self.path.unlink()
