"""The API: who is calling, and which tokens are valid."""

from __future__ import annotations

import uuid

import httpx
import pytest

from persium_ext.sandbox import Sandbox, SandboxClient, TokenRefusal
from persium_ext.sandbox.tokens import IssuedTokens

from .conftest import Clock, Fetch
from .documents import document, media

CHALLENGE = 'Bearer realm="persium"'


def test_me(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """``/me`` describes the client whose token it sees."""
    response = http.get(f"{sandbox.api_base_url}/me", headers=bearer)

    assert response.status_code == 200
    assert response.json() == {
        "client_id": sandbox.client_id,
        "organisation_uuid": sandbox.client.organisation_uuid,
        "label": "Acme Corp sandbox backend",
        "all_organisations": False,
    }


def test_clients_are_told_apart(fetch: Fetch, sandbox: Sandbox, http: httpx.Client) -> None:
    """Another client has another organisation, and its own label and rights."""
    other = sandbox.add_client("elevated", all_organisations=True)
    other.label = "Persium itself"
    token = fetch(client_id="elevated", client_secret=other.client_secret).json()["access_token"]

    me = http.get(f"{sandbox.api_base_url}/me", headers={"Authorization": f"bearer {token}"}).json()

    assert me["client_id"] == "elevated"
    assert me["label"] == "Persium itself"
    assert me["all_organisations"] is True
    assert uuid.UUID(me["organisation_uuid"]) != uuid.UUID(sandbox.client.organisation_uuid)


def test_organisation_is_always_the_same() -> None:
    """The organisation depends on nothing but the client's name."""
    first, second = SandboxClient(client_id="a"), SandboxClient(client_id="a")

    assert first.organisation_uuid == second.organisation_uuid
    assert first.client_secret != second.client_secret


def test_organisation_can_be_given() -> None:
    """A client can act for an organisation of the test's choice."""
    organisation = "8d2f1a3e-1234-4c1b-9999-abcdefabcdef"

    client = SandboxClient(client_id="a", organisation_uuid=organisation)

    assert client.organisation_uuid == organisation


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        pytest.param([], CHALLENGE, id="missing"),
        pytest.param([("Authorization", "Basic YTpi")], "malformed", id="another scheme"),
        pytest.param([("Authorization", "Bearer")], "malformed", id="no token"),
        pytest.param([("Authorization", "Bearer a")] * 2, "malformed", id="twice"),
        pytest.param([("Authorization", "Bearer a.b.c")], "unknown", id="unknown"),
    ],
)
def test_unauthorized(
    sandbox: Sandbox, http: httpx.Client, headers: list[tuple[str, str]], challenge: str
) -> None:
    """A request without a valid token is refused with a challenge (RFC 6750, section 3)."""
    response = http.get(f"{sandbox.api_base_url}/me", headers=headers)

    told = response.headers["WWW-Authenticate"]
    assert response.status_code == 401
    assert told.startswith(CHALLENGE)
    assert challenge in told
    assert ('error="invalid_token"' in told) is bool(headers)
    assert set(response.json()) == {"error", "error_description"}


def test_expired(
    sandbox: Sandbox, http: httpx.Client, clock: Clock, bearer: dict[str, str]
) -> None:
    """A token is valid for exactly its lifetime."""
    clock.now += 299.9
    before = http.get(f"{sandbox.api_base_url}/me", headers=bearer)
    clock.now += 0.1
    after = http.get(f"{sandbox.api_base_url}/me", headers=bearer)

    assert before.status_code == 200
    assert after.status_code == 401
    assert "expired" in after.headers["WWW-Authenticate"]


def test_token_life(fetch: Fetch, sandbox: Sandbox) -> None:
    """``expires_in`` is the lifetime in whole seconds."""
    sandbox.token_life = 35.5

    assert fetch().json()["expires_in"] == 35


