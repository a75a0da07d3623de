"""Grade what a class handed in: which exercises are asked, one verdict for each, in one order."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import astuple, dataclass
from functools import cached_property

import lossfns
from lossfns.checks import CheckResult, exercise_ids
from lossfns.checks.elsewhere import chapter, has_variants, judge_elsewhere, task
from lossfns.classroom.roster import Student
from lossfns.classroom.sandbox import Limits, NoSandbox, Outcome, run_notebook
from lossfns.classroom.seeds import normal
from lossfns.classroom.submission import Submission, UnreadableNotebook, read_notebook
from lossfns.classroom.wire import text
from lossfns.judging.trying import Tried

HEAD = ("student", "exercise", "points", "verdict", "misconception", "message")
# Of several attempts at one exercise the first of these counts. The first five are the check's own.
VERDICTS = {
    "correct": "right on every input",
    "incorrect": "a wrong answer",
    "error": "the code raised an exception, or an attempt did not end",
    "broken": "the check itself failed",
    "not_attempted": "the stub as it was handed out",
    "stopped": "its cell hung, ended the process, or took more than it may",
    "unreadable": "the notebook can't be read",
    "missing": "no cell checks it",
    "absent": "nothing was handed in",
}
LONGEST = 1000  # characters of a message


@dataclass(frozen=True)
class Row:
    """One student's result in one exercise."""

    student: str
    exercise: str
    points: int
    verdict: str
    misconception: str
    message: str


@dataclass(frozen=True)
class Handed:
    """A notebook that was handed in, without its code.

    named : the exercises that it checks
    fault : why it can't be read
    """

    submission: Submission
    named: Mapping[str, tuple[int, str]]
    digest: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Job:
    """One notebook to grade.

    seeds : by exercise, the numbers that belong to this student
    """

    student: str
    cells: tuple[str, ...]
    named: Mapping[str, tuple[int, str]]
    exercises: tuple[str, ...]
    seeds: Mapping[str, int]
    limits: Limits


def look_over(submissions: Iterable[Submission]) -> Iterator[Handed]:
    """Read every notebook once, and keep what its cells name."""
    for submission in submissions:
        try:
            notebook = read_notebook(submission.path)
        except UnreadableNotebook as error:
            yield Handed(submission, {}, fault=str(error))
        else:
            yield Handed(submission, notebook.named, notebook.digest)


def asked_exercises(class_work: Iterable[Handed]) -> tuple[str, ...]:
    """Return what was handed out: what at least half of the students name who name anything.

    So, in a class of three or more, what one student deleted, made up or left lying in a folder
    changes nothing for the others.
    """
    named: dict[str, set[str]] = {}
    for handed in class_work:
        if handed.named:
            named.setdefault(handed.submission.student, set()).update(handed.named)
    count = Counter(name for names in named.values() for name in names)
    return tuple(name for name in exercise_ids() if 0 < len(named) <= 2 * count[name])


def seeded_exercises(class_work: Iterable[Handed]) -> frozenset[str]:
    """Return which exercises were handed out with numbers of each student's own.

    What more than half of those have who name it; a student's notebooks, however many, count once.
    """
    seeds: dict[tuple[str, str], str] = {}
    for handed in class_work:
        for name, (_, seed) in handed.named.items():
            if has_variants(name):
                vote = handed.submission.student, name
                seeds[vote] = seeds.get(vote) or seed
    voters = Counter(name for _, name in seeds)
    seeded = Counter(name for (_, name), seed in seeds.items() if seed)
    return frozenset(name for name in seeded if 2 * seeded[name] > voters[name])


def grade_job(job: Job) -> list[Row]:
    """Run one notebook and judge what it gave. Only a missing sandbox raises an error."""
    chapters = set(map(chapter, job.named))
    exercises = [name for name in job.exercises if chapter(name) in chapters]
    try:
        tasks = {name: task(name) for name in exercises}
        outcome = run_notebook(job.cells, tasks, job.limits) if tasks else Outcome()
        return [_row(job, name, len(job.cells) + at, outcome) for at, name in enumerate(exercises)]
    except NoSandbox:
        raise
    except Exception as error:
        message = text(f"The grader itself failed. {type(error).__name__}: {error}", LONGEST)
        return [Row(job.student, name, 0, "broken", "", message) for name in exercises]


def _row(job: Job, name: str, place: int, outcome: Outcome) -> Row:
    """Return the result in one exercise; what no cell checks is tried at a place of its own."""
    cell = job.named[name][0] if name in job.named else place
    if name in outcome.tried:
        return _judged(job, name, *outcome.tried[name])
    if cell in outcome.stopped:
        return _without(job, name, "stopped", f"Its cell was stopped: {outcome.stopped[cell]}.")
    if place in outcome.stopped:
        return _without(job, name, "stopped", f"It was stopped: {outcome.stopped[place]}.")
    if outcome.late and cell > max(outcome.stopped):
        return _without(job, name, "stopped", "The time for the whole notebook was over.")
    if cell in outcome.faults:
        fault = outcome.faults[cell]
        where = f", line {fault.number}: `{fault.line}`" if fault.line else ""
        return _without(job, name, "error", f"Its cell raised {fault}{where}")
    reason = (
        "its cell was changed so that it is not passed" if name in job.named else "none names it"
    )
    return _without(job, name, "missing", f"No cell checks it: {reason}.")


