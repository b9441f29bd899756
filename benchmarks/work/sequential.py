"""One call after another, in one thread."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from benchmarks.job import Figures, Job

from .peer import peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of one call."""
    call = peer(job).connect(job.site)
    while True:
        started = perf_counter()
        for _ in range(job.load.calls):
            call()
        yield {"seconds": (perf_counter() - started) / job.load.calls}
