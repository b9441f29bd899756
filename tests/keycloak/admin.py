"""What an administrator of Keycloak does, over its admin REST API."""

from __future__ import annotations

import time
from typing import Any

import httpx

from .realm import REALM
from .server import ADMIN, Keycloak


class Admin:
    """Changes the realm of a running Keycloak, and reads its event log."""

    def __init__(self, keycloak: Keycloak) -> None:
        self._keycloak = keycloak

    def logins(self, client_id: str) -> int:
        """Tokens that Keycloak gave to a client, by its own log."""
        return self._events("CLIENT_LOGIN", client_id)

    def login_errors(self, client_id: str) -> int:
        """Token requests that it refused."""
        return self._events("CLIENT_LOGIN_ERROR", client_id)

    def clear_events(self) -> None:
        """Empty the log."""
        self._call("DELETE", "/events")

    def set_token_life(self, seconds: int) -> None:
        """Let new tokens of the realm live for so long."""
        self._call("PUT", "", json={"accessTokenLifespan": seconds})

    def revoke_all(self) -> None:
        """Revoke every token that was issued before this second."""
        self._call("PUT", "", json={"notBefore": int(time.time())})

    def rotate_secret(self, client_id: str) -> str:
        """Give a client a new secret, and return it; the old one is refused from now on."""
        path = f"/clients/{self._internal_id(client_id)}/client-secret"
        secret = str(self._call("POST", path).json()["value"])
        self._keycloak.secrets[client_id] = secret
        return secret

    def set_enabled(self, client_id: str, *, enabled: bool) -> None:
        """Switch a client on or off."""
        self._call("PUT", f"/clients/{self._internal_id(client_id)}", json={"enabled": enabled})

    def _events(self, kind: str, client_id: str) -> int:
        found = self._call(
            "GET", "/events", params={"type": kind, "client": client_id, "max": 10_000}
        )
        return len(found.json())

    def _internal_id(self, client_id: str) -> str:
        return str(self._call("GET", "/clients", params={"clientId": client_id}).json()[0]["id"])

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        root = self._keycloak.http_url
        with httpx.Client(trust_env=False, timeout=30) as client:
            asked = client.post(
                f"{root}/realms/master/protocol/openid-connect/token",
                data={
                    "grant_type": "password",
                    "client_id": "admin-cli",
                    "username": ADMIN,
                    "password": self._keycloak.admin_password,
                },
            )
            token = asked.raise_for_status().json()["access_token"]
            answer = client.request(
                method,
                f"{root}/admin/realms/{REALM}{path}",
                headers={"Authorization": f"Bearer {token}"},
                **options,
            )
            return answer.raise_for_status()
