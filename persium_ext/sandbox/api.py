"""The API: who is calling, and the documented example."""

from __future__ import annotations

from typing import Final

from .document import Document, NoExampleError, Operation
from .messages import JsonObject, Request, Response, http_error, json_response
from .tokens import SandboxClient, TokenJudge, TokenRefusal

BASE_PATH: Final = "/api"
_ME: Final = ("client_id", "organisation_uuid", "label", "all_organisations")
_CHALLENGE: Final = 'Bearer realm="persium"'


def operation_at(document: Document, request: Request) -> Operation | Response:
    """Return the requested operation, or the error response where there is none."""
    operations = document.find(request.path.removeprefix(BASE_PATH))
    if operations is None:
        return http_error(404)
    method = "GET" if request.method == "HEAD" and "HEAD" not in operations else request.method
    return operations.get(method) or http_error(405, {"Allow": ", ".join(operations)})


def respond(request: Request, operation: Operation, tokens: TokenJudge) -> Response:
    """Respond to a call of *operation*: 401 where its token is refused, else the example."""
    members: JsonObject = {}
    if operation.secured:
        try:
            client = _caller(request, tokens)
        except TokenRefusal as refusal:
            return unauthorized(str(refusal))
        if operation.path == "/me":
            members = {name: getattr(client, name) for name in _ME}
    try:
        return operation.respond(request.query, members=members)
    except NoExampleError as error:
        return json_response(501, {"error": "no_example", "error_description": str(error)})


def unauthorized(description: str) -> Response:
    """Return a 401 with a challenge (RFC 6750, section 3); no *description*: no token was sent."""
    if not description:
        body = {"error": "unauthorized", "error_description": "No access token was sent"}
        return json_response(401, body, {"WWW-Authenticate": _CHALLENGE})
    challenge = f'{_CHALLENGE}, error="invalid_token", error_description="{description}"'
    body = {"error": "invalid_token", "error_description": description}
    return json_response(401, body, {"WWW-Authenticate": challenge})


def _caller(request: Request, tokens: TokenJudge) -> SandboxClient:
    """Return the client whose token was sent (RFC 6750, section 2.1).

    Raises:
        TokenRefusal: The token is refused; without a description where none was sent.
    """
    sent = request.headers.get_all("Authorization", [])
    if not sent:
        raise TokenRefusal
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer" or not token:
        raise TokenRefusal("The Authorization header is malformed")
    return tokens.client_of(token)
