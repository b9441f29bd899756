"""``PersiumAuth`` in a user's own client: what that client keeps, logs and redirects."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from persium_ext import PersiumAuth, UnauthorizedError
from tests.support.wire import Wire, http

from .canaries import TOKEN, search
from .exposed import everything_logged, everything_of

AUTHORIZATION = b"\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n"


@pytest.fixture
def elsewhere() -> Iterator[Wire]:
    """A server of another origin."""
    with Wire() as running:
        yield running


@pytest.fixture(params=["sync", "asyncio"])
def fetch(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Any:
    """Send requests with a user's own client, one after the other; return the responses."""

    async def fetch_async(*urls: Any, **options: Any) -> list[httpx.Response]:
        async with httpx.AsyncClient(auth=PersiumAuth(**settings), **options) as client:
            return [await client.send(_made(client, url)) for url in urls]

    def fetch(*urls: Any, **options: Any) -> list[httpx.Response]:
        if request.param == "asyncio":
            return asyncio.run(fetch_async(*urls, **options))
        with httpx.Client(auth=PersiumAuth(**settings), **options) as client:
            return [client.send(_made(client, url)) for url in urls]

    return fetch


def _made(client: Any, url: Any) -> Any:
    return url if isinstance(url, httpx.Request) else client.build_request("POST", url, json=[1])


def test_response_keeps_no_token(fetch: Any, wire: Wire) -> None:
    """The request that a response refers to has no token, in a pickle either."""
    with everything_logged() as logged:
        [response] = fetch(f"{wire.settings['api_base_url']}/me")

    [seen] = wire.api_requests
    assert AUTHORIZATION in seen.head + b"\r\n"
    assert seen.body == response.request.content == b"[1]"
    assert "authorization" not in response.request.headers
    assert search(repr(vars(response)), repr(pickle.dumps(response)), *logged) == []


def test_request_is_sent_again_with_a_token(fetch: Any, wire: Wire) -> None:
    """The request that a response refers to can be sent once more."""
    request = httpx.Request("PUT", f"{wire.settings['api_base_url']}/me", content=b"x")

    fetch(request, request)

    assert [AUTHORIZATION in seen.head + b"\r\n" for seen in wire.api_requests] == [True, True]
    assert [seen.body for seen in wire.api_requests] == [b"x", b"x"]
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("follow", [True, False])
def test_no_redirect_carries_the_token_elsewhere(
    fetch: Any, wire: Wire, elsewhere: Wire, *, status: int, follow: bool
) -> None:
    """A client that follows redirects sends no token there, and its history keeps none."""
    target = f"Location: {elsewhere.settings['api_base_url']}/stolen\r\n".encode()
    wire.api = http(status=b"%d Go" % status, headers=target)

    [response] = fetch(f"{wire.settings['api_base_url']}/me", follow_redirects=follow)

    assert len(elsewhere.api_requests) == follow
    assert search(*(seen.head + seen.body for seen in elsewhere.api_requests)) == []
    assert search(repr(pickle.dumps([response, *response.history]))) == []
    assert response.next_request is None or "authorization" not in response.next_request.headers


@pytest.mark.parametrize("follow", [True, False])
def test_redirect_within_the_origin(fetch: Any, wire: Wire, *, follow: bool) -> None:
    """Within the origin httpx sends the token again; the history keeps none."""
    home = [http(status=b"307 Go", headers=b"Location: /there\r\n"), http()]
    wire.api = lambda _: home.pop(0)

    [response] = fetch(f"{wire.settings['api_base_url']}/me", follow_redirects=follow)

    carried = [AUTHORIZATION in seen.head + b"\r\n" for seen in wire.api_requests]
    assert carried == [True, True][: 1 + follow]
    assert len(response.history) == follow
    assert follow or "authorization" not in response.next_request.headers
    assert search(repr(pickle.dumps([response, *response.history]))) == []


def test_hooks_see_the_token_masked(fetch: Any, wire: Wire, request: Any) -> None:
    """A hook gets the API request, whose ``repr`` masks the token, and never the secret."""
    seen: list[Any] = []

    async def note(thing: Any) -> None:
        seen.append(thing)

    hook = note if "asyncio" in request.node.name else seen.append
    fetch(
        f"{wire.settings['api_base_url']}/me", event_hooks={"request": [hook], "response": [hook]}
    )

    [asked, answered] = seen
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.content == b"[1]"
    assert asked.url == answered.url == f"{wire.settings['api_base_url']}/me"
    assert search(repr(seen), repr(asked.headers), repr(vars(asked))) == []


@pytest.mark.usefixtures("no_jitter")
def test_second_401(fetch: Any, wire: Wire) -> None:
    """The error that is raised there shows no canary, although frames of httpx are around it."""
    late = b"Retry-After: Wed, 21 Oct 2015 07:28:10 GMT\r\n"  # and no Date, so by our own clock
    wire.api = http(TOKEN.encode(), status=b"401 No", headers=late)

    with pytest.raises(UnauthorizedError) as caught:
        fetch(f"{wire.settings['api_base_url']}/me")

    assert len(wire.api_requests) == 2
    assert caught.value.retry_after == 0
    assert search(*everything_of(caught.value)) == []
