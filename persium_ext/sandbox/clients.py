"""The clients that the sandbox knows, and their secrets."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from functools import partial

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
