"""The token endpoint responds as Keycloak does."""

from __future__ import annotations

import base64
import binascii
import json

import httpx
import pytest

from persium_ext.sandbox import Sandbox, SandboxClient

from .conftest import Fetch

BAD_CLIENT = "Invalid client or Invalid client credentials"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_success(fetch: Fetch) -> None:
    """A valid request gets a token, with the members and header fields of Keycloak."""
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
    """A token is three base64url parts, and its claims have no ``exp``."""
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
        pytest.param({"scope": ""}, (400, "invalid_scope", "Invalid scopes: "), id="empty scope"),
        pytest.param(
            {"grant_type": ""},
            (400, "unsupported_grant_type", "Unsupported grant_type"),
            id="empty grant_type",
        ),
        pytest.param(
            {"grant_type": "password"},
            (400, "unsupported_grant_type", "Unsupported grant_type"),
            id="a grant of other clients",
        ),
    ],
)
def test_refusal(
    sandbox: Sandbox,
    http: httpx.Client,
    changes: dict[str, str | None],
    refusal: tuple[int, str, str],
) -> None:
    """An invalid request is refused with Keycloak's status, error and description."""
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id}
    form |= {"client_secret": sandbox.client_secret}
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    pairs = "&".join(f"{name}={_quoted(value)}" for name, value in sent.items())
    response = http.post(sandbox.token_url, content=pairs, headers=FORM)

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
    """A client without a service account is refused."""
    client = sandbox.add_client("no-service", service_account=False)

    response = fetch(client_id=client.client_id, client_secret=client.client_secret)

    assert response.status_code == 401
    assert response.json() == {
        "error": "unauthorized_client",
        "error_description": "Client not enabled to retrieve service account",
    }


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        pytest.param("email", "profile email", id="granted always"),
        pytest.param("address openid address", "profile email address openid", id="optional"),
    ],
)
def test_known_scope(fetch: Fetch, requested: str, granted: str) -> None:
    """A known scope is granted beside those that every token has."""
    assert fetch(scope=requested).json()["scope"] == granted


def test_rotated_secret(fetch: Fetch, sandbox: Sandbox) -> None:
    """After a rotation the old secret is refused, and the new one accepted."""
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


def test_broken_escape(sandbox: Sandbox, http: httpx.Client) -> None:
    """A form with a percent sign that was not escaped is refused, without an OAuth error code."""
    response = http.post(sandbox.token_url, content=b"client_secret=100%", headers=FORM)

    assert response.status_code == 500
    assert response.json()["error"] == "unknown_error"
    assert "Cache-Control" not in response.headers


def test_encoded_secret(http: httpx.Client) -> None:
    """A secret of any characters is decoded as a form encodes it."""
    client = SandboxClient(client_id="a", client_secret="päss w&r%t")
    with Sandbox(clients=[client]) as sandbox:
        form = "grant_type=client_credentials&client_id=a&client_secret=p%C3%A4ss+w%26r%25t"
        response = http.post(sandbox.token_url, content=form, headers=FORM)

    assert response.status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_method_is_refused(sandbox: Sandbox, http: httpx.Client, method: str) -> None:
    """Only POST is allowed, and the refusal is JSON."""
    response = http.request(method, sandbox.token_url)

    assert response.status_code == 405
    assert response.json() == {"error": "HTTP 405 Method Not Allowed"}


def test_options(sandbox: Sandbox, http: httpx.Client) -> None:
    """OPTIONS gets an empty response."""
    response = http.options(sandbox.token_url)

    assert (response.status_code, response.content) == (200, b"")
    assert "Content-Type" not in response.headers


