"""Calls of many clients in turn, in one thread; the contender is their number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from time import perf_counter

from benchmarks.job import Figures, Job

from .peer import peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of one call."""
    connect = peer(job._replace(contender="persium")).connect
    clients = [connect(job.site) for _ in range(int(job.contender))]
    for call in clients:
        call()
    turns = cycle(clients)
    while True:
        started = perf_counter()
        for call in islice(turns, job.load.calls):
            call()
        yield {"seconds": (perf_counter() - started) / job.load.calls}
