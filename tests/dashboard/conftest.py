"""A sandbox with its dashboard, and a client of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from persium_ext import Persium
from persium_ext.dashboard import Dashboard
from persium_ext.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A running sandbox."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def dashboard(sandbox: Sandbox) -> Iterator[Dashboard]:
    """Its dashboard."""
    with Dashboard(sandbox) as running:
        yield running


@pytest.fixture
def browser(dashboard: Dashboard) -> Iterator[httpx.Client]:
    """A client of the dashboard, which behaves as a page of the dashboard does."""
    origin = dashboard.url.rstrip("/")
    with httpx.Client(
        base_url=dashboard.url, headers={"Origin": origin}, trust_env=False, timeout=10
    ) as client:
        yield client


@pytest.fixture
def state(browser: httpx.Client) -> Callable[[], dict[str, Any]]:
    """Return the state that the page draws."""

    def read() -> dict[str, Any]:
        shown: dict[str, Any] = browser.get("/state").raise_for_status().json()
        return shown

    return read


@pytest.fixture
def persium(sandbox: Sandbox) -> Iterator[Persium]:
    """A client of the sandbox, with a token of its own."""
    with Persium(
        token_url=sandbox.token_url,
        api_base_url=sandbox.api_base_url,
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        share_token=False,
        timeout=1,
        deadline=5,
    ) as client:
        yield client
