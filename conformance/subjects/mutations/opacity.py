"""TP-10: the contents of a token are read."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import quote

import reference
from reference import CallError, Token, TokenSource

from .mutation import breaks, replaces


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _inspect(inspect: Any) -> None:
    """Let *inspect* replace each new token."""

    @replaces(TokenSource, "_read")
    def read(original: Any, self: TokenSource, response: reference.Response, sent: float) -> Token:
        return inspect(original(self, response, sent))


@breaks(
    "TP-10",
    "a-jwt-that-looks-expired-is-used",
    "a-jwt-that-looks-short-is-kept",
    "a-jwt-that-looks-lasting-is-renewed",
    wide=True,
)
def expiry_from_inside() -> None:
    """The expiry of a JWT is its claim exp."""

    def inspect(token: Token) -> Token:
        try:
            lifetime = _claims(token.value)["exp"] - time.time()
        except (IndexError, ValueError, KeyError):
            return token
        difference = lifetime - (token.expires_at - time.monotonic())
        # exp is in whole seconds: a small difference is rounding
        unchanged = abs(difference) < 3
        return token if unchanged else Token(token.value, token.expires_at + difference)

    _inspect(inspect)


@breaks("TP-10", "a-jwt-that-is-not-valid-yet-is-used")
def start_from_inside() -> None:
    """A JWT whose claim nbf is in the future is an error."""

    def inspect(token: Token) -> Token:
        parts = token.value.split(".")
        if len(parts) == 3 and parts[0] != "eyJ-" and _claims(token.value)["nbf"] > time.time() + 9:
            raise CallError("the token is not valid yet", stage="token")
        return token

    _inspect(inspect)


@breaks("TP-10", "no-jwt-at-all", "a-long-token", "every-legal-character")
def needs_three_parts() -> None:
    """A token without dots is an error."""

    def inspect(token: Token) -> Token:
        if token.value.count(".") != 2:
            raise CallError("the token is not a JWT", stage="token")
        return token

    _inspect(inspect)


@breaks("TP-10", "three-parts-that-are-no-jwt")
def decodes_what_has_dots() -> None:
    """A token with two dots must be a JWT."""

    def inspect(token: Token) -> Token:
        if token.value.count(".") == 2:
            _claims(token.value)
        return token

    _inspect(inspect)


@breaks("TP-10", "every-legal-character")
def quotes_the_token() -> None:
    """The token is percent-encoded."""
    _inspect(lambda token: Token(quote(token.value, safe=""), token.expires_at))


@breaks("TP-10", "a-long-token")
def cuts_the_token() -> None:
    """A token is cut after 2,000 characters."""
    _inspect(lambda token: Token(token.value[:2000], token.expires_at))
