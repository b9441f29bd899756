"""The Persium API as a resource server: it accepts the tokens that a real Keycloak signed.

A token holds if its RS256 signature is that of one of the realm's keys, it is a bearer token of
that issuer for this API (``iss``, ``aud``, ``typ``), it has not expired, and Keycloak's
introspection calls it active (RFC 7662), which tells what a signature can't: that a token was
revoked, by ``not-before`` or with its client.

While Keycloak can't be asked, signature, issuer, audience and expiry still judge, and a token that
introspection refused before stays refused. So an outage of Keycloak is none of the API.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx
import jwt

from persium_ext.sandbox import Sandbox, SandboxClient, TokenRefusal

_CLAIMS: Final = ("client_id", "organisation_uuid", "label", "all_organisations")
_WORDS: Final[dict[type[Exception], str]] = {
    jwt.ExpiredSignatureError: "The access token expired",
    jwt.InvalidIssuerError: "The access token is another issuer's",
    jwt.InvalidAudienceError: "The access token is for another API",
    jwt.InvalidSignatureError: "The access token's signature is wrong",
    jwt.InvalidAlgorithmError: "The access token is not signed with RS256",
    jwt.MissingRequiredClaimError: "The access token lacks a claim",
}


class ResourceServer(Sandbox):
    """The API on loopback, behind a Keycloak; it counts and scripts responses like a sandbox.

    Args:
        issuer: What ``iss`` must be.
        jwks_url: Where the realm's keys are; read when it starts, and for a key it does not know.
        introspection_url: Where to ask whether a token was revoked.
        client_id: The API's own name at Keycloak, and the audience that a token must have.
        client_secret: Its secret.
    """

    def __init__(
        self,
        *,
        issuer: str,
        jwks_url: str,
        introspection_url: str,
        client_id: str,
        client_secret: str,
    ) -> None:
        # No connection outlives its answer, so that a Keycloak that was restarted finds none.
        http = httpx.Client(
            auth=(client_id, client_secret),
            trust_env=False,
            timeout=5,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self._keys = Keys(http, jwks_url)
        super().__init__(
            tokens=KeycloakTokens(
                issuer=issuer,
                audience=client_id,
                keys=self._keys,
                introspection=Introspection(http, introspection_url),
            )
        )

    def start(self) -> Self:
        """Read the realm's keys, and listen.

        Raises:
            httpx.HTTPError: The keys can't be had.
        """
        self._keys.fetch()
        return super().start()


class KeycloakTokens:
    """Verifies the tokens of one realm."""

    def __init__(
        self, *, issuer: str, audience: str, keys: Keys, introspection: Introspection
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._introspection = introspection

    def client_of(self, token: str) -> SandboxClient:
        """Return the client of *token*, from its claims.

        Raises:
            TokenRefusal: It is forged, another's, expired or revoked.
        """
        try:
            claims = self._claims(token)
        except jwt.InvalidTokenError as error:
            words = _WORDS.get(type(error), "The access token is malformed")
            raise TokenRefusal(words) from error
        if not self._introspection.active(token):
            raise TokenRefusal("The access token was revoked")
        return SandboxClient(**{name: claims[name] for name in _CLAIMS})

    def _claims(self, token: str) -> dict[str, Any]:
        key = self._keys.find(jwt.get_unverified_header(token).get("kid"))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            issuer=self._issuer,
            audience=self._audience,
            options={"require": ["exp", "iat", *_CLAIMS]},
        )
        if claims.get("typ") != "Bearer":
            raise TokenRefusal("The token is no access token")
        return claims


class Keys:
    """The realm's public keys (RFC 7517), read again if a key is unknown."""

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self._url = url
        self._known: dict[str | None, jwt.PyJWK] = {}

    def fetch(self) -> None:
        """Read the keys again, without those for encryption."""
        answer = self._http.get(self._url).raise_for_status().json()
        keys = [key for key in answer["keys"] if key["use"] == "sig"]
        self._known = {key.key_id: key for key in jwt.PyJWKSet(keys).keys}

    def find(self, kid: str | None) -> jwt.PyJWK:
        """Return a key.

        Raises:
            TokenRefusal: There is none of that name, or Keycloak can't be asked.
        """
        if kid not in self._known:
            try:
                self.fetch()
            except httpx.TransportError as error:
                raise TokenRefusal("The access token's key can't be had") from error
        if kid not in self._known:
            raise TokenRefusal("The access token's key is unknown")
        return self._known[kid]


@dataclass(frozen=True, slots=True)
class _Answer:
    asked: float
    active: bool


class Introspection:
    """Token introspection at Keycloak (RFC 7662).

    Requests that arrive while a question is under way share the next one: a thousand calls with one
    token cost Keycloak a few questions, and none of them gets an answer older than itself.
    """

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self._url = url
        self._lock = threading.Lock()
        self._answers: dict[str, _Answer] = {}

    def active(self, token: str) -> bool:
        """Return whether *token* is active; during an outage the last result, else True."""
        arrived = time.monotonic()
        with self._lock:
            known = self._answers.get(token, _Answer(asked=0, active=True))
            if known.asked < arrived:
                known = _Answer(time.monotonic(), self._ask(token, known.active))
                self._answers[token] = known
            return known.active

    def _ask(self, token: str, last: bool) -> bool:  # noqa: FBT001  # an answer, not a switch
        try:
            response = self._http.post(self._url, data={"token": token})
        except httpx.TransportError:
            return last
        if response.is_server_error:
            return last
        return bool(response.raise_for_status().json()["active"])
