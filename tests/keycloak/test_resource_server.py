"""The API accepts Keycloak's tokens, and refuses all others with a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from persium_ext.sandbox import TokenRefusal

from .admin import Admin
from .realm import CUSTOMER, ELEVATED, RESOURCE_SERVER
from .resource_server import Introspection, Keys, ResourceServer
from .server import Keycloak

pytestmark = pytest.mark.keycloak

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CHALLENGE = 'Bearer realm="persium"'


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """An HTTP client that ignores the environment."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


Issue = Callable[..., str]


@pytest.fixture
def issue(keycloak: Keycloak, http: httpx.Client) -> Issue:
    """Request a client's token from Keycloak."""

    def token(client: str = CUSTOMER) -> str:
        own = keycloak.settings(client)
        form = {name: own[name] for name in ("client_id", "client_secret")}
        form["grant_type"] = "client_credentials"
        answer = http.post(keycloak.token_url, data=form).raise_for_status()
        return str(answer.json()["access_token"])

    return token


def call(api: ResourceServer, token: str) -> httpx.Response:
    """Call ``GET /me`` with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{api.api_base_url}/me", headers=headers, trust_env=False, timeout=30)


def refusal(answer: httpx.Response) -> str:
    """Return the reason of a refusal, which the body and the challenge share."""
    words = answer.json()["error_description"]
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        f'{CHALLENGE}, error="invalid_token", error_description="{words}"'
    )
    return str(words)


def test_me(api: ResourceServer, issue: Issue) -> None:
    """A valid token is accepted, and ``/me`` returns its claims."""
    token = issue()

    answer = call(api, token)

    claims = jwt.decode(token, options={"verify_signature": False})
    assert answer.status_code == 200
    assert answer.json() == {
        "client_id": CUSTOMER,
        "organisation_uuid": claims["organisation_uuid"],
        "label": claims["label"],
        "all_organisations": False,
    }


def test_elevated(api: ResourceServer, issue: Issue) -> None:
    """A client's permissions are read from its token."""
    assert call(api, issue(ELEVATED)).json()["all_organisations"] is True


def test_counts(api: ResourceServer, issue: Issue) -> None:
    """Accepted and refused calls are counted."""
    before = api.api_requests

    call(api, issue())
    call(api, "nonsense")

    assert api.api_requests == before + 2
    assert [exchange.status for exchange in api.exchanges[-2:]] == [200, 401]


def test_missing(api: ResourceServer, http: httpx.Client) -> None:
    """Without a token the challenge names no error (RFC 6750, section 3.1)."""
    answer = http.get(f"{api.api_base_url}/me")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


def _signed(token: str, key: Any, algorithm: str, **headers: str) -> str:
    """Sign the claims of *token* with another key."""
    kid = jwt.get_unverified_header(token)["kid"]
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid, **headers})


def _elevated(token: str) -> str:
    """Replace the claims, and keep the signature."""
    header, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    other = jwt.encode({**claims, "all_organisations": True}, "", algorithm="none")
    return f"{header}.{other.split('.')[1]}.{signature}"


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        pytest.param(
            lambda token: token[:-20] + "A" * 20,
            "The access token's signature is wrong",
            id="another signature",
        ),
        pytest.param(_elevated, "The access token's signature is wrong", id="other claims"),
        pytest.param(
            lambda token: _signed(token, KEY, "RS256"),
            "The access token's signature is wrong",
            id="another key under the realm's name",
        ),
        pytest.param(
            lambda token: _signed(token, KEY, "RS256", kid="mine"),
            "The access token's key is unknown",
            id="another key",
        ),
        pytest.param(
            lambda token: _signed(token, "", "none"),
            "The access token is not signed with RS256",
            id="alg none",
        ),
        pytest.param(
            lambda token: _signed(token, "a secret of thirty-two bytes....", "HS256"),
            "The access token is not signed with RS256",
            id="alg HS256",
        ),
        pytest.param(lambda token: token[1:], "The access token is malformed", id="broken off"),
        pytest.param(lambda _: "a.b.c", "The access token is malformed", id="not JSON"),
        pytest.param(lambda _: "nonsense", "The access token is malformed", id="not three parts"),
        pytest.param(lambda token: f"{token} x", "The access token is malformed", id="two words"),
    ],
)
def test_forged(api: ResourceServer, issue: Issue, forge: Callable[[str], str], words: str) -> None:
    """A token that Keycloak did not sign is refused."""
    assert refusal(call(api, forge(issue()))) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            {"issuer": "https://auth.test/realms/persium"},
            "The access token is another issuer's",
            id="issuer",
        ),
        pytest.param(
            {"client_id": "another-api"}, "The access token is for another API", id="audience"
        ),
    ],
)
def test_for_others(keycloak: Keycloak, issue: Issue, change: dict[str, str], words: str) -> None:
    """A token with a valid signature is refused if its claims are wrong."""
    own = keycloak.settings(RESOURCE_SERVER)
    settings = {
        "issuer": keycloak.issuer,
        "jwks_url": keycloak.jwks_url,
        "introspection_url": keycloak.introspection_url,
        "client_id": own["client_id"],
        "client_secret": own["client_secret"],
    }
    with ResourceServer(**(settings | change)) as another:
        answer = call(another, issue())

    assert refusal(answer) == words


