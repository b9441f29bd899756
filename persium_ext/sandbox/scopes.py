"""The scopes that Keycloak knows, and which of them a token gets."""

from __future__ import annotations

import re
from typing import Final

_ALWAYS: Final = ("profile", "email")
_TOLD: Final = {*_ALWAYS, "openid", "address", "phone", "offline_access", "microprofile-jwt"}
_UNTOLD: Final = {"roles", "web-origins", "acr", "basic", "service_account", "organization"}
_LONGEST: Final = 4000  # a longer parameter is as good as none
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")


class InvalidScopesError(Exception):
    """There are scopes that a client can't have; the message is what it asked for."""


def granted(asked: str | None) -> list[str]:
    """Return the scopes of a token; without a wish a client gets the usual ones.

    Raises:
        InvalidScopesError: *asked* has a scope that is not known, or a blank too many.
    """
    words = _split(asked) if asked is not None and len(asked) <= _LONGEST else []
    if not set(words) <= _TOLD | _UNTOLD:
        raise InvalidScopesError(_CONTROL.sub("", asked or ""))
    return [*_ALWAYS, *(word for word in dict.fromkeys(words) if word in _TOLD - {*_ALWAYS})]


def _split(asked: str) -> list[str]:
    """Split as Java does: blanks at the end don't count, elsewhere each parts two words."""
    words = asked.split(" ")
    while asked and words and not words[-1]:
        words.pop()
    return words
