"""What Keycloak answers (RFC 6749, sections 4.4 and 5), in Keycloak's order.

``tests/keycloak/test_same_answers.py`` compares it with a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .clients import SandboxClient
from .form import (
    Form,
    TooLargeError,
    UnreadableCredentialsError,
    UnreadableFormError,
    credentials,
    read_form,
)
from .issued import signed_looking
from .messages import Reply, Request, json_reply
from .scopes import InvalidScopesError, granted

_PROTOCOL: Final = "/realms/persium/protocol/openid-connect"
TOKEN_PATH: Final = f"{_PROTOCOL}/token"
_GRANT: Final = "client_credentials"
_BAD_CLIENT: Final = "Invalid client or Invalid client credentials"
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}

# What a client that may only use the one grant hears of the others, if it sends nothing else.
_OTHER_GRANTS: Final = {
    "password": ("unauthorized_client", "Client not allowed for direct access grants"),
    "authorization_code": ("invalid_request", "Missing parameter: code"),
    "refresh_token": ("invalid_request", "No refresh token"),
    "urn:ietf:params:oauth:grant-type:device_code": (
        "invalid_grant",
        "Client not allowed OAuth 2.0 Device Authorization Grant",
    ),
    "urn:ietf:params:oauth:grant-type:jwt-bearer": (
        "invalid_grant",
        "Missing parameter:assertion",
    ),
    "urn:ietf:params:oauth:grant-type:token-exchange": (
        "invalid_request",
        "Standard token exchange is not enabled for the requested client",
    ),
    "urn:ietf:params:oauth:grant-type:uma-ticket": (
        "invalid_request",
        "You must provide the issuedFor",
    ),
    "urn:openid:params:grant-type:ciba": ("invalid_grant", "Client not allowed OIDC CIBA Grant"),
}


def is_token_path(path: str) -> bool:
    """Tell whether *path* is the token endpoint; a slash at its end changes nothing."""
    return path in {TOKEN_PATH, f"{TOKEN_PATH}/"}


def answer(
    request: Request,
    *,
    clients: Mapping[str, SandboxClient],
    issue: Callable[[SandboxClient], str],
    life: int,
) -> Reply:
    """Answer a token request; *issue* is called when there is a token to be had."""
    if request.method == "OPTIONS":
        return Reply(status=200)
    if request.method != "POST":
        return _failure(405, "HTTP 405 Method Not Allowed")
    try:
        form = read_form(request)
    except UnreadableFormError:
        words = "For more on this error consult the server log."
        return json_reply(500, {"error": "unknown_error", "error_description": words})
    except TooLargeError:
        return _failure(413, "HTTP 413 Request Entity Too Large")
    if refused := _refused_grant(form):
        return refused
    client = _authenticated(request, form, clients)
    if isinstance(client, Reply):
        return client
    return _refused_request(request, form, client) or _success(client, form, issue, life)


def elsewhere(request: Request) -> Reply:
    """Answer for a path that is neither the token endpoint nor the API's."""
    path = request.path
    if "//" in path:
        words = {
            "error": "missingNormalization",
            "error_description": "Request path not normalized",
        }
        return json_reply(400, words, {"Content-Type": "application/json; charset=UTF-8"})
    _, root, realm, inside, protocol, *_ = [*path.split("/"), "", "", "", ""]
    if root != "realms" or not realm:
        return _failure(404, "Unable to find matching target resource method")
    if realm != "persium":
        return _failure(404, "Realm does not exist")
    if inside == "protocol" and protocol not in {"", "openid-connect"}:
        return _failure(404, "Protocol not found")
    if path.startswith(_PROTOCOL) and request.method not in {"GET", "OPTIONS"}:
        return _failure(405, "HTTP 405 Method Not Allowed")
    return _failure(404, "HTTP 404 Not Found")


def _refused_grant(form: Form) -> Reply | None:
    if "grant_type" not in form:
        return _oauth_error(400, "invalid_request", "Missing form parameter: grant_type")
    if form["grant_type"][0] not in {_GRANT, *_OTHER_GRANTS}:
        return _oauth_error(400, "unsupported_grant_type", "Unsupported grant_type")
    return None


def _authenticated(
    request: Request, form: Form, clients: Mapping[str, SandboxClient]
) -> SandboxClient | Reply:
    try:
        client_id, secret = credentials(form, request.headers.get("Authorization", ""))
    except UnreadableCredentialsError:
        words = "Unexpected error when authenticating client"
        return _oauth_error(400, "unauthorized_client", words)
    client = clients.get(client_id)
    if client is None or not client.enabled:
        return _oauth_error(401, "invalid_client", _BAD_CLIENT)
    if secret is None or not client.owns(secret):
        return _oauth_error(401, "unauthorized_client", _BAD_CLIENT)
    return client


def _refused_request(request: Request, form: Form, client: SandboxClient) -> Reply | None:
    if "Origin" in request.headers:  # a browser's, and no page is known
        return json_reply(403, {"error": "Invalid origin"}, _NO_STORE)
    if any(len(values) > 1 for values in form.values()):
        return _oauth_error(400, "invalid_request", "duplicated parameter")
    if other := _OTHER_GRANTS.get(form["grant_type"][0]):
        return _oauth_error(400, *other)
    if not client.service_account:
        words = "Client not enabled to retrieve service account"
        return _oauth_error(401, "unauthorized_client", words)
    return None


def _success(
    client: SandboxClient, form: Form, issue: Callable[[SandboxClient], str], life: int
) -> Reply:
    try:
        scopes = granted(form.get("scope", [None])[0])
    except InvalidScopesError as error:
        return _oauth_error(400, "invalid_scope", f"Invalid scopes: {error}")
    value = {
        "access_token": issue(client),
        "expires_in": life,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": " ".join(scopes),
    }
    if "openid" in scopes:
        value["id_token"] = signed_looking(client, kind="ID")
    return json_reply(200, value, _NO_STORE)


def _failure(status: int, error: str) -> Reply:
    """Answer as Keycloak does outside OAuth: unknown paths, methods, sizes."""
    return json_reply(status, {"error": error})


def _oauth_error(status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description}, _NO_STORE)