def test_expired(
    api: ResourceServer, admin: Admin, issue: Issue, request: pytest.FixtureRequest
) -> None:
    """A token is accepted until the end of the realm's lifetime."""
    request.addfinalizer(lambda: admin.set_token_life(300))
    admin.set_token_life(2)
    token = issue()
    start = time.monotonic()

    answer = call(api, token)
    assert answer.status_code == 200
    while answer.status_code == 200 and time.monotonic() < start + 10:
        answer = call(api, token)

    assert refusal(answer) == "The access token expired"


def test_revoked(api: ResourceServer, admin: Admin, issue: Issue) -> None:
    """After a revocation the old token is refused, and a new one accepted."""
    old = issue()
    second = int(time.time())
    while int(time.time()) == second:  # not-before counts in whole seconds
        assert call(api, old).status_code == 200

    admin.revoke_all()

    assert refusal(call(api, old)) == "The access token was revoked"
    assert call(api, issue()).status_code == 200


def test_disabled(
    api: ResourceServer, admin: Admin, issue: Issue, request: pytest.FixtureRequest
) -> None:
    """The tokens of a disabled client are refused."""
    request.addfinalizer(lambda: admin.set_enabled(ELEVATED, enabled=True))
    token = issue(ELEVATED)

    admin.set_enabled(ELEVATED, enabled=False)

    assert refusal(call(api, token)) == "The access token was revoked"


class Scripted:
    """An HTTP client with prepared responses; None is a refused connection."""

    def __init__(self, *answers: httpx.Response | None) -> None:
        self.asked = 0
        self._answers = list(answers)
        self.http = httpx.Client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if answer := self._answers.pop(0):
            return answer
        raise httpx.ConnectError("refused", request=request)


ACTIVE = {"active": True}
INACTIVE = {"active": False}


@pytest.mark.parametrize("outage", [None, httpx.Response(503)], ids=["refused", "503"])
def test_outage(outage: httpx.Response | None) -> None:
    """During an outage the last result is used; a new token is judged by its signature."""
    down = Scripted(
        httpx.Response(200, json=ACTIVE), httpx.Response(200, json=INACTIVE), outage, outage, outage
    )
    introspection = Introspection(down.http, "http://keycloak.test")

    up = [introspection.active(token) for token in ("good", "revoked")]

    assert up == [True, False]
    assert [introspection.active(token) for token in ("good", "revoked", "new")] == [*up, True]


def test_wrong_introspection_client() -> None:
    """An API that may not use introspection is misconfigured: that is not an outage."""
    denied = Scripted(httpx.Response(401, json={"error": "invalid_client"}))

    with pytest.raises(httpx.HTTPStatusError, match="401"):
        Introspection(denied.http, "http://keycloak.test").active("token")


def test_new_key() -> None:
    """An unknown key is requested once more, and known keys are kept."""
    one, two = ({**_public_key(), "kid": kid} for kid in ("one", "two"))
    unfit = {"kid": "three", "kty": "RSA", "alg": "RSA-OAEP", "use": "enc"}
    server = Scripted(
        httpx.Response(200, json={"keys": [one, unfit]}),
        httpx.Response(200, json={"keys": [one, unfit, two]}),
        httpx.Response(200, json={"keys": [one, unfit, two]}),
        None,
    )
    keys = Keys(server.http, "http://keycloak.test")

    found = [keys.find(kid).key_id for kid in ("one", "one", "two", "one")]

    assert (found, server.asked) == (["one", "one", "two", "one"], 2)
    with pytest.raises(TokenRefusal, match="unknown"):
        keys.find("three")
    with pytest.raises(TokenRefusal, match="can't be had"):
        keys.find("four")


def _public_key() -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    return {**public, "use": "sig", "alg": "RS256"}
