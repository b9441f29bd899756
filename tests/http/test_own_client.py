"""An HTTP client that is passed in: its event hooks, its defaults, its transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from persium_ext import ApiConnectionError, ApiStatusError
from tests.support.concurrency import Concurrency
from tests.support.values import UNDOCUMENTED_STATUS
from tests.support.wire import ME, Seen, Wire, http, in_turn, token_answer, unused_origin

Hook = Callable[[Any], object]


class OddError(Exception):
    """What an event hook of a user raises."""


def raise_for_status(message: Any) -> None:
    """Raise for an error status, after reading the body where that needs no ``await``."""
    if isinstance(message.stream, httpx.SyncByteStream):
        message.read()
    message.raise_for_status()


def raise_always(message: Any) -> None:
    """Raise for each message, and quote what a request carries."""
    request = message if isinstance(message, httpx.Request) else message.request
    raise OddError(request.headers.get("Authorization"))


def own_client(
    concurrency: Concurrency, hook: Hook | None = None, event: str = "response", **options: Any
) -> Any:
    """Make an HTTP client of the kind that the concurrency backend needs."""

    async def awaited(message: Any) -> None:
        if hook is not None:
            hook(message)

    if concurrency.portal is None:
        return httpx.Client(event_hooks={event: [hook] if hook else []}, **options)
    return httpx.AsyncClient(event_hooks={event: [awaited] if hook else []}, **options)


@pytest.mark.parametrize("hook", [raise_for_status, raise_always])
def test_401_rule_with_a_hook_that_raises(concurrency: Concurrency, wire: Wire, hook: Hook) -> None:
    """TP-5: the refused token is dropped and the call repeated, whatever a hook raises."""
    wire.api = in_turn(http(status=b"401 No"), http(ME))
    successes = own_client(concurrency, lambda r: None if r.is_success else hook(r))
    session = concurrency.session(**wire.settings, http_client=successes)

    assert session.do().label == "A label"
    assert len(wire.token_requests) == 2


@pytest.mark.parametrize("hook", [raise_for_status, raise_always])
def test_status_takes_precedence_over_a_hook(
    concurrency: Concurrency, wire: Wire, hook: Hook
) -> None:
    """An error status leads to the error of that status, with its body."""
    wire.api = http(b'{"a": 1}', status=b"%d No" % UNDOCUMENTED_STATUS)
    session = concurrency.session(**wire.settings, http_client=own_client(concurrency, hook))

    [error] = session.outcomes(times=1)

    assert isinstance(error, ApiStatusError)
    assert (error.status, error.body) == (UNDOCUMENTED_STATUS, {"a": 1})


@pytest.mark.parametrize(("event", "requests"), [("request", 0), ("response", 1)])
def test_hook_that_raises_for_a_success(
    concurrency: Concurrency, wire: Wire, event: str, requests: int
) -> None:
    """The call fails with an error of ours that names the exception, and is not repeated."""
    own = own_client(concurrency, raise_always, event)
    session = concurrency.session(**wire.settings, http_client=own)

    [error] = session.outcomes(times=1)

    assert isinstance(error, ApiConnectionError)
    assert "an event hook of http_client raised OddError: " in str(error)
    assert "t0k3n" not in str(error)
    assert len(wire.api_requests) == requests


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


def test_client_that_is_closed(concurrency: Concurrency, wire: Wire) -> None:
    """A call over a client that the user has closed is an error of ours."""
    own = own_client(concurrency)
    session = concurrency.session(**wire.settings, http_client=own)
    session.do()
    if concurrency.portal is None:
        own.close()
    else:
        concurrency.portal.call(own.aclose)

    [error] = session.outcomes(times=1)

    assert isinstance(error, ApiConnectionError)
    assert "the client has been closed" in str(error)


def test_end_of_a_client_of_ours(concurrency: Concurrency, wire: Wire) -> None:
    """It refuses further calls, and leaves the client that was passed in open."""
    own = own_client(concurrency)
    session = concurrency.session(**wire.settings, http_client=own)
    session.do()

    session.do(lambda persium: persium.close() if concurrency.portal is None else persium.aclose())

    with pytest.raises(RuntimeError, match="this client is closed"):
        session.do()
    assert not own.is_closed


def test_exception_of_a_signal_handler(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may come at any place, and reaches the caller as it is."""

    def interrupted(_: Seen) -> bytes:
        def interrupt(*_: object) -> None:
            monkeypatch.undo()
            raise OddError

        monkeypatch.setattr("h11.Connection.next_event", interrupt)
        return http(ME)

    wire.api = interrupted
    session = concurrency.session(**wire.settings)

    [error] = session.outcomes(times=1)

    assert isinstance(error, OddError)
