"""Transports: send a ``Request`` over httpx and return the result as a value.

No exception of httpx leaves this module, and no frame of it: frames hold the secret and the token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, cast

import anyio
import httpx

from persium_ext._runtime.clock import Deadline
from persium_ext._text.secret import Secret

from .async_pool import AsyncConnections
from .connections import ConnectionConfig
from .failures import is_interruption, to_transport_error
from .messages import Request, Response, TransportError
from .own_client import AsyncOwnClient, OwnClient
from .pool import Connections
from .response_reader import ResponseReader

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Transport:
    """Sends requests of threads, over its own connections or with a client that was passed in.

    Attributes:
        connections: Whose ``route`` is what the fate of a request depends on, besides its server:
            equal for equal clients.
    """

    def __init__(self, config: ConnectionConfig, client: httpx.Client | None = None) -> None:
        self.connections = Connections(config) if client is None else OwnClient(client)

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
        connection, reader = self.connections.take(request), ResponseReader(request)
        try:
            response = connection.open(request, bearer, deadline, timeout)
            stream = cast("httpx.SyncByteStream", response.stream)
            try:
                if reader.start(response):
                    for chunk in stream:
                        if not deadline.remaining:  # a client that was passed in keeps none
                            return _too_late(request, bearer)
                        if not reader.feed(chunk):
                            break
            finally:
                reader.leave(response)
                stream.close()
            result = reader.finish(response, bearer)
            if not reader.stopped:
                connection.keep()
            return result  # noqa: TRY300  # what keep() raises is translated too
        except BaseException as error:
            if is_interruption(error):
                error.__traceback__ = None
                raise
            proxy = self.connections.proxy_for(request)
            return to_transport_error(error, request.target(bearer), bearer, proxy=proxy)

    def close(self) -> None:
        """Close the connections; a client that was passed in stays open."""
        self.connections.close()


class AsyncTransport:
    """Sends requests of tasks, as ``Transport`` does; each event loop has its own connections."""

    def __init__(self, config: ConnectionConfig, client: httpx.AsyncClient | None = None) -> None:
        self.connections = AsyncConnections(config) if client is None else AsyncOwnClient(client)

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
        connection, reader = self.connections.take(request), ResponseReader(request)
        try:
            response = await connection.open(request, bearer, deadline, timeout)
            stream = cast("httpx.AsyncByteStream", response.stream)
            try:
                if await _run(request, reader.start, response):
                    async for chunk in stream:
                        if not await _run(request, reader.feed, chunk):
                            await _abort(response)
            finally:
                reader.leave(response)
                await stream.aclose()
            result = await _run(request, reader.finish, response, bearer)
            await connection.keep()
            return result  # noqa: TRY300  # the same
        except BaseException as error:
            await connection.abandon()
            if is_interruption(error):
                error.__traceback__ = None
                raise
            if reader.stopped:
                return reader.stopped_result(bearer)
            proxy = self.connections.proxy_for(request)
            return to_transport_error(error, request.target(bearer), bearer, proxy=proxy)

    async def aclose(self) -> None:
        """Close this event loop's connections; a client that was passed in stays open."""
        await self.connections.aclose()


async def _run(request: Request, step: Callable[[*Ts], T], *arguments: *Ts) -> T:
    """Do one step of reading a response; those that write a file block, so a thread does them."""
    if request.sink is None:
        return step(*arguments)
    from anyio import to_thread  # noqa: PLC0415  # clients of threads do without

    done: list[T] = []
    with anyio.CancelScope(
        shield=True
    ):  # an iterator of httpx that is left early leaks its connection
        done.append(await to_thread.run_sync(step, *arguments))
    return done[0]


async def _abort(response: httpx.Response) -> None:
    """Close the connection: an iterator of httpx that is left early leaks it."""
    stream = response.extensions.get("network_stream")
    if stream is not None:
        await stream.aclose()


def _too_late(request: Request, bearer: Secret | None) -> TransportError:
    reason = f"{request.target(bearer)}: the response arrived too slowly"
    return TransportError(reason=reason, timed_out=True)
