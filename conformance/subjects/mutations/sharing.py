"""TP-1 and TP-4: one shared token, and one token request in flight."""

from __future__ import annotations

from typing import Any

import reference
from reference import CallError, Client, Flight, Token, TokenSource

from .mutation import breaks, replaces

NO_SHARED_CACHE = "client objects that do not share a cache do not share token requests either"
NO_SHARED_REQUEST = "scenarios of other rules also have calls that wait for one token request"


@breaks(
    "TP-1",
    "client-objects-share-a-token",
    "client-objects-share-a-renewal",
    overlap=("client-objects-wait-together",),
    because=NO_SHARED_CACHE,
    wide=True,
)
def token_for_each_client_object() -> None:
    """Each client object has its own cache."""
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
    """No token is cached."""
    replaces(TokenSource, "_store")(lambda store, self, token: store(self, None))


@breaks("TP-1", "an-error-of-the-api-leaves-the-token")
def errors_drop_the_token() -> None:
    """A 404 or 500 from the API drops the cached token."""

    @replaces(Client, "_read")
    def read(original: Any, self: Client, response: reference.Response) -> Any:
        if response[0] in {404, 500}:
            self._tokens._token = None
        return original(self, response)


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
    because=NO_SHARED_REQUEST,
    wide=True,
)
def each_caller_requests_a_token() -> None:
    """Callers without a token do not wait for a token request in flight."""

    @replaces(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        token = self._token
        if token is not None and token.is_fresh():
            return token
        flight = Flight()
        self._lead(flight)
        if flight.token is None:
            raise flight.error
        return flight.token


@breaks("TP-4", "those-who-wait-share-a-refusal", "those-who-wait-share-an-outage")
def failure_is_not_shared() -> None:
    """Callers that waited for a failed token request send their own, one after the other."""

    @replaces(TokenSource, "get")
    def get(original: Any, self: TokenSource) -> Token:
        while True:
            leads = self._flight is None
            try:
                return original(self)
            except CallError:
                if leads:
                    raise


@breaks("TP-4", "a-shared-failure-passes")
def failure_is_permanent() -> None:
    """After a token request without a response every later call fails."""
    failed: list[CallError] = []

    @replaces(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        if failed:
            raise failed[0]
        try:
            return original(self)
        except CallError as error:
            if error.status is None:
                failed.append(error)
            raise
