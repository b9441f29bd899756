"""Connection slots: how many requests of one client are sent at once, in threads and in tasks."""

from __future__ import annotations

import logging
import queue
from contextlib import suppress
from typing import Final
from weakref import WeakKeyDictionary, ref

import anyio

from persium_ext._log import log

from .clock import Deadline, OutOfTimeError
from .event_loop import running_loop
from .fork import lock

MAX_CONCURRENT_REQUESTS: Final = 100
"""Requests of one client at once. Further callers wait here, where no pool time-out fails them."""

_WAIT: Final = "all %(most)d connections of the client are in use: waiting for one"


class _Slot:
    """One request at a time. If an exception tears it from its holder, it is free again."""

    slots: ref[ThreadSlots] | None = None

    def __del__(self) -> None:
        slots = None if self.slots is None else self.slots()
        if slots is not None:
            slots.add()


class ThreadSlots:
    """The connection slots of threads.

    No lock of Python code is involved, so an exception out of a signal handler leaves none held.
    """

    def __init__(self) -> None:
        self.free: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        self.count = 0
        self._ref: ref[ThreadSlots] = ref(self)

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
        log(logging.DEBUG, "connection_wait", _WAIT, most=MAX_CONCURRENT_REQUESTS)
        with suppress(queue.Empty):
            return self.free.get(timeout=deadline.timeout)
        raise OutOfTimeError

    def add(self) -> None:
        """Add a slot in the place of one that is gone."""
        slot = _Slot()
        slot.slots = self._ref
        self.free.put(slot)


class HeldSlot:
    """A slot, taken at the start of a ``with`` block and given back at its end."""

    _slot: _Slot

    def __init__(self, slots: ThreadSlots, deadline: Deadline) -> None:
        self._slots, self._deadline = slots, deadline

    def __enter__(self) -> None:
        self._slot = self._slots.take(self._deadline)

    def __exit__(self, *_: object) -> None:
        slot = self._slot
        del self._slot
        self._slots.free.put(slot)


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
            slots = anyio.Semaphore(MAX_CONCURRENT_REQUESTS, fast_acquire=True)
            with lock:
                self._semaphores[loop] = slots
        if not slots.value:
            log(logging.DEBUG, "connection_wait", _WAIT, most=MAX_CONCURRENT_REQUESTS)
        return slots
