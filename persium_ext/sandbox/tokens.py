"""The clients that the sandbox knows, the tokens that it issued, and which of them are valid."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from .messages import dump

_KEPT: Final = 10_000
_ORGANISATIONS = uuid.UUID("5b1f6a0e-6a1f-5f53-9d5c-0f6a3f7f2d11")
_new_secret = partial(secrets.token_urlsafe, 24)


@dataclass(kw_only=True)
class SandboxClient:
    """A client of the sandbox; a changed attribute is in force from the next request on.

    Attributes:
        client_id: Its identifier.
        client_secret: Its secret, random unless given.
        organisation_uuid: The organisation it acts for; derived from *client_id* unless given.
        label: Its ``label`` in ``GET /me``.
        all_organisations: True for Persium's elevated clients only.
        enabled: False: Keycloak refuses it as unknown.
        service_account: False: it may not use the client credentials grant.
    """

    client_id: str
    client_secret: str = field(default_factory=_new_secret, repr=False)
    organisation_uuid: str = ""
    label: str = "Acme Corp sandbox backend"
    all_organisations: bool = False
    enabled: bool = True
    service_account: bool = True

    def __post_init__(self) -> None:
        if not self.organisation_uuid:
            self.organisation_uuid = str(uuid.uuid5(_ORGANISATIONS, self.client_id))

    def rotate_secret(self) -> str:
        """Replace the secret, and return the new one; tokens stay valid."""
        self.client_secret = _new_secret()
        return self.client_secret

    def owns(self, secret: str) -> bool:
        """Tell whether *secret* is this client's, in a time that does not depend on it."""
        return hmac.compare_digest(self.client_secret.encode(), secret.encode(errors="replace"))


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
        """Return the client of *token*, unless it is unknown, revoked or expired."""
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
