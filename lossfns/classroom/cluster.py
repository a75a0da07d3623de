"""Grade on the machines of a Dask cluster, where one machine is outgrown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice

import lossfns
from lossfns.classroom.grade import Job, Row, grade_job
from lossfns.classroom.sandbox import NoSandbox

PATIENCE = 20  # seconds to wait for a scheduler, and for its first worker
AHEAD = 4  # notebooks that wait at each of a cluster's threads


class NoCluster(RuntimeError):
    """A cluster that can't be used; the message says why."""


def _version() -> str:
    return lossfns.__version__


def grade_there(
    address: str, jobs: Iterable[tuple[str, Callable[[], Job]]]
) -> Iterator[tuple[str, list[Row]]]:
    """Grade on a cluster, and yield each result as it comes.

    A worker that is lost loses nothing: its notebooks are run again by another.

    Raises
    ------
    NoCluster
        If Dask is not installed, nobody answers, or a worker lacks this version of `lossfns`.
    """
    try:
        # Imported by its name, because no extra of this package brings it.
        distributed = import_module("distributed")
    except ModuleNotFoundError as error:
        raise NoCluster('--scheduler needs Dask: pip install "distributed>=2024.1"') from error
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise NoCluster(f"no scheduler answers at {address}: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise NoCluster(f"the scheduler at {address} has no workers") from None
        threads = sum(client.nthreads().values())
        _check_versions(client)
        waiting = iter(jobs)

        def submitted(count: int) -> list[object]:
            return [
                client.submit(_graded, name, job(), pure=False)
                for name, job in islice(waiting, count)
            ]

        results = distributed.as_completed(submitted(AHEAD * threads))
        for future in results:
            try:
                graded = future.result()
            except NoSandbox:
                raise
            except Exception as error:  # a notebook lost with four workers, a scheduler that ended
                raise NoCluster(
                    f"the cluster failed: {type(error).__name__}: {error}. The same command with"
                    " --again goes on"
                ) from error
            yield graded
            for more in submitted(1):
                results.add(more)


def _graded(name: str, job: Job) -> tuple[str, list[Row]]:
    return name, grade_job(job)


def _check_versions(client: object) -> None:
    try:
        versions = client.run(_version)  # type: ignore[attr-defined]
    except ImportError as error:
        raise NoCluster(f"a worker lacks lossfns: {error}") from None
    others = {place: found for place, found in versions.items() if found != lossfns.__version__}
    if others:
        place, found = next(iter(others.items()))
        raise NoCluster(f"the worker {place} has lossfns {found}; here is {lossfns.__version__}")
