"""A coroutine whose every suspension is counted, and can be the moment of something."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import anyio


class Steps:
    """Awaits *work*; *at* is told the number of each suspension, from 1, before it happens."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: Callable[[int], object]) -> None:
        self._work = work
        self._at = at
        self.taken = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        resume: Callable[[], Any] = lambda: self._work.send(None)  # noqa: E731  # the first of many
        while True:
            try:
                wanted = resume()
            except StopIteration as stop:
                return stop.value
            self.taken += 1
            self._at(self.taken)
            try:
                given = yield wanted
            except BaseException as error:  # noqa: BLE001  # it is the coroutine's
                resume = _throwing(self._work, error)
            else:
                resume = _sending(self._work, given)


def _throwing(work: Coroutine[Any, Any, Any], error: BaseException) -> Callable[[], Any]:
    return lambda: work.throw(error)


def _sending(work: Coroutine[Any, Any, Any], given: object) -> Callable[[], Any]:
    return lambda: work.send(given)


async def cancelled_by_scope(work: Coroutine[Any, Any, Any], step: int) -> bool:
    """Cancel *work* at its suspension number *step*, as anyio and trio do; False: it had fewer."""

    def at(taken: int) -> None:
        if taken == step:
            scope.cancel()

    with anyio.CancelScope() as scope:
        await Steps(work, at)
    return scope.cancel_called


async def cancelled_by_task(work: Coroutine[Any, Any, Any], step: int) -> bool:
    """The same as asyncio does, with ``task.cancel()``."""
    steps = Steps(work, lambda taken: taken == step and task.cancel())

    async def wait() -> None:
        await steps

    task = asyncio.ensure_future(wait())
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    return steps.taken >= step
