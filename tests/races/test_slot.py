"""The store, and a slot of it against a model."""

from __future__ import annotations

from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext import TokenEndpointUnavailable, TokenRefused
from persium_ext._oauth import Refusal
from persium_ext._secret import Secret
from persium_ext._token_cache import AccessToken, Moment
from persium_ext._token_store import MOST_SLOTS, Slot, TokenStore


def test_the_store_is_bounded() -> None:
    """Of too many credentials the oldest give way; those in use keep their slot."""
    store = TokenStore()

    def slot(secret: str) -> Slot:
        return store.slot(token_url="u", client_id="c", scope=None, secret=Secret(secret))

    first, second = slot("first"), slot("second")
    for number in range(MOST_SLOTS - 1):
        slot(str(number))
        slot("second")

    assert slot("second") is second
    assert slot("first") is not first


class SlotMachine(RuleBasedStateMachine):
    """A slot against a model: one number for the current token, and when it and a failure end."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = Slot()
        self.now = 0.0
        self.skew = 0.0
        self.tokens: list[tuple[AccessToken, float]] = []
        self.current: int | None = None
        self.quiet_until = 0.0
        self.outages = 0

    def moment(self) -> Moment:
        """Both clocks; the wall clock may have been set."""
        return Moment(wall=1e9 + self.now + self.skew, steady=self.now)

    @rule(seconds=st.integers(0, 3200).map(lambda eighths: eighths / 8))
    def time_passes(self, seconds: float) -> None:
        """Let both clocks run."""
        self.now += seconds

    @rule(seconds=st.integers(-10_000, 0))
    def clock_is_set_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back: a token must not live longer for it."""
        self.skew += seconds

    @rule(life=st.sampled_from([0, 29, 30, 31, 60, 300]), took=st.sampled_from([0.0, 0.5, 31.0]))
    def token_arrives(self, life: int, took: float) -> None:
        """A request that took a while brings a token."""
        sent = self.moment()
        self.now += took
        token = AccessToken(
            value=Secret(str(len(self.tokens))),
            token_type="Bearer",
            scope=None,
            expires_in=life,
            sent=sent,
            received=self.moment(),
        )
        self.tokens.append((token, sent.steady + life - 30))
        self.outages, self.quiet_until = 0, 0.0
        if life - took >= 30:
            self.current = len(self.tokens) - 1

        assert self.slot.keep(token, self.moment()) is token

    @rule(refused=st.booleans())
    def request_fails(self, refused: bool) -> None:  # noqa: FBT001  # hypothesis passes it
        """A request is refused, or finds nobody."""
        error: Any = (
            TokenRefused(status=401, error="no") if refused else TokenEndpointUnavailable("down")
        )
        pause = 60 if refused else [5, 10, 20, 30][min(self.outages, 3)]
        self.outages = 0 if refused else self.outages + 1
        self.quiet_until = self.now + pause

        assert self.slot.keep(Refusal(error=error), self.moment()) is error

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def a_token_is_refused_by_the_api(self, data: st.DataObject) -> None:
        """An early or a late 401: only the current token is dropped by it."""
        index = data.draw(st.integers(0, len(self.tokens) - 1))
        self.slot.forget(self.tokens[index][0])
        if index == self.current:
            self.current = None

    @invariant()
    def says_what_the_model_says(self) -> None:
        """A usable token comes first, then a failure that is remembered, else a request is due."""
        known = self.slot.known(self.moment())
        if self.current is not None and self.now <= self.tokens[self.current][1]:
            assert known is self.tokens[self.current][0]
        elif self.now < self.quiet_until:
            assert isinstance(known, Exception)
        else:
            assert known is None


TestSlot = SlotMachine.TestCase
TestSlot.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
