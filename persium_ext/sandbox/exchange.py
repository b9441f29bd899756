"""The requests that the sandbox received, without credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode

from .messages import Request

MAX_BODY: Final = 64 * 1024
"""Bytes of a body that are kept; of a longer one, the beginning."""
_CREDENTIALS: Final = {"authorization", "proxy-authorization", "cookie"}
_PARAMETERS: Final = {"grant_type", "client_id", "scope"}
"""What is shown of a token request; the value of any other parameter may be the secret."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the status of its response; equal to others of this method, path and status.

    Attributes:
        method: As sent.
        path: As sent, without the query.
        status: The status of the response.
        query: As sent, without the question mark.
        headers: Header fields by lower-case name; credentials are ``***``.
        body: The first 64 KiB; of a token request the form, with ``***`` for the secret.
    """

    method: str
    path: str
    status: int
    query: str = field(default="", repr=False, compare=False)
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)
    body: bytes = field(default=b"", repr=False, compare=False)


def exchange(request: Request, status: int, *, confidential: bool) -> Exchange:
    """Return what is recorded of a request; a *confidential* one may hold the secret."""
    body = request.body[:MAX_BODY]
    return Exchange(
        request.method,
        request.path,
        status,
        query=request.query,
        headers=_masked_headers(request),
        body=_masked_form(body) if confidential or b"client_secret" in body else body,
    )


def _masked_headers(request: Request) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        shown = "***" if key in _CREDENTIALS else str(value)
        fields[key] = f"{fields[key]}, {shown}" if key in fields else shown
    return fields


def _masked_form(body: bytes) -> bytes:
    """Return the parameters of a token request; of a body that is not a form, nothing."""
    pairs = parse_qsl(body.decode("utf-8", errors="replace"))
    return urlencode(
        [
            (name, value if name in _PARAMETERS else "***")
            for name, value in pairs
            if name.isidentifier()
        ],
        safe="*",
    ).encode()
