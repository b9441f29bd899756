"""The form and the credentials of a token request, read as Keycloak reads them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from .messages import Request

_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_LONGEST: Final = 131_072
_MOST: Final = 1000
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")

Form = Mapping[str, list[str]]


class UnreadableFormError(Exception):
    """The form can't be read at all; no OAuth error tells of it."""


class TooLargeError(Exception):
    """A name or a value is too long."""


class UnreadableCredentialsError(Exception):
    """``Authorization: Basic`` holds percent escapes that are none."""


def read_form(request: Request) -> Form:
    """Return each parameter with its values; what is sent as another media type is no form.

    Raises:
        UnreadableFormError: A percent escape is broken or of an unknown charset, or there are too
            many parameters.
        TooLargeError: A name or a value is too long.
    """
    if request.headers.get("Content-Type", "").partition(";")[0] != _MEDIA_TYPE:
        return {}
    charset = request.headers.get_content_charset("utf-8")
    pairs = request.body.decode("utf-8", errors="replace").removesuffix("&").split("&")
    if len(pairs) > _MOST:
        raise UnreadableFormError
    form: dict[str, list[str]] = {}
    for pair in pairs:
        name, value = _decoded(pair, charset)
        form.setdefault(name, []).append(value)
    return form


def _decoded(pair: str, charset: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    if max(len(name), len(value)) > _LONGEST:
        raise TooLargeError
    if _BROKEN_ESCAPE.search(pair):
        raise UnreadableFormError
    try:
        return unquote_plus(name, charset), unquote_plus(value, charset)
    except LookupError:
        raise UnreadableFormError from None


def credentials(form: Form, authorization: str) -> tuple[str, str | None]:
    """Take the client's name and secret; the form wins over ``Authorization: Basic``.

    Raises:
        UnreadableCredentialsError: The header's percent escapes are broken.
    """
    client_id, secret = _basic(authorization)
    return form.get("client_id", [client_id])[0], form.get("client_secret", [secret])[0]


def _basic(authorization: str) -> tuple[str, str | None]:
    """Read ``client_secret_basic``, whose parts are form-encoded (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = " ".join(authorization.split()).partition(" ")
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", None
    name, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        return "", None
    if _BROKEN_ESCAPE.search(decoded):
        raise UnreadableCredentialsError
    return unquote_plus(name), unquote_plus(secret)
