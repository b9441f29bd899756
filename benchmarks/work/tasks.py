"""asyncio tasks that share one client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import perf_counter

from benchmarks.job import Figures, Job

from .peer import AsyncCall, peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of one call, as all tasks together make them."""
    share = job.load.calls // job.load.workers
    with asyncio.Runner() as runner:
        call = runner.run(peer(job).connect_async(job.site))
        while True:
            seconds = runner.run(_seconds(call, share, job.load.workers))
            yield {"seconds": seconds / (share * job.load.workers)}


async def _seconds(call: AsyncCall, share: int, workers: int) -> float:
    async def work() -> None:
        for _ in range(share):
            await call()

    started = perf_counter()
    await asyncio.gather(*(work() for _ in range(workers)))
    return perf_counter() - started
