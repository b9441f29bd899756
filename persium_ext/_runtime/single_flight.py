"""Single flight: one caller works, the others wait and share the result (TP-4).

Waiters may be threads, asyncio tasks or trio tasks, in any number of event loops at once: each
registers a callback that any thread may call. No lock is held while work is done or waited for.

Nobody waits for a leader that can't move. A flight knows where its leader runs, so a caller that
would block just that thread or loop asks for itself. And a flight has a lease, which its leader
extends with each attempt: when it ends, the next caller leads a new flight. A leader that an
exception tore away from its work, wherever that happened, ends the flight when it is gone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import ref

from attrs import frozen

from .event_loop import is_closed, is_of_asyncio
from .fork import lock, reset_in_child

T = TypeVar("T")
DoneCallback = Callable[[], object]


@frozen(eq=False)
class Caller:
    """Where a caller runs.

    Attributes:
        thread: Identifier of its thread (of its greenlet under gevent).
        loop: Its event loop; None for a caller that blocks its thread.
        task: Its task in that loop.
    """

    thread: int
    loop: object | None = None
    task: object | None = None

    @property
    def is_gone(self) -> bool:
        """Whether its event loop is closed, so that it never goes on."""
        return is_closed(self.loop)

    def is_stopped_by(self, other: Caller) -> bool:
        """Return whether it can't go on while *other* waits."""
        if self.thread != other.thread:
            return False
        if self.loop is None or other.loop is None:
            return True  # one of them blocks the thread of both
        if self.loop is other.loop:
            return self.task is other.task
        kinds = {is_of_asyncio(loop) for loop in (self.loop, other.loop)}
        return len(kinds) == 1  # else trio is a guest of asyncio's loop, and both go on


class Flight(Generic[T]):
    """One piece of work in progress.

    Attributes:
        follows: The flight that the leader itself waits for, if any.
        result: The result; None while the work is in progress, and after it was abandoned.
    """

    def __init__(self, leader: Caller) -> None:
        self._leader: Callable[[], Caller | None] = ref(leader, self._abandon)
        self.follows: Flight[Any] | None = None
        self.result: T | None = None
        self._lease_ends = math.inf
        self._callbacks: set[DoneCallback] = set()

    def is_led_by(self, caller: Caller) -> bool:
        """Return whether *caller* does the work."""
        return self._leader() is caller

    @property
    def lease_ends(self) -> float:
        """When the work is given up if its leader shows no progress, on the monotonic clock."""
        if self.follows is None:
            return self._lease_ends
        return max(self._lease_ends, self.follows.lease_ends)

    def extend(self, seconds: float) -> None:
        """Show progress: the leader needs up to *seconds* until the next sign of it."""
        self._lease_ends = time.monotonic() + seconds

    @property
    def is_lost(self) -> bool:
        """Whether its leader has completed it, or can't be expected to."""
        leader = self._leader()
        return leader is None or leader.is_gone or time.monotonic() > self.lease_ends

    def is_stopped_by(self, caller: Caller) -> bool:
        """Return whether its leader can't go on while *caller* waits for it."""
        leader, follows = self._leader(), self.follows
        return (leader is not None and leader.is_stopped_by(caller)) or (
            follows is not None and follows.is_stopped_by(caller)
        )

    def add_done_callback(self, callback: DoneCallback) -> None:
        """Call *callback* when the work is complete or abandoned, unless it ``is_lost`` by now."""
        with lock:
            self._callbacks.add(callback)

    def remove_done_callback(self, callback: DoneCallback) -> None:
        """Forget *callback*: its caller waits no longer."""
        with lock:
            self._callbacks.discard(callback)

    def complete(self, result: T | None) -> None:
        """Set the result and call the callbacks; None: abandoned, another caller must try."""
        with lock:
            self.result = result
            self._leader = _nobody  # and no callback at its end
            callbacks, self._callbacks = self._callbacks, set()
        for callback in callbacks:
            callback()

    def _abandon(self, _: object) -> None:
        self.complete(None)


def _nobody() -> None:
    return None


class SingleFlight(Generic[T]):
    """Callers find the flight in progress here, or become the leader of a new one.

    Args:
        good: Classes of results that are good for all, however late they are.
    """

    def __init__(self, *good: type) -> None:
        self._good = good
        self._flight: Flight[T] | None = None
        reset_in_child(self)

    @property
    def in_progress(self) -> bool:
        """Whether there is a flight."""
        return self._flight is not None

    def join(self, caller: Caller, *, lease: float) -> Flight[T]:
        """Return the flight; *caller* leads it if it is new, with a lease of so many seconds.

        A leader calls ``leave`` at the end, whatever happens.
        """
        with lock:
            flight = self._flight
            if flight is None or flight.is_lost:
                flight = Flight[T](caller)
                flight.extend(lease)
                self._flight = flight
            return flight

    def leave(self, caller: Caller, result: T | None) -> None:
        """End the flight that *caller* leads, if any, with *result*; None: another must try.

        A good result also ends the flight of another leader: one that replaced the caller, or
        that the caller could not wait for.
        """
        with lock:
            flight = self._flight
            good = isinstance(result, self._good)
            if flight is None or not (good or flight.is_led_by(caller)):
                return
            self._flight = None
        flight.complete(result)

    def reset(self) -> None:
        """Forget a flight whose leader is a thread of the parent process."""
        self._flight = None
