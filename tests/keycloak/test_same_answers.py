"""The sandbox and Keycloak send equal responses to the same requests."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from persium_ext.sandbox import Sandbox, SandboxClient

from .asked import OTHERWISE, REQUESTS, Asked
from .realm import AWKWARD, CUSTOMER, DISABLED, ELEVATED, NO_SERVICE_ACCOUNT
from .server import Keycloak

pytestmark = pytest.mark.keycloak

THAT_MATTER = ("Content-Type", "Cache-Control", "Pragma", "WWW-Authenticate", "Allow", "Location")


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """An HTTP client that ignores the environment."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def sandbox(keycloak: Keycloak) -> Iterator[Sandbox]:
    """A sandbox with the realm's clients."""
    clients = [
        SandboxClient(
            client_id=name,
            client_secret=keycloak.settings(name)["client_secret"],
            enabled=name != DISABLED,
            service_account=name != NO_SERVICE_ACCOUNT,
        )
        for name in (CUSTOMER, DISABLED, NO_SERVICE_ACCOUNT, ELEVATED, AWKWARD)
    ]
    with Sandbox(clients=clients) as running:
        yield running


def answer(http: httpx.Client, origin: str, asked: Asked) -> dict[str, object]:
    """Send a request, and return the parts of the response that matter."""
    response = http.request(
        asked.method, origin + asked.path, headers=asked.headers, content=asked.body
    )
    return {
        "status": response.status_code,
        **{name: response.headers.get(name) for name in THAT_MATTER},
        "body": members(response.text),
    }


def members(text: str) -> object:
    """Read a body, without what differs between tokens and realms."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    for name in {"access_token", "id_token"} & set(body):
        body[name] = f"{body[name].count('.') + 1} parts"
    if "scope" in body:
        body["scope"] = sorted(body["scope"].split())  # Keycloak's order is that of random ids
    if "expires_in" in body:
        body["expires_in"] = round(body["expires_in"], -1)  # it counts from another second at times
    if "not-before-policy" in body:
        body["not-before-policy"] = type(body["not-before-policy"]).__name__
    return body


def both(
    http: httpx.Client, keycloak: Keycloak, sandbox: Sandbox, asked: Asked
) -> tuple[dict[str, object], dict[str, object]]:
    """Send the request to Keycloak, then to the sandbox."""
    origin = sandbox.token_url.partition("/realms")[0]
    return answer(http, keycloak.http_url, asked), answer(http, origin, asked)


@pytest.mark.parametrize("asked", REQUESTS.values(), ids=list(REQUESTS))
def test_same_answer(
    http: httpx.Client, keycloak: Keycloak, sandbox: Sandbox, asked: Asked
) -> None:
    """Status, relevant header fields and body are equal."""
    real, played = both(http, keycloak, sandbox, asked)

    assert played == real


@pytest.mark.parametrize("asked", OTHERWISE.values(), ids=list(OTHERWISE))
def test_other_answer(
    http: httpx.Client, keycloak: Keycloak, sandbox: Sandbox, asked: Asked
) -> None:
    """Known differences still differ; one that is gone belongs to the other table."""
    real, played = both(http, keycloak, sandbox, asked)

    assert played != real


def test_table_is_not_vacuous(http: httpx.Client, keycloak: Keycloak, sandbox: Sandbox) -> None:
    """The responses include each status that a client can get here, and a token."""
    statuses = {
        name: answer(http, keycloak.http_url, REQUESTS[name])["status"]
        for name in ("right", "awkward secret", "basic", "wrong secret", "no grant_type", "GET")
    }

    assert list(statuses.values()) == [200, 200, 200, 401, 400, 405]
