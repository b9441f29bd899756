"""``spread_refresh=True``: early renewals at random points, and an old token that serves on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from persium_ext import PersiumAuth, TokenRefused
from persium_ext._retry import limits
from persium_ext._runtime.single_flight import Caller, Flight, SingleFlight
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session
from tests.support.token_gate import TokenGate


def token_of(persium: Any) -> Any:
    """The token that a call would have."""
    return persium.access_token()


def revealed(session: Session) -> str:
    """Its value."""
    return str(session.do(token_of).reveal())


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Choose where between 60 and 90 % of a token's life the point is."""

    def choose(part: float) -> None:
        monkeypatch.setattr("random.random", lambda: part)

    choose(0.0)
    return choose


@pytest.fixture
def spread(concurrency: Concurrency, clock: Clock, at: Any) -> Session:
    """A client that spreads its renewals; time stands still."""
    return concurrency.session(spread_refresh=True)


@pytest.mark.parametrize(
    ("part", "last"),
    [
        pytest.param(0.0, 179, id="60 %"),
        pytest.param(0.5, 224, id="75 %"),
        pytest.param(0.9, 260, id="87 %"),
    ],
)
def test_the_point_is_between_60_and_90_percent(
    spread: Session, sandbox: Sandbox, clock: Clock, at: Any, part: float, last: int
) -> None:
    """Until there the token is reused; right after it, one call renews it."""
    at(part)
    spread.do()
    clock.advance(last)
    spread.do()
    assert sandbox.token_requests == 1

    clock.advance(2)
    spread.outcomes(times=5)

    assert sandbox.token_requests == 2


def test_the_default_waits_for_the_last_thirty_seconds(
    session: Session, sandbox: Sandbox, clock: Clock, at: Any
) -> None:
    """It is an opt-in: the vendor's rule is the same for every client."""
    session.do()
    clock.advance(269)
    session.do()

    assert sandbox.token_requests == 1


def test_a_short_life_ends_at_the_margin(spread: Session, sandbox: Sandbox, clock: Clock) -> None:
    """60 % of 60 s is past the point where 30 s remain: it is never sent with fewer."""
    sandbox.token_life = 60
    spread.do()
    clock.advance(29)
    spread.do()
    assert sandbox.token_requests == 1

    clock.advance(2)
    spread.do()

    assert sandbox.token_requests == 2


def test_clients_made_for_each_call_spread_too(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock, at: Any
) -> None:
    """A new client finds the process's token, and renews it when it is time."""
    concurrency.session(spread_refresh=True).do()
    clock.advance(200)

    for _ in range(3):
        concurrency.session(spread_refresh=True).do()

    assert sandbox.token_requests == 2


@pytest.mark.parametrize(
    ("status", "body", "requests"),
    [
        pytest.param(503, None, [2, 3, 4], id="down"),
        pytest.param(401, {"error": "unauthorized_client"}, [2, 2, 2], id="refused"),
    ],
)
def test_the_old_token_serves_while_it_may_be_sent(
    spread: Session, sandbox: Sandbox, clock: Clock, status: int, body: Any, requests: list[int]
) -> None:
    """One try, then the cool-down: 5, 10 s for an outage, 60 s for refused credentials."""
    old = revealed(spread)
    sandbox.answer("requestToken", status=status, body=body, times=None)
    clock.advance(200)

    for expected, pause in zip(requests, [6, 11, 6], strict=True):
        assert {outcome.reveal() for outcome in spread.outcomes(token_of, times=5)} == {old}
        assert sandbox.token_requests == expected
        clock.advance(pause)


