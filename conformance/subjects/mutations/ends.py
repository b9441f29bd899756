"""TP-6 and TP-7: a second 401 and a refused secret end a call."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from ._mutation import breaks, instead

REFUSED_SECRETS = (
    "wrong-secret-is-final",
    "unknown-client-is-final",
    "refusal-without-json-is-final",
    "refusal-at-renewal-is-final",
)


@breaks(
    "TP-6",
    "second-refusal-is-final",
    "second-refusal-is-final-with-a-token-in-hand",
    "refused-burst-ends",
    "works-again-after-the-final-refusal",
    "both-challenges-are-reported",
    wide=True,
)
def third_try() -> None:
    """After a second 401 there is another round."""

    @instead(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        try:
            return original(self, path)
        except CallError as error:
            if error.status != 401 or error.stage != "api":
                raise
            original(self, path)
            raise


@breaks("TP-6", "refusal-then-forbidden-is-final")
def forbidden_after_refusal_goes_on() -> None:
    """A 403 to the repeated call leads to a third try."""
    seen: list[int] = []

    @instead(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Answer:
        answer = original(self, path, token)
        seen.append(answer[0])
        if seen[-2:] == [401, 403]:
            return original(self, path, token)
        return answer


@breaks("TP-6", "works-again-after-the-final-refusal")
def final_refusal_is_for_ever() -> None:
    """After a final 401 no call is made any more."""
    failed: list[CallError] = []

    @instead(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        if failed:
            raise failed[0]
        try:
            return original(self, path)
        except CallError as error:
            if error.status == 401 and error.stage == "api":
                failed.append(error)
            raise


@breaks("TP-6", "both-challenges-are-reported")
def challenges_are_not_reported() -> None:
    """The error says nothing of them."""

    @instead(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Answer:
        status, _, body = original(self, path, token)
        return status, "", body


@breaks(
    "TP-7",
    "invalid-request-is-final",
    "invalid-scope-is-final",
    "refusal-with-retry-after-is-final",
    *REFUSED_SECRETS,
    wide=True,
)
def refused_secret_is_tried_again() -> None:
    """A 400 or 401 of the token endpoint leads to a second request."""

    @instead(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        try:
            return original(self)
        except CallError as error:
            if error.status not in {400, 401}:
                raise
            return original(self)


@breaks("TP-7", *REFUSED_SECRETS)
def other_authentication_is_tried() -> None:
    """After a 401 of the token endpoint the client tries HTTP Basic."""

    @instead(reference, "send")
    def send(original: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        answer = original(method, url, headers, body)
        if method == "POST" and answer[0] == 401:
            basic = b64encode(b"id:other").decode()
            return original(method, url, {**headers, "Authorization": f"Basic {basic}"}, body)
        return answer
