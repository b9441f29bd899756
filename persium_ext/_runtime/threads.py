"""The concurrency backend of threads, which block; ``tasks`` has its twin."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Final
from weakref import ref

from . import concurrency
from .clock import Deadline, OutOfTimeError
from .fork import lock, reset_in_child
from .single_flight import Caller, Flight

_NOTHING: Final = nullcontext()


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
            if self.count < concurrency.MAX_CONCURRENT_REQUESTS:
                slot = _Slot()
                self.count += 1  # no signal handler runs between this line and the next one
                slot.slots = self._ref
                return slot
        concurrency.log_wait()
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
