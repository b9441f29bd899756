"""WIRE: requests do not match openapi.yaml and RFC 6749."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin

import reference
from reference import Client, Token

from .mutation import breaks, replaces

NO_TOKEN = (
    "secret-with-reserved-characters",
    "secret-with-blanks-and-letters",
    "token-url-exactly-as-given",
    "base-url-with-a-path",
    "base-url-with-a-trailing-slash",
    "lower-case-bearer",
    "unknown-members-of-the-token",
    "token-without-a-scope",
    "unknown-members-of-me",
    "all-organisations",
    "works-again-after-a-page",
    "works-again-after-a-broken-call",
)
"""Scenarios that fail if every token request is rejected."""


def _post(change: Callable[[str, dict[str, str], dict[str, str]], tuple[str, Any, str]]) -> None:
    """Change URL, headers and body of a token request; *change* gets URL, headers and fields."""

    @replaces(reference, "send")
    def send(original: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
        if method == "POST":
            url, headers, body = change(url, headers, dict(parse_qsl(body)))
        return original(method, url, headers, body)


@breaks(
    "WIRE",
    "token-request-is-a-form",
    "token-request-has-the-grant",
    "credentials-are-in-the-form",
    "one-client-authentication",
    *NO_TOKEN,
)
def json_instead_of_a_form() -> None:
    """The token request is JSON."""
    _post(lambda url, _, fields: (url, {"Content-Type": "application/json"}, json.dumps(fields)))


@breaks("WIRE", "token-request-has-the-grant", *NO_TOKEN)
def other_grant() -> None:
    """The form contains another grant type."""
    _post(lambda url, h, fields: (url, h, urlencode({**fields, "grant_type": "password"})))


@breaks("WIRE", "credentials-are-in-the-form", wide=True)
def credentials_by_basic() -> None:
    """The credentials are in Authorization, which RFC 6749 prefers, and not in the form."""

    def change(url: str, headers: dict[str, str], fields: dict[str, str]) -> Any:
        pair = urlencode({fields.pop("client_id"): fields.pop("client_secret")}).replace("=", ":")
        basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return url, {**headers, **basic}, urlencode(fields)

    _post(change)


@breaks("WIRE", "one-client-authentication")
def credentials_twice() -> None:
    """The credentials are in the form and in Authorization."""

    def change(url: str, headers: dict[str, str], fields: dict[str, str]) -> Any:
        pair = f"{fields['client_id']}:{fields['client_secret']}"
        basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return url, {**headers, **basic}, urlencode(fields)

    _post(change)


@breaks("WIRE", "secret-with-reserved-characters")
def form_is_not_encoded() -> None:
    """The form is not percent-encoded."""

    def change(url: str, headers: dict[str, str], fields: dict[str, str]) -> Any:
        body = "&".join(f"{name}={value}" for name, value in fields.items())
        return url, headers, body.encode()

    _post(change)


@breaks("WIRE", "secret-with-blanks-and-letters")
def form_in_latin_1() -> None:
    """The form is encoded in Latin-1."""
    _post(lambda url, h, fields: (url, h, urlencode(fields, encoding="latin-1")))


@breaks("WIRE", "token-url-exactly-as-given")
def query_is_dropped() -> None:
    """The query of TOKEN_URL is dropped."""
    _post(lambda url, h, fields: (url.split("?")[0], h, urlencode(fields)))


def _base(join: Callable[[str, str], str]) -> None:
    @replaces(Client, "_send")
    def send(original: Any, self: Client, path: str, token: Token) -> reference.Response:
        url = join(os.environ["API_BASE_URL"], path)
        self._base = ""
        return original(self, url, token)


@breaks("WIRE", "base-url-with-a-path", "base-url-with-a-trailing-slash")
def path_is_dropped() -> None:
    """The URL is ``urljoin(base, "/me")``."""
    _base(urljoin)


@breaks("WIRE", "base-url-with-a-trailing-slash")
def slash_is_doubled() -> None:
    """The URL is ``base + "/me"``, also if the base ends with a slash."""
    _base(lambda base, path: base + path)
