"""What was tried and done is never lost: not by two programs, not by damage, not by a full disk."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lossfns import checks
from lossfns.checks import (
    _lock,
    _progress,
    _progress_file,
    check,
    exercise_ids,
    progress,
    reference,
    solution,
)
from tests.files import identity

RIGHT = reference("mse.value")


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch):
    monkeypatch.setattr(_progress, "_unsaved", {})


@pytest.fixture
def named(tmp_path, monkeypatch):
    """A file that LOSSFNS_PROGRESS names; not there yet."""
    path = tmp_path / "folder" / "progress.json"
    path.parent.mkdir()
    monkeypatch.setenv("LOSSFNS_PROGRESS", str(path))
    return path


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The file in our own folder; not there yet."""
    monkeypatch.delenv("LOSSFNS_PROGRESS")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "lossfns").mkdir()
    return tmp_path / "lossfns" / "progress.json"


def wrong(predictions, targets):
    return 1.0


def details():
    return dict(progress().details)


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def python(code, *arguments, **options):
    """Another program that uses the same file."""
    return subprocess.Popen([sys.executable, "-c", code, *arguments], text=True, **options)


def test_progress_survives_a_restart_and_what_is_done_stays_done(named):
    check("mse.value", wrong)
    assert details()["Tried"] == "mse.value"
    check("mse.value", RIGHT)
    check("mse.value", wrong)
    code = "from lossfns.checks import progress; print(progress())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == f"{progress()!r}\n"
    assert "Done: mse.value" in other.stdout
    assert other.stdout.startswith(f"Exercises: 1 done, 0 tried, {len(exercise_ids()) - 1} left.")
    assert visible(named.parent) == [named.name]


def test_solution_remembers_a_try_of_an_earlier_session(named, monkeypatch):
    check("mse.value", wrong)
    check("mse.by_hand@7", 0.0)
    monkeypatch.setattr(checks, "_attempted", set())
    assert "np.mean" in repr(solution("mse.value"))
    assert "# Here:" in repr(solution("mse.by_hand@7"))
    assert "Try it first" in repr(solution("mse.gradient"))
    assert "Try it first" in repr(solution("mse.by_hand"))


def test_solution_needs_no_readable_file(named, monkeypatch):
    monkeypatch.setattr(checks, "_attempted", set())
    named.mkdir()
    check("mse.gradient", wrong)
    assert "Try it first" not in repr(solution("mse.gradient"))
    assert "Try it first" in repr(solution("mse.column"))


def test_progress_says_where_it_is_kept_and_looking_makes_no_file(named):
    assert details()["Kept in"] == f"{named} (to start afresh, delete it)"
    assert list(named.parent.iterdir()) == []


def test_deleting_the_file_starts_afresh(named):
    check("mse.value", RIGHT)
    named.unlink()
    assert "Done" not in details()
    check("mse.gradient", reference("mse.gradient"))
    assert details()["Done"] == "mse.gradient"


# Two programs at once

RECORDS = """
import sys
from lossfns.checks import _progress, exercise_ids
sys.stdin.readline()
for exercise_id in exercise_ids():
    _progress.record(f"{exercise_id}@{sys.argv[1]}", "done")
"""


def test_four_notebooks_run_at_once_lose_nothing(named):
    programs = [python(RECORDS, str(number), stdin=subprocess.PIPE) for number in range(4)]
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate(timeout=120)
    kept = json.loads(named.read_text())
    assert set(kept) == {f"{name}@{number}" for name in exercise_ids() for number in range(4)}


