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
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


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
        pytest.param({"scope": ""}, (400, "invalid_scope", "Invalid scopes: "), id="empty scope"),
        pytest.param(
            {"scope": "email  profile"},
            (400, "invalid_scope", "Invalid scopes: email  profile"),
            id="a blank too many",
        ),
        pytest.param(
            {"scope": "email\tprofile\n"},
            (400, "invalid_scope", "Invalid scopes: emailprofile"),
            id="control characters are not repeated",
        ),
        pytest.param(
            {"grant_type": ""},
            (400, "unsupported_grant_type", "Unsupported grant_type"),
            id="empty grant_type",
        ),
        pytest.param(
            {"grant_type": "password", "client_secret": "wrong"},
            (401, "unauthorized_client", BAD_CLIENT),
            id="a known grant needs a good client first",
        ),
        pytest.param(
            {"grant_type": "password", "scope": "everything"},
            (400, "unauthorized_client", "Client not allowed for direct access grants"),
            id="a known grant that the client may not use",
        ),
        pytest.param(
            {"grant_type": JWT_BEARER},
            (400, "invalid_grant", "Missing parameter:assertion"),
            id="a known grant that lacks a parameter",
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
    """A client that may not use the grant is refused in Keycloak's words."""
    client = sandbox.add_client("no-service", service_account=False)

    response = fetch(client_id=client.client_id, client_secret=client.client_secret)

    assert response.status_code == 401
    assert response.json() == {
        "error": "unauthorized_client",
        "error_description": "Client not enabled to retrieve service account",
    }


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        pytest.param("email", "profile email", id="one of the usual ones"),
        pytest.param("address phone address", "profile email address phone", id="others"),
        pytest.param("roles organization", "profile email", id="some are not told"),
        pytest.param("address  ", "profile email address", id="blanks at the end"),
        pytest.param("  ", "profile email", id="only blanks"),
        pytest.param("x" * 4001, "profile email", id="too long to be read"),
    ],
)
def test_known_scope(fetch: Fetch, asked: str, granted: str) -> None:
    """A scope that may be asked for is granted beside the usual ones."""
    assert fetch(scope=asked).json()["scope"] == granted


def test_openid(fetch: Fetch) -> None:
    """Who asks for ``openid`` gets an ID token, which is no access token."""
    answer = fetch(scope="openid").json()

    claims = answer["id_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["typ"] == "ID"
    assert answer["id_token"] != answer["access_token"]


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


@pytest.mark.parametrize(
    ("sent", "status", "answer"),
    [
        pytest.param(
            b"client_secret=100%",
            500,
            {
                "error": "unknown_error",
                "error_description": "For more on this error consult the server log.",
            },
            id="broken escape",
        ),
        pytest.param(
            b"&".join(b"x%d=" % number for number in range(1001)),
            500,
            {
                "error": "unknown_error",
                "error_description": "For more on this error consult the server log.",
            },
            id="too many parameters",
        ),
        pytest.param(
            b"client_secret=" + b"x" * 131_073,
            413,
            {"error": "HTTP 413 Request Entity Too Large"},
            id="too long a value",
        ),
    ],
)
def test_unreadable_form(
    sandbox: Sandbox, http: httpx.Client, sent: bytes, status: int, answer: object
) -> None:
    """A form that can't be read is refused before it is looked at, and not in OAuth's words."""
    response = http.post(sandbox.token_url, content=sent, headers=FORM)

    assert (response.status_code, response.json()) == (status, answer)
    assert "Cache-Control" not in response.headers


@pytest.mark.parametrize(
    ("charset", "secret"),
    [
        pytest.param("", "p%C3%A4ss+w%26rt", id="UTF-8 unless told"),
        pytest.param("; charset=ISO-8859-1", "p%E4ss+w%26rt", id="ISO-8859-1"),
        pytest.param("; charset=windows-1252", "p%E4ss+w%26rt", id="windows-1252"),
    ],
)
def test_charset(http: httpx.Client, charset: str, secret: str) -> None:
    """Escapes are read in the charset that the media type names."""
    client = SandboxClient(client_id="a", client_secret="päss w&rt")
    with Sandbox(clients=[client]) as sandbox:
        response = http.post(
            sandbox.token_url,
            content=f"grant_type=client_credentials&client_id=a&client_secret={secret}",
            headers={"Content-Type": FORM["Content-Type"] + charset},
        )

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"grant_type=client%5Fcredentials", 500, id="with escapes"),
        pytest.param(b"grant_type=client_credentials", 401, id="without"),
    ],
)
def test_unknown_charset(sandbox: Sandbox, http: httpx.Client, sent: bytes, status: int) -> None:
    """A charset that is not known matters where something is to be read in it."""
    headers = {"Content-Type": f"{FORM['Content-Type']}; charset=nonsense"}

    assert http.post(sandbox.token_url, content=sent, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_method_is_refused(sandbox: Sandbox, http: httpx.Client, method: str) -> None:
    """Only POST is allowed, and the refusal is JSON."""
    response = http.request(method, sandbox.token_url)

    assert response.status_code == 405
    assert response.json() == {"error": "HTTP 405 Method Not Allowed"}


def test_options(sandbox: Sandbox, http: httpx.Client) -> None:
    """OPTIONS is answered with nothing."""
    response = http.options(sandbox.token_url)

    assert (response.status_code, response.content) == (200, b"")
    assert "Content-Type" not in response.headers


def test_json_is_no_form(sandbox: Sandbox, http: httpx.Client) -> None:
    """What is sent as another media type is not read."""
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
    """A browser's page gets no token, once the client is known."""
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id}
    form |= {"client_secret": sandbox.client_secret, **changes}

    response = http.post(sandbox.token_url, data=form, headers={"Origin": "https://page.test"})

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert sandbox.tokens_issued == 0


