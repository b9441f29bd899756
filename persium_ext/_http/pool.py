"""A client's own connections, for threads: each is a transport of httpx that holds a single one.

A pool of httpcore that holds many costs each request a walk over all of them. Everything that
hooks the transports of httpx, such as a mock or a tracer, sees these requests.

Of the idle ones, here and in ``async_pool``, the one used last is taken first. So few serve a
steady load, and those of a burst grow old, and are closed by a later call, not in the background.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final, Generic, Protocol, TypeVar
from weakref import finalize

import httpx

from persium_ext._runtime.clock import Deadline, steady
from persium_ext._runtime.fork import reset_in_child
from persium_ext._text.secret import Secret

from .connections import ConnectionConfig, Connector, client_closed, inherited
from .deadline_stream import DeadlineBackend
from .messages import Request
from .request_builder import build_request

LONGEST_IDLE: Final = 55.0
"""Seconds, suspended ones too; the next shorter limit of servers that is common is 60."""
SURPLUS_IDLE: Final = 5.0
"""Seconds, for those that the calls of the next moment leave over."""
FRESH: Final = 4.0
"""Seconds during which a request that may not be sent twice uses an idle connection.

Some servers close theirs after 5, and such a request is lost if both happen at once. A server
that has closed the connection is noticed by httpcore, and other requests can be repeated.
"""
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class _Idle(Protocol):
    """A connection to *origin*, which was last used at *since*, on the steady clock."""

    origin: str
    since: float


C = TypeVar("C", bound=_Idle)


class IdleConnections(Generic[C]):
    """The idle connections of one client; threads share them without a lock, as lists allow."""

    __slots__ = ("_keep", "_stacks", "closed")

    def __init__(self, *, keep: bool = True, closed: bool = False) -> None:
        self.closed = closed
        self._keep = keep
        self._stacks: dict[str, list[C]] = {}

    def take(self, origin: str, method: str) -> C | None:
        """Return the connection to *origin* that was used last, for a request with *method*.

        None: there is none that is young enough.

        Raises:
            RuntimeError: The client is closed.
        """
        if self.closed:
            raise client_closed()
        try:
            connection = self._stacks[origin].pop()
        except LookupError:
            return None
        oldest = LONGEST_IDLE if method in _REPEATABLE else FRESH
        if steady() - connection.since <= oldest:
            return connection
        self._stacks[origin].append(connection)
        return None

    def give(self, connection: C) -> bool:
        """Keep *connection*, whose response was read to its end; False: it has to be closed."""
        connection.since = steady()
        if self._keep:
            self._stacks.setdefault(connection.origin, []).append(connection)
        return self._keep

    def surplus(self, origin: str) -> Iterator[C]:
        """Remove the connections to *origin* that were idle for too long, to be closed."""
        try:
            stack = self._stacks[origin]
            while self._is_surplus(stack[0]):
                yield stack.pop(0)
        except LookupError:
            return

    def _is_surplus(self, connection: C) -> bool:
        return not self._keep or steady() - connection.since > SURPLUS_IDLE

    def close(self) -> Iterator[C]:
        """Remove and yield all connections, to be closed; from now on none is kept."""
        self.closed, self._keep = True, False
        return chain.from_iterable(map(self.surplus, list(self._stacks)))


class Connection:
    """A connection of threads, opened by its first request, which one thread uses at a time.

    It is closed when nobody holds it any more: after a failure, and if an exception out of a signal
    handler tore it from its holder. The backend of httpcore that connects is private; a test fails
    if a new version moves it.
    """

    since = 0.0

    def __init__(
        self, transport: httpx.HTTPTransport, idle: IdleConnections[Connection], origin: str
    ) -> None:
        pool: Any = transport._pool  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # httpx has no public access
        self._transport, self._idle, self.origin = transport, idle, origin
        self._process = os.getpid()
        self._backend = pool._network_backend = DeadlineBackend(pool._network_backend)  # noqa: SLF001  # httpcore has none either

    def open(
        self, request: Request, bearer: Secret | None, deadline: Deadline, timeout: float | None
    ) -> httpx.Response:
        """Send *request* and return its response, whose body is still to be read."""
        self._backend.deadline = deadline
        return self._transport.handle_request(build_request(request, bearer, deadline, timeout))

    def keep(self) -> None:
        """Keep it for the next request, after the whole response to this one was read."""
        for surplus in self._idle.surplus(self.origin):
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


class Connections(Connector):
    """The connections of threads."""

    def __init__(self, config: ConnectionConfig) -> None:
        super().__init__(config)
        self._start(closed=False)
        reset_in_child(self)

    def _start(self, *, closed: bool) -> None:
        self._idle = IdleConnections[Connection](keep=self.config.keep_alive, closed=closed)
        self._finalizer = finalize(self, _close_all, self._idle)
        self._finalizer.atexit = False  # functions of atexit and daemon threads still call

    def reset(self) -> None:
        """Leave the parent's connections alone, at the end of the process too."""
        self._finalizer.detach()
        inherited.append(self._idle)
        self._start(closed=self.closed)

    @property
    def closed(self) -> bool:
        """Whether calls are refused."""
        return self._idle.closed

    def take(self, request: Request) -> Connection:
        """Return a connection for *request*, an idle one or a new one.

        Raises:
            RuntimeError: The client is closed.
            SettingsError: A proxy or the certificates of the environment can't be used.
        """
        connection = self._idle.take(request.origin, request.method)
        if connection is None:
            transport = self.transport(httpx.HTTPTransport, request.origin)
            connection = Connection(transport, self._idle, request.origin)
        return connection

    def close(self) -> None:
        """Close the idle connections, and each of the others after its response."""
        _close_all(self._idle)


def _close_all(idle: IdleConnections[Connection]) -> None:
    for connection in idle.close():
        connection.close()
