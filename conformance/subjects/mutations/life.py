"""TP-2 and TP-3: how long a token is used."""

from __future__ import annotations

import time
from typing import Any

import reference
from reference import CallError, Token, TokenSource

from ._mutation import breaks, instead


@breaks(
    "TP-2",
    "renewed-with-less-than-30-seconds",
    "renewed-again-and-again",
    "life-counts-from-the-request",
    "renewal-costs-one-call-nothing",
    wide=True,
)
def margin_of_25_seconds() -> None:
    """A token is sent with 25 s left."""
    reference.MARGIN = 25.0


@breaks("TP-2", "reused-with-34-seconds", "slow-answer-with-enough-life-is-kept")
def margin_of_60_seconds() -> None:
    """A token with less than 60 s is thrown away."""
    reference.MARGIN = 60.0


@breaks("TP-2", "life-counts-from-the-request")
def life_from_the_answer() -> None:
    """Life counts from when the answer came."""
    instead(TokenSource, "_read")(
        lambda read, self, answer, sent: read(self, answer, time.monotonic())
    )


@breaks(
    "TP-2",
    "renewed-with-less-than-30-seconds",
    "renewed-again-and-again",
    "life-counts-from-the-request",
    "renewal-costs-one-call-nothing",
)
def old_token_serves_once_more() -> None:
    """The call that finds a token too old still sends it; the next one renews."""
    instead(TokenSource, "_keep")(lambda keep, self, token: setattr(self, "_token", token))

    @instead(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = self._token
        if token is not None and not token.usable():
            self._token = None
            return token
        return original(self)


def _change_life(change: Any) -> None:
    @instead(TokenSource, "_read")
    def read(original: Any, self: TokenSource, answer: reference.Answer, sent: float) -> Token:
        token = original(self, answer, sent)
        return Token(token.value, sent + change(token.expires_at - sent))


@breaks(
    "TP-3",
    "short-life-serves-and-is-not-kept",
    "zero-life-serves-and-is-not-kept",
    "life-is-read",
    "life-is-read-each-time",
    "long-life-after-a-short-one-is-kept",
    wide=True,
)
def short_life_is_not_believed() -> None:
    """A life below 30 s is taken for 300 s."""
    _change_life(lambda life: 300 if life < 29.9 else life)


@breaks("TP-3", "zero-life-serves-and-is-not-kept")
def zero_is_taken_for_missing() -> None:
    """``expires_in or 300``."""
    _change_life(lambda life: 300 if abs(life) < 0.01 else life)


@breaks("TP-3", "life-is-read", "life-is-read-each-time", "long-life-after-a-short-one-is-kept")
def first_life_is_remembered() -> None:
    """The first answer's life is everybody's."""
    known: list[float] = []

    def change(life: float) -> float:
        known.append(life)
        return known[0]

    _change_life(change)


@breaks(
    "TP-3",
    "short-life-serves-and-is-not-kept",
    "short-life-serves-all-who-wait",
    "zero-life-serves-and-is-not-kept",
    "zero-life-serves-all-who-wait",
    "life-is-read",
    "life-is-read-each-time",
    "long-life-after-a-short-one-is-kept",
)
def short_life_is_an_error() -> None:
    """A token that never had 30 s serves nobody."""

    @instead(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = original(self)
        if not token.usable():
            raise CallError("the token lives too short", stage="token")
        return token


@breaks("TP-3", "short-life-serves-all-who-wait", "zero-life-serves-all-who-wait")
def short_life_serves_one() -> None:
    """Those who waited for a short token each get one of their own."""

    @instead(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        leads = self._flight is None
        token = original(self)
        return token if leads or token.usable() else self._fetch()
