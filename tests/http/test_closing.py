"""Closing a client of tasks that is cancelled meanwhile: each connection is closed at the wire."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
import trustme

from persium_ext import AsyncPersium
from tests.support.wire import ME, Seen, Wire, http

IDLE = 4
Client = Callable[[], AsyncPersium]


@pytest.fixture(params=["HTTP", "TLS"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    """A server that responds to requests when as many have come as there shall be connections."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    request.getfixturevalue("authority").issue_cert("127.0.0.1").configure_cert(context)
    together = threading.Barrier(IDLE)

    def respond(_: Seen) -> bytes:
        together.wait(30)
        return http(ME, connection=b"keep-alive")

    with Wire(context if request.param == "TLS" else None) as running:
        running.api = respond
        yield running


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The authority of the server."""
    return trustme.CA()


@pytest.fixture
def client(wire: Wire, authority: trustme.CA) -> Client:
    """Make a client of the server."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    settings: dict[str, Any] = wire.settings
    return lambda: AsyncPersium(**settings, verify=trusting)


async def burst(persium: AsyncPersium) -> None:
    """Leave idle connections."""
    async with anyio.create_task_group() as tasks:
        for _ in range(IDLE):
            tasks.start_soon(persium.identity.get_me)


async def cancelled_scope(closing: Awaitable[None]) -> None:
    """Await *closing* in a scope that is cancelled already."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        await closing


async def cancelled_task(closing: Awaitable[None]) -> None:
    """Cancel this task of asyncio before it awaits *closing*."""
    task: Any = asyncio.current_task()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing


@pytest.mark.parametrize(
    ("backend", "cancelled"),
    [("asyncio", cancelled_scope), ("asyncio", cancelled_task), ("trio", cancelled_scope)],
)
@pytest.mark.parametrize("block", [False, True], ids=["aclose", "async with"])
def test_cancelled_before(
    wire: Wire,
    client: Client,
    backend: str,
    cancelled: Callable[[Awaitable[None]], Awaitable[None]],
    block: bool,  # noqa: FBT001
) -> None:
    """Whoever cancels, and however the client is closed, no connection stays open."""

    async def main() -> None:
        persium = client()
        await burst(persium)
        await cancelled(persium.__aexit__(None, None, None) if block else persium.aclose())
        await anyio.to_thread.run_sync(wire.wait_until_closed, IDLE + 1)

    anyio.run(main, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cancelled_half_way(
    wire: Wire, client: Client, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection whose end takes long does not keep the others open."""
    close, closing = httpx.AsyncHTTPTransport.aclose, list[anyio.CancelScope]()

    async def slow(own: httpx.AsyncHTTPTransport) -> None:
        await close(own)
        if len(closing) == 1:
            closing.pop().cancel()
            await anyio.sleep_forever()

    async def main() -> None:
        persium = client()
        await burst(persium)
        with anyio.CancelScope() as scope:
            closing.append(scope)
            await persium.aclose()
        assert scope.cancelled_caught
        await anyio.to_thread.run_sync(wire.wait_until_closed, IDLE + 1)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "aclose", slow)
    anyio.run(main, backend=backend)
