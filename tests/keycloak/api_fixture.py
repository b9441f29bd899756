"""The API before the session's Keycloak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .realm import RESOURCE_SERVER
from .resource_server import ResourceServer
from .server import Keycloak


@pytest.fixture(scope="session")
def api(keycloak: Keycloak) -> Iterator[ResourceServer]:
    """A running API that takes the tokens of the session's Keycloak."""
    own = keycloak.settings(RESOURCE_SERVER)
    with ResourceServer(
        issuer=keycloak.issuer,
        jwks_url=keycloak.jwks_url,
        introspection_url=keycloak.introspection_url,
        client_id=own["client_id"],
        client_secret=own["client_secret"],
    ) as running:
        yield running
