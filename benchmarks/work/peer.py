"""The client of a job's contender."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Protocol, cast

from benchmarks.job import Job
from benchmarks.site import Site

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


class Peer(Protocol):
    """A module in ``peers``; some have one of the two functions only."""

    def connect(self, site: Site) -> Call:
        """Return a function that makes one call."""
        ...

    async def connect_async(self, site: Site) -> AsyncCall:
        """Return a function that makes one call in a task."""
        ...


def peer(job: Job) -> Peer:
    """Import the module of the contender."""
    name = job.contender.replace("-", "_").replace(" ", "_")
    return cast("Peer", import_module(f"benchmarks.peers.{name}"))
