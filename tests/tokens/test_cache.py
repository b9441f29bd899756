"""The cache, and an entry of it against a model."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext import TokenEndpointUnavailable, TokenRefused
from persium_ext._runtime.clock import Instant
from persium_ext._runtime.single_flight import Caller
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.cache import MANY_ENTRIES, MAX_IDLE_ENTRIES, CacheEntry, TokenCache
from persium_ext._tokens.token_failure import TokenFailure
from tests.support.concurrency import Clock
from tests.support.values import SETTINGS

ROUTE = "a proxy"
NOW = Instant(wall=1e9, steady=500)
DOWN = TokenFailure(error=TokenEndpointUnavailable("down"), route=ROUTE)


def token(*, sent: float = 0, life: float = 300) -> AccessToken:
    """A token that arrived at once, *sent* seconds from ``NOW``."""
    instant = Instant(wall=NOW.wall + sent, steady=NOW.steady + sent)
    return AccessToken(
        value=Secret("t"),
        token_type="Bearer",
        scope=None,
        expires_in=life,
        sent=instant,
        received=instant,
    )


def test_only_idle_entries_are_dropped(clock: Clock) -> None:
    """An entry with a token, a token request or a remembered failure is kept."""
    cache = TokenCache()
    here = Instant(wall=clock.wall, steady=clock.steady)

    def entry(secret: object) -> CacheEntry:
        return cache.entry(SETTINGS, Secret(str(secret)))

    idle, cached, asking, failing = (entry(name) for name in ("a", "b", "c", "d"))
    cached.store(evolve(token(), sent=here, received=here), here, route=ROUTE)
    asking.flights.join(leader := Caller(0), lease=60)
    failing.remember(DOWN, here)
    for number in range(MAX_IDLE_ENTRIES):
        entry(number)

    assert entry("a") is not idle
    assert (entry("b"), entry("c"), entry("d")) == (cached, asking, failing)
    clock.advance(300)
    for number in range(MAX_IDLE_ENTRIES):
        entry(-number)
    assert entry("b") is not cached
    del leader


def test_many_entries_are_warned_about(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning, for a process that has tokens of very many clients."""
    monkeypatch.setattr("persium_ext._tokens.cache.MANY_ENTRIES", 5)
    cache = TokenCache()

    for number in range(9):
        cache.entry(SETTINGS, Secret(str(number)))

    [record] = caplog.records
    assert (record.levelname, record.name) == ("WARNING", "persium_ext")
    assert record.getMessage() == (
        "this process has tokens of 5 sets of credentials, and keeps each until it expires: a few "
        "KiB of memory each"
    )


def test_short_tokens_are_warned_about_once(caplog: pytest.LogCaptureFixture) -> None:
    """A life below the margin means a token request for each call, which an operator must know."""
    caplog.set_level("DEBUG", "persium_ext")
    entry = CacheEntry()

    entry.store(token(), NOW, route=ROUTE)
    entry.store(token(life=20), NOW, route=ROUTE)
    entry.store(token(life=20), NOW, route=ROUTE)

    warning = (
        "token lifetime (20 s) is below the 30 s refresh margin: tokens will not be cached and "
        "every call will request one"
    )
    said = [record.getMessage() for record in caplog.records]
    assert said == [warning]


def test_limits_of_the_cache() -> None:
    """The numbers that the guide and the decisions name."""
    assert (MAX_IDLE_ENTRIES, MANY_ENTRIES) == (256, 10_000)


def test_a_failure_is_remembered_for_those_it_concerns() -> None:
    """Callers on another route, or with more time, send a token request."""
    entry = CacheEntry()

    entry.remember(DOWN._replace(patience=1), NOW)

    assert entry.lookup(NOW, route=ROUTE, patience=1) is not None
    assert entry.lookup(NOW, route=ROUTE, patience=9) is None
    assert entry.lookup(NOW, route="direct", patience=1) is None


def test_text_of_a_remembered_failure() -> None:
    """It says since when and until when it is remembered, and that nothing was sent."""
    entry, cause = CacheEntry(), OSError("x")
    error = TokenRefused(status=401, error="invalid_client", hint="check it", attempts=3)
    error.__cause__ = cause
    entry.remember(TokenFailure(error=error), NOW)

    known = entry.lookup(NOW, route=ROUTE, patience=10)

    assert isinstance(known, TokenFailure)
    assert known.error.args[0] == (
        "token endpoint refused the credentials: invalid_client, HTTP 401 Unauthorized "
        "(3 attempts) (remembered from "
        "01:46:40 until 01:47:40 UTC: no request was sent)"
    )
    assert (known.error.attempts, known.error.hint) == (0, "check it")
    assert known.error.__cause__ is cause
    assert error.attempts == 3


def test_a_success_ends_the_failures_of_its_route_only() -> None:
    """What the endpoint answered is over too; a proxy that is down is still down."""
    entry = CacheEntry()
    for route in (None, ROUTE, "other"):
        entry.remember(DOWN._replace(route=route), NOW)

    entry.store(token(life=20), NOW, route=ROUTE)

    assert entry.lookup(NOW, route=ROUTE, patience=10) is None
    assert entry.lookup(NOW, route="other", patience=10) is not None


