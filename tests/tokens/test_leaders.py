"""Leaders that can't move: nobody waits for them (TP-4)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

from persium_ext import AsyncPersium, Persium, PersiumAuth
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import get_me
from tests.support.token_gate import TokenGate

PATIENCE = 60
STOPPED = (
    "a token request is in flight, but it can't go on while this caller blocks its thread or event "
    "loop: sending another one"
)


@pytest.fixture
def second_opens(token_gate: TokenGate) -> Callable[[], threading.Thread]:
    """Return a function that lets all token responses go as soon as one more request arrives."""

    def wait() -> threading.Thread:
        def open_gate() -> None:
            token_gate.wait_for_request()
            token_gate.open()

        thread = threading.Thread(target=open_gate)
        thread.start()
        return thread

    return wait


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_blocking_call_in_the_thread_of_the_loop(
    settings: dict[str, Any],
    sandbox: Sandbox,
    token_gate: TokenGate,
    second_opens: Callable[[], threading.Thread],
    caplog: pytest.LogCaptureFixture,
    backend: str,
) -> None:
    """It stops the loop in which the token request is in flight, so it sends one of its own."""
    caplog.set_level(logging.DEBUG, "persium_ext")
    names: list[str] = []

    async def lead() -> None:
        async with AsyncPersium(**settings) as leader:
            names.append((await leader.identity.get_me()).client_id)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lead)
            await anyio.to_thread.run_sync(token_gate.wait_for_request)
            opener = second_opens()
            with Persium(**settings) as blocking:
                names.append(blocking.identity.get_me().client_id)
            opener.join()

    with token_gate.closed():
        anyio.run(main, backend=backend)

    assert names == [sandbox.client_id] * 2
    assert sandbox.token_requests == 2
    events = [e for r in caplog.records if (e := vars(r)["persium_event"]) != "call"]
    assert events == ["flight_blocked", "token", "token"]
    assert caplog.messages[0] == STOPPED


def test_a_follower_that_waits_for_the_loop_of_another_caller(
    settings: dict[str, Any],
    sandbox: Sandbox,
    token_gate: TokenGate,
    second_opens: Callable[[], threading.Thread],
) -> None:
    """A thread waits for a task; a blocking call in the loop of that task does not wait for it."""
    names: list[str] = []

    async def main() -> None:
        async with AsyncPersium(**settings) as leader, anyio.create_task_group() as tasks:
            tasks.start_soon(leader.identity.get_me)
            await anyio.to_thread.run_sync(token_gate.wait_for_request)
            followed = threads.submit(get_me, blocking)
            await anyio.to_thread.run_sync(token_gate.wait_for_followers, 1)
            opener = second_opens()
            names.append(get_me(blocking.with_options(deadline=10)).client_id)
            opener.join()
            names.append((await asyncio.wrap_future(followed)).client_id)

    with token_gate.closed(), ThreadPoolExecutor(1) as threads, Persium(**settings) as blocking:
        anyio.run(main)

    assert names == [sandbox.client_id] * 2
    assert sandbox.token_requests == 2


@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_a_log_handler_that_uses_the_client(
    settings: dict[str, Any], sandbox: Sandbox, caplog: pytest.LogCaptureFixture, backend: str
) -> None:
    """The records of a token request are sent to the API, in the middle of that request."""
    sent: list[str] = []
    caplog.set_level(logging.DEBUG, "persium_ext")

    async def call() -> str:
        async with AsyncPersium(**settings) as inner:
            return (await inner.identity.get_me()).client_id

    class Ship(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            """Send the first record only."""
            del record
            if not sent:
                sent.append("")
                blocking = backend == "sync"
                sent.append(
                    get_me(persium).client_id if blocking else anyio.run(call, backend=backend)
                )

    logger, handler = logging.getLogger("httpcore.http11"), Ship()
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        with Persium(**settings) as persium:
            assert persium.identity.get_me().client_id == sandbox.client_id
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)

    assert sent == ["", sandbox.client_id]
    assert STOPPED in [record.getMessage() for record in caplog.records]


def test_a_secret_function_that_uses_the_client(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """The function that returns the secret needs the client whose secret it is."""
    names: list[str] = []

    def secret() -> str:
        if not names:
            names.append("")
            names.append(persium.identity.get_me().client_id)
        return sandbox.client_secret

    settings["client_secret"] = secret
    with Persium(**settings) as persium:
        assert persium.identity.get_me().client_id == sandbox.client_id

    assert names == ["", sandbox.client_id]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGUSR1")
def test_a_signal_handler_that_uses_the_client(
    settings: dict[str, Any],
    sandbox: Sandbox,
    token_gate: TokenGate,
    second_opens: Callable[[], threading.Thread],
) -> None:
    """It runs in the thread whose token request is in flight."""
    names: list[str] = []

    def interrupt() -> None:
        token_gate.wait_for_request()
        second_opens()
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(
        signal.SIGUSR1, lambda *_: names.append(persium.identity.get_me().client_id)
    )
    thread = threading.Thread(target=interrupt)
    try:
        with token_gate.closed(), Persium(**settings) as persium:
            thread.start()
            names.append(persium.identity.get_me().client_id)
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)

    assert names == [sandbox.client_id] * 2


def test_a_loop_that_was_stopped(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """After the time of one attempt, a caller in another thread sends a request of its own."""
    loop = asyncio.new_event_loop()
    leader = AsyncPersium(**settings, timeout=1.0)
    with token_gate.closed(), ThreadPoolExecutor(2) as threads, Persium(**settings) as persium:
        task = loop.create_task(leader.identity.get_me())
        loop.run_until_complete(asyncio.to_thread(token_gate.wait_for_request))
        follower = threads.submit(get_me, persium)
        token_gate.wait_for_request()
        token_gate.open()

        assert follower.result(PATIENCE).client_id == sandbox.client_id

    assert loop.run_until_complete(task).client_id == sandbox.client_id
    loop.run_until_complete(leader.aclose())
    loop.close()


def test_an_endpoint_that_drips(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """A leader without a deadline, whose response never ends, is not waited for either."""
    sandbox.fault("drip-body", at="token", times=1, interval=0.006)
    with ThreadPoolExecutor(1) as threads, Persium(**settings) as persium:
        slow = Persium(**settings, timeout=1.0, deadline=None)
        led = threads.submit(slow.access_token)
        token_gate.wait_for_request()

        assert persium.identity.get_me().client_id == sandbox.client_id

        assert sandbox.token_requests == 2
        assert led.result(PATIENCE).expires_in == 300
        slow.close()


def test_first_calls_of_an_auth_share_one_source(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """``share_token=False`` means one token for the object, not one for each first call."""
    auth = PersiumAuth(**settings, share_token=False)

    def call(_: int) -> int:
        with httpx.Client(auth=auth) as client:
            return client.get(f"{sandbox.api_base_url}/me").status_code

    with ThreadPoolExecutor(8) as threads, token_gate.closed():
        calls = threads.map(call, range(8))
        token_gate.wait_for_request()
        token_gate.wait_for_followers(7)
        token_gate.open()
        assert list(calls) == [200] * 8

    assert sandbox.token_requests == 1
