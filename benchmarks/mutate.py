"""Mutation testing: change the maths, or the exercises' judge, in one place. Does a test mind?

mutmut says which changes there are. Here each is tried in a fork of one process that has collected
the tests and measured which of them come by which function: the quickest first, up to the first
that fails. The command fails if fewer than 95 % are killed, or if a change survives that
`survivors.toml` does not explain. What was killed is kept in _build/mutants.json, so a run that was
stopped goes on where it was, and only what changed is tried anew.
"""

import __future__

import argparse
import ast
import difflib
import hashlib
import importlib
import inspect
import json
import os
import resource
import signal
import sys
import time
import tomllib
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import coverage  # noqa: E402
import libcst  # noqa: E402
import pytest  # noqa: E402
from _pytest.runner import runtestprotocol  # noqa: E402
from mutmut.mutation.file_mutation import create_mutations  # noqa: E402

ROOT = Path(__file__).parent.parent
TESTS = ["tests/maths", "tests/checks/test_judge.py", "tests/checks/test_verdicts.py"]
KEPT = ROOT / "_build/mutants.json"
TABLE = ROOT / "book/_static/mutation.txt"
TITLE = """\
What `make mutate` found on {day}: every change of every function of the maths and of the
exercises' judge, against the quickest tests that come by it. A change is one place of one line; it
is killed if a test fails, or does not end. At least 95 % are to be; why no test can mind the others
stands in benchmarks/survivors.toml.
"""
WANTED = 0.95
SECONDS = 10.0  # of tests, the quickest that come by, for a change that none of them minds
MOST = 3 * 2**30  # bytes that a change may take beyond what the process has


@dataclass(frozen=True)
class Mutant:
    path: Path
    where: str  # module and function
    becomes: str  # what the changed line reads then
    source: str  # of the changed function
    lines: range

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.where}\n{self.source}".encode()).hexdigest()[:16]


def main():
    options = read_options()
    paths = [
        path.relative_to(ROOT)
        for pattern in ("lossfns/*.py", "lossfns/judging/*.py")
        for path in sorted(ROOT.glob(pattern))
        if path.stem not in ("__init__", "__main__", "_extras")
        and (not options.only or path.stem in options.only)
    ]
    os.chdir(ROOT)
    hunt = Hunt(paths, options)
    tests = options.tests or TESTS
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:xdist", "-p", "no:anyio"]
    if pytest.main([*quiet, *tests], plugins=[hunt]) not in (0, 1):
        return 1
    return report(
        hunt.mutants, hunt.killed, hunt.survived, whole=not (options.only or options.tests)
    )


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", help="modules, such as masks")
    parser.add_argument("--tests", nargs="+", help=f"in place of {' '.join(TESTS)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="changes tried at once")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run killed")
    return parser.parse_args()


class Hunt:
    """A pytest plugin that runs the tests once, and then again in a fork for each mutant."""

    def __init__(self, paths, options):
        self.mutants = [mutant for path in paths for mutant in mutants_of(path)]
        kept = [] if options.fresh or not KEPT.exists() else json.loads(KEPT.read_text())
        self.killed, self.survived = set(kept), set()
        self.paths, self.jobs = paths, options.jobs

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self):
        # not above: pytest wants to be the first to import it
        from hypothesis import Phase, settings

        # the first example that fails is enough; a smaller one would take minutes to find
        course = settings.get_profile("course")
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("hunt", parent=course, phases=phases, report_multiple_bugs=False)
        settings.load_profile("hunt")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        seconds, by_line = baseline(session.items, self.paths)
        running = {}
        try:
            for mutant in self.mutants:
                if mutant.key in self.killed:
                    continue
                lines = by_line[mutant.path]
                reached = {index for line in mutant.lines for index in lines.get(line, ())}
                if len(running) == self.jobs:
                    self.judge(running)
                items = [session.items[index] for index in quickest(reached, seconds)]
                running[begin(mutant, items)] = mutant
            while running:
                self.judge(running)
        except KeyboardInterrupt:
            print("stopped")
        store(self.killed)
        return True

    def judge(self, running):
        """Wait for one of the forks that run, and note how its change fared."""
        process = 0
        while process not in running:  # a test may have left a child of its own
            process, status = os.wait()
        mutant = running.pop(process)
        (self.killed if status else self.survived).add(mutant.key)
        if len(self.killed) % 100 == 0:
            store(self.killed)


def mutants_of(path):
    code = (ROOT / path).read_text(encoding="utf-8")
    module, mutations, *_ = create_mutations(str(path), code)
    places = spans(code)
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        # What runs once, as a module is read, can't be exchanged in a fork.
        if not isinstance(function, libcst.FunctionDef):
            continue
        before = libcst.Module([function]).code.strip()
        changed = function.deep_replace(mutation.original_node, mutation.mutated_node)
        changed = changed.with_changes(decorators=[], leading_lines=[])
        after = libcst.Module([changed]).code.strip()
        owner = next((name for name in places if name.endswith("." + function.name.value)), None)
        name = function.name.value if function in module.body else owner
        diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
        added = [line[1:].strip() for line in diff[2:] if line.startswith("+")]
        dotted = ".".join(path.with_suffix("").parts)
        yield Mutant(path, f"{dotted}.{name}", " ".join(added), after, places[name])


