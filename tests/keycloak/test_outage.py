"""Keycloak stops and comes back under a steady load of twenty calls a second."""

from __future__ import annotations

import time
from typing import Any

import anyio
import pytest
from attrs import define, field

from persium_ext import AsyncPersium, PersiumError

from .admin import Admin
from .realm import CUSTOMER
from .resource_server import ResourceServer
from .server import Keycloak

pytestmark = pytest.mark.keycloak
LIFE = 60
MARGIN = 30
BEFORE = 2
OUTAGE = 32
SLACK = 2  # Keycloak rounds a life down, and calls take their time


@define
class Run:
    """The results of the calls, in seconds since the outage began."""

    began: float = 0.0
    back: float = 0.0
    failures: list[tuple[float, str]] = field(factory=list[tuple[float, str]])
    successes: list[float] = field(factory=list[float])


def test_an_outage(
    keycloak: Keycloak, api: ResourceServer, admin: Admin, record_property: Any
) -> None:
    """Calls with a valid token succeed; recovery needs few token requests."""
    run = Run()
    admin.clear_events()
    admin.set_token_life(LIFE)
    try:
        anyio.run(_under_load, run, keycloak, api)
        logins = admin.logins(CUSTOMER)
    finally:
        admin.set_token_life(300)
    _report(run, logins, record_property)

    assert run.back - run.began >= OUTAGE
    assert [when for when, _ in run.failures if when < LIFE - MARGIN - BEFORE - SLACK] == []
    assert {kind for _, kind in run.failures} == {"TokenEndpointUnavailable"}
    assert [when for when, _ in run.failures if when > run.back - run.began + 31] == []
    assert max(run.successes) > run.back - run.began + 31
    assert 2 <= logins <= 4  # one before the outage


async def _under_load(run: Run, keycloak: Keycloak, api: ResourceServer) -> None:
    """Call twenty times a second during half a minute without Keycloak, and afterwards."""
    over = False

    async def call(persium: AsyncPersium) -> None:
        started = time.monotonic()
        try:
            await persium.identity.get_me()
        except PersiumError as error:
            run.failures.append((started - run.began, type(error).__name__))
        else:
            run.successes.append(started - run.began)

    async def steadily(persium: AsyncPersium) -> None:
        while not over:
            tasks.start_soon(call, persium)
            await anyio.sleep(0.05)

    settings: dict[str, Any] = {**keycloak.settings(), "api_base_url": api.api_base_url}
    async with AsyncPersium(**settings) as persium, anyio.create_task_group() as tasks:
        tasks.start_soon(steadily, persium)
        await anyio.sleep(BEFORE)
        run.began = time.monotonic()
        await anyio.to_thread.run_sync(keycloak.stop)
        await anyio.sleep(max(0.0, run.began + OUTAGE - time.monotonic()))
        await anyio.to_thread.run_sync(keycloak.start)
        run.back = time.monotonic()
        await anyio.sleep(40)
        over = True


def _report(run: Run, logins: int, record_property: Any) -> None:
    """Record the figures in the report of the run."""
    failed = [when for when, _ in run.failures]
    figures = {
        "away for (s)": round(run.back - run.began, 1),
        "calls answered": len(run.successes),
        "calls failed": len(failed),
        "first and last failure (s)": f"{min(failed, default=0):.1f} {max(failed, default=0):.1f}",
        "tokens in Keycloak's log": logins,
    }
    for name, figure in figures.items():
        record_property(name, figure)
    print("\noutage:", figures)  # noqa: T201  # for the note of whoever ran it
