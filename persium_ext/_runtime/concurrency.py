"""Concurrency backends: threads that block, and tasks of asyncio or trio.

Both backends offer the same: a pause, waiting for a flight, a call's total time, and a connection
slot. Executors and token sources differ only in ``await``.
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

from .clock import Deadline
from .fork import lock, reset_in_child
from .single_flight import Flight

MAX_CONCURRENT_REQUESTS: Final = 100
"""Requests of one client at once. Further callers wait here, where no pool time-out fails them."""


class OutOfTimeError(Exception):
    """A deadline passed while waiting."""


class ThreadBackend:
    """Blocks the calling thread."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(MAX_CONCURRENT_REQUESTS)
        reset_in_child(self)

    def reset(self) -> None:
        """Free the connection slots that threads of the parent process held."""
        self._slots = threading.BoundedSemaphore(MAX_CONCURRENT_REQUESTS)

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        time.sleep(seconds)

    def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is complete, or its lease has ended.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        done = threading.Event()
        flight.add_done_callback(done.set)
        if not done.wait(deadline.earlier(flight.lease_ends).timeout) and not deadline.remaining:
            raise OutOfTimeError

    @contextmanager
    def within(self, deadline: Deadline) -> Generator[None]:
        """Run the block. Time-outs inside keep the deadline: a thread can't be interrupted.

        Raises:
            OutOfTimeError: No time was left at the start.
        """
        if not deadline.remaining:
            raise OutOfTimeError
        yield

    @contextmanager
    def connection_slot(self, deadline: Deadline) -> Generator[None]:
        """Hold one of the ``MAX_CONCURRENT_REQUESTS`` slots.

        Raises:
            OutOfTimeError: No slot became free in time.
        """
        slots = self._slots
        if not slots.acquire(timeout=deadline.timeout):
            raise OutOfTimeError
        try:
            yield
        finally:
            slots.release()


class TaskBackend:
    """Suspends the calling task."""

    def __init__(self) -> None:
        self._slots: WeakKeyDictionary[object, anyio.Semaphore] = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Forget the event loops of the parent process."""
        self._slots = WeakKeyDictionary()

    async def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        await anyio.sleep(seconds)

    async def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is complete, or its lease has ended.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        done = anyio.Event()
        call_soon = event_loop()[1]

        def wake() -> None:
            with suppress(RuntimeError):  # the event loop of this waiter is closed
                call_soon(done.set)

        flight.add_done_callback(wake)
        with anyio.move_on_after(deadline.earlier(flight.lease_ends).timeout):
            await done.wait()
        if not done.is_set() and not deadline.remaining:
            raise OutOfTimeError

    @contextmanager
    def within(self, deadline: Deadline) -> Generator[None]:
        """Run the block, and cancel it at the deadline.

        Raises:
            OutOfTimeError: The deadline came first.
        """
        with anyio.move_on_after(deadline.timeout) as scope:
            yield
        if scope.cancelled_caught:
            raise OutOfTimeError

    @asynccontextmanager
    async def connection_slot(self, deadline: Deadline) -> AsyncGenerator[None]:
        """Hold one of the event loop's slots; ``within`` keeps the *deadline*."""
        del deadline
        loop = event_loop()[0]
        with lock:
            slots = self._slots.get(loop)
            if slots is None:
                slots = self._slots[loop] = anyio.Semaphore(MAX_CONCURRENT_REQUESTS)
        async with slots:
            yield


def event_loop() -> tuple[object, Callable[[Callable[[], object]], object]]:
    """Return the running event loop, and its function by which any thread can schedule a call."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():  # trio as a guest shares the thread
        token = trio.lowlevel.current_trio_token()
        return token, token.run_sync_soon
    loop = asyncio.get_running_loop()
    return loop, loop.call_soon_threadsafe


def is_closed(loop: object) -> bool:
    """Return whether *loop* is a closed asyncio loop; trio's tokens vanish by themselves."""
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()
