"""A client in three concurrency backends: threads, asyncio, trio; and a clock that is set."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import anyio
import anyio.from_thread
import httpx

from persium_ext import AsyncPersium, Persium
from persium_ext._runtime import clock as runtime_clock

Action = Callable[[Any], Any]


class Clock:
    """Both clocks of the token cache, set by hand."""

    def __init__(self) -> None:
        self.wall = runtime_clock.wall()
        self.steady = runtime_clock.steady()

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass on both."""
        self.wall += seconds
        self.steady += seconds


def get_me(persium: Any) -> Any:
    """Call the operation that every document has."""
    return persium.identity.get_me()


class Session:
    """One client, used from threads or from tasks of one event loop that stays."""

    def __init__(self, client: Any, portal: anyio.from_thread.BlockingPortal | None) -> None:
        self.client = client
        self._portal = portal

    def do(self, action: Action = get_me, client: Any = None) -> Any:
        """Do *action* once with the client, and return what it returns."""
        return self._run(action, client or self.client)

    def outcomes(self, action: Action = get_me, *, times: int) -> list[Any]:
        """Do it *times* times at once; an exception is an outcome too."""
        if self._portal is not None:
            return self._portal.call(_gather, action, self.client, times)
        barrier = threading.Barrier(times)

        def one(_: int) -> Any:
            barrier.wait(30)
            return _outcome(lambda: action(self.client))

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(one, range(times)))

    def _run(self, action: Action, client: Any) -> Any:
        if self._portal is None:
            return action(client)
        return self._portal.call(_awaited, action, client)


async def _awaited(action: Action, client: Any) -> Any:
    result = action(client)
    return await result if inspect.isawaitable(result) else result


async def _gather(action: Action, client: Any, times: int) -> list[Any]:
    outcomes: list[Any] = []

    async def one() -> None:
        try:
            outcomes.append(await _awaited(action, client))
        except Exception as error:  # noqa: BLE001  # it is an outcome
            outcomes.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(one)
    return outcomes


def _outcome(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Exception as error:  # noqa: BLE001  # it is an outcome
        return error


class Concurrency:
    """Opens sessions in one of the three concurrency backends."""

    def __init__(
        self,
        name: str,
        settings: dict[str, Any],
        stack: ExitStack,
        *,
        with_http_client: bool = False,
    ) -> None:
        self.name = name
        self._with_http_client = with_http_client
        self._settings = settings
        self._stack = stack
        self.portal = None
        if name != "sync":
            self.portal = stack.enter_context(anyio.from_thread.start_blocking_portal(name))

    def session(self, **options: Any) -> Session:
        """Make a client for the sandbox with *options*; it is closed after the test."""
        arguments = {**self._settings, **options}
        if self._with_http_client:
            arguments.setdefault("http_client", self._http_client())
        if self.portal is None:
            client: Any = self._stack.enter_context(Persium(**arguments))
        else:
            client = AsyncPersium(**arguments)
            self._stack.callback(self.portal.call, client.aclose)
        return Session(client, self.portal)

    def _http_client(self) -> httpx.Client | httpx.AsyncClient:
        """Make what is passed in as ``http_client``; it is closed after the test."""
        if self.portal is None:
            return self._stack.enter_context(httpx.Client(trust_env=False))
        client = httpx.AsyncClient(trust_env=False)
        self._stack.callback(self.portal.call, client.aclose)
        return client