HOLDS = """
import sys, time
from pathlib import Path
from lossfns.checks import _progress_file
from lossfns.checks._lock import locked
with locked(Path(sys.argv[1]), 5):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(named):
    """Another program that holds the lock until it is told to let go."""
    lock = named.with_name(f".{named.name}.lock")
    with python(HOLDS, str(lock), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout.readline() == "held\n"
        yield program
        program.kill()


def test_record_that_cannot_wait_longer_is_told_and_saved_with_the_next(named, holder, monkeypatch):
    monkeypatch.setattr(_progress_file, "PATIENCE", 0.1)
    assert check("mse.value", RIGHT).outcome == "correct"
    told = details()
    assert told["Done"] == "mse.value"
    assert "mse.value: another program has held" in told["Not saved"]
    assert not named.exists()
    holder.communicate("let go\n", timeout=60)
    check("mse.gradient", reference("mse.gradient"))
    assert json.loads(named.read_text()) == {"mse.value": "done", "mse.gradient": "done"}
    assert "Not saved" not in details()


def test_record_that_waits_is_saved_when_its_program_ends(named, holder):
    code = (
        "import sys; from lossfns.checks import _progress, _progress_file\n"
        "_progress_file.PATIENCE = 0.1\n"
        "_progress.record('mse.value', 'done'); print(_progress._unsaved, flush=True)\n"
        "_progress_file.PATIENCE = 60; sys.stdin.readline()\n"
    )
    with python(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout.readline() == "{'mse.value': 'done'}\n"
        program.stdin.write("end\n")
        program.stdin.flush()
        holder.communicate("let go\n", timeout=60)
        assert program.wait(timeout=60) == 0
    assert json.loads(named.read_text()) == {"mse.value": "done"}


def test_program_killed_while_it_writes_harms_nothing_and_blocks_nobody(named):
    check("mse.value", RIGHT)
    code = (
        "import os, time; from lossfns.checks import _progress\n"
        "def replace(*names): print('writing', flush=True); time.sleep(600)\n"
        "os.replace = replace; _progress.record('mse.gradient', 'done')\n"
    )
    with python(code, stdout=subprocess.PIPE) as program:
        assert program.stdout.readline() == "writing\n"
        program.send_signal(signal.SIGKILL)
    start = time.monotonic()
    check("mse.column", reference("mse.column"))
    assert time.monotonic() - start < _progress_file.PATIENCE / 2
    assert json.loads(named.read_text()) == {"mse.value": "done", "mse.column": "done"}


class WindowsLocks:
    """msvcrt.locking, as far as it is used: a byte of a file, refused by PermissionError."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self, busy):
        self.busy, self.held = busy, []

    def locking(self, descriptor, mode, count):
        if mode == self.LK_NBLCK and self.busy:
            self.busy -= 1
            raise PermissionError(errno.EACCES, "Permission denied")
        self.held.append(mode)


def test_lock_works_as_windows_has_it(named, monkeypatch):
    windows = WindowsLocks(busy=3)
    for name, value in {"fcntl": None, "msvcrt": windows, "BUSY": PermissionError}.items():
        monkeypatch.setattr(_lock, name, value)
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}
    assert windows.held == [windows.LK_NBLCK, windows.LK_UNLCK]


def test_platform_without_locks_still_keeps_progress(named, monkeypatch):
    monkeypatch.setattr(_lock, "fcntl", None)
    monkeypatch.setattr(_lock, "msvcrt", None)
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}


@pytest.mark.parametrize("fault", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_folder_without_locks_still_keeps_progress(named, monkeypatch, fault):
    def refuse(descriptor):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(_lock, "_take", refuse)
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}


def test_lock_file_that_cannot_be_made_still_keeps_progress(named):
    named.with_name(f".{named.name}.lock").mkdir()
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}


def test_stopping_a_check_that_waits_for_the_file_still_gives_the_verdict(named, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_progress, "add", stop)
        assert check("mse.value", RIGHT).outcome == "correct"
    assert details()["Done"] == "mse.value"
    assert json.loads(named.read_text()) == {"mse.value": "done"}


# Places that can't keep it


