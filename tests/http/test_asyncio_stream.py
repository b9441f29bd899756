"""Connections of asyncio's tasks; ``tests/faults`` has the results of calls."""

from __future__ import annotations

import asyncio
import os
import select
import selectors
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import anyio
import httpcore
import httpx
import pytest

from persium_ext import AsyncPersium
from persium_ext._http.asyncio_stream import AsyncioBackend, AsyncioStream
from tests.support.wire import ME, Wire, http

Peer = socket.socket
Script = Callable[[AsyncioStream, Peer], Awaitable[Any]]
MIB = bytes(2**20)


def run(script: Script) -> Any:  # whatever it returns
    """Run *script* with a connection over TCP, and its other end."""

    async def whole() -> Any:
        with socket.create_server(("127.0.0.1", 0)) as server:
            theirs: Any = httpcore.AnyIOBackend()
            made = await AsyncioBackend(theirs).connect_tcp(*server.getsockname())
            stream = cast("AsyncioStream", made)
            peer, _ = server.accept()
        with peer:
            try:
                return await script(stream, peer)
            finally:
                await stream.aclose()

    return asyncio.run(whole())


def reset(peer: Peer) -> None:
    """Close the other end without the end of the stream."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def test_reads_in_pieces() -> None:
    """A read returns what has arrived, and never more than was asked for."""

    async def script(stream: AsyncioStream, peer: Peer) -> list[bytes]:
        peer.sendall(b"abcde")
        return [await stream.read(3), await stream.read(3)]

    assert run(script) == [b"abc", b"de"]


def test_end_of_the_stream() -> None:
    """After the other end has stopped writing, reads return nothing and writes still arrive."""

    async def script(stream: AsyncioStream, peer: Peer) -> tuple[bytes, bytes]:
        peer.shutdown(socket.SHUT_WR)
        end = await stream.read(9)
        await stream.write(b"late")
        return end, peer.recv(9)

    assert run(script) == (b"", b"late")


def test_reads_ahead_no_more_than_its_limit() -> None:
    """A peer that sends much is slowed down until it is read; nothing is lost."""

    async def script(stream: AsyncioStream, peer: Peer) -> tuple[int, int]:
        peer.settimeout(None)
        sending = asyncio.to_thread(peer.sendall, 20 * MIB)
        sender = asyncio.ensure_future(sending)
        while not stream._paused:  # noqa: ASYNC110, SLF001  # nothing public shows it
            await asyncio.sleep(0)
        ahead, size = stream._size, 0  # noqa: SLF001  # the same
        while size < 20 * len(MIB):
            size += len(await stream.read(2**16))
        await sender
        return ahead, size

    ahead, size = run(script)

    assert ahead <= 2**19
    assert size == 20 * len(MIB)


@pytest.mark.parametrize("operation", ["read", "write"])
def test_time_limit(operation: str) -> None:
    """An operation that the other end does not let happen ends at its time limit."""

    async def script(stream: AsyncioStream, _: Peer) -> None:
        if operation == "read":
            await stream.read(1, timeout=0.01)
        await stream.write(20 * MIB, timeout=0.01)

    with pytest.raises(httpcore.TimeoutException) as caught:
        run(script)

    assert type(caught.value).__name__.lower() == f"{operation}timeout"


def test_write_waits_for_the_other_end() -> None:
    """A write returns when the other end has read enough."""

    async def script(stream: AsyncioStream, peer: Peer) -> int:
        reader = asyncio.ensure_future(asyncio.to_thread(_read_all, peer))
        await stream.write(20 * MIB)
        return await reader

    assert run(script) == 20 * len(MIB)


def _read_all(peer: Peer) -> int:
    size = 0
    while size < 20 * len(MIB):
        size += len(peer.recv(2**20))
    return size


@pytest.mark.parametrize("operation", ["read", "write"])
def test_reset(operation: str) -> None:
    """What is lost by a reset ends with the error of the system."""

    async def script(stream: AsyncioStream, peer: Peer) -> None:
        writing = stream.write(20 * MIB) if operation == "write" else stream.read(1)
        waiting = asyncio.ensure_future(writing)
        await asyncio.sleep(0)
        reset(peer)
        await waiting

    with pytest.raises(httpcore.NetworkError) as caught:
        run(script)

    assert isinstance(
        caught.value, httpcore.ReadError if operation == "read" else httpcore.WriteError
    )
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_write_on_a_lost_connection() -> None:
    """A write that can't be sent fails at once, and what had arrived before is read."""

    async def script(stream: AsyncioStream, _: Peer) -> bytes:
        stream.data_received(b"413")
        stream.connection_lost(None)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x")
        return await stream.read(9)

    assert run(script) == b"413"


def test_events_in_one_turn() -> None:
    """Several events may precede the turn of the task that waits for the first one."""

    async def script(stream: AsyncioStream, _: Peer) -> list[bytes]:
        reader = asyncio.ensure_future(stream.read(9))
        await asyncio.sleep(0)
        stream.data_received(b"a")
        stream.data_received(b"b")
        return [await reader, await stream.read(9)]

    assert run(script) == [b"a", b"b"]


