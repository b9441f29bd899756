"""Forks: a child has a cache, flights and connections of its own, and never hangs."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading
from functools import partial
from typing import Any

import anyio
import pytest

from persium_ext import AsyncPersium, Persium, TokenRefused
from persium_ext._http import async_pool, pool
from persium_ext._runtime import fork
from persium_ext.sandbox import Sandbox
from tests.support.inherited import aclose, close
from tests.support.token_gate import TokenGate

from .children import Child, who
from .echo import echo, wrong_bodies

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def in_child(work: Any) -> bytes:
    """Fork, do *work* in the child, and return the bytes that it returned there."""
    return Child(work).said()


def test_a_forked_child_starts_anew(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """It caches alone and has connections of its own; the parent's stay as they were."""
    with Persium(**settings) as persium:
        persium.identity.get_me()

        said = [in_child(lambda: who(persium)) for _ in range(3)]
        persium.identity.get_me()

    assert said == [sandbox.client_id.encode()] * 3
    assert sandbox.token_requests == 4
    assert sandbox.api_requests == 5


def test_a_child_born_during_a_token_request_does_not_hang(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """The request under way is the parent's, and so are its followers; the child asks for itself.

    The child's own burst costs it one token.
    """
    with Persium(**settings) as persium:
        parents = [threading.Thread(target=persium.identity.get_me) for _ in range(3)]
        with token_gate.closed():
            for thread in parents:
                thread.start()
            token_gate.wait_for_request()
            token_gate.wait_for_followers(2)
            child = Child(lambda: b"%d" % wrong_in_burst(persium, sandbox.client_id))
        said = child.said()
        for thread in parents:
            thread.join(60)

    assert said == b"0"
    assert sandbox.token_requests == 2


def wrong_in_burst(persium: Any, name: str) -> int:
    """Call from eight threads at once, and count the answers that are not for *name*."""
    names: list[str] = []
    threads = [
        threading.Thread(target=lambda: names.append(who(persium).decode())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return 8 - names.count(name)


def test_a_child_born_while_a_thread_holds_the_lock(
    settings: dict[str, Any], sandbox: Sandbox
) -> None:
    """The fork waits until the state is whole."""
    inside, never = threading.Event(), threading.Event()
    order: list[str] = []

    def hold() -> None:
        with fork.lock:
            inside.set()
            never.wait(0.2)
            order.append("released")

    with Persium(**settings) as persium:
        persium.identity.get_me()
        holder = threading.Thread(target=hold)
        holder.start()
        inside.wait(60)
        child = Child(lambda: who(persium))
        order.append("forked")
        holder.join(60)

        assert child.said() == sandbox.client_id.encode()
        assert order == ["released", "forked"]
        assert persium.identity.get_me().client_id == sandbox.client_id


@pytest.mark.parametrize("held", ["warm", "asking"])
def test_a_child_born_while_an_event_loop_runs(
    settings: dict[str, Any], sandbox: Sandbox, held: str
) -> None:
    """It may run a loop of its own with the same client; the parent's goes on."""
    sandbox.token_delay = 0.2 if held == "asking" else 0

    async def call(persium: AsyncPersium) -> bytes:
        return (await persium.identity.get_me()).client_id.encode()

    async def main() -> list[bytes]:
        async with AsyncPersium(**settings) as persium:
            if held == "warm":
                await call(persium)
            mine = asyncio.ensure_future(call(persium))
            while not sandbox.token_requests:  # noqa: ASYNC110  # its thread tells no event loop
                await asyncio.sleep(0.001)
            child = Child(lambda: asyncio.run(call(persium)))
            said = await asyncio.to_thread(child.said)
            return [said, await mine, await call(persium)]

    assert asyncio.run(main()) == [sandbox.client_id.encode()] * 3
    assert sandbox.token_requests == 2


def test_starting_anew_forgets_what_was_the_parents(
    settings: dict[str, Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child does first, done here, where it can be watched from inside."""
    inherited: list[Any] = []
    for module in (pool, async_pool):
        monkeypatch.setattr(module, "inherited", inherited)

    async def awaiting() -> str:
        async with AsyncPersium(**settings) as persium:
            before = (await persium.identity.get_me()).client_id
            fork.lock.acquire()
            fork.reset_all()
            await aclose(inherited)
            return before + (await persium.identity.get_me()).client_id

    with Persium(**settings) as persium:
        persium.identity.get_me()
        fork.lock.acquire()
        fork.reset_all()
        persium.identity.get_me()
        close(inherited)

        assert sandbox.token_requests == 2
        assert anyio.run(awaiting) == sandbox.client_id * 2
        assert sandbox.token_requests == 3


def test_a_child_ends_while_a_thread_of_its_parent_is_busy(
    settings: dict[str, Any], sandbox: Sandbox
) -> None:
    """Its exit handlers leave alone what it got from the parent, for nobody opens its locks."""
    program = """
        import os, sys, threading
        from persium_ext import Persium

        persium = Persium()
        persium.identity.get_me()
        [idle] = [
            stack[-1]._transport._pool
            for origin, stack in persium._executor.transport.connections._idle._stacks.items()
            if origin in persium._executor.options.base_url
        ]
        pool = idle
        held = threading.Event()

        def hold():
            with pool._optional_thread_lock:
                held.set()
                threading.Event().wait()

        threading.Thread(target=hold, daemon=True).start()
        held.wait()
        child = os.fork()
        if child == 0:
            print(persium.identity.get_me().client_id, flush=True)
            sys.exit()
        print(os.waitpid(child, 0)[1], flush=True)
        os._exit(0)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, **sandbox.environ},
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as parent:
        try:
            said, _ = parent.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(parent.pid, 9)
            said = "it hangs"

    assert said.split() == [sandbox.client_id, "0"]


def test_workers_that_were_forked_warm_cache_alone(
    settings: dict[str, Any], sandbox: Sandbox
) -> None:
    """As under gunicorn: the master warms up, four workers have one token each, however busy."""
    with Persium(**settings) as persium:
        persium.identity.get_me()

        workers = [
            Child(lambda: b"%d" % wrong_in_burst(persium, sandbox.client_id)) for _ in range(4)
        ]

        assert [worker.said() for worker in workers] == [b"0"] * 4
    assert sandbox.token_requests == 1 + 4


def test_a_failure_is_not_inherited(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """A child tries for itself what the parent was refused."""
    secret = sandbox.client_secret
    sandbox.client.rotate_secret()
    with Persium(**settings) as persium:
        with pytest.raises(TokenRefused):
            persium.identity.get_me()
        sandbox.client.client_secret = secret

        assert in_child(lambda: who(persium)) == sandbox.client_id.encode()
    assert sandbox.token_requests == 2


def call_by_name(environ: dict[str, str]) -> str:
    """Make a client from *environ*, in whatever process this is, and call."""
    os.environ.update(environ)
    with Persium() as persium:
        return who(persium).decode()


@pytest.mark.parametrize(
    "method",
    [
        "fork",
        pytest.param("forkserver", marks=pytest.mark.races),
        pytest.param("spawn", marks=pytest.mark.races),
    ],
)
def test_processes_of_multiprocessing(sandbox: Sandbox, method: str) -> None:
    """However they are started, each has one token for all of its calls."""
    with multiprocessing.get_context(method).Pool(2) as pool:
        names = pool.map(call_by_name, [sandbox.environ] * 6, chunksize=3)
        pool.close()
        pool.join()

    assert names == [sandbox.client_id] * 6
    assert sandbox.token_requests <= 2


def test_no_answer_goes_to_another_process() -> None:
    """Warm connections, children and parent calling at once: every body is for its caller."""
    assert _wrong_bodies_of(calls=600) == 0


@pytest.mark.races
def test_no_answer_of_ten_thousand_goes_to_another_process() -> None:
    """The same with 10,000 calls."""
    assert _wrong_bodies_of(calls=10_000) == 0


def _wrong_bodies_of(*, calls: int) -> int:
    each = calls // 5
    with echo() as arguments, Persium(**arguments) as persium:
        wrong = wrong_bodies(persium, "warm", calls=8, threads=8)

        def work(name: str) -> bytes:
            return b"%d" % wrong_bodies(persium, name, calls=each, threads=4)

        children = [Child(partial(work, f"child{number}")) for number in range(4)]
        wrong += wrong_bodies(persium, "parent", calls=each, threads=4)
        return wrong + sum(int(child.said(within=120)) for child in children)
