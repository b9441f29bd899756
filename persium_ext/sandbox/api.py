"""What the API answers: who is calling, else the documented example."""

from __future__ import annotations

from typing import Final

from ._examples import NoExampleError
from .clients import SandboxClient
from .document import Document
from .issued import TokenJudge, TokenRefusal
from .json_values import JsonObject
from .messages import Reply, Request, json_reply, plain_error
from .operation import Operation

BASE_PATH: Final = "/api"
_CHALLENGE: Final = 'Bearer realm="persium"'


def operation_at(document: Document, request: Request) -> Operation | Reply:
    """Find what is asked for; a reply says that there is no such thing."""
    operations = document.find(request.path.removeprefix(BASE_PATH))
    if operations is None:
        return plain_error(404)
    method = "GET" if request.method == "HEAD" and "HEAD" not in operations else request.method
    return operations.get(method) or plain_error(405, {"Allow": ", ".join(operations)})


def answer(request: Request, operation: Operation, tokens: TokenJudge) -> Reply:
    """Answer a call of *operation*, if its token holds."""
    changes: JsonObject = {}
    if operation.secured:
        try:
            client = _caller(request, tokens)
        except TokenRefusal as refusal:
            return _unauthorized(str(refusal))
        if operation.path == "/me":
            changes = _describe(client)
    try:
        return operation.reply(request.query, changes=changes)
    except NoExampleError as error:
        words = f"openapi.yaml shows no example for {operation.operation_id}, and {error}"
        return json_reply(501, {"error": "no_example", "error_description": words})


def _caller(request: Request, tokens: TokenJudge) -> SandboxClient:
    """Return whose token it is (RFC 6750, section 2.1).

    Raises:
        TokenRefusal: There is no good one; without words where there is none at all.
    """
    sent = request.headers.get_all("Authorization", [])
    if not sent:
        raise TokenRefusal
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer" or not token:
        raise TokenRefusal("The Authorization header is malformed")
    return tokens.client_of(token)


def _unauthorized(description: str) -> Reply:
    """Refuse with a challenge (RFC 6750, section 3)."""
    if not description:
        body = {"error": "unauthorized", "error_description": "No access token was sent"}
        return json_reply(401, body, {"WWW-Authenticate": _CHALLENGE})
    challenge = f'{_CHALLENGE}, error="invalid_token", error_description="{description}"'
    body = {"error": "invalid_token", "error_description": description}
    return json_reply(401, body, {"WWW-Authenticate": challenge})


def _describe(client: SandboxClient) -> JsonObject:
    return {
        "client_id": client.client_id,
        "organisation_uuid": client.organisation_uuid,
        "label": client.label,
        "all_organisations": client.all_organisations,
    }
