"""The form and the credentials of a token request, read as Keycloak reads them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from .messages import Request

_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")

Form = Mapping[str, list[str]]


class BrokenEscapeError(Exception):
    """A percent sign was not escaped."""


def read_form(request: Request) -> Form:
    """Return each parameter with its values; a body of another media type is not a form.

    Raises:
        BrokenEscapeError: The form can't be decoded.
    """
    if request.headers.get("Content-Type", "").partition(";")[0] != _MEDIA_TYPE:
        return {}
    form: dict[str, list[str]] = {}
    for pair in request.body.decode("utf-8", errors="replace").removesuffix("&").split("&"):
        name, _, value = pair.partition("=")
        form.setdefault(_decoded(name), []).append(_decoded(value))
    return form


def credentials(form: Form, authorization: str) -> tuple[str, str | None]:
    """Return the client's id and secret; the form takes precedence over ``Authorization``.

    Raises:
        BrokenEscapeError: The header field can't be decoded.
    """
    client_id, secret = _basic(authorization)
    return form.get("client_id", [client_id])[0], form.get("client_secret", [secret])[0]


def _basic(authorization: str) -> tuple[str, str | None]:
    """Read ``client_secret_basic``, whose parts are form-encoded (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = " ".join(authorization.split()).partition(" ")
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except ValueError:  # not Base64, or not UTF-8
        return "", None
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        return "", None
    return _decoded(client_id), _decoded(secret)


def _decoded(text: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise BrokenEscapeError
    return unquote_plus(text)
