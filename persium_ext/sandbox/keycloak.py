"""Keycloak's responses (RFC 6749, sections 4.4 and 5), checked in Keycloak's order.

``tests/keycloak/test_same_answers.py`` compares them with a real server's.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote_plus

from .messages import Request, Response, json_response
from .tokens import SandboxClient

TOKEN_PATH: Final = "/realms/persium/protocol/openid-connect/token"  # noqa: S105  # a path
_BAD_CLIENT: Final = "Invalid client or Invalid client credentials"
_SCOPES: Final = frozenset(
    {"profile", "email", "openid", "address", "phone", "offline_access", "microprofile-jwt"}
)
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM: Final = "application/x-www-form-urlencoded"
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")

_Form = Mapping[str, list[str]]


class _BrokenEscapeError(Exception):
    """A percent sign was not escaped."""


def is_token_path(path: str) -> bool:
    """Tell whether *path* is the token endpoint; a slash at its end makes no difference."""
    return path in {TOKEN_PATH, f"{TOKEN_PATH}/"}


def respond(
    request: Request,
    *,
    clients: Mapping[str, SandboxClient],
    issue: Callable[[SandboxClient], str],
    life: int,
) -> Response:
    """Respond to a token request; *issue* is called when a token is granted."""
    if request.method == "OPTIONS":
        return Response(status=200)
    if request.method != "POST":
        return json_response(405, {"error": "HTTP 405 Method Not Allowed"})
    try:
        form = _read_form(request)
    except _BrokenEscapeError:
        description = "For more on this error consult the server log."
        return json_response(500, {"error": "unknown_error", "error_description": description})
    if "grant_type" not in form:
        return _oauth_error(400, "invalid_request", "Missing form parameter: grant_type")
    if form["grant_type"][0] != "client_credentials":
        return _oauth_error(400, "unsupported_grant_type", "Unsupported grant_type")
    client = _authenticated(request, form, clients)
    if isinstance(client, Response):
        return client
    return _refused(request, form, client) or _success(client, form, issue, life)


def elsewhere(request: Request) -> Response:
    """Respond for a path that is neither the token endpoint nor the API's."""
    path = request.path
    if "//" in path:
        body = {"error": "missingNormalization", "error_description": "Request path not normalized"}
        return json_response(400, body, {"Content-Type": "application/json; charset=UTF-8"})
    _, root, realm, *_ = [*path.split("/"), "", ""]
    if root != "realms" or not realm:
        return json_response(404, {"error": "Unable to find matching target resource method"})
    if realm != "persium":
        return json_response(404, {"error": "Realm does not exist"})
    return json_response(404, {"error": "HTTP 404 Not Found"})


def credentials_of(request: Request) -> tuple[str, str | None]:
    """Return the client's id and secret as sent; no id where they can't be read."""
    try:
        return _credentials(_read_form(request), request.headers.get("Authorization", ""))
    except _BrokenEscapeError:
        return "", None


def _authenticated(
    request: Request, form: _Form, clients: Mapping[str, SandboxClient]
) -> SandboxClient | Response:
    try:
        client_id, secret = _credentials(form, request.headers.get("Authorization", ""))
    except _BrokenEscapeError:
        description = "Unexpected error when authenticating client"
        return _oauth_error(400, "unauthorized_client", description)
    client = clients.get(client_id)
    if client is None or not client.enabled:
        return _oauth_error(401, "invalid_client", _BAD_CLIENT)
    if secret is None or not client.owns(secret):
        return _oauth_error(401, "unauthorized_client", _BAD_CLIENT)
    return client


def _refused(request: Request, form: _Form, client: SandboxClient) -> Response | None:
    if "Origin" in request.headers:  # a browser's, and no web page is registered
        return json_response(403, {"error": "Invalid origin"}, _NO_STORE)
    if any(len(values) > 1 for values in form.values()):
        return _oauth_error(400, "invalid_request", "duplicated parameter")
    if not client.service_account:
        description = "Client not enabled to retrieve service account"
        return _oauth_error(401, "unauthorized_client", description)
    return None


def _success(
    client: SandboxClient, form: _Form, issue: Callable[[SandboxClient], str], life: int
) -> Response:
    requested = form.get("scope", ["email"])[0]
    scopes = requested.split(" ")
    if not _SCOPES.issuperset(scopes):
        return _oauth_error(400, "invalid_scope", f"Invalid scopes: {requested}")
    value = {
        "access_token": issue(client),
        "expires_in": life,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": " ".join(dict.fromkeys(["profile", "email", *scopes])),
    }
    return json_response(200, value, _NO_STORE)


def _oauth_error(status: int, error: str, description: str) -> Response:
    return json_response(status, {"error": error, "error_description": description}, _NO_STORE)


def _read_form(request: Request) -> _Form:
    """Return each parameter with its values; a body of another media type is not a form."""
    if request.headers.get("Content-Type", "").partition(";")[0] != _FORM:
        return {}
    form: dict[str, list[str]] = {}
    for pair in request.body.decode("utf-8", errors="replace").removesuffix("&").split("&"):
        name, _, value = pair.partition("=")
        form.setdefault(_decoded(name), []).append(_decoded(value))
    return form


def _credentials(form: _Form, authorization: str) -> tuple[str, str | None]:
    """Return the client's id and secret; the form takes precedence over ``Authorization``."""
    client_id, secret = _basic(authorization)
    return form.get("client_id", [client_id])[0], form.get("client_secret", [secret])[0]


def _basic(authorization: str) -> tuple[str, str | None]:
    """Read ``client_secret_basic``, whose parts are form-encoded (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = " ".join(authorization.split()).partition(" ")
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except ValueError:  # not Base64, or not UTF-8
        return "", None
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        return "", None
    return _decoded(client_id), _decoded(secret)


def _decoded(text: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise _BrokenEscapeError
    return unquote_plus(text)
