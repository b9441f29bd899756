"""TP-2 and TP-3: the lifetime of a token."""

from __future__ import annotations

import time
from typing import Any

import reference
from reference import CallError, Token, TokenSource

from .mutation import breaks, replaces


@breaks(
    "TP-2",
    "renewed-with-less-than-30-seconds",
    "renewed-again-and-again",
    "life-counts-from-the-request",
    "renewal-costs-one-call-nothing",
    wide=True,
)
def margin_of_25_seconds() -> None:
    """A token is sent while 25 s remain."""
    reference.MARGIN = 25.0


@breaks("TP-2", "reused-with-34-seconds", "slow-answer-with-enough-life-is-kept")
def margin_of_60_seconds() -> None:
    """A token with less than 60 s is not reused."""
    reference.MARGIN = 60.0


@breaks("TP-2", "life-counts-from-the-request")
def lifetime_from_the_response() -> None:
    """The lifetime counts from the arrival of the response."""
    replaces(TokenSource, "_read")(
        lambda read, self, response, sent: read(self, response, time.monotonic())
    )


@breaks(
    "TP-2",
    "renewed-with-less-than-30-seconds",
    "renewed-again-and-again",
    "life-counts-from-the-request",
    "renewal-costs-one-call-nothing",
)
def old_token_is_used_once_more() -> None:
    """The call that finds a token too old still sends it; the next call renews it."""
    replaces(TokenSource, "_store")(lambda keep, self, token: setattr(self, "_token", token))

    @replaces(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = self._token
        if token is not None and not token.is_fresh():
            self._token = None
            return token
        return original(self)


def _change_lifetime(change: Any) -> None:
    @replaces(TokenSource, "_read")
    def read(original: Any, self: TokenSource, response: reference.Response, sent: float) -> Token:
        token = original(self, response, sent)
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
def short_lifetime_is_ignored() -> None:
    """A lifetime below 30 s is replaced by 300 s."""
    _change_lifetime(lambda lifetime: 300 if lifetime < 29.9 else lifetime)


@breaks("TP-3", "zero-life-serves-and-is-not-kept")
def zero_is_taken_for_missing() -> None:
    """The lifetime is ``expires_in or 300``."""
    _change_lifetime(lambda lifetime: 300 if abs(lifetime) < 0.01 else lifetime)


@breaks("TP-3", "life-is-read", "life-is-read-each-time", "long-life-after-a-short-one-is-kept")
def first_lifetime_is_remembered() -> None:
    """The lifetime of the first response is used for all tokens."""
    known: list[float] = []

    def change(lifetime: float) -> float:
        known.append(lifetime)
        return known[0]

    _change_lifetime(change)


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
def short_lifetime_is_an_error() -> None:
    """A token that never had 30 s makes the waiting calls fail."""

    @replaces(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = original(self)
        if not token.is_fresh():
            raise CallError("the lifetime of the token is too short", stage="token")
        return token


@breaks("TP-3", "short-life-serves-all-who-wait", "zero-life-serves-all-who-wait")
def short_lifetime_is_not_shared() -> None:
    """Each call that waited for a short-lived token requests its own."""

    @replaces(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        leads = self._flight is None
        token = original(self)
        return token if leads or token.is_fresh() else self._fetch()
