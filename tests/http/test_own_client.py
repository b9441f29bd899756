"""An HTTP client that is passed in: its event hooks, its defaults, its transport."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from persium_ext import ApiConnectionError
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, token_answer, unused_origin


def own_client(concurrency: Concurrency, **options: Any) -> Any:
    """Make an HTTP client of the kind that the concurrency backend needs."""
    kind = httpx.Client if concurrency.portal is None else httpx.AsyncClient
    return kind(**options)


def test_defaults_are_for_the_api(concurrency: Concurrency, wire: Wire) -> None:
    """Query, header fields and cookies of the client go to the API, never to TOKEN_URL."""
    wire.token = token_answer(life=b"1").replace(b"\r\n", b"\r\nSet-Cookie: of=endpoint\r\n", 1)
    own = own_client(
        concurrency, params={"version": "1"}, headers={"X-Key": "private"}, cookies={"of": "api"}
    )
    session = concurrency.session(**wire.settings, http_client=own)

    for _ in range(2):
        session.do(lambda p: p.request("GET", "/things?cursor=a%20b", params={"limit": 5}))

    for seen in wire.token_requests:
        assert seen.head.startswith(b"POST /token HTTP/1.1\r\n")
        assert b"private" not in seen.head
        assert b"cookie" not in seen.head.lower()
    target, _, fields = wire.api_requests[-1].head.partition(b" HTTP/1.1\r\n")
    assert target == b"GET /things?cursor=a%20b&version=1&limit=5"
    assert b"\r\nX-Key: private\r\n" in fields
    assert b"\r\nCookie: of=api" in fields


@pytest.mark.usefixtures("no_jitter")
def test_post_that_another_transport_has_sent(concurrency: Concurrency, wire: Wire) -> None:
    """A ConnectError that httpcore did not report may follow a request that was sent."""

    def lose(response: httpx.Response) -> httpx.Response:
        if not wire.api_requests:
            return response
        raise httpx.ConnectError("lost")

    class Threads(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            response.read()
            return lose(response)

    class Tasks(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await super().handle_async_request(request)
            await response.aread()
            return lose(response)

    transport = Threads() if concurrency.portal is None else Tasks()
    own = own_client(concurrency, transport=transport)
    session = concurrency.session(**wire.settings, http_client=own)

    [error] = session.outcomes(lambda p: p.request("POST", "/orders"), times=1)

    assert isinstance(error, ApiConnectionError)
    assert error.attempts == len(wire.api_requests) == 1


@pytest.mark.usefixtures("no_jitter")
def test_post_without_a_connection(concurrency: Concurrency, wire: Wire) -> None:
    """A POST is repeated if httpcore reports that there was no connection to send it on."""
    settings = {**wire.settings, "api_base_url": unused_origin()}
    session = concurrency.session(**settings, http_client=own_client(concurrency))

    [error] = session.outcomes(lambda p: p.request("POST", "/orders"), times=1)

    assert isinstance(error, ApiConnectionError)
    assert error.attempts == 3