def test_at_the_margin_a_call_has_tries_of_its_own(
    spread: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """What an early try remembers holds back early ones only."""
    spread.do()
    sandbox.answer("requestToken", status=503)
    clock.advance(268)
    spread.do()
    assert sandbox.token_requests == 2

    clock.advance(3)
    spread.do()

    assert sandbox.token_requests == 3
    assert sandbox.tokens_issued == 2


def test_nobody_waits_for_an_early_renewal(
    spread: Session, sandbox: Sandbox, clock: Clock, token_gate: TokenGate
) -> None:
    """One call waits for the new token, the others go on with the old one."""
    old = revealed(spread)
    clock.advance(200)

    with ThreadPoolExecutor(1) as threads, token_gate.closed():
        renewal = threads.submit(revealed, spread)
        token_gate.wait_for_request()
        tokens = [token.reveal() for token in spread.outcomes(token_of, times=19)]

    assert tokens == [old] * 19
    assert renewal.result() != old
    assert sandbox.token_requests == 2


def test_nobody_waits_for_another_clients_early_renewal(
    concurrency: Concurrency,
    spread: Session,
    sandbox: Sandbox,
    clock: Clock,
    token_gate: TokenGate,
) -> None:
    """Clients of the same credentials go on with the old token, too."""
    others = [concurrency.session(spread_refresh=True).client for _ in range(4)]
    old = revealed(spread)
    clock.advance(200)

    def one(_: Any) -> Any:
        return others.pop().access_token()

    with ThreadPoolExecutor(1) as threads, token_gate.closed():
        renewal = threads.submit(revealed, spread)
        token_gate.wait_for_request()
        tokens = [token.reveal() for token in spread.outcomes(one, times=4)]

    assert tokens == [old] * 4
    assert renewal.result() != old
    assert sandbox.token_requests == 2


def test_a_stalled_endpoint_costs_one_call_a_moment(
    spread: Session,
    sandbox: Sandbox,
    clock: Clock,
    token_gate: TokenGate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An early try is short, whatever the client's own time-outs are; then it is left alone."""
    monkeypatch.setattr(limits, "REFRESH_TIMEOUT", 1.0)
    old = revealed(spread)
    clock.advance(200)
    began = time.monotonic()

    with token_gate.closed():
        tokens = {revealed(spread) for _ in range(5)}

    assert tokens == {old}
    assert time.monotonic() - began < 10  # the client's own time-outs: 30
    assert sandbox.token_requests == 2


def test_a_new_token_that_is_not_kept(spread: Session, sandbox: Sandbox, clock: Clock) -> None:
    """A newer one with fewer than 30 s is no reason to drop the older, nor to ask again."""
    old = revealed(spread)
    clock.advance(200)
    sandbox.token_life = 20

    assert {revealed(spread) for _ in range(3)} == {old}
    assert sandbox.token_requests == 2


def test_time_that_passes_during_an_early_try(
    concurrency: Concurrency, clock: Clock, at: Any
) -> None:
    """If the old token may not be sent any more by then, the call asks as any other."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        if len(seen) == 2:
            clock.advance(60)
            return httpx.Response(401, json={"error": "unauthorized_client"})
        words = {"access_token": f"t{len(seen)}", "expires_in": 300, "token_type": "Bearer"}
        return httpx.Response(200, json=words)

    wire = httpx.MockTransport(answer)
    client: Any = httpx.Client if concurrency.name == "sync" else httpx.AsyncClient
    session = concurrency.session(spread_refresh=True, http_client=client(transport=wire))
    assert revealed(session) == "t1"
    clock.advance(220)

    assert revealed(session) == "t3"
    assert len(seen) == 3


def test_a_401_drops_the_token_all_the_same(
    spread: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """A token that the API refused never serves again, whoever is down."""
    spread.do()
    clock.advance(200)
    sandbox.answer("requestToken", status=401, body={"error": "invalid_client"}, times=None)
    sandbox.revoke_tokens()

    [error] = spread.outcomes(times=1)

    assert isinstance(error, TokenRefused)


def test_an_auth_spreads_too(
    settings: dict[str, Any], sandbox: Sandbox, clock: Clock, at: Any
) -> None:
    """The same option for an HTTP client of one's own; the one that did not ask for it waits."""
    for option, requests in ((False, 1), (True, 2)):
        auth = PersiumAuth(**settings, spread_refresh=option)
        with httpx.Client(auth=auth) as client:
            client.get(f"{sandbox.api_base_url}/me")
            clock.advance(134)
            client.get(f"{sandbox.api_base_url}/me")

        assert sandbox.token_requests == requests


def secret_from(values: list[str | None]) -> Any:
    """A secret function: each call takes one of *values*, the last one stays; None raises."""

    def read() -> str:
        value = values.pop(0) if len(values) > 1 else values[0]
        if value is None:
            raise LookupError("the vault is closed")
        return value

    return read


def test_a_secret_that_cannot_be_read_stops_no_call(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock, at: Any
) -> None:
    """The refresh needs the secret, the call does not: it has a token that may be sent."""
    secret = secret_from([sandbox.client_secret, None])
    session = concurrency.session(spread_refresh=True, client_secret=secret)
    old = revealed(session)
    clock.advance(200)

    assert revealed(session) == old
    assert sandbox.token_requests == 1


def test_a_secret_that_was_rotated_gets_a_token_of_its_own(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock, at: Any
) -> None:
    """The refresh reads the new secret: the call requests a token with that one."""
    secret = secret_from([sandbox.client_secret, "rotated"])
    session = concurrency.session(spread_refresh=True, client_secret=secret)
    session.do()
    clock.advance(200)

    [error] = session.outcomes(token_of, times=1)

    assert isinstance(error, TokenRefused)
    assert sandbox.token_requests == 2


def test_a_refresh_does_not_wait_for_a_request_in_flight(
    spread: Session, sandbox: Sandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's token request serves as the refresh; the call goes on with the old token."""
    old = revealed(spread)
    clock.advance(200)
    leader = Caller(0)
    others: Flight[Any] = Flight(leader)
    monkeypatch.setattr(SingleFlight, "join", lambda *_, **__: others)

    assert revealed(spread) == old
    assert sandbox.token_requests == 1


@pytest.mark.usefixtures("no_jitter")
def test_a_failed_refresh_reaches_nobody_else(
    concurrency: Concurrency, sandbox: Sandbox, clock: Clock, token_gate: TokenGate
) -> None:
    """A call that waits for it, because its token has expired meanwhile, asks for itself."""
    early = concurrency.session(spread_refresh=True)
    late = concurrency.session()
    early.do()
    clock.advance(265)
    with ThreadPoolExecutor(2) as threads, token_gate.closed():
        sandbox.fault("server-error", at="token", times=1)
        refreshing = threads.submit(early.outcomes, times=1)
        token_gate.wait_for_request()
        clock.advance(10)
        following = threads.submit(late.outcomes, times=1)
        token_gate.wait_for_followers(1)
        token_gate.open()

        [follower] = following.result(60)
        [leader] = refreshing.result(60)

    assert (follower.client_id, leader.client_id) == (sandbox.client_id,) * 2
    assert sandbox.token_requests == 3
