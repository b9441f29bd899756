"""A client's own connections, for tasks: as in ``pool``, and each event loop has its own."""

from __future__ import annotations

import ssl
from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import httpx
from attrs import define, field

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import is_closed, is_of_asyncio, running_loop
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._secret import Secret

from .connections import ConnectionConfig
from .connector import Connector, inherited, refuse_closed
from .idle import IdleConnections
from .messages import Request
from .proxies import Proxy
from .request_builder import build_request


class AsyncConnection:
    """A connection of tasks, opened by its first request, which one task uses at a time."""

    since = 0.0

    def __init__(
        self, transport: httpx.AsyncHTTPTransport, idle: IdleConnections[AsyncConnection]
    ) -> None:
        self._transport, self._idle = transport, idle

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
        for surplus in self._idle.surplus():
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


@define(eq=False)
class _OfLoop:
    """What an event loop has: its idle connections by origin, and whether they were closed."""

    idle: dict[str, IdleConnections[AsyncConnection]] = field(
        factory=dict[str, IdleConnections[AsyncConnection]]
    )
    closed: bool = False


class AsyncConnections:
    """The connections of tasks; each event loop has its own."""

    is_own = True

    def __init__(self, config: ConnectionConfig) -> None:
        self._connector = Connector(config)
        self._loops: WeakKeyDictionary[object, _OfLoop] = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
        inherited.append(self._loops)
        self._loops = WeakKeyDictionary()

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if self._of_this_loop().closed else self._connector.config

    def proxy_for(self, request: Request) -> Proxy | None:
        """Return the proxy that *request* passes through."""
        return self._connector.proxy_for(request.origin)

    def take(self, request: Request) -> AsyncConnection:
        """Return a connection for *request*, an idle one or a new one.

        Raises:
            RuntimeError: The client is closed.
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        mine = self._of_this_loop()
        refuse_closed(closed=mine.closed)
        idle = mine.idle.get(request.origin)
        if idle is None:
            idle = mine.idle[request.origin] = IdleConnections(
                keep=self._connector.config.keep_alive
            )
        connection = idle.take(request.method)
        if connection is not None:
            return connection
        transport = self._connector.transport(httpx.AsyncHTTPTransport, request.origin)
        if is_of_asyncio(running_loop()) and _is_of_ssl(self._connector.context):
            _connect_by_asyncio(transport)
        return AsyncConnection(transport, idle)

    async def aclose(self) -> None:
        """Close this event loop's idle connections, and each of the others after its response."""
        mine = self._of_this_loop()
        mine.closed = True
        await _aclose_all(mine)

    def _of_this_loop(self) -> _OfLoop:
        loop = running_loop()
        mine = self._loops.get(loop)
        if mine is None:
            with lock:
                self._drop_closed_loops()
                mine = self._loops.setdefault(loop, _OfLoop())
        return mine

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


async def _aclose_all(mine: _OfLoop) -> None:
    for connections in list(mine.idle.values()):
        for connection in connections.close():
            await connection.aclose()
