"""TP-6 and TP-7: a second 401 and rejected credentials are final."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from .mutation import breaks, replaces

REJECTED_SECRETS = (
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
    """After a second 401 the call is repeated again."""

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        try:
            return original(self, path)
        except CallError as error:
            if error.status != 401 or error.stage != "api":
                raise
            original(self, path)
            raise


@breaks("TP-6", "refusal-then-forbidden-is-final")
def forbidden_after_401_is_retried() -> None:
    """After a 403 to the repeated call there is a third request."""
    seen: list[int] = []

    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        response = original(self, path, token)
        seen.append(response[0])
        if seen[-2:] == [401, 403]:
            return original(self, path, token)
        return response


@breaks("TP-6", "works-again-after-the-final-refusal")
def final_401_is_permanent() -> None:
    """After a final 401 every later call fails."""
    failed: list[CallError] = []

    @replaces(Client, "get")
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
    """The error does not contain the challenges."""

    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        status, _, body = original(self, path, token)
        return status, "", body


@breaks(
    "TP-7",
    "invalid-request-is-final",
    "invalid-scope-is-final",
    "refusal-with-retry-after-is-final",
    *REJECTED_SECRETS,
    wide=True,
)
def rejected_secret_is_retried() -> None:
    """A 400 or 401 from the token endpoint is retried."""

    @replaces(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        try:
            return original(self)
        except CallError as error:
            if error.status not in {400, 401}:
                raise
            return original(self)


@breaks("TP-7", *REJECTED_SECRETS)
def other_authentication_is_tried() -> None:
    """After a 401 from the token endpoint the client retries with HTTP Basic."""

    @replaces(reference, "send")
    def send(original: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        response = original(method, url, headers, body)
        if method == "POST" and response[0] == 401:
            basic = b64encode(b"id:other").decode()
            return original(method, url, {**headers, "Authorization": f"Basic {basic}"}, body)
        return response
