"""Which event loop runs: asyncio's, or that of trio. Neither is imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


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
    if (trio := _trio()) is not None:
        return trio
    import asyncio  # noqa: PLC0415  # clients of threads do without

    loop = asyncio.get_running_loop()
    return EventLoop(loop, asyncio.current_task(), loop.call_soon_threadsafe)


def running_loop() -> object:
    """Return ``event_loop().loop``, in less time."""
    if (trio := _trio()) is not None:
        return trio.loop
    import asyncio  # noqa: PLC0415  # clients of threads do without

    return asyncio.get_running_loop()


def _trio() -> EventLoop | None:
    # another thread may be importing trio: its modules are there before their names are
    lowlevel = sys.modules.get("trio.lowlevel")
    current_task = getattr(lowlevel, "current_task", None)
    current_token = getattr(lowlevel, "current_trio_token", None)
    if current_task is not None and current_token is not None:
        with suppress(RuntimeError):  # no task of trio
            task, token = current_task(), current_token()
            return EventLoop(token, task, token.run_sync_soon)
    return None


def is_closed(loop: object) -> bool:
    """Return whether *loop* is a closed asyncio loop; trio's tokens vanish by themselves."""
    return is_of_asyncio(loop) and cast("AbstractEventLoop", loop).is_closed()


def is_of_asyncio(loop: object) -> bool:
    """Return whether *loop* is one of asyncio's."""
    kind = getattr(sys.modules.get("asyncio"), "AbstractEventLoop", None)
    return kind is not None and isinstance(loop, kind)
