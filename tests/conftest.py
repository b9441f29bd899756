"""Fixtures: a sandbox on a real socket, one client in three worlds, clocks that a test sets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from persium_ext import _budgets, _clock
from persium_ext._token_store import PROCESS
from persium_ext.sandbox import Sandbox

from .worlds import Clock, Session, World


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings in the environment, no token in the cache, a full retry budget."""
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"PERSIUM_{name}", raising=False)
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    yield
    PROCESS.clear()
    _budgets.clear()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A token endpoint and an API on loopback."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, Any]:
    """The arguments that lead a client to the sandbox."""
    return {
        "token_url": sandbox.token_url,
        "api_base_url": sandbox.api_base_url,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stand still until the test says otherwise."""
    clock = Clock()
    monkeypatch.setattr(_clock, "wall", lambda: clock.wall)
    monkeypatch.setattr(_clock, "steady", lambda: clock.steady)
    return clock


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every back-off as short as it may be: none at all."""
    monkeypatch.setattr("random.random", lambda: 0.0)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def world(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Iterator[World]:
    """Run the test with threads, with asyncio and with trio."""
    with ExitStack() as stack:
        yield World(request.param, settings, stack)


@pytest.fixture
def session(world: World) -> Session:
    """A client with the options that it has by default."""
    return world.session()