def test_json_is_no_form(sandbox: Sandbox, http: httpx.Client) -> None:
    """A body of another media type is not a form."""
    response = http.post(sandbox.token_url, json={"grant_type": "client_credentials"})

    assert response.status_code == 400
    assert response.json()["error_description"] == "Missing form parameter: grant_type"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        pytest.param({}, 403, "Invalid origin", id="right"),
        pytest.param({"client_secret": "wrong"}, 401, "unauthorized_client", id="wrong secret"),
        pytest.param({"scope": "everything"}, 403, "Invalid origin", id="wrong scope"),
    ],
)
def test_origin(
    sandbox: Sandbox, http: httpx.Client, changes: dict[str, str], status: int, error: str
) -> None:
    """A request of a web page gets no token, once the client is known."""
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id}
    form |= {"client_secret": sandbox.client_secret, **changes}

    response = http.post(sandbox.token_url, data=form, headers={"Origin": "https://page.test"})

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert sandbox.tokens_issued == 0


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        pytest.param(
            "/realms/other/protocol/openid-connect/token", 404, "Realm does not exist", id="realm"
        ),
        pytest.param("/realms/persium/nothing", 404, "HTTP 404 Not Found", id="inside the realm"),
        pytest.param(
            "/realms/", 404, "Unable to find matching target resource method", id="no realm"
        ),
        pytest.param(
            "/auth/realms/persium/protocol/openid-connect/token",
            404,
            "Unable to find matching target resource method",
            id="path of old versions",
        ),
        pytest.param(
            "//realms/persium/protocol/openid-connect/token",
            400,
            "missingNormalization",
            id="two slashes",
        ),
    ],
)
def test_wrong_path(
    sandbox: Sandbox, http: httpx.Client, path: str, status: int, error: str
) -> None:
    """A wrong TOKEN_URL is refused as Keycloak does, and is not a token request."""
    response = http.post(sandbox.token_url.partition("/realms")[0] + path)

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert sandbox.token_requests == 0


def test_slash_at_the_end(sandbox: Sandbox, http: httpx.Client) -> None:
    """A slash after the token endpoint makes no difference."""
    response = http.post(f"{sandbox.token_url}/")

    assert response.json()["error"] == "invalid_request"
    assert sandbox.token_requests == 1


class TestBasicAuthentication:
    """``client_secret_basic`` (RFC 6749, section 2.3.1)."""

    def test_accepted(self, http: httpx.Client) -> None:
        """Identifier and secret are read from the header field, form-decoded."""
        client = SandboxClient(client_id="a:b", client_secret="s e/c:r%t")
        with Sandbox(clients=[client]) as sandbox:
            response = http.post(
                sandbox.token_url,
                data={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {_encoded('a%3Ab:s+e%2Fc%3Ar%25t')}"},
            )

        assert response.status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            pytest.param("basic YTpiYw==", id="lower case"),
            pytest.param("Basic   YTpiYw==", id="several blanks"),
            pytest.param("Basic YTpiYw", id="no padding"),
        ],
    )
    def test_lenience(self, http: httpx.Client, header: str) -> None:
        """Harmless deviations are accepted."""
        with Sandbox(clients=[SandboxClient(client_id="a", client_secret="bc")]) as sandbox:
            response = http.post(
                sandbox.token_url,
                data={"grant_type": "client_credentials"},
                headers={"Authorization": header},
            )

        assert response.status_code == 200

    def test_broken_escape(self, sandbox: Sandbox, http: httpx.Client) -> None:
        """A percent sign that was not escaped is refused, even beside a good form."""
        form = {"grant_type": "client_credentials", "client_id": sandbox.client_id}
        form |= {"client_secret": sandbox.client_secret}
        header = {"Authorization": f"Basic {_encoded('a:100%')}"}

        response = http.post(sandbox.token_url, data=form, headers=header)

        assert response.status_code == 400
        assert response.json() == {
            "error": "unauthorized_client",
            "error_description": "Unexpected error when authenticating client",
        }

    def test_form_takes_precedence(
        self, fetch: Fetch, sandbox: Sandbox, http: httpx.Client
    ) -> None:
        """A secret in the form takes precedence over the header field."""
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
            pytest.param("Basic \xe9", id="no ASCII"),
            pytest.param("Basic /w==", id="no UTF-8"),
            pytest.param("Basic YWJj", id="no colon"),
            pytest.param("Digest YTpi", id="another scheme"),
        ],
    )
    def test_malformed(self, sandbox: Sandbox, http: httpx.Client, header: str) -> None:
        """A header field that names no client counts as absent."""
        response = http.post(
            sandbox.token_url,
            data={"grant_type": "client_credentials"},
            headers={b"Authorization": header.encode("latin-1")},
        )

        assert response.json()["error"] == "invalid_client"


def _encoded(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()
