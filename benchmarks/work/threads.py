"""Threads that share one client."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

from benchmarks.job import Figures, Job

from .peer import Call, peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of one call, as all threads together make them."""
    call, share = peer(job).connect(job.site), job.load.calls // job.load.workers
    while True:
        yield {"seconds": _seconds(call, share, job.load.workers) / (share * job.load.workers)}


def _seconds(call: Call, share: int, workers: int) -> float:
    barrier = Barrier(workers + 1)

    def work() -> None:
        barrier.wait()
        for _ in range(share):
            call()

    with ThreadPoolExecutor(workers) as threads:
        running = [threads.submit(work) for _ in range(workers)]
        barrier.wait()
        started = perf_counter()
        for one in running:
            one.result()
        return perf_counter() - started
