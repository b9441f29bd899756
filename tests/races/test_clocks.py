"""Clocks that are set and machines that sleep: no dead token on the wire, nobody waits for ever."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from persium_ext import TokenRefused, TokenResponseInvalid
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Session
from tests.support.token_gate import TokenGate

HOUR = 3600.0


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """Its tokens die by the steady clock of the test."""
    with Sandbox(clock=lambda: clock.steady) as running:
        yield running


def sleep_of(seconds: float) -> Callable[[Clock], None]:
    """The machine is suspended: both clocks go on, but not the one for time-outs."""
    return lambda clock: clock.advance(seconds)


def wall_set(seconds: float) -> Callable[[Clock], None]:
    """Somebody sets the wall clock."""

    def jump(clock: Clock) -> None:
        clock.wall += seconds

    return jump


JUMPS = [
    pytest.param(sleep_of(HOUR), 2, id="asleep for an hour"),
    pytest.param(sleep_of(280), 2, id="asleep until 20 s are left"),
    pytest.param(sleep_of(200), 1, id="asleep for a while"),
    pytest.param(wall_set(HOUR), 2, id="set forward"),
    pytest.param(wall_set(-HOUR), 1, id="set back"),
    pytest.param(wall_set(-50 * 365 * 86_400), 1, id="set back to 1976"),
]


@pytest.mark.parametrize(("jump", "requests"), JUMPS)
def test_between_two_calls(
    session: Session, sandbox: Sandbox, clock: Clock, jump: Any, requests: int
) -> None:
    """A new token where the old one may be dead; never a 401."""
    session.do()
    jump(clock)
    session.do()

    assert sandbox.token_requests == requests
    assert statuses(sandbox) == {200}


@pytest.mark.parametrize(("jump", "requests"), JUMPS)
@pytest.mark.usefixtures("no_jitter")
def test_during_a_token_request(
    session: Session,
    sandbox: Sandbox,
    clock: Clock,
    token_gate: TokenGate,
    jump: Any,
    requests: int,
) -> None:
    """An expired token is not sent; one with few seconds serves the calls that waited for it."""
    with token_gate.during_burst(session, times=5) as outcomes:
        jump(clock)
    session.do()

    assert [me.client_id for me in outcomes] == [sandbox.client_id] * 5
    assert sandbox.token_requests == requests
    assert statuses(sandbox) == {200}


@pytest.mark.usefixtures("no_jitter")
def test_an_endpoint_that_takes_longer_than_its_tokens_live(
    session: Session, sandbox: Sandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three dead tokens are an error that says so; the API is left alone."""

    def late(_: Sandbox) -> float:
        clock.advance(301)
        return 0

    monkeypatch.setattr(Sandbox, "token_delay", property(late), raising=False)

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenResponseInvalid)
    assert "expired when it arrived" in str(error)
    assert (error.attempts, sandbox.token_requests, sandbox.api_requests) == (3, 3, 0)


class Sleep(logging.Handler):
    """The machine sleeps when the first token has arrived, before its callers wake up."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__(logging.DEBUG)
        self._clock, self._seconds = clock, seconds

    def emit(self, record: logging.LogRecord) -> None:
        """Let the time pass, once."""
        if vars(record).get("persium_event") == "token":
            self._clock.advance(self._seconds)
            self._seconds = 0


@pytest.mark.parametrize(
    ("life", "seconds", "requests"),
    [
        pytest.param(300, 280, 2, id="20 s are left of 300"),
        pytest.param(20, 15, 1, id="5 s are left of 20"),
        pytest.param(20, 25, 2, id="nothing is left of 20"),
        pytest.param(0, 25, 1, id="it never had a life"),
    ],
)
def test_between_the_arrival_of_a_token_and_its_use(
    session: Session,
    sandbox: Sandbox,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    life: float,
    seconds: float,
    requests: int,
) -> None:
    """What grew old meanwhile is asked for again, unless a new one would be no better."""
    sandbox.token_life = life
    caplog.set_level(logging.DEBUG, "persium_ext")
    handler = Sleep(clock, seconds)
    logging.getLogger("persium_ext").addHandler(handler)
    try:
        token = session.do(lambda persium: persium.access_token())
    finally:
        logging.getLogger("persium_ext").removeHandler(handler)

    assert sandbox.token_requests == requests
    assert token.expires_in == life


def statuses(sandbox: Sandbox) -> set[int]:
    """The statuses of all answers so far."""
    return {exchange.status for exchange in sandbox.exchanges}


def test_a_clock_that_jumps_does_not_wake_or_keep_who_waits(
    session: Session, sandbox: Sandbox, clock: Clock, token_gate: TokenGate
) -> None:
    """Waiting is by the monotonic clock: followers share the one response."""
    with token_gate.during_burst(session, times=10) as outcomes:
        clock.wall -= 1e6
        clock.wall += 1e6

    assert [me.client_id for me in outcomes] == [sandbox.client_id] * 10
    assert sandbox.token_requests == 1


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
def test_the_wall_clock_neither_ends_nor_prolongs_a_cool_down(
    session: Session, sandbox: Sandbox, clock: Clock, seconds: float
) -> None:
    """A failure is remembered by the steady clock."""
    secret = sandbox.client.client_secret
    sandbox.client.rotate_secret()
    [refused] = session.outcomes(times=1)
    clock.wall += seconds
    [again] = session.outcomes(times=1)
    sandbox.client.client_secret = secret
    clock.steady += 61
    me = session.do()

    assert [type(error) for error in (refused, again)] == [TokenRefused] * 2
    assert me.client_id == sandbox.client_id
    assert sandbox.token_requests == 2
