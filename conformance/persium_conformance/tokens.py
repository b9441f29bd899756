"""Tokens that can be found in any output, some of them with misleading contents."""

from __future__ import annotations

import json
import secrets
import string
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

_LETTERS = string.ascii_letters + string.digits


def random_marker() -> str:
    """Return random letters and digits: unique, and unchanged by text encodings."""
    return "".join(secrets.choice(_LETTERS) for _ in range(28))


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token that was issued.

    Attributes:
        number: 1 for the first token.
        value: The complete token.
        marker: The part of it that is searched for.
        issued: When its request arrived (seconds, monotonic clock).
        expires_in: Seconds, as in the response.
    """

    number: int
    value: str
    marker: str
    issued: float
    expires_in: float


def token_text(kind: str, marker: str, expires_in: float) -> str:
    """Return a token of this *kind* that contains *marker*.

    ``jwt``: a JWT with the lifetime of the response; ``opaque``: letters and digits; ``symbols``:
    every character that RFC 6750 allows; ``long``: 4,000 characters; ``dots``: three parts, none of
    them Base64 or JSON; ``expired``, ``ending``, ``lasting`` and ``early``: a JWT whose claims
    differ from the response: expired, valid for 5 s, valid for a day, or not yet valid.
    """
    match kind:
        case "opaque":
            return marker
        case "symbols":
            return f"a-._~+/{marker}0=="
        case "long":
            return marker + "x" * (4_000 - len(marker))
        case "dots":
            return f"eyJ-.~~~~.{marker}"
        case _:
            return _jwt(kind, marker, int(expires_in))


def _jwt(kind: str, marker: str, lifetime: int) -> str:
    now = int(time.time())
    start, end = {
        "jwt": (now, now + lifetime),
        "expired": (now - 7_200, now - 3_600),
        "ending": (now - 295, now + 5),
        "lasting": (now, now + 86_400),
        "early": (now + 3_600, now + 7_200),
    }[kind]
    claims = {"iss": "judge", "iat": start, "nbf": start, "exp": end, "azp": "acme-corp-backend"}
    return f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.{marker}"


def _part(claims: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
