"""Calls on connections that were idle for some seconds, one call of each client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.job import Figures, Job

from .peer import Call, peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of a call after the pause, and of one on a connection just used."""
    clients = [peer(job).connect(job.site) for _ in range(job.load.workers)]
    while True:
        for call in clients:
            call()
        warm = median(map(_seconds, clients))
        time.sleep(job.load.idle)
        yield {"seconds": median(map(_seconds, clients)), "seconds warm": warm}


def _seconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
