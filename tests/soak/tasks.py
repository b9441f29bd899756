"""Load from tasks of asyncio and trio: a series of event loops, time-outs, cancellations."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import anyio

from . import threads
from .tally import BLOCKING, Tally
from .threads import PAUSE


def loops(  # it is called in one place
    backend: str,
    clients: tuple[Any, Any],
    make: Callable[[], Any],
    client_id: str,
    tally: Tally,
    until: float,
) -> None:
    """Run event loops of *backend*, each for about a second.

    Args:
        backend: ``asyncio`` or ``trio``.
        clients: One for tasks, and one for threads, with the same credentials.
        make: Makes another one for tasks.
        client_id: Their client.
        tally: Counts the results.
        until: On the monotonic clock.
    """
    while time.monotonic() < until:
        life = min(1.0, until - time.monotonic())
        anyio.run(_life, clients, make, client_id, tally, life, backend=backend)


async def _life(
    clients: tuple[Any, Any],
    make: Callable[[], Any],
    client_id: str,
    tally: Tally,
    seconds: float,
) -> None:
    """One event loop: ten tasks, some of which its end cancels, and one that blocks the loop."""
    until = time.monotonic() + max(seconds, 0)
    own, (shared, blocking) = make(), clients
    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(_calls, own if number < 3 else shared, client_id, tally, until)
        tasks.start_soon(_blocks, blocking, client_id, tally, until)
        await anyio.sleep(max(seconds, 0))
        if random.random() < 0.5:
            tasks.cancel_scope.cancel()
    if random.random() < 0.5:
        await own.aclose()
        await shared.aclose()


async def _calls(client: Any, client_id: str, tally: Tally, until: float) -> None:
    while time.monotonic() < until:
        if random.random() < 0.03:
            with anyio.move_on_after(random.random() / 50):
                await call(client, client_id, tally)
        else:
            await call(client, client_id, tally)


async def _blocks(client: Any, client_id: str, tally: Tally, until: float) -> None:
    """Make a blocking call in the loop's own thread, from time to time."""
    while time.monotonic() < until:
        await anyio.sleep(random.random() / 2)
        tally.count(BLOCKING)
        threads.call(client, client_id, tally)


async def call(client: Any, client_id: str, tally: Tally) -> None:
    """Make one call, count its result, and pause after a failure."""
    echo = tally.next_echo()
    with tally.call():
        me = await client.with_options(headers={"X-Echo": echo}).identity.get_me()
        tally.answered(me, client_id=client_id, echo=echo)
        return
    await anyio.sleep(PAUSE)
