"""The issued tokens: their clients, and whether they are still valid."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from .clients import SandboxClient
from .messages import dump

_KEPT: Final = 10_000


@dataclass(slots=True)
class _Issued:
    client: SandboxClient
    expires: float
    revoked: bool = False


class TokenRefusal(Exception):  # noqa: N818  # a response, not a failure
    """A token is refused; the message is the reason (``error_description``)."""


class TokenJudge(Protocol):
    """Decides which client a token belongs to, and whether it is valid."""

    def client_of(self, token: str) -> SandboxClient:
        """Return the client that *token* was issued to.

        Raises:
            TokenRefusal: It is not valid.
        """
        ...


class IssuedTokens:
    """The tokens of a sandbox; of very many, the oldest are forgotten.

    *clock* returns seconds from any start and never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[str, _Issued] = {}
        self._lock = threading.Lock()
        self.count = 0

    def issue(self, client: SandboxClient, *, life: float) -> str:
        """Return a new token that is valid for *life* seconds."""
        token = _signed_looking()
        with self._lock:
            self.count += 1
            self._tokens[token] = _Issued(client, self._clock() + life)
            if len(self._tokens) > _KEPT:
                del self._tokens[next(iter(self._tokens))]
        return token

    def client_of(self, token: str) -> SandboxClient:
        """Return the client that *token* was issued to.

        Raises:
            TokenRefusal: It is unknown, was revoked, or has expired.
        """
        issued = self._tokens.get(token)
        if issued is None:
            raise TokenRefusal("The access token is unknown")
        if issued.revoked:
            raise TokenRefusal("The access token was revoked")
        if self._clock() >= issued.expires:
            raise TokenRefusal("The access token expired")
        return issued.client

    def revoke(self, client_id: str | None) -> None:
        """Revoke the tokens of one client, or all of them."""
        with self._lock:
            for issued in self._tokens.values():
                issued.revoked |= client_id in {None, issued.client.client_id}


def _signed_looking() -> str:
    """Return what looks like a signed token, without a claim that a client could use (``exp``)."""
    claims = {"jti": secrets.token_hex(16), "typ": "Bearer"}
    parts = dump({"alg": "RS256", "typ": "JWT"}), dump(claims), secrets.token_bytes(256)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
