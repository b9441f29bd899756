"""Transports: send a ``Request`` over httpx and return the result as a value.

No exception of httpx leaves this module, and no frame of it: frames hold the secret and the token.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary, WeakSet, finalize, ref

import httpx
from anyio import CancelScope, to_thread

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.event_loop import event_loop, is_closed
from persium_ext._runtime.fork import lock, reset_in_child
from persium_ext._secret import Secret

from .connections import ConnectionConfig
from .deadline_stream import applied
from .failures import is_interruption, to_transport_error
from .messages import Request, Response, TransportError, origin
from .own_client import (
    async_with_checked_hooks,
    async_without_event_hooks,
    with_checked_hooks,
    without_event_hooks,
)
from .request_builder import build_request
from .response_reader import ResponseReader

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_inherited: list[object] = []
"""Connections that a forked child inherited: kept, so that nothing closes the shared sockets."""


class Transport:
    """Sends requests of threads. Connections are opened by the first request, and kept."""

    def __init__(self, config: ConnectionConfig, client: httpx.Client | None = None) -> None:
        if client is not None and not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise TypeError("http_client has to be an httpx.Client")
        self._config = config
        self._http_client = client
        self._without_hooks = client and without_event_hooks(client)
        self._own: httpx.Client | None = None
        self._finalizer: finalize[..., Any] | None = None
        self._closed = False
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone, at the end of the process too."""
        if self._finalizer is not None:
            self._finalizer.detach()  # a thread of the parent may have held a lock of the pool
        _inherited.append(self._own)
        self._own = None

    def send(
        self,
        request: Request,
        *,
        deadline: Deadline,
        timeout: float | None,
        bearer: Secret | None = None,
    ) -> Response | TransportError:
        """Send *request*, with *bearer* as its token if there is one.

        Every network operation may last *timeout* seconds.
        """
        client, reader = self._client(request), ResponseReader(request)
        try:
            with applied(deadline):
                built = build_request(client, request, bearer, deadline, timeout)
                response = client.send(built, auth=None, follow_redirects=False, stream=True)
                try:
                    if reader.start(response):
                        for chunk in response.iter_raw():
                            if not deadline.remaining:  # a client that was passed in keeps none
                                return _too_late(request)
                            if not reader.feed(chunk):
                                break
                finally:
                    response.close()
            return reader.finish(response, bearer)
        except BaseException as error:
            if is_interruption(error):
                error.__traceback__ = None
                raise
            return to_transport_error(error, self._place(request), bearer)

    def _place(self, request: Request) -> str:
        return origin(request.url) if self._http_client else self._config.place(request.url)

    @property
    def is_own(self) -> bool:
        """Whether the connections are its own, and not those of a client that was passed in."""
        return self._http_client is None

    @property
    def route(self) -> Hashable:
        """What the fate of a request depends on, besides its server; equal for equal clients."""
        return _route(self._config, self._http_client, closed=self._closed)

    def close(self) -> None:
        """Close the connections; a client that was passed in stays open."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    def _client(self, request: Request) -> httpx.Client:
        _refuse_closed(closed=self._closed)
        if self._http_client and self._without_hooks:
            if request.confidential:
                return self._without_hooks
            return with_checked_hooks(self._http_client)
        if self._own is not None:
            return self._own
        made = self._config.build_client(httpx.Client)
        with lock:  # two threads that come at once both use the first one's
            if self._own is None:
                self._own, self._finalizer = made, finalize(self, made.close)
                self._finalizer.atexit = False  # functions of atexit and daemon threads still call
            return self._own


class AsyncTransport:
    """Sends requests of tasks; each event loop has its own connections."""

    def __init__(self, config: ConnectionConfig, client: httpx.AsyncClient | None = None) -> None:
        if client is not None and not isinstance(client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise TypeError("http_client has to be an httpx.AsyncClient")
        self._config = config
        self._http_client = client
        self._without_hooks = client and async_without_event_hooks(client)
        self._own: WeakKeyDictionary[object, httpx.AsyncClient] = WeakKeyDictionary()
        self._closed: WeakSet[object] = WeakSet()
        reset_in_child(self)

    def reset(self) -> None:
        """Leave the parent's connections alone."""
        _inherited.append(self._own)
        self._own = WeakKeyDictionary()

    async def send(
        self,
        request: Request,
        *,
        deadline: Deadline,
        timeout: float | None,  # noqa: ASYNC109  # of one network operation; the call has a deadline
        bearer: Secret | None = None,
    ) -> Response | TransportError:
        """Send *request*, with *bearer* as its token if there is one.

        Every network operation may last *timeout* seconds.
        """
        client, reader = self._client(request), ResponseReader(request)
        try:
            built = build_request(client, request, bearer, deadline, timeout)
            response = await client.send(built, auth=None, follow_redirects=False, stream=True)
            try:
                if await _run(request, reader.start, response):
                    async for chunk in response.aiter_raw():
                        if not await _run(request, reader.feed, chunk):
                            await _abort(response)
            finally:
                await response.aclose()
            return await _run(request, reader.finish, response, bearer)
        except BaseException as error:
            if is_interruption(error):
                error.__traceback__ = None
                raise
            if reader.stopped:
                return reader.stopped_result()
            return to_transport_error(error, self._place(request), bearer)

    def _place(self, request: Request) -> str:
        return origin(request.url) if self._http_client else self._config.place(request.url)

    @property
    def is_own(self) -> bool:
        """Whether the connections are its own, and not those of a client that was passed in."""
        return self._http_client is None

    @property
    def route(self) -> Hashable:
        """What the fate of a request depends on, besides its server; equal for equal clients."""
        return _route(self._config, self._http_client, closed=event_loop()[0] in self._closed)

    async def aclose(self) -> None:
        """Close this event loop's connections; a client that was passed in stays open."""
        loop = event_loop()[0]
        self._closed.add(loop)
        with lock:
            client = self._own.pop(loop, None)
        if client is not None:
            await client.aclose()

    def _client(self, request: Request) -> httpx.AsyncClient:
        loop = event_loop()[0]
        _refuse_closed(closed=loop in self._closed)
        if self._http_client and self._without_hooks:
            if request.confidential:
                return self._without_hooks
            return async_with_checked_hooks(self._http_client)
        client = self._own.get(loop)
        if client is None:
            client = self._config.build_client(httpx.AsyncClient)
            with lock:
                self._drop_closed_loops()
                self._own[loop] = client
        return client

    def _drop_closed_loops(self) -> None:
        """Drop event loops that ended without ``aclose``: their connections reference them."""
        for loop in [loop for loop in self._own if is_closed(loop)]:
            del self._own[loop]


def _route(
    config: ConnectionConfig, client: httpx.Client | httpx.AsyncClient | None, *, closed: bool
) -> Hashable:
    if closed:
        return object()  # what happens on connections that are closed concerns nobody else
    return config if client is None else ref(client)


def _refuse_closed(*, closed: bool) -> None:
    if closed:
        raise RuntimeError("this client is closed: make a new one, or close it later")


async def _run(request: Request, step: Callable[[*Ts], T], *arguments: *Ts) -> T:
    """Do one step of reading a response; those that write a file block, so a thread does them."""
    if request.sink is None:
        return step(*arguments)
    done: list[T] = []
    with CancelScope(shield=True):  # an iterator of httpx that is left early leaks its connection
        done.append(await to_thread.run_sync(step, *arguments))
    return done[0]


async def _abort(response: httpx.Response) -> None:
    """Close the connection: an iterator of httpx that is left early leaks it."""
    stream = response.extensions.get("network_stream")
    if stream is not None:
        await stream.aclose()


def _too_late(request: Request) -> TransportError:
    reason = f"{origin(request.url)}: the response arrived too slowly"
    return TransportError(reason=reason, timed_out=True)
