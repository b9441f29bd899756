"""The two worlds that calls live in: threads that block, and tasks of asyncio or trio.

Each offers the same: a pause, waiting for a flight, a call's total time, and a place among the
calls that may be on the wire at once. The shells differ only in ``await``.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final
from weakref import WeakKeyDictionary

import anyio

from ._clock import Deadline
from ._flight import Flight
from ._process import lock, reset_in_child

AT_ONCE: Final = 100
"""Calls on the wire at once for each client; more wait here, where no pool time-out fails them."""


class OutOfTimeError(Exception):
    """A deadline passed while waiting."""


class Threads:
    """Blocks the calling thread."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)
        reset_in_child(self)

    def reset(self) -> None:
        """Give back the places that threads of the parent held."""
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        time.sleep(seconds)

    def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is over, or should be.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        landed = threading.Event()
        flight.on_landing(landed.set)
        until = min(deadline, Deadline(flight.over_by), key=lambda limit: limit.at)
        if not landed.wait(until.timeout) and not deadline.remaining:
            raise OutOfTimeError

    @contextmanager
    def within(self, deadline: Deadline) -> Generator[None]:
        """Do the block; time-outs inside keep the deadline, for a thread can't be interrupted.

        Raises:
            OutOfTimeError: There was no time left at the start.
        """
        if not deadline.remaining:
            raise OutOfTimeError
        yield

    @contextmanager
    def place(self, deadline: Deadline) -> Generator[None]:
        """Hold one of the places on the wire.

        Raises:
            OutOfTimeError: None came free in time.
        """
        places = self._places
        if not places.acquire(timeout=deadline.timeout):
            raise OutOfTimeError
        try:
            yield
        finally:
            places.release()


class Tasks:
    """Suspends the calling task."""

    def __init__(self) -> None:
        self._places: WeakKeyDictionary[object, anyio.Semaphore] = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Forget the event loops of the parent."""
        self._places = WeakKeyDictionary()

    async def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        await anyio.sleep(seconds)

    async def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is over, or should be.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        landed = anyio.Event()
        call_soon = event_loop()[1]

        def wake() -> None:
            with suppress(RuntimeError):  # the loop of this waiter is closed: nobody waits
                call_soon(landed.set)

        flight.on_landing(wake)
        until = min(deadline, Deadline(flight.over_by), key=lambda limit: limit.at)
        with anyio.move_on_after(until.timeout):
            await landed.wait()
        if not landed.is_set() and not deadline.remaining:
            raise OutOfTimeError

    @contextmanager
    def within(self, deadline: Deadline) -> Generator[None]:
        """Do the block, and cancel it at the deadline.

        Raises:
            OutOfTimeError: The deadline came first.
        """
        with anyio.move_on_after(deadline.timeout) as scope:
            yield
        if scope.cancelled_caught:
            raise OutOfTimeError

    @asynccontextmanager
    async def place(self, deadline: Deadline) -> AsyncGenerator[None]:
        """Hold one of the places on the wire; ``within`` keeps the *deadline*."""
        del deadline
        loop = event_loop()[0]
        with lock:
            places = self._places.get(loop)
            if places is None:
                places = self._places[loop] = anyio.Semaphore(AT_ONCE)
        async with places:
            yield


def event_loop() -> tuple[object, Callable[[Callable[[], object]], object]]:
    """The running event loop, and its function that any thread may call to run another there."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():  # a guest run shares its thread
        token = trio.lowlevel.current_trio_token()
        return token, token.run_sync_soon
    loop = asyncio.get_running_loop()
    return loop, loop.call_soon_threadsafe


def is_over(loop: object) -> bool:
    """Whether *loop* is an asyncio loop that was closed; trio's tokens vanish by themselves."""
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()