def full(*arguments, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_leaves_the_old_file_and_what_is_new_is_told(named, monkeypatch):
    check("mse.value", RIGHT)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert check("mse.gradient", reference("mse.gradient")).outcome == "correct"
        told = details()
        assert told["Done"] == "mse.value, mse.gradient"
        assert "mse.gradient: [Errno 28] No space left" in told["Not saved"]
    assert json.loads(named.read_text()) == {"mse.value": "done"}
    assert not list(named.parent.glob(".*.part"))
    progress()
    assert json.loads(named.read_text()) == {"mse.value": "done", "mse.gradient": "done"}


def test_damaged_file_on_a_full_disk_is_left_whole_and_its_good_entries_count(own, monkeypatch):
    own.write_text('{"mse.value": "done", "mse.gradient": ')
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        told = details()
    assert told["Done"] == "mse.value"
    assert "No space left" in told["Damaged"]
    assert own.read_text() == '{"mse.value": "done", "mse.gradient": '
    assert visible(own.parent) == [own.name]


def test_unwritable_place_spoils_no_verdict_and_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LOSSFNS_PROGRESS", str(tmp_path / "file" / "progress.json"))
    assert check("mse.value", RIGHT).outcome == "correct"
    told = details()
    assert "mse.value" in told["Not saved"]
    assert "Not read" in told
    assert told["Done"] == "mse.value"


def test_file_made_read_only_stays_as_it_is(named, monkeypatch):
    named.write_text('{"mse.value": "done"}')
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    check("mse.gradient", reference("mse.gradient"))
    assert named.read_text() == '{"mse.value": "done"}'
    told = details()
    assert told["Done"] == "mse.value, mse.gradient"
    assert "read-only" in told["Not saved"]


OTHERS = {
    "notes": b'Shopping: milk. "mse.value": "done"?',
    "package": b'{"name": "mine", "version": "1.0"}',
    "settings": b'{"editor.fontSize": 14, "files.eol": "\\n"}',
    "to-do list": b'{"laundry": "done"}',
    "list": b"[1, 2]",
    "number": b"3",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\xff",
    "half a file of another kind": b'{"a": ',
    "endless nesting": b"[" * 100_000,
    "very large": b'{"mse.value": "done"}' + b" " * _progress_file.LARGEST,
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_file_that_is_something_else_is_left_alone(named, content):
    named.write_bytes(content)
    assert check("mse.value", RIGHT).outcome == "correct"
    told = details()
    assert told["Done"] == "mse.value"
    assert f"{named} is something else" in told["Kept in"]
    assert "mse.value" in told["Not saved"]
    assert named.read_bytes() == content
    assert [path.name for path in named.parent.iterdir()] == [named.name]


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


SPECIAL = {
    "folder": os.mkdir,
    "pipe": os.mkfifo,
    "socket": make_socket,
    "device": lambda path: path.symlink_to(os.devnull),
    "link to itself": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("make", SPECIAL.values(), ids=SPECIAL)
@pytest.mark.parametrize("linked", [False, True], ids=["itself", "by a link"])
def test_what_is_no_regular_file_is_left_alone(tmp_path, monkeypatch, make, linked):
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    make(target.relative_to(tmp_path) if make is make_socket else target)
    named = tmp_path / "folder" / "link" if linked else target
    if linked:
        named.symlink_to(target)
    before = {path.name: identity(path) for path in target.parent.iterdir()}
    monkeypatch.setenv("LOSSFNS_PROGRESS", str(named))
    assert check("mse.value", RIGHT).outcome == "correct"
    told = details()
    assert told["Done"] == "mse.value"
    assert "mse.value" in told["Not saved"]
    assert "Try it first" not in repr(solution("mse.value"))
    assert {path.name: identity(path) for path in target.parent.iterdir()} == before


def test_null_device_switches_the_record_off(monkeypatch):
    monkeypatch.setenv("LOSSFNS_PROGRESS", os.devnull)
    device = identity(Path(os.devnull))
    check("mse.value", RIGHT)
    assert "not a regular file" in details()["Kept in"]
    assert identity(Path(os.devnull))[:2] == device[:2]


def test_linked_file_is_written_where_it_lies_and_its_mode_stays(named, tmp_path):
    target = tmp_path / "mine.json"
    target.write_text("{}")
    target.chmod(0o640)
    named.symlink_to(target)
    check("mse.value", RIGHT)
    assert named.is_symlink()
    assert json.loads(target.read_text()) == {"mse.value": "done"}
    assert target.stat().st_mode & 0o777 == 0o640


# Names


@pytest.mark.parametrize(
    ("platform", "variable", "place"),
    [
        ("linux", "XDG_DATA_HOME", "lossfns/progress.json"),
        ("win32", "LOCALAPPDATA", "lossfns/progress.json"),
        ("darwin", "HOME", "Library/Application Support/lossfns/progress.json"),
    ],
)
def test_progress_lies_in_the_platforms_folder(platform, variable, place, tmp_path, monkeypatch):
    monkeypatch.delenv("LOSSFNS_PROGRESS")
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert _progress_file.progress_path() == tmp_path / place


@pytest.mark.parametrize("folder", ["", "relative/folder"])
def test_folder_for_data_that_is_not_absolute_is_not_used(folder, tmp_path, monkeypatch):
    monkeypatch.delenv("LOSSFNS_PROGRESS")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _progress_file.progress_path() == tmp_path / ".local/share/lossfns/progress.json"


def test_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOSSFNS_PROGRESS", "~/kept/p.json")
    check("mse.value", RIGHT)
    assert (tmp_path / "home" / "kept" / "p.json").is_file()
    assert os.listdir(tmp_path) == ["home"]


def test_home_of_nobody_is_told_and_makes_no_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOSSFNS_PROGRESS", "~no_such_user/p.json")
    assert check("mse.value", RIGHT).outcome == "correct"
    told = details()
    assert told["Done"] == "mse.value"
    assert "~no_such_user/p.json" in told["Kept in"]
    assert os.listdir(tmp_path) == []


# Damage


DAMAGE = {
    "cut short": '{"mse.value": "done", "mse.gradient": "tried", "mse.col',
    "followed by more": '{"mse.value": "done", "mse.gradient": "tried"}}}',
    "both sides of a merge": (
        '{\n<<<<<<< ours\n"mse.value": "done"\n=======\n"mse.gradient": "tried"\n>>>>>>> theirs\n}'
    ),
    "a state that is a number": '{"mse.value": "done", "mse.column": 3, "mse.gradient": "tried"}',
    "an entry twice": '{"mse.value": "done", "mse.gradient": "tried", "mse.value": "tried"}',
    "letters that are none": '{"mse.value": "done", "\xff": "done", "mse.gradient": "tried"}',
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("place", ["own", "named"])
def test_bad_entry_costs_no_other_and_the_file_is_set_aside(damage, place, request):
    path = request.getfixturevalue(place)
    path.write_bytes(damage.encode("latin-1"))
    told = details()
    assert told["Done"] == "mse.value"
    assert told["Tried"] == "mse.gradient"
    aside = path.with_name("progress.damaged-001.json")
    assert aside.read_bytes() == damage.encode("latin-1")
    assert str(aside) in told["Set aside"]
    assert json.loads(path.read_text())["mse.gradient"] == "tried"
    check("mse.column", reference("mse.column"))
    assert details()["Done"] == "mse.value, mse.column"
    assert visible(path.parent) == [aside.name, path.name]


@pytest.mark.parametrize("damage", ["{", "[1]", "null", "\xff\xfe\x00", "notes"])
def test_unreadable_file_in_our_own_folder_is_set_aside(own, damage):
    own.write_bytes(damage.encode("latin-1"))
    assert check("mse.value", RIGHT).outcome == "correct"
    aside = own.with_name("progress.damaged-001.json")
    assert aside.read_bytes() == damage.encode("latin-1")
    assert details()["Done"] == "mse.value"


@pytest.mark.parametrize("empty", ["", "\n", "\0\0\0", "{}"])
def test_empty_file_is_an_empty_record(named, empty):
    named.write_text(empty)
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}
    assert visible(named.parent) == [named.name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_file_saved_by_another_editor_is_read_as_it_is(named, encoding):
    named.write_text('{"mse.value": "done"}', encoding=encoding)
    assert details()["Done"] == "mse.value"
    check("mse.gradient", reference("mse.gradient"))
    assert details()["Done"] == "mse.value, mse.gradient"
    assert visible(named.parent) == [named.name]


def test_entries_of_a_newer_version_are_kept(named):
    newer = {"mse.value": "done", "mse.line": "mastered", "newer.exercise": "done", "x.y": "seen"}
    named.write_text(json.dumps(newer))
    check("mse.line", wrong)
    check("mse.gradient", reference("mse.gradient"))
    assert json.loads(named.read_text()) == {**newer, "mse.gradient": "done"}
    told = details()
    assert told["Tried"] == "mse.line"
    assert 'mse.line is "mastered"' in told["Not understood"]
    assert visible(named.parent) == [named.name]


def test_done_replaces_a_state_that_is_not_known_and_the_old_file_is_kept(named):
    named.write_text('{"mse.value": "dnoe"}')
    check("mse.value", RIGHT)
    assert json.loads(named.read_text()) == {"mse.value": "done"}
    assert '"dnoe"' in named.with_name("progress.damaged-001.json").read_text()


def test_files_set_aside_never_replace_each_other(own):
    folder = own.parent
    (folder / "progress.damaged-7.json").write_text("seven")
    own.write_text("eight")
    progress()
    # As its message permits; the next must not take the number of one that is still there.
    (folder / "progress.damaged-7.json").unlink()
    own.write_text("nine")
    progress()
    assert (folder / "progress.damaged-008.json").read_text() == "eight"
    assert (folder / "progress.damaged-009.json").read_text() == "nine"


def test_name_taken_while_a_file_is_set_aside_is_not_overwritten(own, monkeypatch):
    taken = own.with_name("progress.damaged-001.json")
    taken.write_text("came in between")
    monkeypatch.setattr(_progress_file, "set_aside", lambda path: {})
    own.write_text("damaged")
    progress()
    assert taken.read_text() == "came in between"
    assert own.with_name("progress.damaged-002.json").read_text() == "damaged"
