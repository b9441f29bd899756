"""What the concurrency backends of ``threads`` and ``tasks`` have in common.

Both offer the same: a pause, waiting for a flight, a call's total time, and a connection slot.
Executors differ only in ``await``. Token sources are written once, with ``await``: in a thread,
what they await blocks and never suspends, so they are run to their end in one step.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar, cast

from persium_ext._observation.log import log

A = TypeVar("A")
T = TypeVar("T")
MAX_CONCURRENT_REQUESTS: Final = 100
"""Requests of one client at once. Further callers wait here, where no pool time-out fails them."""
_WAIT: Final = "all %(most)d connections of the client are in use: waiting for one"


def log_wait() -> None:
    """Log that a caller has to wait for a connection slot."""
    log(logging.DEBUG, "connection_wait", _WAIT, most=MAX_CONCURRENT_REQUESTS)


async def settled(result: Awaitable[T] | T) -> T:
    """Return *result*: a function for tasks returns an awaitable, its twin for threads a value."""
    if isinstance(result, Awaitable):
        result = await cast("Awaitable[T]", result)
    return result


def run_blocking(function: Callable[[A], Coroutine[Any, Any, T]], argument: A) -> T:
    """Return the result of ``await function(argument)``, where nothing suspends.

    No signal handler runs between the call of *function* and the start of its coroutine.

    Raises:
        RuntimeError: Something did suspend.
    """
    try:
        function(argument).send(None)
    except StopIteration as finished:
        return cast("T", finished.value)
    raise RuntimeError("code that a thread runs has to block, and can't suspend")
