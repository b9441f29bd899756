"""Connections of asyncio's tasks that need no cancel scope for each operation.

Those of httpcore are made of anyio's: reading, writing and TLS are a sixth of the CPU of a call.
"""

from __future__ import annotations

import asyncio
import selectors
import ssl
from collections import deque
from typing import Any, Final, cast

import anyio
import httpcore

_FULL: Final = 262_144
"""Bytes that are read ahead; asyncio reads so many at once."""
_DAY: Final = 86_400
_NAMES: Final = {"client_addr": "sockname", "server_addr": "peername"}


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Connects like *backend*, to the first address that accepts, and takes the connection over."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:  # noqa: ANN401  # passed on
        """Make a connection; where the transport of asyncio is not found, it stays *backend*'s."""
        return _taken_over(await self._backend.connect_tcp(*args, **options))


def _taken_over(made: httpcore.AsyncNetworkStream) -> httpcore.AsyncNetworkStream:
    """Return a stream of our own in place of *made*, which is the backend's."""
    transport = getattr(getattr(made, "_stream", None), "_transport", None)
    if transport is None or transport.is_closing():
        return made
    stream = AsyncioStream()
    stream.connection_made(transport)
    transport.set_protocol(stream)
    transport.set_write_buffer_limits()
    transport.resume_reading()  # anyio has paused it, so nothing was read yet
    return stream


class AsyncioStream(httpcore.AsyncNetworkStream, asyncio.Protocol):
    """A connection, on which one task at a time reads or writes."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._paused = self._ended = self._lost = self._congested = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start with *transport*."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep *data* until it is read."""
        self._chunks.append(data)
        self._size += len(data)
        if self._size >= _FULL and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake(in_time=True)

    def eof_received(self) -> bool:
        """End what can be read; return whether writing goes on, which TLS does not offer."""
        self._ended = True
        self._wake(in_time=True)
        return self._transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        """End everything."""
        self._ended = self._lost = True
        self._paused = False  # some event loops refuse to resume then
        self._error = exc
        self._wake(in_time=True)

    def pause_writing(self) -> None:
        """Let ``write`` wait."""
        self._congested = True

    def resume_writing(self) -> None:
        """Let ``write`` go on."""
        self._congested = False
        self._wake(in_time=True)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # the same
        """Read what has arrived; nothing at the end."""
        while not self._chunks and not self._ended:
            await self._wait(timeout, httpcore.ReadTimeout)
        if not self._chunks:
            if self._error is not None:
                raise httpcore.ReadError(str(self._error)) from self._error
            return b""
        data = self._chunks.popleft()
        if len(data) > max_bytes:
            self._chunks.appendleft(data[max_bytes:])
            data = data[:max_bytes]
        self._size -= len(data)
        if self._paused and not self._chunks:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # the same
        """Write *buffer*; wait while the peer reads too slowly."""
        if not self._lost:
            self._transport.write(buffer)
        while self._congested and not self._lost:
            await self._wait(timeout, httpcore.WriteTimeout)
        if self._lost:
            raise httpcore.WriteError(str(self._error or "")) from self._error

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the same
    ) -> AsyncioStream:
        """Continue encrypted."""
        try:
            with anyio.fail_after(timeout):
                encrypted = await self._loop.start_tls(
                    self._transport,
                    self,
                    ssl_context,
                    server_hostname=server_hostname,
                    ssl_handshake_timeout=_DAY,
                )
        except TimeoutError as error:
            self._transport.abort()
            raise httpcore.ConnectTimeout from error
        except OSError as error:  # an error of TLS is one
            self._transport.abort()
            raise httpcore.ConnectError(str(error)) from error
        self._transport = cast("asyncio.Transport", encrypted)
        return self

    async def aclose(self) -> None:
        """Close it at once."""
        self._transport.abort()
        await asyncio.sleep(0)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # as httpcore calls it
        """Return what httpcore asks for: ``is_readable`` means that the server has closed it."""
        if info != "is_readable":
            return self._transport.get_extra_info(_NAMES.get(info, info))
        ended = self._ended or self._transport.is_closing()
        return ended or bool(self._chunks) or _is_readable(self._transport)

    async def _wait(self, timeout: float | None, late: type[Exception]) -> None:  # noqa: ASYNC109  # the same
        waiter = self._waiter = self._loop.create_future()
        timer = None if timeout is None else self._loop.call_later(timeout, self._wake)
        try:
            in_time = await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()
        if not in_time:
            raise late

    def _wake(self, *, in_time: bool = False) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(in_time)


def _is_readable(transport: asyncio.Transport) -> bool:
    """Return whether something has arrived that the event loop has not read yet."""
    # polling needs no descriptor; Windows, and programs that replace select, have no poll
    kind = getattr(selectors, "PollSelector", selectors.DefaultSelector)
    with kind() as selector:
        selector.register(transport.get_extra_info("socket").fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))
