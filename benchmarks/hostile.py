"""Build where something is missing, and stop what writes files where it hurts.

Usage: ``python benchmarks/hostile.py [SCENARIO ...]``, all of them by default (Linux, as root: it
mounts small disks and takes the network away, in namespaces of its own).

Each scenario works on a fresh copy of the commit. A refusal must name its cause, without a
traceback; a stopped command must leave whole files, and the next run must heal what is left. The
table goes to ``book/_static/hostile.txt`` once every scenario was run.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reproduce import contents, difference

from sitebuild.changed import commit, last_change
from sitebuild.paths import ROOT
from sitebuild.safe_files import write_whole

TABLE = ROOT / "book" / "_static" / "hostile.txt"
HTML = "_build/html"
# Each stops at a random moment of each quarter of its usual time.
TARGETS = ("book", "question-bank", "notebooks", "drawings", "format")
STOPS = 4


class Fault(Exception):
    """What a scenario found; the message is the table's."""


def need(truth, words):
    if not truth:
        raise Fault(words)


def copied(folder, *options):
    """The commit in a folder, with this environment and these Node packages."""
    git = ["git", "clone", "--quiet", "--no-hardlinks", *options]
    subprocess.run([*git, ROOT.as_uri(), str(folder)], check=True)
    borrow(folder)
    return folder


def borrow(folder):
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)


def command(folder, *targets, wrap=()):
    """The words that make targets in a copy, and the environment in which it finds itself."""
    words = [*wrap, "make", "-C", str(folder), "-o", ".venv/ready", *targets]
    # A shallow clone and a zip don't know when the bank last changed, which its exports tell.
    moment = {"SOURCE_DATE_EPOCH": str(last_change(ROOT / "lossfns"))}
    usual = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return words, {**os.environ, **moment, **usual}


