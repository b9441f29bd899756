"""A sandbox, a clock, and an HTTP client."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from persium_ext.sandbox import Sandbox


class Clock:
    """Stands still until a test sets it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The sandbox's clock."""
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """A running sandbox with the packaged document."""
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """An HTTP client that ignores the environment."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


Fetch = Callable[..., httpx.Response]


@pytest.fixture
def fetch(sandbox: Sandbox, http: httpx.Client) -> Fetch:
    """Post a token request; arguments change the valid form, None leaves a parameter out."""

    def post(**changes: str | None) -> httpx.Response:
        form: dict[str, str | None] = {
            "grant_type": "client_credentials",
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
        }
        sent = {name: value for name, value in (form | changes).items() if value is not None}
        return http.post(sandbox.token_url, data=sent)

    return post


@pytest.fixture
def bearer(fetch: Fetch) -> dict[str, str]:
    """Header fields with a valid token."""
    return {"Authorization": f"Bearer {fetch().json()['access_token']}"}
