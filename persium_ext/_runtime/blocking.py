"""Code that is written once for both concurrency backends, with ``await``.

In a thread, what it awaits blocks and never suspends: it is run to its end in one step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

A = TypeVar("A")
T = TypeVar("T")


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
