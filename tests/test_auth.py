"""``PersiumAuth``, in HTTP clients of people's own: blocking, asyncio and trio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import PersiumAuth, RetryPolicy, TokenRefused, UnauthorizedError
from persium_ext.sandbox import Sandbox

Send = Callable[..., httpx.Response]


@pytest.fixture(params=["sync", "asyncio", "trio"])
def send(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Send:
    """Send one request with an HTTP client of one's own, authenticated by ``PersiumAuth``."""
    auths: dict[str, PersiumAuth] = {}

    def blocking(path: str = "/me", *, options: dict[str, Any] | None = None) -> httpx.Response:
        auth = auths.setdefault("auth", PersiumAuth(**{**settings, **(options or {})}))
        with httpx.Client(base_url=settings["api_base_url"], auth=auth) as client:
            return client.get(path)

    def awaiting(path: str = "/me", *, options: dict[str, Any] | None = None) -> httpx.Response:
        async def call() -> httpx.Response:
            auth = PersiumAuth(**{**settings, **(options or {})})
            async with httpx.AsyncClient(base_url=settings["api_base_url"], auth=auth) as client:
                return await client.get(path)

        return anyio.run(call, backend=request.param)

    return blocking if request.param == "sync" else awaiting


def test_it_adds_the_token(send: Send, sandbox: Sandbox) -> None:
    """The process's one token serves this client, too."""
    assert send().json()["client_id"] == sandbox.client_id
    assert send().status_code == 200
    assert sandbox.token_requests == 1


def test_the_401_rule(send: Send, sandbox: Sandbox) -> None:
    """TP-5: one renewal, one repetition; the token answer is not in the history."""
    send()
    sandbox.revoke_tokens()

    response = send()

    assert response.status_code == 200
    assert [past.status_code for past in response.history] == [401]
    assert sandbox.token_requests == 2


def test_a_second_401_raises(send: Send, sandbox: Sandbox) -> None:
    """TP-6: both challenges are reported."""
    sandbox.answer("getMe", status=401, headers={"WWW-Authenticate": "Bearer"}, times=2)

    with pytest.raises(UnauthorizedError) as caught:
        send()

    assert caught.value.challenges == ("Bearer", "Bearer")


@pytest.mark.usefixtures("no_jitter")
def test_transient_statuses_are_tried_again(send: Send, sandbox: Sandbox) -> None:
    """As everywhere; other answers are the caller's to judge."""
    sandbox.answer("getMe", status=503, times=2)

    assert send().status_code == 200
    assert send(path="/nowhere").status_code == 404
    assert sandbox.api_requests == 4


@pytest.mark.usefixtures("no_jitter")
def test_retries_end(send: Send, sandbox: Sandbox) -> None:
    """The last answer is handed over as it is."""
    sandbox.answer("getMe", status=503, times=9)

    assert send().status_code == 503
    assert sandbox.api_requests == 3


def test_retries_can_be_switched_off(send: Send, sandbox: Sandbox) -> None:
    """``RetryPolicy(attempts=1)`` holds here, too."""
    sandbox.answer("getMe", status=503, times=1)

    assert send(options={"retry": RetryPolicy(attempts=1)}).status_code == 503


def test_a_refused_client(send: Send, sandbox: Sandbox) -> None:
    """Without a token there is no call."""
    sandbox.client.rotate_secret()

    with pytest.raises(TokenRefused):
        send()

    assert sandbox.api_requests == 0


def test_the_token_goes_to_the_api_only(send: Send, sandbox: Sandbox) -> None:
    """TP-9: a request to another origin is refused before a token is asked for."""
    with pytest.raises(ValueError, match="sends the token to"):
        send(path="http://127.0.0.1:1/me")

    assert sandbox.token_requests == 0


def test_a_stream_is_not_sent_twice(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """The 401 of a stream that is consumed is reported, with the reason."""
    sandbox.answer("getMe", status=401, times=1)
    auth = PersiumAuth(**settings)
    with httpx.Client(auth=auth) as client, pytest.raises(UnauthorizedError) as caught:
        client.request("GET", f"{sandbox.api_base_url}/me", content=iter([b"a"]))

    assert "stream" in str(caught.value.hint)
    assert sandbox.api_requests == 1
