"""Secrets and tokens that are easy to find, and tokens that try to mislead."""

from __future__ import annotations

import json
import secrets
import string
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

_LETTERS = string.ascii_letters + string.digits


def core() -> str:
    """Return letters and digits that stand nowhere by chance, and that no text encoding changes."""
    return "".join(secrets.choice(_LETTERS) for _ in range(28))


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token that was issued.

    Attributes:
        number: 1 for the first.
        value: What the API has to get.
        core: The part of it that is searched for.
        issued: When its request arrived (seconds, steady clock).
        expires_in: Seconds, as the answer said.
    """

    number: int
    value: str
    core: str
    issued: float
    expires_in: float


def token_text(shape: str, mark: str, expires_in: float) -> str:
    """Return a token of *shape* that has *mark* in it.

    ``jwt`` a JWT whose times are those of the answer; ``opaque`` letters and digits; ``symbols``
    every character that RFC 6750 allows; ``long`` 4,000 characters; ``dots`` three parts, none of
    them Base64 or JSON; ``expired``, ``ending``, ``lasting`` and ``early``: a JWT whose own times
    say that it is over, ends in 5 s, lasts for a day, or is not valid yet.
    """
    match shape:
        case "opaque":
            return mark
        case "symbols":
            return f"a-._~+/{mark}0=="
        case "long":
            return mark + "x" * (4_000 - len(mark))
        case "dots":
            return f"eyJ-.~~~~.{mark}"
        case _:
            return _jwt(shape, mark, int(expires_in))


def _jwt(shape: str, mark: str, life: int) -> str:
    now = int(time.time())
    start, end = {
        "jwt": (now, now + life),
        "expired": (now - 7_200, now - 3_600),
        "ending": (now - 295, now + 5),
        "lasting": (now, now + 86_400),
        "early": (now + 3_600, now + 7_200),
    }[shape]
    claims = {"iss": "judge", "iat": start, "nbf": start, "exp": end, "azp": "acme-corp-backend"}
    return f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}.{mark}"


def _part(claims: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
