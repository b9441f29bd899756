"""Single flight: one caller works, the others wait and share the result (TP-4).

Waiters may be threads, asyncio tasks or trio tasks, in any number of event loops at once: each
registers a callback that any thread may call. No lock is held while work is done or waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from .clock import Deadline
from .fork import lock, reset_in_child

T = TypeVar("T")
DoneCallback = Callable[[], object]


class Flight(Generic[T]):
    """One piece of work in progress.

    Attributes:
        lease_ends: On the monotonic clock; work that is not complete by then is given up.
        result: The result; None while the work is in progress, and after it was abandoned.
    """

    def __init__(self, lease_ends: float) -> None:
        self.lease_ends = lease_ends
        self.result: T | None = None
        self._done = False
        self._callbacks: list[DoneCallback] = []

    def add_done_callback(self, callback: DoneCallback) -> None:
        """Call *callback* when the work is complete or abandoned; at once if it already is."""
        with lock:
            if not self._done:
                self._callbacks.append(callback)
                return
        callback()

    def complete(self, result: T | None) -> None:
        """Set the result and call the callbacks; None: abandoned, another caller must try."""
        with lock:
            self.result, self._done = result, True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()


class SingleFlight(Generic[T]):
    """Callers find the flight in progress here, or become the leader of a new one."""

    def __init__(self) -> None:
        self._flight: Flight[T] | None = None
        reset_in_child(self)

    def join(self, deadline: Deadline) -> tuple[Flight[T], bool]:
        """Return the flight, and whether the caller leads it and so must ``complete`` it."""
        with lock:
            flight = self._flight
            if flight is not None and time.monotonic() <= flight.lease_ends:
                return flight, False
            flight = self._flight = Flight[T](deadline.at)
            return flight, True

    def complete(self, flight: Flight[T], result: T | None) -> None:
        """End *flight*; the next caller starts a new one."""
        with lock:
            if self._flight is flight:
                self._flight = None
        flight.complete(result)

    def reset(self) -> None:
        """Forget a flight whose leader is a thread of the parent process."""
        self._flight = None
