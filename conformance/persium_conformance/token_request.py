"""Parsing and checking of token requests (RFC 6749, sections 2.3 and 4.4.2)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote_plus

from .http_server import Request

FORM: Final = "application/x-www-form-urlencoded"


def form(request: Request) -> dict[str, list[str]]:
    """Return all values of each form field; empty for another media type."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        return {}
    try:
        return parse_qs(request.body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return {}


def basic(request: Request) -> tuple[str, str] | None:
    """Return user name and password of HTTP Basic (RFC 6749, section 2.3.1), if it is used."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = b64decode(value).decode().partition(":")
    except ValueError:  # not Base64, or not UTF-8
        return ("", "")
    return name, password


def oauth_error(request: Request, path: str, client_id: str, secret: str) -> str | None:
    """Return the error code for a token request; None: it is valid.

    Like Keycloak, this accepts the credentials in the form and in HTTP Basic.
    """
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
    accepted = {password, unquote_plus(password)} if basic(request) else {password}
    return None if secret in accepted else "unauthorized_client"


def _check_form(request: Request) -> str | None:
    if request.method != "POST":
        return f"expected POST, saw {request.method}"
    if not form(request):
        media_type = request.headers.get("content-type", "none")
        return f"expected a form ({FORM}), saw content type {media_type}"
    return None


def _check_grant(request: Request) -> str | None:
    grants = form(request).get("grant_type", [])
    if grants != ["client_credentials"]:
        return f"expected grant_type=client_credentials once, saw {grants}"
    return None


def _check_credentials(request: Request) -> str | None:
    fields = form(request)
    if [len(fields.get(name, [])) for name in ("client_id", "client_secret")] != [1, 1]:
        return "expected client_id and client_secret once each in the form, saw something else"
    return None


def _check_one_method(request: Request) -> str | None:
    fields = form(request)
    methods = [
        *(["the form"] if "client_secret" in fields else []),
        *(["HTTP Basic"] if basic(request) else []),
        *(["an assertion"] if "client_assertion" in fields else []),
    ]
    if len(methods) != 1:
        return f"expected one client authentication, saw {' and '.join(methods) or 'none'}"
    return None


REQUEST_CHECKS: Final[Mapping[str, Callable[[Request], str | None]]] = {
    "form": _check_form,
    "grant": _check_grant,
    "credentials": _check_credentials,
    "one method": _check_one_method,
}
"""The checks that ``request`` of an expectation can name; each returns a violation, or None."""