@pytest.mark.parametrize("seen", [False, True], ids=["before", "after"])
def test_idle_connection_is_readable(seen: bool) -> None:  # noqa: FBT001
    """What the server sends is noticed, before and after the event loop has read it."""

    async def script(stream: AsyncioStream, peer: Peer) -> tuple[bool, bool]:
        quiet = stream.get_extra_info("is_readable")
        peer.sendall(b"surplus")
        while seen and not stream._chunks:  # noqa: ASYNC110, SLF001  # nothing public shows it
            await asyncio.sleep(0)
        return quiet, stream.get_extra_info("is_readable")

    assert run(script) == (False, True)


def test_addresses() -> None:
    """Hooks of httpx find the addresses of a connection by the names that httpcore gives them."""

    async def script(stream: AsyncioStream, peer: Peer) -> bool:
        ends = stream.get_extra_info("client_addr"), stream.get_extra_info("server_addr")
        return ends == (peer.getpeername(), peer.getsockname())

    assert run(script)


@pytest.mark.parametrize(
    ("said", "error"),
    [(b"", httpcore.ConnectTimeout), (b"HTTP/1.1 400\r\n", httpcore.ConnectError)],
)
def test_peer_without_tls(said: bytes, error: type[Exception]) -> None:
    """A handshake that fails, or does not end in time, is a failure to connect."""

    async def script(stream: AsyncioStream, peer: Peer) -> None:
        peer.sendall(said)
        await stream.start_tls(ssl.create_default_context(), "localhost", 10.0 if said else 0.01)

    with pytest.raises(error):
        run(script)


def test_taken_over_without_closing_anything() -> None:
    """The socket is the one that was connected: anyio ends its stream for both as it closes one."""

    async def script(stream: AsyncioStream, peer: Peer) -> bytes:
        peer.setblocking(False)  # noqa: FBT003  # as it is
        with pytest.raises(BlockingIOError):  # the end would be read
            peer.recv(1)
        await stream.write(b"whole")
        peer.settimeout(60)
        return peer.recv(9)

    assert run(script) == b"whole"


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(None, id="of other classes"),
        pytest.param(
            SimpleNamespace(_transport=SimpleNamespace(is_closing=lambda: True)), id="lost"
        ),
    ],
)
def test_connection_that_cannot_be_taken_over(inner: object) -> None:
    """It is used as httpcore made it."""
    made = Made()
    made._stream = inner  # noqa: SLF001  # as those of httpcore

    class Backend(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
            return made

    assert asyncio.run(AsyncioBackend(Backend()).connect_tcp("localhost", 1)) is made


class Made(httpcore.AsyncNetworkStream):
    """A connection of httpcore."""

    _stream: object


@pytest.mark.parametrize(("loop", "used"), [("asyncio", True), ("trio", False)])
def test_tasks_of_asyncio_use_it(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    loop: str,
    used: bool,  # noqa: FBT001
) -> None:
    """What connects for httpcore is replaced in the event loops of asyncio, and in no other."""
    streams: list[object] = []
    send = httpx.AsyncHTTPTransport.handle_async_request

    async def observed(own: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        response = await send(own, request)
        streams.append(response.extensions["network_stream"])
        return response

    async def call() -> None:
        settings: dict[str, Any] = wire.settings
        async with AsyncPersium(**settings) as persium:
            await persium.identity.get_me()

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", observed)
    anyio.run(call, backend=loop)

    assert {isinstance(stream, AsyncioStream) for stream in streams} == {used}


async def two_calls(wire: Wire) -> int:
    """Call twice and return how many connections to the API that took."""
    settings: dict[str, Any] = wire.settings
    wire.api = http(ME, connection=b"keep-alive")
    async with AsyncPersium(**settings) as persium:
        await persium.access_token()
        before = wire.connections
        for _ in range(2):
            await persium.identity.get_me()
    return wire.connections - before


@pytest.mark.parametrize(
    "absent",
    [
        pytest.param([(select, "poll")], id="poll"),
        pytest.param([(select, "poll"), (selectors, "PollSelector")], id="the selector too"),
    ],
)
def test_idle_connection_without_poll(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, absent: list[tuple[object, str]]
) -> None:
    """Windows has no ``select.poll``, nor have programs that replace it: any selector serves."""
    for module, name in absent:
        monkeypatch.delattr(module, name, raising=False)

    assert asyncio.run(two_calls(wire)) == 1


@pytest.fixture
def busy_descriptors() -> Iterator[None]:
    """Take all descriptors up to 1,024, the largest that ``select.select`` accepts."""
    resource = pytest.importorskip("resource", reason="Windows counts sockets instead")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], 2048), limits[1]))
    reading, writing = os.pipe()
    taken = [reading, writing, *(os.dup(reading) for _ in range(1024))]
    yield
    for descriptor in taken:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.usefixtures("busy_descriptors")
def test_idle_connection_with_a_large_descriptor(wire: Wire) -> None:
    """A process may have more connections than ``select.select`` can look at."""
    assert asyncio.run(two_calls(wire)) == 1
