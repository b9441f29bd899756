"""Threads that all begin at once, with a client that is made just before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

from benchmarks.job import Figures, Job

from .peer import Call, peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds until all calls have ended, and how many failed."""
    module, barrier = peer(job), Barrier(job.load.calls + 1)
    begin = Future[Call]()

    def failed() -> bool:
        barrier.wait()
        try:
            begin.result()()
        except Exception:  # noqa: BLE001  # each library has its own
            return True
        return False

    with ThreadPoolExecutor(job.load.calls) as threads:
        running = [threads.submit(failed) for _ in range(job.load.calls)]
        barrier.wait()
        started = perf_counter()
        begin.set_result(module.connect(job.site))
        failures = sum(one.result() for one in running)
        yield {"seconds": perf_counter() - started, "failed": failures}