NOT_FOUND = (404, "HTTP 404 Not Found")
NO_RESOURCE = (404, "Unable to find matching target resource method")


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        pytest.param(
            "POST",
            "/realms/other/protocol/openid-connect/token",
            (404, "Realm does not exist"),
            id="realm",
        ),
        pytest.param(
            "POST", "/realms/persium/protocol/token", (404, "Protocol not found"), id="protocol"
        ),
        pytest.param(
            "POST",
            "/realms/persium/protocol/openid-connect/tokens",
            (405, "HTTP 405 Method Not Allowed"),
            id="endpoint",
        ),
        pytest.param(
            "GET", "/realms/persium/protocol/openid-connect/tokens", NOT_FOUND, id="endpoint, GET"
        ),
        pytest.param("POST", "/realms/persium/protocol", NOT_FOUND, id="no protocol"),
        pytest.param("POST", "/realms/persium/nothing", NOT_FOUND, id="inside the realm"),
        pytest.param("POST", "/realms/", NO_RESOURCE, id="no realm"),
        pytest.param(
            "POST",
            "/auth/realms/persium/protocol/openid-connect/token",
            NO_RESOURCE,
            id="where old versions have it",
        ),
        pytest.param(
            "POST",
            "/realms/persium//protocol/openid-connect/token",
            (400, "missingNormalization"),
            id="two slashes",
        ),
        pytest.param(
            "POST",
            "//realms/persium/protocol/openid-connect/token",
            (400, "missingNormalization"),
            id="two slashes at the start",
        ),
    ],
)
def test_wrong_address(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, answer: tuple[int, str]
) -> None:
    """Each way to be in the wrong place has its words, and is no token request."""
    origin = sandbox.token_url.partition("/realms")[0]

    response = http.request(method, origin + path)

    assert (response.status_code, response.json()["error"]) == answer
    assert sandbox.token_requests == 0


def test_slash_at_the_end(sandbox: Sandbox, http: httpx.Client) -> None:
    """A slash after the token endpoint changes nothing."""
    response = http.post(f"{sandbox.token_url}/")

    assert response.json()["error"] == "invalid_request"
    assert sandbox.token_requests == 1


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

    @pytest.mark.parametrize(
        "header",
        [
            pytest.param("basic YTpiYw==", id="lower case"),
            pytest.param("Basic   YTpiYw==", id="several blanks"),
            pytest.param("Basic YTpiYw", id="no padding"),
        ],
    )
    def test_lenience(self, http: httpx.Client, header: str) -> None:
        """What can be understood is taken."""
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