def make(folder, *targets, wrap=(), **environment):
    """Make targets in a copy; its exit code and words."""
    words, usual = command(folder, *targets, wrap=wrap)
    result = subprocess.run(
        words,
        env=usual | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return result.returncode, result.stdout


def made(folder, *targets, **options):
    code, said = make(folder, *targets, **options)
    need(code == 0, f"make {' '.join(targets)} failed: {said.strip()[-300:]}")


def refused(folder, cause, *targets, **options):
    code, said = make(folder, *targets, **options)
    need(code != 0, "it claims to have worked")
    need("Traceback" not in said, f"a traceback: {said.strip()[-300:]}")
    need(re.search(cause, said), f"the cause is not named: {said.strip()[-300:]}")


def same_site(folder, reference):
    fault = difference(reference, contents(folder / HTML))
    need(not fault, f"another site: {fault}")


def unchanged(folder):
    """No tracked file is changed, and none that git knows nothing of is left."""
    status = subprocess.run(
        ["git", "--no-optional-locks", "-C", str(folder), "status", "--porcelain"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    left = [line for line in status.splitlines() if line[3:] not in (".venv", "node_modules")]
    need(not left, f"left behind: {', '.join(left)}")


def in_namespace(setup):
    """Words that run a command where a shell line was run first, seen by nobody else."""
    return ("unshare", "--mount", "--net", "sh", "-c", f'{setup}; exec "$@"', "sh")


def read_only(scratch, reference):
    """A checkout on a disk that takes nothing"""
    folder = copied(scratch / "copy")
    mount = f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'"
    for target in ("book", "question-bank", "notebooks"):
        refused(folder, "Read-only file system: .*copy", target, wrap=in_namespace(mount))


def full_disk(scratch, reference):
    """A disk that fills up during the build; then there is room again"""
    disk = scratch / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m", "tmpfs", str(disk)], check=True)
    try:
        folder = copied(disk / "copy")
        used = shutil.disk_usage(disk).used // 2**20
        resize = ["mount", "-o", "remount,size={}m", str(disk)]
        for spare in (1, 8, 20):
            subprocess.run([word.format(used + spare) for word in resize], check=True)
            refused(folder, "No space left on device", "book")
            unchanged(folder)
        subprocess.run([word.format(500) for word in resize], check=True)
        made(folder, "book")
        same_site(folder, reference)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def no_network(scratch, reference):
    """No network after the installation"""
    folder = copied(scratch / "copy")
    made(folder, "book", "question-bank", wrap=in_namespace("ip link set lo up"))
    same_site(folder, reference)


def no_home(scratch, reference):
    """No home, and none can be made"""
    folder = copied(scratch / "copy")
    made(folder, "book", "question-bank", HOME="/dev/null/nobody")
    same_site(folder, reference)


def zip_file(scratch, reference):
    """A downloaded zip without git, inside a repository of someone else"""
    subprocess.run(["git", "init", "--quiet", str(scratch)], check=True)
    diary = "https://github.com/me/diary"
    subprocess.run(["git", "-C", str(scratch), "remote", "add", "origin", diary], check=True)
    folder = scratch / "course main"
    folder.mkdir()
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", "HEAD"], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    borrow(folder)
    made(folder, "book")
    pages = (folder / HTML).rglob("*.html")
    need(not any("me/diary" in page.read_text("utf-8") for page in pages), "it took its address")


def shallow(scratch, reference):
    """A shallow clone"""
    folder = copied(scratch / "copy", "--depth", "1")
    made(folder, "book")
    same_site(folder, reference)


def at_once(scratch, reference):
    """Two builds at once, and with them all that can be made, by make -j"""
    folder = copied(scratch / "copy")
    words, environment = command(folder, "-j4", "book", "question-bank", "notebooks", "drawings")
    both = [subprocess.Popen(words, env=environment) for _ in range(2)]
    codes = [one.wait() for one in both]
    need(codes == [0, 0], f"exit codes {codes}")
    same_site(folder, reference)
    unchanged(folder)


def stopped(scratch, reference):
    """Every target stopped by Ctrl-C and by kill, at four moments each"""
    folder = copied(scratch / "copy")
    page = folder / "book" / "primer.md"
    for target in TARGETS:
        begun = time.monotonic()
        made(folder, target)
        usual = time.monotonic() - begun
        for number in range(STOPS):
            for sign in (signal.SIGINT, signal.SIGKILL):
                moment = usual * (number + random.random()) / STOPS
                words, environment = command(folder, target)
                quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                run = subprocess.Popen(words, env=environment, start_new_session=True, **quiet)
                try:
                    run.wait(moment)
                except subprocess.TimeoutExpired:
                    os.killpg(run.pid, sign)
                    run.wait()
                where = f"make {target}, {sign.name} after {moment:.1f} s"
                need(page.is_file(), f"{where}: a page is gone")
                try:
                    unchanged(folder)
                    if (folder / HTML).exists():
                        same_site(folder, reference)
                except Fault as fault:
                    raise Fault(f"{where}: {fault}") from None
        made(folder, target)
    made(folder, "book")
    same_site(folder, reference)


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        read_only,
        full_disk,
        no_network,
        no_home,
        zip_file,
        shallow,
        at_once,
        stopped,
    )
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    names = parser.parse_args().scenarios or list(SCENARIOS)
    if unknown := set(names) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    lines = [f"{time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit(ROOT)}", ""]
    print(lines[0], flush=True)
    sound = True
    with tempfile.TemporaryDirectory() as scratch:
        usual = copied(Path(scratch, "usual"))
        made(usual, "book")
        reference = contents(usual / HTML)
        for name in names:
            folder = Path(scratch, name)
            folder.mkdir()
            try:
                SCENARIOS[name](folder, reference)
                said = "as it should be"
            except Fault as fault:
                sound, said = False, f"FAULT: {fault}"
            shutil.rmtree(folder, ignore_errors=True)
            lines.append(f"{SCENARIOS[name].__doc__}: {said}")
            print(lines[-1], flush=True)
    if set(names) == set(SCENARIOS):
        write_whole(TABLE, ("\n".join(lines) + "\n").encode())
    return int(not sound)


if __name__ == "__main__":
    sys.exit(main())
