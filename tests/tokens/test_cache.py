"""The cache, and an entry of it against a model."""

from __future__ import annotations

from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext import TokenEndpointUnavailable, TokenRefused
from persium_ext._runtime.clock import Instant
from persium_ext._secret import Secret
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.cache import MAX_ENTRIES, CacheEntry, TokenCache
from persium_ext._tokens.endpoint import TokenFailure
from tests.support.values import SETTINGS


def test_the_cache_is_bounded() -> None:
    """Of too many entries the least recently used ones go; those in use stay."""
    cache = TokenCache()

    def entry(secret: str) -> CacheEntry:
        return cache.entry(SETTINGS, Secret(secret))

    first, second = entry("first"), entry("second")
    for number in range(MAX_ENTRIES - 1):
        entry(str(number))
        entry("second")

    assert entry("second") is second
    assert entry("first") is not first


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
        token = AccessToken(
            value=Secret(str(len(self.tokens))),
            token_type="Bearer",
            scope=None,
            expires_in=life,
            sent=sent,
            received=self.instant(),
        )
        self.tokens.append((token, sent.steady + life - 30))
        self.outages, self.quiet_until = 0, 0.0
        if life - took >= 30:
            self.current = len(self.tokens) - 1

        assert self.entry.store(token, self.instant()) is token

    @rule(refused=st.booleans())
    def request_fails(self, refused: bool) -> None:  # noqa: FBT001  # hypothesis passes it
        """A request is refused, or finds nobody."""
        error: Any = (
            TokenRefused(status=401, error="no") if refused else TokenEndpointUnavailable("down")
        )
        pause = 60 if refused else [5, 10, 20, 30][min(self.outages, 3)]
        self.outages = 0 if refused else self.outages + 1
        self.quiet_until = self.now + pause

        assert self.entry.store(TokenFailure(error=error), self.instant()) is error

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
        known = self.entry.lookup(self.instant())
        if self.current is not None and self.now <= self.tokens[self.current][1]:
            assert known is self.tokens[self.current][0]
        elif self.now < self.quiet_until:
            assert isinstance(known, Exception)
        else:
            assert known is None


TestEntry = EntryMachine.TestCase
TestEntry.settings = hypothesis_settings(max_examples=30, stateful_step_count=40, deadline=None)
