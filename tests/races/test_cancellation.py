"""Cancellation: nobody waits for ever, nothing is lost but what was cancelled."""

from __future__ import annotations

import asyncio
import gc
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from persium_ext import AsyncPersium, DeadlineExceeded
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session
from tests.support.token_gate import TokenGate

from .steps import cancelled_by_scope, cancelled_by_task

Cancel = Callable[[Coroutine[Any, Any, Any], int], Awaitable[bool]]

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
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate, backend: str
) -> None:
    """The flight goes on without it."""
    answers: list[str] = []

    async def main() -> None:
        async with AsyncPersium(**settings) as persium:

            async def call() -> None:
                answers.append((await persium.identity.get_me()).client_id)

            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(call)
                await anyio.to_thread.run_sync(token_gate.wait_for_followers, 2)
                with anyio.move_on_after(0.02):
                    await call()
                token_gate.open()

    with token_gate.closed():
        anyio.run(main, backend=backend)

    assert len(answers) == 3
    assert sandbox.token_requests == 1


# --- at every await ---

FOLLOWERS = 3
MOST_STEPS = 300

every_way = pytest.mark.parametrize(
    ("backend", "cancel"),
    [
        pytest.param("asyncio", cancelled_by_task, id="asyncio task"),
        pytest.param("asyncio", cancelled_by_scope, id="asyncio scope"),
        pytest.param("trio", cancelled_by_scope, id="trio scope"),
    ],
)


@pytest.fixture
def _few_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls may be on the wire as there are callers: one place lost is one too few."""
    monkeypatch.setattr("persium_ext._runtime.concurrency.MAX_CONCURRENT_REQUESTS", FOLLOWERS + 1)


Scenario = Callable[[AsyncPersium, Cancel, int], Awaitable[bool]]


async def alone(persium: AsyncPersium, cancel: Cancel, step: int) -> bool:
    """The only caller is cancelled."""
    return await cancel(persium.identity.get_me(), step)


async def leader(persium: AsyncPersium, cancel: Cancel, step: int) -> bool:
    """The first is cancelled; who follows gets an answer."""
    hit: list[bool] = []

    async def lead() -> None:
        hit.append(await cancel(persium.identity.get_me(), step))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lead)
            await anyio.lowlevel.checkpoint()
            for _ in range(FOLLOWERS):
                tasks.start_soon(persium.identity.get_me)
    return hit[0]


async def follower(persium: AsyncPersium, cancel: Cancel, step: int) -> bool:
    """One that follows is cancelled; the others get an answer."""
    hit = False
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for _ in range(FOLLOWERS):
                tasks.start_soon(persium.identity.get_me)
            await anyio.sleep(0.01)  # the token takes longer: one of them leads, and will
            hit = await cancel(persium.identity.get_me(), step)
    return hit


async def group(persium: AsyncPersium, cancel: Cancel, step: int) -> bool:
    """All are cancelled at once."""

    async def together() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(FOLLOWERS):
                tasks.start_soon(persium.identity.get_me)
            await persium.identity.get_me()

    return await cancel(together(), step)


@pytest.mark.usefixtures("_few_slots")
@every_way
@pytest.mark.filterwarnings("ignore:Async generator .*ByteStream:ResourceWarning")  # httpx, in trio
@pytest.mark.parametrize(
    ("scenario", "most_tokens"),
    [(alone, 2), (leader, 2), (follower, 1), (group, 2)],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_cancelled_at_every_await(
    settings: dict[str, Any],
    sandbox: Sandbox,
    backend: str,
    cancel: Cancel,
    scenario: Scenario,
    most_tokens: int,
) -> None:
    """Whatever a call waits for when it is cancelled, the others and the next get their answer.

    No place on the wire is lost, no connection stays open, and no more tokens are asked for than
    the one that was lost.
    """
    sandbox.token_delay = 0.05 if scenario is follower else 0
    unheard: list[dict[str, Any]] = []

    async def burst(persium: AsyncPersium) -> None:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for _ in range(FOLLOWERS + 1):
                    tasks.start_soon(persium.identity.get_me)

    async def main() -> int:
        if backend == "asyncio":
            asyncio.get_running_loop().set_exception_handler(lambda _, what: unheard.append(what))
        for step in range(1, MOST_STEPS):
            before = sandbox.token_requests
            async with AsyncPersium(**settings, share_token=False) as persium:
                hit = await scenario(persium, cancel, step)
                await burst(persium)
                assert free_slots(persium) == [FOLLOWERS + 1]
            assert sandbox.token_requests - before <= (most_tokens if hit else 1)
            if not hit:
                return step
        return MOST_STEPS

    steps = anyio.run(main, backend=backend)
    gc.collect()

    assert 5 < steps < MOST_STEPS
    assert unheard == []
    assert all_connections_end(sandbox)


def free_slots(persium: AsyncPersium) -> list[int]:
    """How many calls may go on the wire now, in each event loop."""
    backend: Any = persium._executor.backend  # noqa: SLF001  # the only way to see a lost slot
    return [slots.value for slots in backend._slots._semaphores.values()]  # noqa: SLF001  # the same


def all_connections_end(sandbox: Sandbox) -> bool:
    """Whether every connection is closed by the client, a moment later at most."""
    ports: Any = sandbox._ports  # noqa: SLF001  # the other end knows best
    return all(_all_end(server) for server in ports._servers.values())  # noqa: SLF001  # the same


def _all_end(server: Any) -> bool:
    with server._changed:  # noqa: SLF001  # the same
        return bool(server._changed.wait_for(lambda: not server._open, timeout=60))  # noqa: SLF001  # the same


# --- out of time, and failed together ---


def test_a_follower_out_of_time_leaves_the_others(
    concurrency: Concurrency, sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """Its error is its own; those with more time get the one token."""
    leads, patient = concurrency.session(deadline=60), concurrency.session(deadline=60)
    hasty = patient.client.with_options(deadline=0.1)
    with ThreadPoolExecutor(2) as threads, token_gate.closed():
        first = threads.submit(leads.do)
        token_gate.wait_for_request()
        waiting = threads.submit(patient.outcomes, times=5)
        token_gate.wait_for_followers(5)
        errors = patient.outcomes(lambda _: hasty.identity.get_me(), times=5)
        token_gate.open()

    assert [type(error) for error in errors] == [DeadlineExceeded] * 5
    assert [me.client_id for me in waiting.result()] == [sandbox.client_id] * 5
    assert first.result().client_id == sandbox.client_id
    assert sandbox.token_requests == 1


def test_a_failure_is_shared_not_multiplied(
    session: Session, sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """Each caller has an error of its own that says all; no traceback grows by the others'."""
    sandbox.client.rotate_secret()

    rounds = [token_gate.burst(session, times=8), *(session.outcomes(times=8) for _ in range(3))]

    errors = [error for outcomes in rounds for error in outcomes]
    for same in (errors[:8], errors[8:]):  # the endpoint's answer, and the memory of it
        assert len({(type(error), *facts(error)) for error in same}) == 1
    assert all(facts(errors[0]))
    assert len({id(error) for error in errors}) == 32
    assert len({id(error.__traceback__) for error in errors}) == 32
    assert [error.__context__ for error in errors] == [None] * 32
    depths = [len(traceback.extract_tb(error.__traceback__)) for error in errors]
    assert max(depths[8:]) == min(depths[8:])
    assert max(depths) < 20
    assert sandbox.token_requests == 1


def facts(error: Any) -> tuple[str, ...]:
    """All that a caller can learn from a refusal."""
    return (str(error), error.error, error.error_description, error.hint, error.docs_url)
