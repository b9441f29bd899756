"""TP-5: what a 401 and a 403 of the API lead to."""

from __future__ import annotations

from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from ._mutation import breaks, instead

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
    because="those scenarios go through a 401 that is answered with a new token",
    wide=True,
)
def refusal_is_final() -> None:
    """A 401 drops the token, and the call fails."""

    @instead(Client, "get")
    def get(_: Any, self: Client, path: str) -> Any:
        token = self._tokens.get()
        answer = self._send(path, token)
        if answer[0] == 401:
            self._tokens.forget(token)
        return self._read(answer)


def _refused_if(refused: Any) -> None:
    """Let *refused* say of answer and token whether the first try was refused."""

    @instead(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Answer:
        status, challenge, body = original(self, path, token)
        if status == 401 and not refused(challenge, token):
            status = 418
        return status, challenge, body


@breaks("TP-5", "refusal-without-a-challenge")
def refusal_needs_a_challenge() -> None:
    """A 401 without WWW-Authenticate is just an error."""
    _refused_if(lambda challenge, _: bool(challenge))


@breaks("TP-5", "first-token-is-refused")
def fresh_token_is_never_renewed() -> None:
    """Only a token that has worked before is renewed."""
    worked: set[str] = set()

    @instead(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Answer:
        status, challenge, body = original(self, path, token)
        if status == 200:
            worked.add(token.value)
        return (status if status != 401 or token.value in worked else 418), challenge, body


@breaks(
    "TP-5",
    "refused-burst-costs-one-token",
    "late-refusal-leaves-the-newer-token",
)
def each_refusal_costs_a_token() -> None:
    """Each call that is refused asks for a token of its own."""

    @instead(TokenSource, "forget")
    def forget(_: Any, self: TokenSource, token: Token) -> None:
        newer = self._fetch()
        with self._lock:
            self._keep(newer)


@breaks("TP-5", "late-refusal-leaves-the-newer-token")
def late_refusal_drops_the_newer_token() -> None:
    """A 401 drops whatever token is there."""

    @instead(TokenSource, "forget")
    def forget(_: Any, self: TokenSource, token: Token) -> None:
        self._token = None


@breaks("TP-5", "forbidden-is-not-refused", "forbidden-leaves-the-token")
def forbidden_is_taken_for_refused() -> None:
    """A first 403 leads to a new token."""

    @instead(Client, "get")
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
    """A 401 leads to a new token once in a life."""
    renewals: list[Token] = []

    @instead(TokenSource, "forget")
    def forget(original: Any, self: TokenSource, token: Token) -> None:
        if not renewals:
            original(self, token)
        renewals.append(token)


@breaks("TP-5", "no-new-token-no-second-try")
def refused_token_is_tried_again() -> None:
    """If there is no new token, the refused one is sent once more."""

    @instead(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        old = self._tokens._token
        try:
            return original(self, path)
        except CallError as error:
            if error.stage == "token" and old is not None:
                self._send(path, old)
            raise
