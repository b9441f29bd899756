"""What the token endpoint and the API say: requests in, replies out."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote_plus

from .origin import Reply, Request
from .scenario import Answer

FORM: Final = "application/x-www-form-urlencoded"
_PAGE: Final = b"<!doctype html><title>Gateway</title><p>Please try again later.</p>"
_ERRORS: Final = {
    "unauthorized_client": (401, "Invalid client or Invalid client credentials"),
    "invalid_client": (401, "Invalid client or Invalid client credentials"),
    "invalid_request": (400, "Missing form parameter: grant_type"),
}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was decided about a request when it came.

    Attributes:
        token: The token that was issued, or that the API was sent.
        refused: Why it is refused; None: it is not.
    """

    label: str
    secret: str
    token: str | None = None
    refused: str | None = None

    def with_token(self, token: str | None, *, refused: str | None) -> Prepared:
        """Return the same about *token*."""
        return replace(self, token=token, refused=refused)


def form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form, each with all its values; nothing of another content type."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        return {}
    try:
        return parse_qs(request.body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return {}


def basic(request: Request) -> tuple[str, str] | None:
    """Return name and password of HTTP Basic (RFC 6749, section 2.3.1); None: it is not used."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = b64decode(value).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return ("", "")
    return name, password


def refusal(request: Request, path: str, client_id: str, secret: str) -> str | None:
    """Say why a token request is refused: as lenient as Keycloak, which takes HTTP Basic too."""
    fields = form(request)
    if request.method != "POST" or request.target != path:
        return "invalid_request"
    if fields.get("grant_type") != ["client_credentials"]:
        return "invalid_request"
    name, password = basic(request) or (
        "".join(fields.get("client_id", [])),
        "".join(fields.get("client_secret", [])),
    )
    if client_id not in {name, unquote_plus(name)}:
        return "invalid_client"
    known = {password, unquote_plus(password)} if basic(request) else {password}
    return None if secret in known else "unauthorized_client"


def token_reply(answer: Answer, prepared: Prepared) -> Reply:
    """Return a token, or an OAuth error (RFC 6749, section 5)."""
    if answer.status is None and prepared.refused:
        status, words = _ERRORS[prepared.refused]
        return _reply(
            answer, prepared, status, {"error": prepared.refused, "error_description": words}
        )
    if answer.status is not None:
        return _reply(answer, prepared, answer.status, {"error": "invalid_client"})
    members = {
        "access_token": prepared.token,
        "expires_in": answer.expires_in,
        "token_type": "Bearer",
        "scope": "email profile",
    }
    return _reply(answer, prepared, 200, members)


def api_reply(answer: Answer, prepared: Prepared, *, number: int) -> Reply:
    """Return who is calling, or a refusal; its challenge has ``refusal-`` and *number*."""
    status = answer.status or (401 if prepared.refused else 200)
    if status == 200:
        identity = {
            "client_id": "acme-corp-backend",
            "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
            "label": prepared.label,
            "all_organisations": False,
        }
        return _reply(answer, prepared, status, identity)
    challenge = (
        f'Bearer realm="persium", error="invalid_token", error_description="refusal-{number}"'
    )
    headers = {"WWW-Authenticate": challenge} if status == 401 else {}
    return _reply(answer, prepared, status, {"title": HTTPStatus(status).phrase}, headers)


def redirect(answer: Answer, location: str) -> Reply:
    """Lead elsewhere."""
    return Reply(status=answer.status or 307, headers={"Location": location}, body=b"")


def _reply(
    answer: Answer,
    prepared: Prepared,
    status: int,
    members: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Reply:
    put = {**members, **answer.members}
    text = json.dumps({name: value for name, value in put.items() if value is not None}, indent=1)
    kinds = {"html": "text/html; charset=utf-8"}
    kind = kinds.get(answer.body, "application/json")
    body = {
        "json": _fill(text, prepared, quote=True).encode(),
        "html": _PAGE,
        "broken": text.encode()[:-20],
        "empty": b"",
    }[answer.body]
    sent = {"Content-Type": kind, "Cache-Control": "no-store", **(headers or {}), **answer.headers}
    filled = {name: _fill(value, prepared) for name, value in sent.items() if value}
    return Reply(status=status, headers=filled, body=body)


def _fill(text: str, prepared: Prepared, *, quote: bool = False) -> str:
    values = {"secret": prepared.secret, "token": prepared.token or ""}
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", json.dumps(value)[1:-1] if quote else value)
    before, found, rest = text.partition("<<date+")
    seconds, _, after = rest.partition(">>")
    return before + formatdate(time.time() + int(seconds), usegmt=True) + after if found else text
