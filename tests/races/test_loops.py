"""Threads and event loops: many at once, one after another, one inside the other."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

import anyio
import anyio.lowlevel
import httpx
import pytest
import trio

from persium_ext import AsyncPersium, Persium, TokenRefused
from persium_ext.sandbox import Sandbox
from tests.support.token_gate import TokenGate

TOKEN = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("times", [200, pytest.param(1000, marks=pytest.mark.races)])
def test_many_tasks(settings: dict[str, Any], sandbox: Sandbox, times: int, backend: str) -> None:
    """A thousand tasks at once cost one token, and all get their answer."""
    answers: list[str] = []

    async def one(persium: AsyncPersium) -> None:
        answers.append((await persium.identity.get_me()).client_id)

    async def main() -> None:
        async with AsyncPersium(**settings) as persium, anyio.create_task_group() as tasks:
            for _ in range(times):
                tasks.start_soon(one, persium)

    anyio.run(main, backend=backend)

    assert answers == [sandbox.client_id] * times
    assert sandbox.token_requests == 1


def test_no_lock_is_held_while_the_wire_is_busy() -> None:
    """A client that waits for its own token endpoint keeps nobody else waiting."""
    go_on = threading.Event()

    def slow(_: httpx.Request) -> httpx.Response:
        go_on.wait(10)
        return httpx.Response(401, json={"error": "invalid_client"})

    def quick(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=TOKEN if request.method == "POST" else {})

    def client(name: str, answer: Any) -> Persium:
        return Persium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id=name,
            client_secret="b",
            http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        )

    def refused() -> None:
        with pytest.raises(TokenRefused):
            client("slow", slow).access_token()

    waiting = threading.Thread(target=refused)
    waiting.start()

    assert client("quick", quick).access_token().reveal() == "t"
    assert waiting.is_alive()
    go_on.set()
    waiting.join(10)


def test_eight_event_loops_at_once(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """One client, eight loops in eight threads, five tasks in each, all cold: one token."""
    barrier = threading.Barrier(8)
    persium = AsyncPersium(**settings)
    names: list[str] = []

    async def call() -> None:
        names.append((await persium.identity.get_me()).client_id)

    async def main() -> None:
        barrier.wait(60)
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(call)
        await persium.aclose()

    def run(backend: str) -> None:
        anyio.run(main, backend=backend)

    with ThreadPoolExecutor(8) as threads, token_gate.closed():
        for backend in ["asyncio", "trio"] * 4:
            threads.submit(run, backend)
        token_gate.wait_for_followers(39)

    assert names == [sandbox.client_id] * 40
    assert (sandbox.token_requests, sandbox.api_requests) == (1, 40)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # nobody closes the connections
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_loop_after_the_other(settings: dict[str, Any], sandbox: Sandbox, backend: str) -> None:
    """A client that is not closed serves the next loop, and keeps none that is over."""
    persium = AsyncPersium(**settings)
    loops: WeakSet[object] = WeakSet()

    async def call() -> str:
        loops.add(asyncio.get_running_loop() if backend == "asyncio" else _trio_token())
        return (await persium.identity.get_me()).client_id

    names = [anyio.run(call, backend=backend) for _ in range(6)]
    gc.collect()

    assert names == [sandbox.client_id] * 6
    assert sandbox.token_requests == 1
    assert len(loops) <= 1


def _trio_token() -> object:
    return trio.lowlevel.current_trio_token()


def test_a_loop_that_is_the_guest_of_another(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Trio may run inside asyncio's loop; tasks of both use the client, each with its own world."""
    persium = AsyncPersium(**settings)
    names: list[str] = []

    async def call() -> None:
        try:
            for _ in range(3):
                names.append((await persium.identity.get_me()).client_id)
                await anyio.lowlevel.checkpoint()
        finally:
            await persium.aclose()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        over: asyncio.Future[Any] = loop.create_future()
        soon: Any = loop.call_soon_threadsafe
        trio.lowlevel.start_guest_run(
            call, run_sync_soon_threadsafe=soon, done_callback=over.set_result
        )
        await call()
        (await over).unwrap()

    asyncio.run(main())

    assert names == [sandbox.client_id] * 6
    assert sandbox.token_requests == 1


def test_a_leader_whose_loop_dies_hands_over_to_a_thread(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """A loop that is torn down during its token request leaves the request to who still waits."""
    persium = AsyncPersium(**settings)
    names: list[str] = []

    def follow() -> None:
        with Persium(**settings) as blocking:
            names.append(blocking.identity.get_me().client_id)

    async def lead() -> None:
        leader = asyncio.ensure_future(persium.identity.get_me())
        await asyncio.to_thread(token_gate.wait_for_request)
        follower.start()
        await asyncio.to_thread(token_gate.wait_for_followers, 1)
        assert not leader.done()  # asyncio.run cancels it now

    follower = threading.Thread(target=follow)
    with token_gate.closed():
        asyncio.run(lead())
    follower.join(60)

    assert names == [sandbox.client_id]
    assert sandbox.token_requests == 2
