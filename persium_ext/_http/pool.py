"""A client's own connections: each one is a transport of httpx that holds a single connection.

A pool of httpcore that holds many costs each request a walk over all of them. Everything that
hooks the transports of httpx, such as a mock or a tracer, sees these requests.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary, finalize

import httpx
from anyio import CancelScope
from attrs import define, field

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import event_loop, is_closed
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._secret import Secret

from .connections import AnyTransport, ConnectionConfig
from .deadline_stream import DeadlineBackend
from .idle import IdleConnections
from .messages import Request
from .request_builder import build_request
from .tls import tls_context

_inherited: list[object] = []
"""Connections that a forked child inherited: kept, so that nothing closes the shared sockets."""


class Connection:
    """A connection of threads, opened by its first request, which one thread uses at a time.

    It is closed when nobody holds it any more: after a failure, and if an exception out of a signal
    handler tore it from its holder. The backend of httpcore that connects is private; a test fails
    if a new version moves it.
    """

    since = 0.0

    def __init__(self, transport: httpx.HTTPTransport, idle: IdleConnections[Connection]) -> None:
        pool: Any = transport._pool  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
        self._transport, self._idle, self._process = transport, idle, os.getpid()
        self._backend = pool._network_backend = DeadlineBackend(pool._network_backend)  # noqa: SLF001  # httpcore has none either

    def open(
        self, request: Request, bearer: Secret | None, deadline: Deadline, timeout: float | None
    ) -> httpx.Response:
        """Send *request* and return its response, whose body is still to be read."""
        self._backend.deadline = deadline
        return self._transport.handle_request(build_request(request, bearer, deadline, timeout))

    def keep(self) -> None:
        """Keep it for the next request, after the whole response to this one was read."""
        for surplus in self._idle.surplus():
            surplus.close()
        if not self._idle.give(self):
            self.close()

    def close(self) -> None:
        """Close it."""
        self._transport.close()

    def __del__(self) -> None:
        # a thread may hold a lock of the transport in the parent process, or at the end of this one
        if os.getpid() == self._process and not sys.is_finalizing():
            self._transport.close()


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
        with CancelScope(shield=True):
            await self._transport.aclose()


class _Connector:
    """Makes connections; the first one reads the certificates of the authorities."""

    def __init__(self, config: ConnectionConfig) -> None:
        self.config = config
        self._context: ssl.SSLContext | None = None

    def transport(self, kind: type[AnyTransport], origin: str) -> AnyTransport:
        """Make the transport of one connection to *origin*.

        Raises:
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        if self._context is None:
            self._context = tls_context(self.config.verify)
        return self.config.build_transport(kind, origin, self._context)


class Connections:
    """The connections of threads."""

    is_own = True

    def __init__(self, config: ConnectionConfig) -> None:
        self._connector = _Connector(config)
        self._idle: dict[str, IdleConnections[Connection]] = {}
        self._closed = False
        self._keep()
        reset_in_child(self)

    def _keep(self) -> None:
        self._finalizer = finalize(self, _close_all, self._idle)
        self._finalizer.atexit = False  # functions of atexit and daemon threads still call

    def reset(self) -> None:
        """Leave the parent's connections alone, at the end of the process too."""
        self._finalizer.detach()
        _inherited.append(self._idle)
        self._idle = {}
        self._keep()

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if self._closed else self._connector.config

    def place(self, request: Request) -> str:
        """Return where *request* goes, for people."""
        return self._connector.config.place(request.url)

    def take(self, request: Request) -> Connection:
        """Return a connection for *request*, an idle one or a new one.

        Raises:
            RuntimeError: The client is closed.
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        refuse_closed(closed=self._closed)
        idle = self._idle.get(request.origin)
        if idle is None:
            made = IdleConnections[Connection](self._connector.config.max_keepalive)
            idle = self._idle.setdefault(request.origin, made)
        connection = idle.take(request.method)
        if connection is not None:
            return connection
        transport = self._connector.transport(httpx.HTTPTransport, request.origin)
        return Connection(transport, idle)

    def close(self) -> None:
        """Close the idle connections, and each of the others after its response."""
        self._closed = True
        _close_all(self._idle)


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
        self._connector = _Connector(config)
        self._loops: WeakKeyDictionary[object, _OfLoop] = WeakKeyDictionary()
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
        _inherited.append(self._loops)
        self._loops = WeakKeyDictionary()

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if self._of_this_loop().closed else self._connector.config

    def place(self, request: Request) -> str:
        """Return where *request* goes, for people."""
        return self._connector.config.place(request.url)

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
            idle = mine.idle[request.origin] = IdleConnections(self._connector.config.max_keepalive)
        connection = idle.take(request.method)
        if connection is not None:
            return connection
        transport = self._connector.transport(httpx.AsyncHTTPTransport, request.origin)
        return AsyncConnection(transport, idle)

    async def aclose(self) -> None:
        """Close this event loop's idle connections, and each of the others after its response."""
        mine = self._of_this_loop()
        mine.closed = True
        await _aclose_all(mine)

    def _of_this_loop(self) -> _OfLoop:
        loop = event_loop().loop
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


def _close_all(idle: dict[str, IdleConnections[Connection]]) -> None:
    for connections in list(idle.values()):
        for connection in connections.close():
            connection.close()


async def _aclose_all(mine: _OfLoop) -> None:
    for connections in list(mine.idle.values()):
        for connection in connections.close():
            await connection.aclose()


def refuse_closed(*, closed: bool) -> None:
    """Refuse a call of a client that is closed.

    Raises:
        RuntimeError: It is.
    """
    if closed:
        raise RuntimeError("this client is closed: make a new one, or close it later")
