"""The token endpoint answers as Keycloak does."""

from __future__ import annotations

import base64
import binascii
import json

import httpx
import pytest

from persium_ext.sandbox import Sandbox, SandboxClient

from .conftest import Fetch

BAD_CLIENT = "Invalid client or Invalid client credentials"
SERVER_LOG = "For more on this error consult the server log at the debug level."


def test_success(fetch: Fetch) -> None:
    """A right request gets a token, with the members and headers of Keycloak."""
    response = fetch()

    answer = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    assert answer.pop("access_token").count(".") == 2
    assert answer == {
        "expires_in": 300,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": "profile email",
    }


def test_token_looks_signed_and_tells_no_expiry(fetch: Fetch) -> None:
    """A token is three base64url parts, and a client that decodes it finds no ``exp``."""
    token = fetch().json()["access_token"]

    header, claims, signature = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
    )
    assert json.loads(header)["alg"] == "RS256"
    assert "exp" not in json.loads(claims)
    assert len(signature) == 256


def test_each_token_is_new(fetch: Fetch, sandbox: Sandbox) -> None:
    """Two requests get two tokens, and are counted."""
    tokens = {fetch().json()["access_token"] for _ in range(2)}

    assert len(tokens) == sandbox.tokens_issued == sandbox.token_requests == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param(
            {"grant_type": None},
            (400, "invalid_request", "Missing form parameter: grant_type"),
            id="no grant_type",
        ),
        pytest.param(
            {"grant_type": "magic"},
            (400, "unsupported_grant_type", "Unsupported grant_type"),
            id="unknown grant_type",
        ),
        pytest.param(
            {"client_secret": "wrong"}, (401, "unauthorized_client", BAD_CLIENT), id="wrong secret"
        ),
        pytest.param(
            {"client_secret": "wröng\ud800"},
            (401, "unauthorized_client", BAD_CLIENT),
            id="odd secret",
        ),
        pytest.param(
            {"client_secret": ""}, (401, "unauthorized_client", BAD_CLIENT), id="empty secret"
        ),
        pytest.param(
            {"client_secret": None}, (401, "unauthorized_client", BAD_CLIENT), id="no secret"
        ),
        pytest.param(
            {"client_id": "nobody"}, (401, "invalid_client", BAD_CLIENT), id="unknown client"
        ),
        pytest.param({"client_id": None}, (401, "invalid_client", BAD_CLIENT), id="no client_id"),
        pytest.param(
            {"scope": "email everything"},
            (400, "invalid_scope", "Invalid scopes: email everything"),
            id="unknown scope",
        ),
        pytest.param(
            {"client_secret": "wrong", "scope": "everything"},
            (401, "unauthorized_client", BAD_CLIENT),
            id="the secret is judged before the scope",
        ),
    ],
)
def test_refusal(
    sandbox: Sandbox,
    http: httpx.Client,
    changes: dict[str, str | None],
    refusal: tuple[int, str, str],
) -> None:
    """A wrong request is refused with Keycloak's status, error and words, and gets no token."""
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id}
    form |= {"client_secret": sandbox.client_secret}
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    pairs = "&".join(f"{name}={_quoted(value)}" for name, value in sent.items())
    response = http.post(
        sandbox.token_url,
        content=pairs,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    status, error, description = refusal
    assert response.status_code == status
    assert response.json() == {"error": error, "error_description": description}
    assert sandbox.tokens_issued == 0


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="surrogatepass"))


def test_disabled_client(fetch: Fetch, sandbox: Sandbox) -> None:
    """A disabled client is refused as an unknown one is."""
    sandbox.client.enabled = False

    response = fetch()

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_client_without_service_account(fetch: Fetch, sandbox: Sandbox) -> None:
    """A client that may not use the grant is refused in Keycloak's words."""
    client = sandbox.add_client("no-service", service_account=False)

    response = fetch(client_id=client.client_id, client_secret=client.client_secret)

    assert response.status_code == 401
    assert response.json() == {
        "error": "unauthorized_client",
        "error_description": "Client not enabled to retrieve service account",
    }


def test_known_scope(fetch: Fetch) -> None:
    """A scope that may be asked for is granted beside the usual ones."""
    assert fetch(scope="address email").json()["scope"] == "address email profile"


def test_rotated_secret(fetch: Fetch, sandbox: Sandbox) -> None:
    """After a rotation the old secret is refused and the new one taken."""
    old = sandbox.client_secret

    new = sandbox.client.rotate_secret()

    assert fetch(client_secret=old).status_code == 401
    assert fetch(client_secret=new).status_code == 200
    assert sandbox.environ["CLIENT_SECRET"] == new != old


def test_duplicate_parameter(sandbox: Sandbox, http: httpx.Client) -> None:
    """A parameter that is sent twice is refused, once the client is known."""
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": [sandbox.client_secret, "another"],
    }

    response = http.post(sandbox.token_url, data=form)

    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_request",
        "error_description": "duplicated parameter",
    }


def test_get_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    """Only POST is allowed, and the refusal is JSON."""
    response = http.get(sandbox.token_url)

    assert response.status_code == 405
    assert response.json() == {
        "error": "HTTP 405 Method Not Allowed",
        "error_description": SERVER_LOG,
    }


def test_json_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    """A body that is not a form is refused by its media type."""
    response = http.post(sandbox.token_url, json={"grant_type": "client_credentials"})

    assert response.status_code == 415
    assert response.json()["error"] == "HTTP 415 Unsupported Media Type"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        pytest.param(
            "/realms/other/protocol/openid-connect/token", "Realm does not exist", id="realm"
        ),
        pytest.param("/realms/persium/protocol/token", "HTTP 404 Not Found", id="path"),
    ],
)
def test_wrong_address(sandbox: Sandbox, http: httpx.Client, path: str, error: str) -> None:
    """A wrong realm and a wrong path are told apart, and are no token requests."""
    response = http.post(httpx.URL(sandbox.token_url).copy_with(path=path), data={})

    assert response.status_code == 404
    assert response.json()["error"] == error
    assert sandbox.token_requests == 0


class TestBasicAuthentication:
    """``client_secret_basic`` (RFC 6749, section 2.3.1)."""

    def test_taken(self, http: httpx.Client) -> None:
        """Name and secret are taken from the header, form-decoded."""
        client = SandboxClient(client_id="a:b", client_secret="s e/c:r%t")
        with Sandbox(clients=[client]) as sandbox:
            response = http.post(
                sandbox.token_url,
                data={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {_encoded('a%3Ab:s+e%2Fc%3Ar%25t')}"},
            )

        assert response.status_code == 200

    def test_form_wins(self, fetch: Fetch, sandbox: Sandbox, http: httpx.Client) -> None:
        """A secret in the form is the one that counts."""
        response = http.post(
            sandbox.token_url,
            data={"grant_type": "client_credentials", "client_secret": "wrong"},
            auth=(sandbox.client_id, sandbox.client_secret),
        )

        assert response.json()["error"] == "unauthorized_client"
        assert fetch().status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            pytest.param("Basic %%%", id="no base64"),
            pytest.param("Basic /w==", id="no UTF-8"),
            pytest.param("Basic YWJj", id="no colon"),
            pytest.param("Digest YTpi", id="another scheme"),
        ],
    )
    def test_malformed(self, sandbox: Sandbox, http: httpx.Client, header: str) -> None:
        """A header that says no client is as good as none."""
        response = http.post(
            sandbox.token_url,
            data={"grant_type": "client_credentials"},
            headers={"Authorization": header},
        )

        assert response.json()["error"] == "invalid_client"


def _encoded(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()
