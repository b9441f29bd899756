"""What a token request has to be (RFC 6749, sections 2.3 and 4.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .endpoints import basic, form
from .origin import Request


def _is_form(request: Request) -> str | None:
    if request.method != "POST":
        return f"expected POST, saw {request.method}"
    if not form(request):
        kind = request.headers.get("content-type", "none")
        return f"expected a form (application/x-www-form-urlencoded), saw content type {kind}"
    return None


def _has_grant(request: Request) -> str | None:
    grants = form(request).get("grant_type", [])
    if grants != ["client_credentials"]:
        return f"expected grant_type=client_credentials once, saw {grants}"
    return None


def _has_credentials(request: Request) -> str | None:
    fields = form(request)
    if [len(fields.get(name, [])) for name in ("client_id", "client_secret")] != [1, 1]:
        return "expected client_id and client_secret once each in the form, saw something else"
    return None


def _has_one_method(request: Request) -> str | None:
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
    "form": _is_form,
    "grant": _has_grant,
    "credentials": _has_credentials,
    "one method": _has_one_method,
}
"""What ``request`` of an expectation may name; each returns a complaint, or None."""
