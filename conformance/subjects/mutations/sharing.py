"""TP-1 to TP-4: one token, for as long as it may be used, and one request for it."""

from __future__ import annotations

import time
from typing import Any

import reference
from reference import CallError, Client, Flight, Token, TokenSource

from ._mutation import breaks, instead

NOBODY_KEEPS = "who keeps no token, or has one for each client object, cannot share a request"
NO_FLIGHT = "those rules too have calls that wait for one token request together"


@breaks(
    "TP-1",
    "client-objects-share-a-token",
    "client-objects-share-a-renewal",
    overlap=("client-objects-wait-together",),
    because=NOBODY_KEEPS,
    wide=True,
)
def token_for_each_client_object() -> None:
    """The cache belongs to the client object."""
    reference.source_for = lambda *key: TokenSource(*key)


@breaks(
    "TP-1",
    "calls-share-a-token",
    "client-objects-share-a-token",
    "client-objects-share-a-renewal",
    "calls-at-once-share-a-kept-token",
    "an-error-of-the-api-leaves-the-token",
)
def token_for_each_call() -> None:
    """Nothing is kept."""
    instead(TokenSource, "_keep")(lambda keep, self, token: keep(self, None))


@breaks("TP-1", "an-error-of-the-api-leaves-the-token")
def errors_drop_the_token() -> None:
    """A 404 or 500 of the API throws the token away."""

    @instead(Client, "_read")
    def read(original: Any, self: Client, answer: reference.Answer) -> Any:
        if answer[0] in {404, 500}:
            self._tokens._token = None
        return original(self, answer)


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


@breaks(
    "TP-4",
    "cold-burst-waits-for-one-token",
    "burst-at-renewal-waits-for-one-token",
    "later-callers-join-the-wait",
    "client-objects-wait-together",
    "those-who-wait-share-a-refusal",
    "those-who-wait-share-an-outage",
    overlap=(
        "short-life-serves-all-who-wait",
        "zero-life-serves-all-who-wait",
        "refused-burst-costs-one-token",
        "waiting-callers-wait-for-retry-after",
    ),
    because=NO_FLIGHT,
    wide=True,
)
def everybody_asks() -> None:
    """Nobody waits: who finds no token asks for one."""

    @instead(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = self._token
        if token is not None and token.usable():
            return token
        flight = Flight()
        self._lead(flight)
        if flight.token is None:
            raise flight.error
        return flight.token


@breaks("TP-4", "those-who-wait-share-a-refusal", "those-who-wait-share-an-outage")
def failure_is_not_shared() -> None:
    """Those who waited for a failure ask again, one after the other."""

    @instead(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        while True:
            leads = self._flight is None
            try:
                return original(self)
            except CallError:
                if leads:
                    raise


@breaks("TP-4", "a-shared-failure-passes")
def failure_is_for_ever() -> None:
    """A token request that broke off is never tried again."""
    failed: list[CallError] = []

    @instead(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        if failed:
            raise failed[0]
        try:
            return original(self)
        except CallError as error:
            if error.status is None:
                failed.append(error)
            raise
