"""An administrator of Keycloak, who uses its admin REST API."""

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
        self._token = ""
        self._renew_at = 0.0

    def logins(self, client_id: str) -> int:
        """Return how many tokens Keycloak issued to a client, by its own log."""
        return self._events("CLIENT_LOGIN", client_id)

    def login_errors(self, client_id: str) -> int:
        """Return how many token requests of a client Keycloak refused."""
        return self._events("CLIENT_LOGIN_ERROR", client_id)

    def clear_events(self) -> None:
        """Empty the log."""
        self._call("DELETE", "/events")

    def set_token_life(self, seconds: int) -> None:
        """Set the lifetime of the realm's new tokens."""
        self._call("PUT", "", json={"accessTokenLifespan": seconds})

    def require_https(self, whom: str) -> None:
        """Refuse plain http from ``all`` or from ``external`` addresses, which is the default."""
        self._call("PUT", "", json={"sslRequired": whom})

    def revoke_all(self) -> None:
        """Revoke every token that was issued before this second."""
        self._call("PUT", "", json={"notBefore": int(time.time())})

    def rotate_secret(self, client_id: str) -> str:
        """Replace the secret of a client, and return the new one."""
        path = f"/clients/{self._internal_id(client_id)}/client-secret"
        secret = str(self._call("POST", path).json()["value"])
        self._keycloak.secrets[client_id] = secret
        return secret

    def set_enabled(self, client_id: str, *, enabled: bool) -> None:
        """Enable or disable a client."""
        self._call("PUT", f"/clients/{self._internal_id(client_id)}", json={"enabled": enabled})

    def _events(self, kind: str, client_id: str) -> int:
        found = self._call(
            "GET", "/events", params={"type": kind, "client": client_id, "max": 10_000}
        )
        return len(found.json())

    def _internal_id(self, client_id: str) -> str:
        return str(self._call("GET", "/clients", params={"clientId": client_id}).json()[0]["id"])

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(base_url=self._keycloak.http_url, trust_env=False, timeout=30) as client:
            return client.request(
                method,
                f"/admin/realms/{REALM}{path}",
                headers={"Authorization": f"Bearer {self._fresh_token(client)}"},
                **options,
            ).raise_for_status()

    def _fresh_token(self, client: httpx.Client) -> str:
        """Return the administrator's token, valid for a minute: checking a password is slow."""
        if time.monotonic() > self._renew_at:
            form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN}
            response = client.post(
                "/realms/master/protocol/openid-connect/token",
                data={**form, "password": self._keycloak.admin_password},
            )
            given = response.raise_for_status().json()
            self._token = str(given["access_token"])
            self._renew_at = time.monotonic() + given["expires_in"] - 15
        return self._token