def spans(code):
    """Return the lines of each function and method, by its name or Class.name."""
    found = {}
    for node in ast.parse(code).body:
        inside = [("", node)] if isinstance(node, ast.FunctionDef) else []
        if isinstance(node, ast.ClassDef):
            inside = [(f"{node.name}.", each) for each in node.body]
        for owner, each in inside:
            if isinstance(each, ast.FunctionDef):
                found[owner + each.name] = range(each.lineno, each.end_lineno + 1)
    return found


def baseline(items, paths):
    """Run all tests: how long each takes, and which come by which line."""
    seconds = {}
    watch = coverage.Coverage(data_file=None, include=[str(ROOT / path) for path in paths])
    watch.start()
    for index, item in enumerate(items):
        watch.switch_context(str(index))
        start = time.process_time()
        reports = run(item, items[index + 1] if index + 1 < len(items) else None)
        seconds[item.nodeid] = time.process_time() - start
        if any(report.failed for report in reports):
            raise pytest.UsageError(f"{item.nodeid} fails without any change")
    watch.stop()
    by_line = {}
    for path in paths:
        contexts = watch.get_data().contexts_by_lineno(str(ROOT / path))
        by_line[path] = {
            line: [int(each) for each in names if each] for line, names in contexts.items()
        }
    order = {index: seconds[item.nodeid] for index, item in enumerate(items)}
    return order, by_line


def quickest(indices, seconds):
    chosen, total = [], 0.0
    for index in sorted(indices, key=seconds.get):
        total += seconds[index]
        chosen.append(index)
        if total > SECONDS:
            break
    return chosen


def run(item, following):
    return runtestprotocol(item, log=False, nextitem=following)


def begin(mutant, items):
    """Start a fork in which the function is another; it exits with 0 if all these tests pass."""
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        limit = int(used + 3 * SECONDS) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        signal.alarm(6 * int(SECONDS))  # a change may also wait for ever
        resource.setrlimit(resource.RLIMIT_AS, (size() + MOST, size() + MOST))
        try:
            put_in_place(mutant)
            for item, following in zip(items, [*items[1:], None], strict=True):
                if any(report.failed for report in run(item, following)):
                    os._exit(1)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def size():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def put_in_place(mutant):
    """Give the function, which many modules may have imported, the changed code."""
    dotted = ".".join(mutant.path.with_suffix("").parts)
    module = importlib.import_module(dotted)
    function = inspect.unwrap(attrgetter(mutant.where.removeprefix(dotted + "."))(module))
    space = dict(vars(module))
    flags = __future__.annotations.compiler_flag
    exec(compile(mutant.source, str(mutant.path), "exec", flags, dont_inherit=True), space)
    changed = space[function.__name__]
    function.__code__ = changed.__code__
    function.__defaults__ = changed.__defaults__
    function.__kwdefaults__ = changed.__kwdefaults__


def store(killed):
    KEPT.parent.mkdir(exist_ok=True)
    part = KEPT.with_suffix(".part")
    part.write_text(json.dumps(sorted(killed)))
    part.replace(KEPT)


def report(mutants, killed, survived, *, whole):
    text = Path(__file__).with_name("survivors.toml").read_text("utf-8")
    entries = tomllib.loads(text)["reason"]
    reasons = {tuple(change) for each in entries for change in each["changes"]}
    tried = [mutant for mutant in mutants if mutant.key in killed | survived]
    alive = [mutant for mutant in tried if mutant.key in survived]
    paths = dict.fromkeys(mutant.path for mutant in mutants)
    lines = [
        f"{'':<34}{'changes':>9}{'tried':>9}{'killed':>9}",
        *(line(path, *(of(path, each) for each in (mutants, tried, alive))) for path in paths),
        line("together", mutants, tried, alive),
    ]
    print("\n".join(lines))
    found = {(mutant.where, mutant.becomes) for mutant in alive}
    for change in sorted(found - reasons):
        print(f"  {json.dumps(change, ensure_ascii=False)},")
    good = not found - reasons and len(alive) <= (1 - WANTED) * len(tried)
    tried_all = len(tried) == len(mutants)
    if whole and tried_all:
        today = date.today()
        title = TITLE.format(day=f"{today.day} {today:%B %Y}")
        TABLE.write_text("\n".join([title, *lines]) + "\n", encoding="utf-8")
        # no fault: where the tests are quicker, more of them are tried
        for where, becomes in sorted(reasons - found):
            print(f"explained, and killed: {where}: {becomes}")
    return int(not (good and tried_all))


def of(path, mutants):
    return [mutant for mutant in mutants if mutant.path == path]


def line(name, mutants, tried, alive):
    share = f"{1 - len(alive) / len(tried):9.1%}" if tried else f"{'-':>9}"
    return f"{name!s:<34}{len(mutants):>9}{len(tried):>9}{share}"


if __name__ == "__main__":
    sys.exit(main())
