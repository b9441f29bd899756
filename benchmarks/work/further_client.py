"""Clients that a process makes after its first one."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import psutil

from benchmarks.job import Figures, Job

from .peer import peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds to make one, and the memory that it has after its first call."""
    connect, process = peer(job).connect, psutil.Process()
    first = connect(job.site)
    first()
    before, made, seconds = process.memory_info().rss, [first], 0.0
    for _ in range(job.load.workers):
        started = perf_counter()
        client = connect(job.site)
        seconds += perf_counter() - started
        client()
        made.append(client)
    memory = process.memory_info().rss - before
    yield {"seconds": seconds / job.load.workers, "bytes": memory / job.load.workers}
