"""The token fetcher by itself: what it sends, what a retry costs, and whom a failure concerns."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs
from weakref import ref

import httpx
import pytest

from persium_ext import RetryPolicy
from persium_ext._http.connections import ConnectionConfig
from persium_ext._http.messages import origin
from persium_ext._http.transport import AsyncTransport, Transport
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.concurrency import run_blocking
from persium_ext._runtime.single_flight import Caller, Flight
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._text.secret import Secret
from persium_ext._tokens.fetcher import TokenFetcher
from persium_ext._tokens.token_failure import TokenFailure
from persium_ext.settings import Settings
from tests.support.wire import Wire, http, unused_origin

TIMEOUT, WAIT = 30.0, 7.0
LIMITS = RequestLimits(deadline=Deadline(math.inf), timeout=TIMEOUT, retry=RetryPolicy())
TOKEN = {"access_token": "t", "expires_in": 300, "token_type": "Bearer"}
Answer = int | type[httpx.TransportError]


class Noted(Flight[Any]):
    """A flight that writes down the leases it gets."""

    def __init__(self) -> None:
        super().__init__(Caller(0))
        self.leases: list[float] = []

    def extend(self, seconds: float) -> None:
        """Write it down."""
        self.leases.append(seconds)


def fetching(
    fetcher: TokenFetcher, flight: Flight[Any]
) -> Callable[[RequestLimits], Coroutine[Any, Any, Any]]:
    """Return what fetches a token."""

    async def fetch(limits: RequestLimits) -> Any:
        return await fetcher.fetch(Secret("s"), limits, flight)

    return fetch


class Endpoint:
    """A token endpoint that gives *answers* in turn, and is asked by one fetcher."""

    def __init__(self, backend: str, *answers: Answer, **settings: str) -> None:
        self.settings = Settings.resolve(
            {},
            token_url="https://auth.example/token",
            api_base_url="https://api.example",
            client_id="c",
            client_secret=Secret("s"),
            **settings,
        )
        self.requests: list[httpx.Request] = []
        self.flight = Noted()
        self._answers = iter(answers)
        self._backend = backend
        engine = httpx.MockTransport(self._answer)
        transport: Any = Transport(ConnectionConfig(), httpx.Client(transport=engine))
        self.route = transport.connections.route
        if backend != "sync":
            client = httpx.AsyncClient(transport=engine)
            transport, self.route = AsyncTransport(ConnectionConfig(), client), ref(client)
        self.fetcher = TokenFetcher(
            self.settings,
            transport=transport,
            backend=ThreadBackend() if backend == "sync" else TaskBackend(),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, int):
            body, wait = (TOKEN, {}) if answer == 200 else ({}, {"Retry-After": f"{WAIT:g}"})
            return httpx.Response(answer, json=body, headers=wait)
        raise answer("trouble")

    def fetch(self) -> Any:
        """Fetch a token."""
        fetch = fetching(self.fetcher, self.flight)
        return (
            run_blocking(fetch, LIMITS) if self._backend == "sync" else asyncio.run(fetch(LIMITS))
        )


@pytest.fixture(params=["sync", "asyncio"])
def endpoint(request: pytest.FixtureRequest) -> Callable[..., Endpoint]:
    """Make an endpoint that threads or tasks ask."""

    def make(*answers: Answer, **settings: str) -> Endpoint:
        return Endpoint(request.param, *answers, **settings)

    return make


def test_scope_is_sent(endpoint: Callable[..., Endpoint]) -> None:
    """The form has the credentials and the scope of the settings."""
    asked = endpoint(200, scope="email")

    assert asked.fetch().reveal() == "t"
    assert parse_qs(asked.requests[0].content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["c"],
        "client_secret": ["s"],
        "scope": ["email"],
    }


def test_lease_covers_the_wait_and_the_next_attempt(
    endpoint: Callable[..., Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Followers go on waiting for a leader that waits before it tries again."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("time.sleep", waits.append)
    monkeypatch.setattr("anyio.sleep", sleep)
    asked = endpoint(503, 200)

    asked.fetch()

    assert waits == [WAIT]
    assert asked.flight.leases == [LIMITS.lease, WAIT + LIMITS.lease, LIMITS.lease]


def test_retries_are_paid_by_the_origin_of_the_endpoint(endpoint: Callable[..., Endpoint]) -> None:
    """Without a budget there is one attempt, and each success gives a little of it back."""
    asked = endpoint(503, *[200] * 5)
    home = origin(asked.settings.token_url)
    for throttled in (False, True):
        while budget.spend(home, throttled=throttled):
            pass

    assert isinstance(asked.fetch(), TokenFailure)
    assert len(asked.requests) == 1

    for _ in range(5):
        assert not budget.spend(home, throttled=True)
        asked.fetch()
    assert budget.spend(home, throttled=True)


@pytest.mark.parametrize(
    ("answer", "patience"),
    [
        pytest.param(401, math.inf, id="answered"),
        pytest.param(httpx.ProtocolError, math.inf, id="broken"),
        pytest.param(httpx.ReadTimeout, TIMEOUT, id="time-out"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_failure_of_a_client_that_was_passed_in(
    endpoint: Callable[..., Endpoint], answer: Any, patience: float
) -> None:
    """It concerns callers with that client, and after a time-out those who would wait as long."""
    asked = endpoint(*[answer] * 3)

    failure = asked.fetch()

    assert failure.patience == patience
    assert failure.route == asked.route


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.usefixtures("no_jitter")
def test_failure_of_own_connections(wire: Wire, *, answered: bool) -> None:
    """What the endpoint answered concerns all; where no server listens, it concerns the route."""
    wire.token = http(status=b"401 No")
    token_url = wire.settings["token_url"] if answered else unused_origin()
    settings = Settings.resolve(
        {},
        token_url=token_url,
        api_base_url="https://api.example",
        client_id="c",
        client_secret=Secret("s"),
    )
    transport, flight = Transport(ConnectionConfig()), Noted()
    fetcher = TokenFetcher(settings, transport=transport, backend=ThreadBackend())

    failure = run_blocking(fetching(fetcher, flight), LIMITS)
    transport.close()

    assert failure.patience == math.inf
    assert failure.route == (None if answered else ConnectionConfig())