def test_failures_of_routes_are_forgotten() -> None:
    """A process that makes a client for each call does not collect them; a row starts anew."""
    entry, later = CacheEntry(), Instant(wall=NOW.wall, steady=NOW.steady + 65)
    for number in range(100):
        entry.remember(DOWN._replace(route=number), NOW)
    entry.remember(DOWN._replace(route=None), NOW)
    assert entry.lookup(NOW, route=42, patience=10) is not None

    entry.remember(DOWN._replace(route="new"), later)

    backoffs: Any = entry._backoffs  # noqa: SLF001  # nothing public counts them
    assert set(backoffs) == {None, "new"}


def test_each_route_has_its_own_row_of_outages() -> None:
    """The second failure of a route is remembered for longer, that of another one is its first."""
    entry = CacheEntry()
    entry.remember(DOWN, NOW)
    entry.remember(DOWN, NOW)
    entry.remember(DOWN._replace(route="other"), NOW)
    later = Instant(wall=NOW.wall, steady=NOW.steady + 7)

    assert entry.lookup(later, route=ROUTE, patience=10) is not None
    assert entry.lookup(later, route="other", patience=10) is None


def test_a_late_token_does_not_replace_a_newer_one() -> None:
    """The token of the later request stays, unless it can no longer be sent."""
    entry, newer = CacheEntry(), token(sent=5)
    entry.store(newer, NOW, route=ROUTE)

    entry.store(token(), NOW, route=ROUTE)
    assert entry.token is newer

    entry.store(as_new := token(sent=5), NOW, route=ROUTE)
    assert entry.token is as_new

    entry.store(older := token(life=900), Instant(wall=NOW.wall + 280, steady=780), route=ROUTE)
    assert entry.token is older


def test_a_late_failure_does_not_spoil_a_token() -> None:
    """A failure that comes when there is a token again is not remembered."""
    entry = CacheEntry()
    entry.store(token(), NOW, route=ROUTE)

    entry.remember(DOWN, NOW)
    entry.token = None

    assert entry.lookup(NOW, route=ROUTE, patience=10) is None


class EntryMachine(RuleBasedStateMachine):
    """An entry against a model: one number for the current token, and when it and a failure end."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = CacheEntry()
        self.now = 0.0
        self.skew = 0.0
        self.tokens: list[tuple[AccessToken, float]] = []
        self.current: int | None = None
        self.quiet_until = 0.0
        self.outages = 0

    def instant(self) -> Instant:
        """Both clocks; the wall clock may have been set."""
        return Instant(wall=1e9 + self.now + self.skew, steady=self.now)

    @property
    def is_fresh(self) -> bool:
        """Whether there is a token that may be sent."""
        return self.current is not None and self.now <= self.tokens[self.current][1]

    @rule(seconds=st.integers(0, 3200).map(lambda eighths: eighths / 8))
    def time_passes(self, seconds: float) -> None:
        """Let both clocks run."""
        self.now += seconds

    @rule(seconds=st.integers(-10_000, 0))
    def clock_is_set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back: a token must not be used longer for it."""
        self.skew += seconds

    @rule(life=st.sampled_from([0, 29, 30, 31, 60, 300]), took=st.sampled_from([0.0, 0.5, 31.0]))
    def token_arrives(self, life: int, took: float) -> None:
        """A request that took a while brings a token."""
        sent = self.instant()
        self.now += took
        arrived = AccessToken(
            value=Secret(str(len(self.tokens))),
            token_type="Bearer",
            scope=None,
            expires_in=life,
            sent=sent,
            received=self.instant(),
        )
        self.tokens.append((arrived, sent.steady + life - 30))
        self.outages, self.quiet_until = 0, 0.0
        if life - took >= 30:
            self.current = len(self.tokens) - 1

        self.entry.store(arrived, self.instant(), route=ROUTE)

    @rule(refused=st.booleans())
    def request_fails(self, refused: bool) -> None:  # noqa: FBT001  # hypothesis passes it
        """A request is refused, or finds nobody."""
        error: Any = (
            TokenRefused(status=401, error="no") if refused else TokenEndpointUnavailable("down")
        )
        if not self.is_fresh:
            pause = 60 if refused else [5, 10, 20, 30][min(self.outages, 3)]
            self.outages = 0 if refused else self.outages + 1
            self.quiet_until = self.now + pause

        self.entry.remember(TokenFailure(error=error), self.instant())

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def a_token_is_refused_by_the_api(self, data: st.DataObject) -> None:
        """An early or a late 401: only the current token is dropped by it."""
        index = data.draw(st.integers(0, len(self.tokens) - 1))
        self.entry.invalidate(self.tokens[index][0])
        if index == self.current:
            self.current = None

    @invariant()
    def agrees_with_the_model(self) -> None:
        """A fresh token comes first, then a failure that is remembered, else a request is due."""
        known = self.entry.lookup(self.instant(), route=ROUTE, patience=10)
        if self.current is not None and self.is_fresh:
            assert known is self.tokens[self.current][0]
        elif self.now < self.quiet_until:
            assert isinstance(known, TokenFailure)
        else:
            assert known is None


TestEntry = EntryMachine.TestCase
TestEntry.settings = hypothesis_settings(max_examples=30, stateful_step_count=40, deadline=None)
