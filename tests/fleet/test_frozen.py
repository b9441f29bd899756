"""Processes that are frozen, as a platform or a virtual machine does, and thawed later."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count, islice

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import PATIENCE, Engine, Start
from tests.support.token_gate import TokenGate

from .conftest import Note
from .servers import GUNICORN, call, request, wrong

pytestmark = pytest.mark.fleet

ONE_PROCESS = {
    "gunicorn": ("gunicorn", "--bind", "127.0.0.1:0", "--threads", "4", "web:wsgi"),
    "uvicorn": ("uvicorn", "--port", "0", "web:asgi", "--lifespan=off"),
}


@contextmanager
def frozen(server: Engine) -> Generator[None]:
    """Stop all processes of a server during the block."""
    os.killpg(server.pid, signal.SIGSTOP)
    yield
    os.killpg(server.pid, signal.SIGCONT)


@pytest.mark.parametrize("command", [pytest.param(GUNICORN, id="frozen gunicorn")])
def test_freeze_and_thaw(
    start: Start, sandbox: Sandbox, note: Note, command: tuple[str, ...]
) -> None:
    """Workers that were frozen until their tokens expired request new ones, and see no 401."""
    sandbox.token_life = 33  # 3 s, and the margin
    server = start(*command)
    address, inputs, began = server.address, count(), time.monotonic()

    results = request(address, inputs, processes=2)
    with frozen(server):
        time.sleep(3.1)
        before = sandbox.token_requests
    results += request(address, inputs, processes=2)
    lives = 1 + int((time.monotonic() - began) / 3)
    server.stop()

    note(calls=len(results), processes=2, engines=[server])
    assert wrong(results) == []
    assert before + 2 <= sandbox.token_requests <= 2 * lives
    assert {exchange.status for exchange in sandbox.exchanges} == {200}


@pytest.mark.parametrize(
    ("command", "life", "seconds", "token_requests"),
    [
        pytest.param(command, *case, id=f"{name} frozen in a token request, {thawed}")
        for name, command in ONE_PROCESS.items()
        for thawed, case in {
            "token fresh": (300, 0.5, 1),
            "token below the margin": (31, 1.5, 2),  # it serves the calls that wait
            "token expired": (1, 1.5, 2),
        }.items()
    ],
)
def test_frozen_in_a_token_request(
    start: Start,
    sandbox: Sandbox,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    life: float,
    seconds: float,
    token_requests: int,
) -> None:
    """The response waits in the socket: the token is used if it is still valid, and never later."""
    gate, server = TokenGate(monkeypatch), start(*command)
    address, inputs = server.address, count()
    sandbox.token_life = life

    with ThreadPoolExecutor(4) as threads:
        with gate.closed():
            waiting = threads.map(partial(call, address), islice(inputs, 4))
            gate.wait_for_request()
            with frozen(server):
                gate.open()
                issued(sandbox)
                time.sleep(seconds)
                sandbox.token_life = 300
        results = list(waiting)
    results += request(address, inputs, processes=1)
    server.stop()

    note(calls=len(results), processes=1, engines=[server])
    assert wrong(results) == []
    assert sandbox.token_requests == token_requests
    assert {exchange.status for exchange in sandbox.exchanges} == {200}


def issued(sandbox: Sandbox) -> None:
    """Return when the sandbox has issued a token."""
    until = time.monotonic() + PATIENCE
    while not sandbox.exchanges:
        assert time.monotonic() < until
        time.sleep(0.01)
