"""Tasks that all begin at once, with a client that is made just before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import perf_counter

import psutil

from benchmarks.job import Figures, Job

from .peer import AsyncCall, Peer, peer


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds until all calls have ended, how many failed, and what is left of them."""
    yield asyncio.run(_burst(job, peer(job), psutil.Process()))


async def _burst(job: Job, module: Peer, process: psutil.Process) -> Figures:
    descriptors, memory = process.num_fds(), process.memory_info().rss
    started = perf_counter()
    call = await module.connect_async(job.site)
    results = await asyncio.gather(*(_failed(call) for _ in range(job.load.calls)))
    seconds = perf_counter() - started
    figures = {"seconds": seconds, "seconds each": seconds / len(results), "failed": sum(results)}
    if job.load.idle:
        figures["descriptors"] = process.num_fds() - descriptors
        await asyncio.sleep(job.load.idle)
        await call()
        figures["descriptors later"] = process.num_fds() - descriptors
        figures["bytes later"] = process.memory_info().rss - memory
    return figures


async def _failed(call: AsyncCall) -> bool:
    try:
        await call()
    except Exception:  # noqa: BLE001  # each library has its own
        return True
    return False
