"""Where requests are sent, and what hooks and logs show of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import AsyncPersium, Persium, PersiumError
from tests.support.concurrency import Concurrency
from tests.support.wire import ME, Wire, http

from .canaries import TOKEN, search
from .exposed import everything_logged, everything_of, unraisable


@pytest.fixture
def elsewhere() -> Iterator[Wire]:
    """A server of another origin."""
    with Wire() as running:
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("endpoint", ["token", "api"])
@pytest.mark.usefixtures("no_jitter")
def test_no_redirect_is_followed(
    concurrency: Concurrency, wire: Wire, elsewhere: Wire, endpoint: str, status: int
) -> None:
    """Neither the secret nor the token is sent to another origin by a redirect."""
    target = f"Location: {elsewhere.settings[f'{endpoint}_url'.replace('api', 'api_base')]}\r\n"
    setattr(wire, endpoint, http(status=b"%d Go" % status, headers=target.encode()))

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, PersiumError)
    assert (elsewhere.token_requests, elsewhere.api_requests) == ([], [])


def test_addresses_and_headers(
    concurrency: Concurrency, wire: Wire, capfd: pytest.CaptureFixture[str]
) -> None:
    """The secret is in one body and the token in one header field, and neither is logged."""
    with everything_logged() as logged, unraisable() as lost:
        session = concurrency.session()
        session.do()
        token = session.do(lambda persium: persium.access_token())

    [asked], [called] = wire.token_requests, wire.api_requests
    assert token.reveal() == TOKEN
    assert asked.head.startswith(b"POST /token HTTP/1.1\r\n")
    assert called.head.startswith(b"GET /me HTTP/1.1\r\n")
    header = b"\r\nAuthorization: Bearer " + TOKEN.encode()
    assert search(asked.head, called.head.replace(header, b""), called.body) == []
    assert b"cookie" not in (asked.head + called.head).lower()
    assert logging.getLogger("persium_ext").name in "".join(logged)
    assert search(*logged, *lost, *capfd.readouterr()) == []


@pytest.mark.parametrize("kind", [Persium, AsyncPersium])
def test_hooks_of_an_own_client(kind: type, wire: Wire, settings: dict[str, Any]) -> None:
    """Hooks see the call, whose ``repr`` masks the token, and not the token request."""
    seen: list[Any] = []
    if kind is Persium:
        with httpx.Client(event_hooks={"request": [seen.append], "response": [seen.append]}) as own:
            Persium(**settings, http_client=own).identity.get_me()
    else:

        async def note(thing: Any) -> None:
            seen.append(thing)

        async def call() -> None:
            hooks = {"request": [note], "response": [note]}
            async with httpx.AsyncClient(event_hooks=hooks) as own:
                await AsyncPersium(**settings, http_client=own).identity.get_me()

        anyio.run(call)

    [asked, answered] = seen
    assert asked.url.path == answered.url.path == "/me"
    assert len(wire.token_requests) == 1
    assert search(repr(seen), repr(asked.headers), repr(vars(asked))) == []


def test_error_while_a_file_is_written(concurrency: Concurrency) -> None:
    """The traceback of an error that the caller's code raised shows no request."""
    raised = ValueError("enough")

    def progress(*_: object) -> None:
        raise raised

    [error] = concurrency.session().outcomes(
        lambda persium: persium.download_to(BytesIO(), progress=progress).identity.get_me(), times=1
    )

    assert error is raised
    assert search(*everything_of(error)) == []


def test_no_cookie_is_kept(concurrency: Concurrency, wire: Wire) -> None:
    """A client sends no cookie back to the server that set it."""
    cookies = b"".join(b"Set-Cookie: c%d=%b\r\n" % (n, TOKEN.encode()) for n in range(50))
    wire.api = http(ME, headers=cookies)

    session = concurrency.session()
    for _ in range(2):
        session.do()

    assert len(wire.api_requests) == 2
    assert b"cookie" not in wire.api_requests[1].head.lower()