def test_revoked(sandbox: Sandbox, http: httpx.Client, fetch: Fetch) -> None:
    """Revoking refuses the tokens issued so far, and no later one."""
    old = fetch().json()["access_token"]
    sandbox.revoke_tokens()
    new = fetch().json()["access_token"]

    url = f"{sandbox.api_base_url}/me"
    refused = http.get(url, headers={"Authorization": f"Bearer {old}"})
    assert refused.status_code == 401
    assert "revoked" in refused.headers["WWW-Authenticate"]
    assert http.get(url, headers={"Authorization": f"Bearer {new}"}).status_code == 200


def test_revoked_for_one_client(
    sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]
) -> None:
    """Revoking the tokens of another client changes nothing for this one."""
    sandbox.revoke_tokens("another")
    spared = http.get(f"{sandbox.api_base_url}/me", headers=bearer)
    sandbox.revoke_tokens(sandbox.client_id)
    refused = http.get(f"{sandbox.api_base_url}/me", headers=bearer)

    assert (spared.status_code, refused.status_code) == (200, 401)


class OneToken:
    """A judge that accepts one token."""

    def client_of(self, token: str) -> SandboxClient:
        """Accept the one token."""
        if token != "sesame":
            raise TokenRefusal("The access token is not sesame")
        return SandboxClient(client_id="ali")


def test_another_judge(http: httpx.Client) -> None:
    """A token judge decides alone who is calling, and why a token is refused."""
    with Sandbox(tokens=OneToken()) as sandbox:
        url = f"{sandbox.api_base_url}/me"
        taken = http.get(url, headers={"Authorization": "Bearer sesame"})
        refused = http.get(url, headers={"Authorization": "Bearer thyme"})

    assert taken.json()["client_id"] == "ali"
    assert refused.json()["error_description"] == "The access token is not sesame"
    assert (taken.status_code, refused.status_code) == (200, 401)


def test_oldest_tokens_are_forgotten(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """A sandbox that runs for months does not grow."""
    monkeypatch.setattr("persium_ext.sandbox.tokens._KEPT", 2)
    tokens = IssuedTokens(clock)
    client = SandboxClient(client_id="a")
    first, second, third = (tokens.issue(client, life=1) for _ in range(3))

    with pytest.raises(TokenRefusal, match="unknown"):
        tokens.client_of(first)
    assert tokens.client_of(second) is tokens.client_of(third) is client
    assert tokens.count == 3


def test_unknown_path(sandbox: Sandbox, http: httpx.Client) -> None:
    """A path that is not in the document is not found, inside the API and beside it."""
    inside = http.get(f"{sandbox.api_base_url}/nothing")
    token = http.post(f"{sandbox.api_base_url}/token")
    beside = http.get(httpx.URL(sandbox.api_base_url).copy_with(path="/"))

    assert [r.status_code for r in (inside, token, beside)] == [404, 404, 404]
    assert inside.json() == {"error": "Not Found"}


def test_method_not_allowed(sandbox: Sandbox, http: httpx.Client) -> None:
    """Another method is refused, and ``Allow`` has those that exist."""
    response = http.delete(f"{sandbox.api_base_url}/me")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"


def test_head(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """HEAD has the length of GET's body, and no body."""
    got = http.get(f"{sandbox.api_base_url}/me", headers=bearer)
    head = http.head(f"{sandbox.api_base_url}/me", headers=bearer)

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(got.content))


def test_other_operations_take_a_token_too(http: httpx.Client) -> None:
    """The response of an operation that needs a token is its example, whoever calls."""
    paths: dict[str, object] = {"/w": {"get": {"responses": {"200": media({"example": 7})}}}}
    with Sandbox(document=document(paths)) as sandbox:
        client = sandbox.add_client("other")
        form = {"grant_type": "client_credentials", "client_id": client.client_id}
        form |= {"client_secret": client.client_secret}
        issued = http.post(sandbox.token_url, data=form).json()["access_token"]
        url = f"{sandbox.api_base_url}/w"
        answer = http.get(url, headers={"Authorization": f"Bearer {issued}"})

    assert answer.json() == 7
    assert sandbox.operation_requests == {"fetchToken": 1, "GET /w": 1}