def _judged(job: Job, name: str, seed: str, tried: Tried) -> Row:
    own = job.seeds.get(name)
    remark = ""
    if own is not None and seed != str(own):
        given = f"@{seed}" if seed else "those of the course's page"
        remark = f"Judged by this student's own numbers, @{own}; the notebook has {given}."
    elif own is None and seed.isdecimal() and has_variants(name):
        own = int(seed)
    result = judge_elsewhere(name if own is None else f"{name}@{own}", tried)
    return Row(
        job.student,
        name,
        int(result.outcome == "correct"),
        result.outcome,
        result.misconception or "",
        said(result, remark),
    )


def said(result: CheckResult, remark: str = "") -> str:
    """Return a verdict on one line."""
    details = [f"{label}: {words}" for label, words in result.details]
    return text(" · ".join([*filter(None, [remark]), result.headline, *details]), LONGEST)


def _without(job: Job, name: str, verdict: str, message: str) -> Row:
    return Row(job.student, name, 0, verdict, "", text(message, LONGEST))


@dataclass(frozen=True)
class Grading:
    """A class's work, and how it is graded.

    passed : what was handed in instead of notebooks
    """

    handed: tuple[Handed, ...]
    roster: tuple[Student, ...]
    exercises: tuple[str, ...]
    limits: Limits
    passed: tuple[Handed, ...] = ()

    def jobs(self) -> Iterator[tuple[str, Handed]]:
        """Yield what is to be graded, each with a name that changes when anything in it does."""
        readable = [handed for handed in self.handed if handed.named and not handed.fault]
        # What trusting allows must not be taken for what a sandbox gave.
        how = [lossfns.__version__, self.exercises, astuple(self.limits), self.seeded]
        named: dict[str, Handed] = {}
        for handed in readable:
            whole = [how, handed.submission.student, handed.digest]
            named.setdefault(hashlib.sha256(json.dumps(whole).encode()).hexdigest(), handed)
        yield from named.items()

    @cached_property
    def seeded(self) -> list[str]:
        """The exercises with numbers of each student's own; without a roster nobody has a name."""
        return sorted(seeded_exercises(self.handed)) if self.roster else []

    @property
    def left(self) -> list[str]:
        """What somebody handed in that is not asked."""
        named = {name for handed in self.handed for name in handed.named}
        return [name for name in exercise_ids() if name in named - set(self.exercises)]

    def job(self, handed: Handed) -> Job:
        """Read a notebook again, so that only those at work are in memory."""
        path = handed.submission.path
        try:
            notebook = read_notebook(path)
        except UnreadableNotebook as error:
            raise UnreadableNotebook(f"{path} changed meanwhile: {error}") from None
        student = handed.submission.student
        own = next((one.seed for one in self.roster if one.name == student), None)
        seeds = {} if own is None else dict.fromkeys(self.seeded, own)
        return Job(student, notebook.cells, notebook.named, self.exercises, seeds, self.limits)

    def rows(self, graded: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
        """Yield one row for each student and exercise: the roster's order, then the alphabet's."""
        best: dict[tuple[str, str], Row] = {}
        for name, _ in self.jobs():
            for row in graded[name]:
                place = row.student, row.exercise
                best[place] = min(best.get(place, row), row, key=_rank)
        faults: dict[str, str] = {}
        whole = (*self.handed, *self.passed)
        for handed in whole:
            fault = handed.fault or ("" if handed.named else "it names no exercise of this course")
            if fault:
                faults.setdefault(
                    handed.submission.student, f"{handed.submission.path.name}: {fault}"
                )
        unreadable = {handed.submission.student for handed in whole if handed.fault}
        there = {handed.submission.student for handed in whole}
        for student in self.students():
            for exercise in self.exercises:
                verdict, message = "missing", "No notebook that was handed in has it."
                if student not in there:
                    verdict, message = "absent", "Nothing was handed in."
                elif student in faults:
                    verdict = "unreadable" if student in unreadable else "missing"
                    message = text(faults[student], LONGEST)
                nothing = Row(student, exercise, 0, verdict, "", message)
                yield best.get((student, exercise), nothing)

    def students(self) -> list[str]:
        """Return the roster's students, then those who are not on it."""
        listed = [student.name for student in self.roster]
        others = {handed.submission.student for handed in self.handed} - set(listed)
        return [*listed, *sorted(others, key=lambda name: (normal(name), name))]


def _rank(row: Row) -> int:
    return list(VERDICTS).index(row.verdict)


def grade_here(
    jobs: Iterable[tuple[str, Callable[[], Job]]], workers: int
) -> Iterator[tuple[str, list[Row]]]:
    """Grade on this machine, several at once, and yield each result as it comes."""
    pool = ThreadPoolExecutor(workers)
    waiting: dict[Future[list[Row]], str] = {}
    try:
        for name, job in jobs:
            waiting[pool.submit(_made_and_graded, job)] = name
            if len(waiting) > workers:  # so that few notebooks are in memory
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _made_and_graded(job: Callable[[], Job]) -> list[Row]:
    return grade_job(job())


def as_csv(rows: Iterable[Row]) -> str:
    """Return results as comma-separated values, safe to open in a spreadsheet."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([_cell(value) for value in astuple(row)] for row in rows)
    return lines.getvalue()


def _cell(value: object) -> object:
    # A spreadsheet would run a name such as =HYPERLINK(…).
    if not isinstance(value, str):
        return value
    plain = text(value, LONGEST)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain
