"""Cancellation: nobody waits for ever, nothing is lost but what was cancelled."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest

from persium_ext import AsyncPersium
from persium_ext.sandbox import Sandbox

TOKEN = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_leader_hands_over(backend: str) -> None:
    """The next waiter asks for the token itself; nobody waits for ever."""
    asked: list[str] = []
    answers: list[int] = []

    async def main() -> None:
        leader_waits = anyio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                return httpx.Response(200, json={})
            asked.append(request.url.path)
            if len(asked) == 1:
                leader_waits.set()
                await anyio.sleep_forever()
            return httpx.Response(200, json=TOKEN)

        async def follow() -> None:
            answers.append((await persium.request("GET", "/x")).status_code)

        async def cancel() -> None:
            await leader_waits.wait()
            for _ in range(5):
                tasks.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            leader.cancel()

        persium = AsyncPersium(
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="a",
            client_secret="b",
            http_client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        )
        async with anyio.create_task_group() as tasks:
            with anyio.CancelScope() as leader:
                tasks.start_soon(cancel)
                await persium.request("GET", "/x")
                pytest.fail("the leader was not cancelled")

    anyio.run(main, backend=backend)

    assert answers == [200] * 5
    assert len(asked) == 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_follower_leaves_the_others(
    settings: dict[str, Any], sandbox: Sandbox, backend: str
) -> None:
    """The flight goes on without it."""
    sandbox.token_delay = 0.2
    answers: list[str] = []

    async def main() -> None:
        async with AsyncPersium(**settings) as persium:

            async def call() -> None:
                answers.append((await persium.identity.get_me()).client_id)

            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(call)
                await anyio.sleep(0.02)
                with anyio.move_on_after(0.02):
                    await call()

    anyio.run(main, backend=backend)

    assert len(answers) == 3
    assert sandbox.token_requests == 1
