"""Lighthouse's four scores for every page of the built site, on a phone: the median of three runs.

A run takes some ten seconds. What is measured is kept in `_build/audit` as long as the page and
what all pages load stay the same, so a run that was stopped goes on where it was. The table goes to
`book/_static/audit.txt`, with the date; the exit status says whether the aims are met.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sitebuild.browser import find_chromium  # noqa: E402
from sitebuild.ext.math import node_executable  # noqa: E402
from tests.browser import HTML, StrictHandler, serve  # noqa: E402

LIGHTHOUSE = "lighthouse@13.5.0"
SCORES = ("performance", "accessibility", "best-practices", "seo")
COLUMNS = (*SCORES, "kB", "pace")
RUNS, FULL, LEAST, SHARE = 3, 100, 98, 0.9
# They tell search engines to stay away, as they should.
UNLISTED = {"404.html", "search.html"}
KEPT, TABLE = ROOT / "_build" / "audit", ROOT / "book" / "_static" / "audit.txt"


class KeepingHandler(StrictHandler):
    """Keeps a connection open, as hosts do, and compresses each file once."""

    protocol_version = "HTTP/1.1"
    compress = staticmethod(cache(lambda body: gzip.compress(body, mtime=0)))


def digest(name):
    """What a page's scores depend on, as a short name."""
    page = HTML / name
    named = re.findall(r'(?:href|src)="([^"#?:]+\.(?:css|js|svg|png))', page.read_text("utf-8"))
    parts = {(page.parent / link).resolve() for link in named}
    fonts = (HTML / "_static").rglob("*.woff2")
    read = [part.read_bytes() for part in (page, *sorted(parts), *sorted(fonts))]
    return hashlib.sha256(b"".join(read)).hexdigest()[:16]


def run(address, name):
    """One run of Lighthouse: its scores, 0 to 100, and the page's weight in kB."""
    node = Path(node_executable())
    command = [str(node.with_name("npx")), "--yes", LIGHTHOUSE, address + name, "--quiet"]
    command += ["--output=json", f"--only-categories={','.join(SCORES)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    command += ["--skip-audits=is-crawlable"] if name in UNLISTED else []
    environment = {
        **os.environ,
        "CHROME_PATH": find_chromium(),
        "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}",
    }
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    if ran.returncode:
        raise SystemExit(f"{name}: Lighthouse failed: {ran.stderr.strip()[-500:]}")
    report = json.loads(ran.stdout)
    if "runtimeError" in report:
        raise SystemExit(f"{name}: {report['runtimeError']['message']}")
    found = {kind: round(100 * report["categories"][kind]["score"]) for kind in SCORES}
    weight = report["audits"]["total-byte-weight"]["numericValue"] / 1000
    return found | {"kB": weight, "pace": report["environment"]["benchmarkIndex"]}


def measure(address, name):
    """A page's medians, from what is kept or measured now."""
    kept = KEPT / f"{name.replace('/', '-')}-{digest(name)}.json"
    runs = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else []
    while len(runs) < RUNS:
        runs.append(run(address, name))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(runs), encoding="utf-8")
    return {kind: median(one[kind] for one in runs) for kind in runs[0]}


def row(name, found):
    return f"{name:38}" + "".join(f"{found[kind]:>14.0f}" for kind in COLUMNS)


def summary(rows):
    """How many pages reach the aim, and whether that is enough."""
    full = sum(all(found[kind] == FULL for kind in SCORES) for found in rows.values())
    least = min(found[kind] for found in rows.values() for kind in SCORES)
    said = f"{full} of {len(rows)} pages: {FULL} four times. The lowest score is {least:.0f}."
    return said, full >= SHARE * len(rows) and least >= LEAST


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", help="such as primer.html; without any, all, and kept")
    chosen = parser.parse_args(arguments).pages
    names = chosen or sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    unknown = [name for name in names if not (HTML / name).is_file()]
    if unknown or not names:
        parser.error(f"no such page in {HTML}: {', '.join(unknown)}; is the site built?")
    head = f"{'page':38}" + "".join(f"{kind:>14}" for kind in COLUMNS)
    print(head, flush=True)
    rows = {}
    with serve(HTML, KeepingHandler) as address:
        for name in names:
            rows[name] = measure(address, name)
            print(row(name, rows[name]), flush=True)
    said, met = summary(rows)
    print(said)
    if not chosen:
        today = date.today()
        title = (
            f"What `make audit` printed on {today.day} {today:%B %Y}: {LIGHTHOUSE}, as a phone, "
            f"the median of\n{RUNS} runs, served compressed from this machine. "
            f"Of {' and '.join(sorted(UNLISTED))}, which search engines should\nleave out, "
            "it is not asked that they can be found. kB: all that a page loads. pace: the\n"
            "machine's benchmarkIndex; a slow one costs a page points.\n"
        )
        lines = [title, head, *(row(*item) for item in rows.items()), "", said]
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
