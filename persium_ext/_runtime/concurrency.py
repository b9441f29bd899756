"""Concurrency backends: threads that block, and tasks of asyncio or trio.

Both backends offer the same: a pause, waiting for a flight, a call's total time, and a connection
slot. Executors and token sources differ only in ``await``.
"""

from __future__ import annotations

import asyncio
import math
import queue
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary, ref

import anyio

from .clock import Deadline
from .fork import lock, reset_in_child
from .single_flight import Caller, Flight

MAX_CONCURRENT_REQUESTS: Final = 100
"""Requests of one client at once. Further callers wait here, where no pool time-out fails them."""


class OutOfTimeError(Exception):
    """A deadline passed while waiting."""


class _Slot:
    """One request at a time. If an exception tears it from its holder, it is free again."""

    slots: ref[_Slots] | None = None

    def __del__(self) -> None:
        slots = None if self.slots is None else self.slots()
        if slots is not None:
            slots.add()


class _Slots:
    """The connection slots of threads.

    No lock of Python code is involved, so an exception out of a signal handler leaves none held.
    """

    def __init__(self) -> None:
        self.free: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        self.count = 0
        self._ref: ref[_Slots] = ref(self)

    def take(self, deadline: Deadline) -> _Slot:
        """Return a slot.

        Raises:
            OutOfTimeError: None became free in time.
        """
        with suppress(queue.Empty):
            return self.free.get_nowait()
        with lock:
            if self.count < MAX_CONCURRENT_REQUESTS:
                slot = _Slot()
                self.count += 1  # no signal handler runs between this line and the next one
                slot.slots = self._ref
                return slot
        with suppress(queue.Empty):
            return self.free.get(timeout=_wait(deadline.at))
        raise OutOfTimeError

    def add(self) -> None:
        """Add a slot in the place of one that is gone."""
        slot = _Slot()
        slot.slots = self._ref
        self.free.put(slot)


class _Held:
    """A slot, taken at the start of a ``with`` block and given back at its end."""

    _slot: _Slot

    def __init__(self, slots: _Slots, deadline: Deadline) -> None:
        self._slots, self._deadline = slots, deadline

    def __enter__(self) -> None:
        self._slot = self._slots.take(self._deadline)

    def __exit__(self, *_: object) -> None:
        slot = self._slot
        del self._slot
        self._slots.free.put(slot)


class ThreadBackend:
    """Blocks the calling thread."""

    def __init__(self) -> None:
        self._slots = _Slots()
        reset_in_child(self)

    def reset(self) -> None:
        """Free the connection slots that threads of the parent process held."""
        self._slots = _Slots()

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
                    return done.get(timeout=_wait(min(deadline.at, flight.lease_ends)))
                if not deadline.remaining:
                    raise OutOfTimeError
        finally:
            flight.remove_done_callback(wake)

    @contextmanager
    def within(self, deadline: Deadline) -> Generator[None]:
        """Run the block. Time-outs inside keep the deadline: a thread can't be interrupted.

        Raises:
            OutOfTimeError: No time was left at the start.
        """
        if not deadline.remaining:
            raise OutOfTimeError
        yield

    def connection_slot(self, deadline: Deadline) -> AbstractContextManager[None]:
        """Hold one of the ``MAX_CONCURRENT_REQUESTS`` slots.

        Raises:
            OutOfTimeError: No slot became free in time.
        """
        return _Held(self._slots, deadline)


class TaskBackend:
    """Suspends the calling task."""

    def __init__(self) -> None:
        self._slots: WeakKeyDictionary[object, anyio.Semaphore] = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Forget the event loops of the parent process."""
        self._slots = WeakKeyDictionary()

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
                with anyio.move_on_after(_wait(min(deadline.at, flight.lease_ends))):
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

    @asynccontextmanager
    async def connection_slot(self, deadline: Deadline) -> AsyncGenerator[None]:
        """Hold one of the event loop's slots; ``within`` keeps the *deadline*."""
        del deadline
        loop = event_loop().loop
        with lock:
            slots = self._slots.get(loop)
            if slots is None:
                slots = self._slots[loop] = anyio.Semaphore(MAX_CONCURRENT_REQUESTS)
        async with slots:
            yield


class EventLoop(NamedTuple):
    """The running event loop.

    Attributes:
        loop: asyncio's loop, or trio's token.
        task: The current task in it.
        call_soon: Schedules a call from any thread.
    """

    loop: object
    task: object
    call_soon: Callable[[Callable[[], object]], object]


def event_loop() -> EventLoop:
    """Return the running event loop, that of trio if it runs as a guest in asyncio's thread."""
    # another thread may be importing trio: its modules are there before their names are
    lowlevel = sys.modules.get("trio.lowlevel")
    current_task = getattr(lowlevel, "current_task", None)
    current_token = getattr(lowlevel, "current_trio_token", None)
    if current_task is not None and current_token is not None:
        with suppress(RuntimeError):  # no task of trio
            task, token = current_task(), current_token()
            return EventLoop(token, task, token.run_sync_soon)
    loop = asyncio.get_running_loop()
    return EventLoop(loop, asyncio.current_task(), loop.call_soon_threadsafe)


def is_closed(loop: object) -> bool:
    """Return whether *loop* is a closed asyncio loop; trio's tokens vanish by themselves."""
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()


def _wait(until: float) -> float | None:
    """Return the seconds until *until* (monotonic clock), as functions that wait take them."""
    if until == math.inf:
        return None
    return min(max(0.0, until - time.monotonic()), threading.TIMEOUT_MAX)
