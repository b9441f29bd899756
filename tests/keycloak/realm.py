"""The realm ``persium`` as data: its clients, their tokens' claims, and its event log."""

from __future__ import annotations

from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5

REALM: Final = "persium"
CUSTOMER: Final = "acme-corp-backend"
DISABLED: Final = "disabled-backend"
NO_SERVICE_ACCOUNT: Final = "no-service-account"
ELEVATED: Final = "persium-elevated"
SHORT_LIVED: Final = "short-lived"
ROTATING: Final = "rotating"
AWKWARD: Final = "awkward:backend"
RESOURCE_SERVER: Final = "resource-server"
TOKEN_LIFE: Final = 300
_CALLERS: Final[dict[str, dict[str, Any]]] = {
    CUSTOMER: {},
    DISABLED: {"enabled": False},
    NO_SERVICE_ACCOUNT: {"serviceAccountsEnabled": False},
    ELEVATED: {},
    SHORT_LIVED: {"attributes": {"access.token.lifespan": "35"}},
    ROTATING: {},
    AWKWARD: {},
}


def first_secret(client_id: str) -> str:
    """The secret of a client in a fresh realm, which listens on loopback only."""
    if client_id == AWKWARD:
        return 'not%41+a& real=;/?:"secret,ä€'
    return f"{client_id}-not-a-real-secret"


def realm() -> dict[str, Any]:
    """Return what Keycloak imports."""
    return {
        "realm": REALM,
        "enabled": True,
        "accessTokenLifespan": TOKEN_LIFE,
        "eventsEnabled": True,
        "eventsExpiration": 86_400,
        "enabledEventTypes": ["CLIENT_LOGIN", "CLIENT_LOGIN_ERROR"],
        "clients": [
            *(_caller(name, **special) for name, special in _CALLERS.items()),
            _client(RESOURCE_SERVER, serviceAccountsEnabled=False),
        ],
    }


def _caller(client_id: str, **special: Any) -> dict[str, Any]:
    claims = {
        "client_id": (client_id, "String"),
        "organisation_uuid": (str(uuid5(NAMESPACE_DNS, client_id)), "String"),
        "label": (f"{client_id} of the realm for tests", "String"),
        "all_organisations": (str(client_id == ELEVATED).lower(), "boolean"),
    }
    mappers = [_claim(name, value, kind) for name, (value, kind) in claims.items()]
    return _client(client_id, **{"protocolMappers": [*mappers, _audience()], **special})


def _client(client_id: str, **special: Any) -> dict[str, Any]:
    return {
        "clientId": client_id,
        "secret": first_secret(client_id),
        "enabled": True,
        "publicClient": False,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        **special,
    }


def _claim(name: str, value: str, kind: str) -> dict[str, Any]:
    config = {"claim.name": name, "claim.value": value, "jsonType.label": kind}
    return _mapper(name, "oidc-hardcoded-claim-mapper", config)


def _audience() -> dict[str, Any]:
    """Introspection is allowed to the audience of a token only."""
    return _mapper(
        "audience", "oidc-audience-mapper", {"included.client.audience": RESOURCE_SERVER}
    )


def _mapper(name: str, kind: str, config: dict[str, str]) -> dict[str, Any]:
    places = {"access.token.claim": "true", "introspection.token.claim": "true"}
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {**config, **places},
    }
