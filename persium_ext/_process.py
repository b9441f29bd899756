"""What belongs to the process: one lock for short state changes, and a fresh start after a fork."""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet

lock = threading.RLock()
"""Held for a few assignments, never during I/O; a fork waits for it, so a child finds it whole."""


class Resettable(Protocol):
    """Something that a forked child must not take over."""

    def reset(self) -> None:
        """Forget all that came from the parent."""


_resettables: WeakSet[Resettable] = WeakSet()


def reset_in_child(thing: Resettable) -> None:
    """Call ``thing.reset()`` in every child that is forked while *thing* lives."""
    with lock:
        _resettables.add(thing)


def start_anew() -> None:
    """What a forked child does first; its only thread is the caller."""
    lock.release()
    for thing in list(_resettables):
        thing.reset()


if hasattr(os, "register_at_fork"):  # pragma: no branch  # Windows has no fork
    os.register_at_fork(
        before=lock.acquire, after_in_parent=lock.release, after_in_child=start_anew
    )
