"""Where the server of a run is, as its clients need to know it."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Literal, NamedTuple

Scheme = Literal["http", "https"]

CLIENT_ID = "acme-corp-backend"
CLIENT_SECRET = "not-a-real-secret"  # noqa: S105  # the server takes any


class Site(NamedTuple):
    """The addresses of one server under one scheme, and what a client of it needs.

    Attributes:
        scheme: ``http`` or ``https``.
        port: Its port on loopback.
        token: The token that its API accepts.
        authority: Path of the certificates of authorities, one of which has signed the server's.
    """

    scheme: Scheme
    port: int
    token: str
    authority: str

    @property
    def base_url(self) -> str:
        """The base URL of the API."""
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def me(self) -> str:
        """The URL of the operation that is measured."""
        return f"{self.base_url}/me"

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.base_url}/token"

    @property
    def records(self) -> str:
        """The URL of the lists, without the name of one."""
        return f"{self.base_url}/records"

    @property
    def bearer(self) -> dict[str, str]:
        """The header field that the API needs."""
        return {"Authorization": f"Bearer {self.token}"}

    def tls(self) -> ssl.SSLContext:
        """Build a context that trusts the authorities of a browser, and that of the run."""
        return ssl.create_default_context(cafile=self.authority)

    def environment(self) -> dict[str, str]:
        """Return the variables from which a program reads the settings."""
        return {
            "TOKEN_URL": self.token_url,
            "API_BASE_URL": self.base_url,
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": CLIENT_SECRET,
            "SSL_CERT_FILE": self.authority,
            "REQUESTS_CA_BUNDLE": self.authority,
            "TOKEN": self.token,
        }

    def certificate(self) -> bytes:
        """Return the certificates of the authorities."""
        return Path(self.authority).read_bytes()
