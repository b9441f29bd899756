"""TP-10: who looks into a token."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import quote

import reference
from reference import CallError, Token, TokenSource

from ._mutation import breaks, instead


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _look(look: Any) -> None:
    """Let *look* change a token that came."""

    @instead(TokenSource, "_read")
    def read(original: Any, self: TokenSource, answer: reference.Answer, sent: float) -> Token:
        return look(original(self, answer, sent))


@breaks(
    "TP-10",
    "a-jwt-that-looks-expired-is-used",
    "a-jwt-that-looks-short-is-kept",
    "a-jwt-that-looks-lasting-is-renewed",
    wide=True,
)
def expiry_from_inside() -> None:
    """The token's life is its exp, where it has one."""

    def look(token: Token) -> Token:
        try:
            life = _claims(token.value)["exp"] - time.time()
        except (IndexError, ValueError, KeyError):
            return token
        told = token.expires_at - time.monotonic()
        # exp is in whole seconds: one that says the same is no other
        return token if abs(life - told) < 3 else Token(token.value, time.monotonic() + life)

    _look(look)


@breaks("TP-10", "a-jwt-that-is-not-valid-yet-is-used")
def start_from_inside() -> None:
    """A token whose nbf is to come is an error."""

    def look(token: Token) -> Token:
        parts = token.value.split(".")
        if len(parts) == 3 and parts[0] != "eyJ-" and _claims(token.value)["nbf"] > time.time() + 9:
            raise CallError("the token is not valid yet", stage="token")
        return token

    _look(look)


@breaks("TP-10", "no-jwt-at-all", "a-long-token", "every-legal-character")
def needs_three_parts() -> None:
    """A token without dots is an error."""

    def look(token: Token) -> Token:
        if token.value.count(".") != 2:
            raise CallError("that is no JWT", stage="token")
        return token

    _look(look)


@breaks("TP-10", "three-parts-that-are-no-jwt")
def decodes_what_has_dots() -> None:
    """A token with two dots has to be a JWT."""

    def look(token: Token) -> Token:
        if token.value.count(".") == 2:
            _claims(token.value)
        return token

    _look(look)


@breaks("TP-10", "every-legal-character")
def quotes_the_token() -> None:
    """The token is percent-encoded."""
    _look(lambda token: Token(quote(token.value, safe=""), token.expires_at))


@breaks("TP-10", "a-long-token")
def cuts_the_token() -> None:
    """A token has room for 2,000 characters."""
    _look(lambda token: Token(token.value[:2000], token.expires_at))
