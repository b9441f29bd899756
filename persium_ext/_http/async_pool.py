"""A client's own connections, for tasks: as in ``pool``, and each event loop has its own."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import is_closed, is_of_asyncio, running_loop
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._text.secret import Secret

from .connections import ConnectionConfig, Connector, inherited
from .messages import Request
from .pool import IdleConnections
from .request_builder import build_request


class AsyncConnection:
    """A connection of tasks, opened by its first request, which one task uses at a time."""

    since = 0.0

    def __init__(
        self,
        transport: httpx.AsyncHTTPTransport,
        idle: IdleConnections[AsyncConnection],
        origin: str,
    ) -> None:
        self._transport, self._idle, self.origin = transport, idle, origin

    async def open(
        self,
        request: Request,
        bearer: Secret | None,
        deadline: Deadline,
        timeout: float | None,  # noqa: ASYNC109  # of one network operation
    ) -> httpx.Response:
        """Send *request* and return its response, whose body is still to be read."""
        built = build_request(request, bearer, deadline, timeout)
        return await self._transport.handle_async_request(built)

    async def keep(self) -> None:
        """Keep it for the next request, after the whole response to this one was read."""
        for surplus in self._idle.surplus(self.origin):
            await surplus.aclose()
        if not self._idle.give(self):
            await self.aclose()

    async def aclose(self) -> None:
        """Close it."""
        await self._transport.aclose()

    async def abandon(self) -> None:
        """Close it after a failure, also if the caller is cancelled."""
        with anyio.CancelScope(shield=True):
            await self._transport.aclose()


class AsyncConnections(Connector):
    """The connections of tasks; each event loop has its own."""

    def __init__(self, config: ConnectionConfig) -> None:
        super().__init__(config)
        self._loops: WeakKeyDictionary[object, IdleConnections[AsyncConnection]]
        self._loops = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
        inherited.extend(self._loops.values())
        self._loops = WeakKeyDictionary()

    @property
    def closed(self) -> bool:
        """Whether calls of this event loop are refused."""
        return self._of_this_loop().closed

    def take(self, request: Request) -> AsyncConnection:
        """Return a connection for *request*, an idle one or a new one.

        Raises:
            RuntimeError: The client is closed.
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        idle = self._of_this_loop()
        connection = idle.take(request.origin, request.method)
        if connection is None:
            transport = self.transport(httpx.AsyncHTTPTransport, request.origin)
            if is_of_asyncio(running_loop()) and _is_of_ssl(self.context(request.origin)):
                _connect_by_asyncio(transport)
            connection = AsyncConnection(transport, idle, request.origin)
        return connection

    async def aclose(self) -> None:
        """Close this event loop's idle connections, and each of the others after its response.

        If it is cancelled, or one can't be closed, the others are closed all the same.
        """
        async with AsyncExitStack() as stack:
            for connection in self._of_this_loop().close():
                stack.push_async_callback(connection.aclose)

    def _of_this_loop(self) -> IdleConnections[AsyncConnection]:
        loop = running_loop()
        idle = self._loops.get(loop)
        if idle is None:
            with lock:
                self._drop_closed_loops()
                idle = self._loops.setdefault(loop, IdleConnections(keep=self.config.keep_alive))
        return idle

    def _drop_closed_loops(self) -> None:
        """Drop event loops that ended without ``aclose``: their connections reference them."""
        for loop in [loop for loop in self._loops if is_closed(loop)]:
            del self._loops[loop]


def _is_of_ssl(context: object) -> bool:
    """Return whether asyncio accepts *context*: truststore may have replaced its class since."""
    return isinstance(context, ssl.SSLContext)


def _connect_by_asyncio(transport: httpx.AsyncHTTPTransport) -> None:
    """Replace what connects for *transport*; a test fails if a new version moves it."""
    from .asyncio_stream import AsyncioBackend  # noqa: PLC0415  # trio does without

    pool: Any = transport._pool  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
    pool._network_backend = AsyncioBackend(pool._network_backend)  # noqa: SLF001  # httpcore has none either
