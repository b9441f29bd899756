"""The responses of token endpoint and API, built from a scenario's ``ResponseSpec``."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from .http_server import Response
from .scenario import ResponseSpec

_PAGE: Final = b"<!doctype html><title>Gateway</title><p>Please try again later.</p>"
_ERRORS: Final = {
    "unauthorized_client": (401, "Invalid client or Invalid client credentials"),
    "invalid_client": (401, "Invalid client or Invalid client credentials"),
    "invalid_request": (400, "Missing form parameter: grant_type"),
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decision about a request, made when it arrives.

    Attributes:
        token: The token that was issued, or that the API received.
        rejection: Why the request is rejected; None: it is accepted.
    """

    label: str
    secret: str
    token: str | None = None
    rejection: str | None = None


def token_response(spec: ResponseSpec, decision: Decision) -> Response:
    """Return a token, or an OAuth error (RFC 6749, section 5)."""
    if spec.status is None and decision.rejection:
        status, description = _ERRORS[decision.rejection]
        error = {"error": decision.rejection, "error_description": description}
        return _response(spec, decision, status, error)
    if spec.status is not None:
        return _response(spec, decision, spec.status, {"error": "invalid_client"})
    members = {
        "access_token": decision.token,
        "expires_in": spec.expires_in,
        "token_type": "Bearer",
        "scope": "email profile",
    }
    return _response(spec, decision, 200, members)


def api_response(spec: ResponseSpec, decision: Decision, *, number: int) -> Response:
    """Return the calling client, or an error; a challenge contains ``refusal-`` and *number*."""
    status = spec.status or (401 if decision.rejection else 200)
    if status == 200:
        identity = {
            "client_id": "acme-corp-backend",
            "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
            "label": decision.label,
            "all_organisations": False,
        }
        return _response(spec, decision, status, identity)
    challenge = (
        f'Bearer realm="persium", error="invalid_token", error_description="refusal-{number}"'
    )
    headers = {"WWW-Authenticate": challenge} if status == 401 else {}
    return _response(spec, decision, status, {"title": HTTPStatus(status).phrase}, headers)


def redirect(spec: ResponseSpec, location: str) -> Response:
    """Return a redirect to *location*."""
    return Response(status=spec.status or 307, headers={"Location": location}, body=b"")


def _response(
    spec: ResponseSpec,
    decision: Decision,
    status: int,
    members: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    merged = {**members, **spec.members}
    present = {name: value for name, value in merged.items() if value is not None}
    text = json.dumps(present, indent=1)
    media_type = "text/html; charset=utf-8" if spec.body == "html" else "application/json"
    body = {
        "json": _fill(text, decision, quote=True).encode(),
        "html": _PAGE,
        "broken": text.encode()[:-20],
        "empty": b"",
    }[spec.body]
    default = {"Content-Type": media_type, "Cache-Control": "no-store", **(headers or {})}
    sent = {**default, **spec.headers}
    filled = {name: _fill(value, decision) for name, value in sent.items() if value}
    return Response(status=status, headers=filled, body=body)


def _fill(text: str, decision: Decision, *, quote: bool = False) -> str:
    """Replace the placeholders: ``<<secret>>``, ``<<token>>``, and dates such as ``<<date+3>>``."""
    values = {"secret": decision.secret, "token": decision.token or ""}
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", json.dumps(value)[1:-1] if quote else value)
    return re.sub(r"<<(date|rfc850|asctime)([+-]\d+)>>", _date, text)


def _date(placeholder: re.Match[str]) -> str:
    """Return a date in one of the three forms of RFC 9110, section 5.6.7."""
    at = time.gmtime(time.time() + int(placeholder[2]))
    return {
        "date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", at),
        "rfc850": time.strftime("%A, %d-%b-%y %H:%M:%S GMT", at),
        "asctime": time.asctime(at),
    }[placeholder[1]]
