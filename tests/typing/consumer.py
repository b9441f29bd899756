"""A program that uses the public API: type checkers read it, nobody runs it.

Here they read it beside the source; tests/packaging has it read beside the installed wheel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import assert_type
from uuid import UUID

import httpx
from persium_api import AuthenticatedClient
from persium_api.api.identity import get_me
from persium_api.models import Me

from persium_ext import (
    TROUBLESHOOTING,
    AccessToken,
    ApiConnectionError,
    ApiStatusError,
    ApiTimeoutError,
    AsyncPersium,
    CallEvent,
    DeadlineExceeded,
    Download,
    Hooks,
    Persium,
    PersiumAuth,
    PersiumError,
    Response,
    ResponseDecodeError,
    RetryEvent,
    RetryPolicy,
    SettingsError,
    TokenEndpointUnavailable,
    TokenError,
    TokenEvent,
    TokenRefused,
    TokenResponseInvalid,
    Typed,
    UnauthorizedError,
    __version__,
    models,
)
from persium_ext.testing import example_of


class Mine(Persium):
    """A client of somebody's own."""


class Metrics(Hooks):
    """Hooks of somebody's own."""

    def on_call(self, event: CallEvent) -> None:
        """Read its facts."""
        assert_type(event.duration, float)
        assert_type(event.status, int | None)

    def on_retry(self, event: RetryEvent) -> None:
        """Read its facts."""
        assert_type(event.wait, float)

    def on_token(self, event: TokenEvent) -> None:
        """Read its facts."""
        assert_type(event.cooldown, float | None)


def make() -> Persium:
    """Make a client with every setting given."""
    Persium("an address")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # keyword-only
    return Persium(
        token_url="https://auth.example/token",
        api_base_url="https://api.example",
        client_id="me",
        client_secret=lambda: "from a vault",
        timeout=None,
        deadline=30,
        retry=RetryPolicy(attempts=1),
        hooks=Metrics(),
        http_client=httpx.Client(),
        headers={"X-Team": "billing"},
    )


def use(persium: Persium, mine: Mine) -> None:
    """Call what a blocking client has."""
    assert_type(persium.identity.get_me(), Me)
    assert_type(persium.identity.get_me().organisation_uuid, UUID)
    assert_type(persium.identity.get_me().all_organisations, bool)
    assert_type(persium.access_token(), AccessToken)
    assert_type(persium.request("GET", "/me", params={"a": 1}), Response)
    assert_type(persium.with_options(timeout=5, headers={"X-Team": "billing"}), Persium)
    assert_type(mine.with_options(deadline=None), Mine)
    assert_type(persium.with_options(idempotency_key="order-7"), Persium)
    assert_type(persium.generated, AuthenticatedClient)
    get_me.sync_detailed(client=persium.generated)
    found = persium.with_response.identity.get_me()
    assert_type(found, Typed[Me])
    assert_type(found.value, Me)
    assert_type(example_of(Me, label="Acme"), Me)
    stored = persium.download_to("me.json", progress=print, max_size=9).identity.get_me()
    assert_type(stored, Download)
    assert_type(stored.path, Path | None)
    assert_type(found.status_code, int)
    assert_type(found.headers, Mapping[str, str])
    assert_type(found.request_id, str | None)
    assert_type(found.attempts, int)
    with mine as entered:
        assert_type(entered, Mine)


async def use_async(persium: AsyncPersium) -> None:
    """Call what an asynchronous client has."""
    assert_type(await persium.identity.get_me(), Me)
    assert_type((await persium.identity.get_me()).organisation_uuid, UUID)
    assert_type(await persium.with_response.identity.get_me(), Typed[Me])
    assert_type(await persium.download_to(Path("me.json")).identity.get_me(), Download)
    assert_type(await persium.access_token(), AccessToken)
    assert_type(await persium.request("GET", "/me"), Response)
    assert_type(persium.with_options(retry=RetryPolicy()), AsyncPersium)
    async with persium as entered:
        assert_type(entered, AsyncPersium)
    await persium.aclose()


def read(token: AccessToken, response: Response) -> None:
    """Look into what calls return."""
    assert_type(token.reveal(), str)
    assert_type(token.token_type, str)
    assert_type(token.scope, str | None)
    assert_type(token.expires_in, float)
    assert_type(token.expires_at, datetime)
    assert_type(models.Me.from_dict(response.json()), models.Me)
    assert_type(bool(models.UNSET), bool)
    assert_type(response.status_code, int)
    assert_type(response.text, str)
    assert_type(response.content, bytes)
    assert_type(response.headers["content-type"], str)
    assert_type(response.request_id, str | None)
    __version__.upper()
    TROUBLESHOOTING.upper()


def bring_a_client() -> httpx.Client:
    """Authenticate a client of one's own."""
    httpx.AsyncClient(auth=PersiumAuth())
    return httpx.Client(auth=PersiumAuth(share_token=False))


def fail(persium: Persium) -> None:
    """Tell errors apart, and read their facts."""
    try:
        persium.identity.get_me()
    except UnauthorizedError as error:
        assert_type(error.challenges, tuple[str, ...])
        assert_type(error.status, int)
    except ApiStatusError as error:
        assert_type(error.operation, str)
        assert_type(error.body, object)
        assert_type(error.headers, dict[str, str])
        assert_type(error.text, str)
        assert_type(error.retry_after, float | None)
    except TokenRefused as error:
        assert_type(error.error, str)
        assert_type(error.error_description, str | None)
    except (TokenEndpointUnavailable, TokenResponseInvalid) as error:
        assert_type(error.status, int | None)
    except SettingsError as error:
        assert_type(error.problems, tuple[str, ...])
    except DeadlineExceeded as error:
        assert_type(error.deadline, float | None)
    except ResponseDecodeError as error:
        assert_type(error.text, str)
    except (TokenError, ApiTimeoutError, ApiConnectionError) as error:
        assert_type(error.attempts, int)
    except PersiumError as error:
        assert_type(error.request_id, str | None)
        assert_type(error.hint, str | None)
        assert_type(error.docs_url, str | None)
