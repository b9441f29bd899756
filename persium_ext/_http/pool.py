"""A client's own connections, for threads: each is a transport of httpx that holds a single one.

A pool of httpcore that holds many costs each request a walk over all of them. Everything that
hooks the transports of httpx, such as a mock or a tracer, sees these requests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable
from typing import Any
from weakref import finalize

import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.fork import reset_in_child
from persium_ext._secret import Secret

from .connections import ConnectionConfig
from .connector import Connector, inherited, refuse_closed
from .deadline_stream import DeadlineBackend
from .idle import IdleConnections
from .messages import Request
from .proxies import Proxy
from .request_builder import build_request


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


class Connections:
    """The connections of threads."""

    is_own = True

    def __init__(self, config: ConnectionConfig) -> None:
        self._connector = Connector(config)
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
        inherited.append(self._idle)
        self._idle = {}
        self._keep()

    @property
    def route(self) -> Hashable:
        """Return what the fate of a request depends on, besides its server."""
        return object() if self._closed else self._connector.config

    def proxy_for(self, request: Request) -> Proxy | None:
        """Return the proxy that *request* passes through."""
        return self._connector.proxy_for(request.origin)

    def take(self, request: Request) -> Connection:
        """Return a connection for *request*, an idle one or a new one.

        Raises:
            RuntimeError: The client is closed.
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        refuse_closed(closed=self._closed)
        idle = self._idle.get(request.origin)
        if idle is None:
            made = IdleConnections[Connection](keep=self._connector.config.keep_alive)
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


def _close_all(idle: dict[str, IdleConnections[Connection]]) -> None:
    for connections in list(idle.values()):
        for connection in connections.close():
            connection.close()
