"""Concurrency backends: threads that block, and tasks of asyncio or trio.

Both backends offer the same: a pause, waiting for a flight, a call's total time, and a connection
slot. Executors differ only in ``await``; token sources are written once.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
    nullcontext,
    suppress,
)
from typing import Any, Final

import anyio

from .clock import Deadline, OutOfTimeError
from .event_loop import event_loop
from .fork import reset_in_child
from .single_flight import Caller, Flight
from .slots import HeldSlot, TaskSlots, ThreadSlots

_NOTHING: Final = nullcontext()


class ThreadBackend:
    """Blocks the calling thread."""

    def __init__(self) -> None:
        self._slots = ThreadSlots()
        reset_in_child(self)

    def reset(self) -> None:
        """Free the connection slots that threads of the parent process held."""
        self._slots = ThreadSlots()

    def caller(self) -> Caller:
        """Return where the caller runs."""
        return Caller(threading.get_ident())

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        time.sleep(seconds)

    def wait(self, flight: Flight[Any], deadline: Deadline) -> None:
        """Return when *flight* is complete, or its lease has ended.

        Raises:
            OutOfTimeError: *deadline* came first.
        """
        done: queue.SimpleQueue[None] = queue.SimpleQueue()

        def wake() -> None:
            done.put(None)

        flight.add_done_callback(wake)
        try:
            while not flight.is_lost:
                with suppress(queue.Empty):
                    return done.get(timeout=deadline.earlier(flight.lease_ends).timeout)
                if not deadline.remaining:
                    raise OutOfTimeError
        finally:
            flight.remove_done_callback(wake)

    def within(self, deadline: Deadline) -> AbstractContextManager[None]:
        """Run the block. Time-outs inside keep the deadline: a thread can't be interrupted.

        Raises:
            OutOfTimeError: No time is left.
        """
        if not deadline.remaining:
            raise OutOfTimeError
        return _NOTHING

    def connection_slot(self, deadline: Deadline) -> AbstractContextManager[None]:
        """Hold one of the client's slots.

        Raises:
            OutOfTimeError: No slot became free in time.
        """
        return HeldSlot(self._slots, deadline)


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
