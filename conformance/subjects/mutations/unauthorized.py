"""TP-5: the reaction to a 401 or 403 from the API."""

from __future__ import annotations

from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from .mutation import breaks, replaces

FINAL = (
    "second-refusal-is-final",
    "second-refusal-is-final-with-a-token-in-hand",
    "refused-burst-ends",
    "refusal-then-forbidden-is-final",
    "works-again-after-the-final-refusal",
    "both-challenges-are-reported",
)


@breaks(
    "TP-5",
    "refused-token-is-renewed-once",
    "first-token-is-refused",
    "refusal-without-a-challenge",
    "refused-burst-costs-one-token",
    "late-refusal-leaves-the-newer-token",
    "each-call-may-be-repeated",
    overlap=(
        "client-objects-share-a-renewal",
        "life-is-read-each-time",
        *FINAL,
        "refusal-at-renewal-is-final",
    ),
    because="those scenarios need a new token after a 401",
    wide=True,
)
def first_401_is_final() -> None:
    """A 401 drops the token, and the call fails."""

    @replaces(Client, "get")
    def get(_: Any, self: Client, path: str) -> Any:
        token = self._tokens.get()
        response = self._send(path, token)
        if response[0] == 401:
            self._tokens.invalidate(token)
        return self._read(response)


def _rejected_if(rejected: Any) -> None:
    """Handle a 401 by the policy only if *rejected* returns true for challenge and token."""

    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        status, challenge, body = original(self, path, token)
        if status == 401 and not rejected(challenge, token):
            status = 418
        return status, challenge, body


@breaks("TP-5", "refusal-without-a-challenge")
def challenge_is_required() -> None:
    """After a 401 without WWW-Authenticate the call fails."""
    _rejected_if(lambda challenge, _: bool(challenge))


@breaks("TP-5", "first-token-is-refused")
def fresh_token_is_never_renewed() -> None:
    """Only a token that was accepted before is renewed."""
    accepted: set[str] = set()

    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        status, challenge, body = original(self, path, token)
        if status == 200:
            accepted.add(token.value)
        return (status if status != 401 or token.value in accepted else 418), challenge, body


@breaks(
    "TP-5",
    "refused-burst-costs-one-token",
    "late-refusal-leaves-the-newer-token",
)
def each_401_requests_a_token() -> None:
    """Each call that gets a 401 requests its own token."""

    @replaces(TokenSource, "invalidate")
    def invalidate(_: Any, self: TokenSource, token: Token) -> None:
        newer = self._fetch()
        with self._lock:
            self._store(newer)


@breaks("TP-5", "late-refusal-leaves-the-newer-token")
def late_401_drops_the_newer_token() -> None:
    """A 401 drops the cached token, even a newer one."""

    @replaces(TokenSource, "invalidate")
    def invalidate(_: Any, self: TokenSource, token: Token) -> None:
        self._token = None


@breaks("TP-5", "forbidden-is-not-refused", "forbidden-leaves-the-token")
def forbidden_is_handled_like_401() -> None:
    """After a 403 the call is repeated with a new token."""

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        try:
            return original(self, path)
        except CallError as error:
            if error.status != 403:
                raise
            self._tokens._token = None
            return original(self, path)


@breaks("TP-5", "each-call-may-be-repeated")
def one_renewal_for_each_process() -> None:
    """Only the first 401 of a process leads to a new token."""
    renewals: list[Token] = []

    @replaces(TokenSource, "invalidate")
    def invalidate(original: Any, self: TokenSource, token: Token) -> None:
        if not renewals:
            original(self, token)
        renewals.append(token)


@breaks("TP-5", "no-new-token-no-second-try")
def rejected_token_is_sent_again() -> None:
    """If no new token can be obtained, the rejected one is sent again."""

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        old = self._tokens._token
        try:
            return original(self, path)
        except CallError as error:
            if error.stage == "token" and old is not None:
                self._send(path, old)
            raise
