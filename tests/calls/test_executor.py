"""How calls are sent: waits, the retry budget, connection slots, deadlines."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from persium_ext import DeadlineExceeded, ServiceUnavailableError, TooManyRequestsError
from persium_ext._runtime.tasks import TaskBackend
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session
from tests.support.wire import ME, Seen, Wire, http, in_turn


def test_retry_after_is_honoured(
    session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause before the next attempt is as long as ``Retry-After`` asks for."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("persium_ext._runtime.threads.time.sleep", slept.append)
    monkeypatch.setattr(TaskBackend, "sleep", staticmethod(sleep))
    sandbox.answer("getMe", status=429, headers={"Retry-After": "7"}, times=1)

    session.do()

    assert slept == [7]


def test_retry_after_beyond_the_deadline(both_ways: Concurrency, sandbox: Sandbox) -> None:
    """A wait that is longer than the rest of the deadline is reported at once."""
    sandbox.answer("getMe", status=429, headers={"Retry-After": "30"}, times=9)

    [error] = both_ways.session(deadline=20).outcomes(times=1)

    assert isinstance(error, TooManyRequestsError)
    assert error.retry_after == 30
    assert sandbox.api_requests == 1


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [
        pytest.param(b"Retry-After: 15, 30\r\n", 30, id="a list"),
        pytest.param(b"Retry-After: 30\r\nRetry-After: 15\r\n", 30, id="two fields"),
        pytest.param(b"Retry-After: 30s\r\n", None, id="a unit"),
    ],
)
def test_post_is_not_repeated_early(
    both_ways: Concurrency, wire: Wire, headers: bytes, retry_after: float | None
) -> None:
    """The longest of several waits applies, and a wait that can't be read is not taken for none."""
    wire.api = http(status=b"429 Slow", headers=headers)
    session = both_ways.session(**wire.settings, deadline=20)

    [error] = session.outcomes(lambda p: p.request("POST", "/x", json={}), times=1)

    assert isinstance(error, TooManyRequestsError)
    assert error.retry_after == retry_after
    assert len(wire.api_requests) == 1


@pytest.mark.usefixtures("no_jitter")
def test_retry_budget(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """An outage costs 500 / 14 retries in all; fourteen clean calls pay for one more."""
    sandbox.answer("getMe", status=503, times=60)
    session = concurrency.session()
    outcomes = [session.outcomes(times=1)[0] for _ in range(25)]

    assert {type(outcome) for outcome in outcomes} == {ServiceUnavailableError}
    assert sandbox.api_requests == 25 + 500 // 14
    for _ in range(14):
        session.do()
    sandbox.answer("getMe", status=503, times=1)
    session.do()

    assert sandbox.api_requests == 25 + 500 // 14 + 14 + 2


def test_calls_are_limited_to_the_connection_slots(
    both_ways: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twelve simultaneous calls three are sent at a time, and all get their response."""
    monkeypatch.setattr("persium_ext._runtime.concurrency.MAX_CONCURRENT_REQUESTS", 3)
    lock, three = threading.Lock(), threading.Barrier(3)
    under_way: set[int] = set()
    most: list[int] = []

    def respond(_: Seen) -> bytes:
        me = threading.get_ident()
        with lock:
            under_way.add(me)
            most.append(len(under_way))
        three.wait(60)
        with lock:
            under_way.remove(me)
        return http(ME)

    wire.api = respond
    session = both_ways.session(**wire.settings)
    session.do(lambda persium: persium.access_token())

    labels = [outcome.label for outcome in session.outcomes(times=12)]

    assert labels == ["A label"] * 12
    assert max(most) == 3


def test_time_of_a_secret_counts(both_ways: Concurrency, sandbox: Sandbox) -> None:
    """What a function takes to return the secret is taken from the deadline."""

    def slow() -> str:
        time.sleep(0.2)
        return sandbox.client_secret

    [error] = both_ways.session(client_secret=slow, deadline=0.1).outcomes(times=1)

    assert isinstance(error, DeadlineExceeded)
    assert sandbox.token_requests == 0


@pytest.mark.parametrize(
    ("headers", "requests"),
    [({}, 1), ({"Idempotency-Key": "k1"}, 2), ({"idempotency-key": "k"}, 2)],
)
@pytest.mark.usefixtures("no_jitter")
def test_post_is_repeated_with_an_idempotency_key(
    both_ways: Concurrency, wire: Wire, headers: dict[str, Any], requests: int
) -> None:
    """Without that header field a 502 is final: it may hide a success."""
    wire.api = in_turn(http(status=b"502 No"), http())
    session = both_ways.session(**wire.settings)

    session.outcomes(lambda p: p.request("POST", "/x", json={}, headers=headers), times=1)

    assert len(wire.api_requests) == requests


def test_success_that_is_not_documented(
    session: Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a success without a typed result, and a warning; an error would invite a repetition."""
    sandbox.answer("getMe", status=299, times=1)

    assert session.do(lambda p: p.identity.get_me()) is None
    assert "getMe: HTTP 299 is not documented: its body is not read" in caplog.messages
