"""The concurrency backend of tasks, of asyncio and trio; ``threads`` has its twin."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import anyio

from . import concurrency
from .clock import Deadline, OutOfTimeError
from .event_loop import event_loop, running_loop
from .fork import lock, reset_in_child
from .single_flight import Caller, Flight


class TaskSlots:
    """The connection slots of tasks, for each event loop."""

    def __init__(self) -> None:
        self._semaphores: WeakKeyDictionary[object, anyio.Semaphore] = WeakKeyDictionary()

    def of_this_loop(self) -> anyio.Semaphore:
        """Return the slots of the running event loop."""
        loop = running_loop()
        slots = self._semaphores.get(loop)
        if slots is None:
            # fast: a free slot needs no turn of the event loop
            slots = anyio.Semaphore(concurrency.MAX_CONCURRENT_REQUESTS, fast_acquire=True)
            with lock:
                self._semaphores[loop] = slots
        if not slots.value:
            concurrency.log_wait()
        return slots


class TaskBackend:
    """Suspends the calling task."""

    def __init__(self) -> None:
        self._slots = TaskSlots()
        reset_in_child(self)

    def reset(self) -> None:
        """Forget the event loops of the parent process."""
        self._slots = TaskSlots()

    def caller(self) -> Caller:
        """Return where the caller runs."""
        running = event_loop()
        return Caller(threading.get_ident(), running.loop, running.task)

    async def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        await anyio.sleep(seconds)

    async def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is complete, or its lease has ended.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        done = anyio.Event()
        call_soon = event_loop().call_soon

        def wake() -> None:
            with suppress(RuntimeError):  # the event loop of this waiter is closed
                call_soon(done.set)

        flight.add_done_callback(wake)
        try:
            while not flight.is_lost:
                with anyio.move_on_after(deadline.earlier(flight.lease_ends).timeout):
                    return await done.wait()
                if not deadline.remaining:
                    raise OutOfTimeError
        finally:
            flight.remove_done_callback(wake)

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

    def connection_slot(self, deadline: Deadline) -> AbstractAsyncContextManager[object]:
        """Hold one of the event loop's slots; ``within`` keeps the *deadline*."""
        del deadline
        return self._slots.of_this_loop()
