"""TP-1 and TP-4: one token for all, and one request for it."""

from __future__ import annotations

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
