"""What Keycloak's token endpoint answers (RFC 6749, sections 4.4 and 5), in Keycloak's order."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote_plus

from ._clients import SandboxClient
from ._message import Reply, Request, json_reply

TOKEN_PATH: Final = "/realms/persium/protocol/openid-connect/token"  # noqa: S105  # no secret, a path
_SCOPES: Final = ("profile", "email", "openid", "address", "phone", "roles", "web-origins", "acr")
_SERVER_LOG: Final = "For more on this error consult the server log at the debug level."
_BAD_CLIENT: Final = "Invalid client or Invalid client credentials"
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Form = Mapping[str, list[str]]


def answer(
    request: Request,
    *,
    clients: Mapping[str, SandboxClient],
    issue: Callable[[SandboxClient], str],
    life: int,
) -> Reply:
    """Answer a token request; *issue* is called when there is a token to be had."""
    if request.method != "POST":
        return failure(405, "HTTP 405 Method Not Allowed")
    if request.headers.get_content_type() != "application/x-www-form-urlencoded":
        return failure(415, "HTTP 415 Unsupported Media Type")
    form = parse_qs(request.body.decode("utf-8", errors="replace"), keep_blank_values=True)
    client_id, secret = _credentials(form, request.headers.get("Authorization"))
    if refused := _refused_grant(form):
        return refused
    client = clients.get(client_id)
    if client is None or not client.enabled:
        return _oauth_error(401, "invalid_client", _BAD_CLIENT)
    refused = (
        _refused_client(client, secret)
        or _refused_form(form)
        or _refused_service(client)
        or _refused_scope(form)
    )
    return refused or _success(issue(client), form, life)


def failure(status: int, error: str) -> Reply:
    """Answer as Keycloak does outside OAuth: unknown paths, methods and media types."""
    return json_reply(status, {"error": error, "error_description": _SERVER_LOG})


def elsewhere(path: str) -> Reply:
    """Answer for a path under ``/realms/`` that is not the token endpoint."""
    if path.startswith("/realms/persium/"):
        return failure(404, "HTTP 404 Not Found")
    return failure(404, "Realm does not exist")


def _credentials(form: Form, authorization: str | None) -> tuple[str, str | None]:
    """Take the client's name and secret; the form wins over ``Authorization: Basic``."""
    client_id, secret = _basic(authorization or "")
    return form.get("client_id", [client_id])[0], form.get("client_secret", [secret])[0]


def _basic(authorization: str) -> tuple[str, str | None]:
    """Read ``client_secret_basic``, whose parts are form-encoded (RFC 6749, section 2.3.1)."""
    scheme, _, credentials = authorization.partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", None
    name, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        return "", None
    return unquote_plus(name), unquote_plus(secret)


def _refused_grant(form: Form) -> Reply | None:
    if "grant_type" not in form:
        return _oauth_error(400, "invalid_request", "Missing form parameter: grant_type")
    if form["grant_type"][0] != "client_credentials":
        return _oauth_error(400, "unsupported_grant_type", "Unsupported grant_type")
    return None


def _refused_client(client: SandboxClient, secret: str | None) -> Reply | None:
    if secret is None or not client.owns(secret):
        return _oauth_error(401, "unauthorized_client", _BAD_CLIENT)
    return None


def _refused_form(form: Form) -> Reply | None:
    if any(len(values) > 1 for values in form.values()):
        return _oauth_error(400, "invalid_request", "duplicated parameter")
    return None


def _refused_service(client: SandboxClient) -> Reply | None:
    if client.service_account:
        return None
    words = "Client not enabled to retrieve service account"
    return _oauth_error(401, "unauthorized_client", words)


def _refused_scope(form: Form) -> Reply | None:
    scope = form.get("scope", [""])[0]
    if set(scope.split()) <= set(_SCOPES):
        return None
    return _oauth_error(400, "invalid_scope", f"Invalid scopes: {scope}")


def _success(token: str, form: Form, life: int) -> Reply:
    asked = form.get("scope", [""])[0].split()
    value = {
        "access_token": token,
        "expires_in": life,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": " ".join(dict.fromkeys([*asked, "profile", "email"])),
    }
    return json_reply(200, value, _NO_STORE)


def _oauth_error(status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description}, _NO_STORE)
