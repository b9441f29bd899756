"""One route's trouble is not that of other clients with the same credentials."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from persium_ext import (
    DeadlineExceeded,
    Persium,
    RetryPolicy,
    TokenEndpointUnavailable,
    TokenRefused,
)
from persium_ext._tokens.token_failure import TokenFailure
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency, Session, get_me
from tests.support.token_gate import TokenGate
from tests.support.wire import unused_origin

ONCE = RetryPolicy(attempts=1)
PATIENCE = 60


def refusing(_: httpx.Request) -> httpx.Response:
    """Answer as a token endpoint that knows other clients only."""
    return httpx.Response(401, json={"error": "invalid_client"})


@pytest.fixture(params=["proxy", "mock", "short time-out"])
def broken(request: pytest.FixtureRequest, sandbox: Sandbox) -> Any:
    """Options of a client that gets no token, although the endpoint is well."""
    if request.param == "proxy":
        yield {"proxy": unused_origin()}
    elif request.param == "mock":
        with httpx.Client(transport=httpx.MockTransport(refusing)) as mocked:
            yield {"http_client": mocked}
    else:
        with sandbox.fault("stall", at="token", times=1, seconds=PATIENCE):
            yield {"timeout": 0.05}


def test_a_broken_route_breaks_no_other(
    settings: dict[str, Any], sandbox: Sandbox, broken: dict[str, Any]
) -> None:
    """The failure is remembered for clients like the one that it happened to, and for no other."""
    with Persium(**settings, **broken, retry=ONCE) as poor, Persium(**settings) as well:
        errors = [Session(poor, None).outcomes(times=1)[0] for _ in range(2)]
        asked = sandbox.token_requests

        assert get_me(well).client_id == sandbox.client_id

    assert [error.attempts for error in errors] == [1, 0]
    assert "remembered from" not in str(errors[0])
    assert "remembered from" in str(errors[1])
    assert sandbox.token_requests == asked + 1


@pytest.mark.parametrize("lack", [MemoryError, RecursionError])
def test_a_caller_without_memory_or_stack_concerns_nobody(
    settings: dict[str, Any],
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    lack: type[Exception],
) -> None:
    """Its failure is not remembered: the next call, on the same route, requests a token."""
    lacks = [lack()]

    def engine(request: httpx.Request) -> httpx.Response:
        if lacks:
            raise lacks.pop()
        with httpx.HTTPTransport() as network:
            response = network.handle_request(request)
            return httpx.Response(response.status_code, content=response.read())

    with httpx.Client(transport=httpx.MockTransport(engine)) as own:
        persium = Persium(**settings, http_client=own)
        [error] = Session(persium, None).outcomes(times=1)
        assert isinstance(error, TokenEndpointUnavailable)
        assert "no request is sent until" not in caplog.text

        assert get_me(persium).client_id == sandbox.client_id


def test_a_caller_without_memory_or_stack_fails_alone() -> None:
    """Who waited for its token request sends another one."""
    error = TokenEndpointUnavailable("MemoryError")

    assert TokenFailure(error=error).concerns("a route", 10.0)
    assert not TokenFailure(error=error, local=True).concerns("a route", 10.0)


def test_what_the_endpoint_answered_concerns_all(
    concurrency: Concurrency, sandbox: Sandbox
) -> None:
    """Refused credentials are refused on every route: no other client asks."""
    sandbox.client.rotate_secret()
    [first] = concurrency.session().outcomes(times=1)
    [second] = concurrency.session(verify=False).outcomes(times=1)

    assert isinstance(first, TokenRefused)
    assert isinstance(second, TokenRefused)
    assert (first.attempts, second.attempts) == (1, 0)
    assert sandbox.token_requests == 1


@pytest.mark.usefixtures("clock")
def test_a_deadline_that_is_shorter_than_the_timeout(
    concurrency: Concurrency, sandbox: Sandbox
) -> None:
    """An endpoint that hangs is not asked anew by each caller in a hurry; a patient one asks."""
    with sandbox.fault("stall", at="token", times=1, seconds=PATIENCE):
        hasty = concurrency.session(deadline=1.0)
        [first] = hasty.outcomes(times=1)
        later = hasty.outcomes(times=5)
    asked = sandbox.token_requests
    me = concurrency.session(deadline=60).do()

    assert isinstance(first, DeadlineExceeded)
    assert [type(error) for error in later] == [TokenEndpointUnavailable] * 5
    assert "unavailable: no response before the deadline of a call (" in str(later[0])
    fix = "check TOKEN_URL and the network, or give calls a larger deadline (seconds)"
    assert {error.hint for error in later} == {fix}
    assert (asked, sandbox.token_requests) == (1, 2)
    assert me.client_id == sandbox.client_id


def test_a_deadline_that_was_too_short_concerns_its_route_only(
    concurrency: Concurrency, sandbox: Sandbox
) -> None:
    """A caller in as much of a hurry, but on another route, asks for itself."""
    with sandbox.fault("stall", at="token", times=1, seconds=PATIENCE):
        concurrency.session(deadline=1.0).outcomes(times=1)
    [me] = concurrency.session(verify=False, deadline=1.0).outcomes(times=1)

    assert sandbox.token_requests == 2
    assert isinstance(me, DeadlineExceeded) or me.client_id == sandbox.client_id


def test_followers_on_the_same_route_share_its_failure(
    settings: dict[str, Any], token_gate: TokenGate
) -> None:
    """They would fail in the same way, so nobody asks again: one request, one failure."""
    fail, asked = threading.Event(), list[str]()

    def engine(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        fail.wait(PATIENCE)
        raise httpx.ConnectError("no connection")

    with (
        httpx.Client(transport=httpx.MockTransport(engine)) as own,
        ThreadPoolExecutor(4) as threads,
    ):
        one, two = (Persium(**settings, http_client=own, retry=ONCE) for _ in range(2))
        calls = [threads.submit(get_me, client) for client in (one, one, two, two)]
        token_gate.wait_for_followers(3)
        fail.set()
        errors = [call.exception(PATIENCE) for call in calls]

    assert [type(error) for error in errors] == [TokenEndpointUnavailable] * 4
    assert len(asked) == 1


def test_a_success_ends_the_row_of_its_route(
    session: Session, sandbox: Sandbox, clock: Clock
) -> None:
    """After a token, the next failure of the route is the first of a row again: 5 s, not 10."""
    for _ in range(2):
        with sandbox.fault("close", at="token"):
            [failed] = session.outcomes(times=1)
        assert isinstance(failed, TokenEndpointUnavailable)
        clock.advance(6)

        assert session.do().client_id == sandbox.client_id
        sandbox.revoke_tokens()


@pytest.mark.parametrize("trouble", ["no connection", "closed"])
def test_a_follower_on_another_route_asks_for_itself(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate, trouble: str
) -> None:
    """The failure of the caller that it waited for is not its own."""
    fail, asked = threading.Event(), threading.Event()

    def engine(_: httpx.Request) -> httpx.Response:
        asked.set()
        fail.wait(PATIENCE)
        raise httpx.ConnectError("no connection")

    with (
        httpx.Client(transport=httpx.MockTransport(engine)) as own,
        ThreadPoolExecutor(2) as threads,
        Persium(**settings) as well,
    ):
        poor = Persium(**settings, http_client=own, retry=ONCE)
        led = threads.submit(get_me, poor)
        asked.wait(PATIENCE)
        followed = threads.submit(get_me, well)
        token_gate.wait_for_followers(1)
        if trouble == "closed":
            poor.close()
        fail.set()

        assert followed.result(PATIENCE).client_id == sandbox.client_id
        assert isinstance(led.exception(PATIENCE), TokenEndpointUnavailable)


def test_connections_that_were_closed_concern_nobody_else(
    settings: dict[str, Any], sandbox: Sandbox, token_gate: TokenGate
) -> None:
    """A client that is closed during its token request fails alone."""
    with token_gate.closed(), ThreadPoolExecutor(2) as threads, Persium(**settings) as well:
        poor = Persium(**settings, retry=ONCE)
        led = threads.submit(get_me, poor)
        token_gate.wait_for_request()
        followed = threads.submit(get_me, well)
        token_gate.wait_for_followers(1)
        poor.close()
        token_gate.open()

        assert followed.result(PATIENCE).client_id == sandbox.client_id
        led.exception(PATIENCE)
