"""What a course of ten times as many chapters and questions costs: to build, to test, to read.

Usage: ``python benchmarks/growth.py [--times 10]``

Two copies of the commit are built: one as it is, one in which every chapter and every file of
questions stands ten times, under names of its own. What costs more than ten times as much grows
faster than the course, and fails; what a reader loads with a page may not grow at all, but for the
pages that tell of the whole course. The table goes to ``book/_static/growth.txt``.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from sitebuild.browser import FLAGS, find_chromium
from sitebuild.changed import commit
from sitebuild.paths import ROOT
from sitebuild.safe_files import write_whole

TABLE = ROOT / "book" / "_static" / "growth.txt"
# A build is never the same twice; what grows as the square of the course costs a hundred times.
SLACK = 1.25
CHAPTER = "03_cross_entropy"
# What a reader loads with each; the last three tell of the whole course.
PAGES = (f"{CHAPTER}.html", "index.html", "search.html", "review.html", "questions.html")
WHOLE_COURSE = PAGES[2:]
# Of the texts and the questions, without a browser.
TESTS = ("tests/quiz/test_exports.py", "tests/quiz/test_moodle.py", "tests/quiz/test_cartridge.py")
LOADED = (
    r'<script[^>]* src="([^"?]+)',
    r'<link rel="stylesheet"[^>]* href="([^"?]+)',
    r'<img(?![^>]*lazy)[^>]* src="([^":?]+)',
)


def copied(folder, times):
    """The commit in a folder, its chapters and questions so many times."""
    clone = ["git", "clone", "--quiet", "--no-hardlinks", ROOT.as_uri(), str(folder)]
    subprocess.run(clone, check=True)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    bank = folder / "lossfns" / "quiz" / "bank"
    chapters = sorted(path.stem for path in bank.glob("[0-9]*.toml"))
    objectives = (bank / "objectives.toml").read_text("utf-8")
    contents = (folder / "_toc.yml").read_text("utf-8")
    for number in range(2, times + 1):
        again = f"c{number}"
        contents += f"  - caption: Once more, {number}\n    chapters:\n"
        promised = re.sub(r"^(?!title )([\w-]+) = ", rf"\1-{again} = ", objectives, flags=re.M)
        for name in chapters:
            # By name, questions come in the order of the contents, as the first ones do.
            copy = f"{number + 10}{name}"
            contents += f"      - file: {copy}\n"
            for place in (f"book/{name}.md", f"notebooks/{name}.ipynb"):
                original = folder / place
                shutil.copyfile(original, original.with_stem(copy))
            text = (bank / f"{name}.toml").read_text("utf-8")
            text = re.sub(r'^((?:id|objective) = "[^"]+)"', rf'\1-{again}"', text, flags=re.M)
            (bank / f"{copy}.toml").write_text(text, "utf-8")
            promised = promised.replace(f"[{name}", f"[{copy}")
        with (bank / "objectives.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{promised}")
    (folder / "_toc.yml").write_text(contents, "utf-8")
    subprocess.run(["git", "-C", str(folder), "add", "--all"], check=True)


def spent(folder, *words):
    """The processor's seconds of a command in a folder, and the most megabytes of one process."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COURSE_ROOT": str(folder)}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env=environment | threads,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{said[-4000:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def weight(html, name):
    """The kilobytes, compressed, of a page and of all that it loads."""
    page = (html / name).read_text("utf-8")
    loaded = {html / file for pattern in LOADED for file in re.findall(pattern, page)}
    files = [html / name, *sorted(loaded)]
    return sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files) / 1000


def opened(html, names):
    """For each page, the milliseconds that its scripts and layout take, and its megabytes."""
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name in names:
            page = browser.new_page()
            tools = page.context.new_cdp_session(page)
            tools.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.goto((html / name).as_uri() + ("?q=entropy" if name == "search.html" else ""))
            page.wait_for_load_state("load")
            page.wait_for_timeout(500)
            told = tools.send("Performance.getMetrics")["metrics"]
            metrics = {one["name"]: one["value"] for one in told}
            found[name] = 1000 * metrics["TaskDuration"], metrics["JSHeapUsedSize"] / 1e6
            page.close()
        browser.close()
    return found


def measured(folder):
    """What one copy costs: {what: (value, unit)}."""
    costs = {}
    for what, *words in (
        ("the site", "-m", "sitebuild", "site"),
        ("the questions", "-m", "sitebuild", "question-bank"),
        ("tests of the exports", "-m", "pytest", "-q", *TESTS),
    ):
        seconds, megabytes = spent(folder, *words)
        costs[what] = seconds, "s"
        costs[f"{what}, memory"] = megabytes, "MB"
    html = folder / "_build" / "html"
    for name, (milliseconds, heap) in opened(html, PAGES).items():
        costs[f"{name}, weight"] = weight(html, name), "kB"
        costs[f"{name}, opening"] = milliseconds, "ms"
        costs[f"{name}, memory"] = heap, "MB"
    return costs


def allowed(what, times):
    """How many times as much something may cost."""
    page = what.partition(",")[0]
    return SLACK * (1 if page in PAGES and page not in WHOLE_COURSE else times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10, help="how many times as long a course")
    times = parser.parse_args().times
    head = f"{'':40}{'now':>10}{f'{times} times':>12}{'ratio':>8}"
    lines = [f"{time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit(ROOT)}", "", head]
    print("\n".join(lines), flush=True)
    costs = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in (1, times):
            folder = Path(scratch, f"times_{number}")
            copied(folder, number)
            costs.append(measured(folder))
            print(f"{number} times: {costs[-1]}", file=sys.stderr, flush=True)
    linear = True
    for what, (now, unit) in costs[0].items():
        then = costs[1][what][0]
        fair = then <= allowed(what, times) * now
        linear &= fair
        lines.append(
            f"{what:40}{now:8.1f} {unit:3}{then:8.1f} {unit:3}{then / now:6.1f}"
            + ("" if fair else "  worse than it may be")
        )
        print(lines[-1], flush=True)
    if times == 10:
        write_whole(TABLE, ("\n".join(lines) + "\n").encode())
    return int(not linear)


if __name__ == "__main__":
    sys.exit(main())
