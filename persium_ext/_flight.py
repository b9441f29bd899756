"""Single flight: one caller works, the others wait and share what comes of it (TP-4).

Waiters may be threads, asyncio tasks or trio tasks, in any number of event loops at once: each
leaves a *waker*, a function that any thread may call. No lock is held while work is done or
waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from ._clock import Deadline
from ._process import lock, reset_in_child

T = TypeVar("T")
Waker = Callable[[], object]


class Flight(Generic[T]):
    """One piece of work under way.

    Attributes:
        over_by: On the monotonic clock; work that is not over by then has died with its leader.
        outcome: What came of it; None while it is under way, and after it was abandoned.
    """

    def __init__(self, over_by: float) -> None:
        self.over_by = over_by
        self.outcome: T | None = None
        self._landed = False
        self._wakers: list[Waker] = []

    def on_landing(self, wake: Waker) -> None:
        """Call *wake* once the work is over or abandoned; at once where it is already."""
        with lock:
            if not self._landed:
                self._wakers.append(wake)
                return
        wake()

    def land(self, outcome: T | None) -> None:
        """Say what came of it, and wake who waits; None: abandoned, somebody else must try."""
        with lock:
            self.outcome, self._landed = outcome, True
            wakers, self._wakers = self._wakers, []
        for wake in wakers:
            wake()


class SingleFlight(Generic[T]):
    """The place where callers find the work that is under way, or become its leader."""

    def __init__(self) -> None:
        self._flight: Flight[T] | None = None
        reset_in_child(self)

    def board(self, deadline: Deadline) -> tuple[Flight[T], bool]:
        """Return the flight, and whether the caller leads it (and so must ``land`` it)."""
        with lock:
            flight = self._flight
            if flight is not None and time.monotonic() <= flight.over_by:
                return flight, False
            flight = self._flight = Flight[T](deadline.at)
            return flight, True

    def land(self, flight: Flight[T], outcome: T | None) -> None:
        """End *flight*; the next caller starts a new one."""
        with lock:
            if self._flight is flight:
                self._flight = None
        flight.land(outcome)

    def reset(self) -> None:
        """Forget a flight whose leader is not in this process."""
        self._flight = None
