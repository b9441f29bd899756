"""The lock of the process, and a clean start in a forked child."""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet

lock = threading.RLock()
"""Held for a few assignments, never during I/O. A fork waits for it, so no child inherits it held
by a thread that does not exist there."""


class Resettable(Protocol):
    """State that a forked child must not inherit."""

    def reset(self) -> None:
        """Forget everything that came from the parent."""


_resettables: WeakSet[Resettable] = WeakSet()


def reset_in_child(state: Resettable) -> None:
    """Call ``state.reset()`` in every child that is forked while *state* exists."""
    with lock:
        _resettables.add(state)


def reset_all() -> None:
    """Reset all registered state; a forked child calls this first, in its only thread."""
    lock.release()
    for state in list(_resettables):
        state.reset()


if hasattr(os, "register_at_fork"):  # pragma: no branch  # Windows has no fork
    os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=reset_all)
