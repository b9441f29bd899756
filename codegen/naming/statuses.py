"""Names of the error classes of statuses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

# Phrases that newer Pythons renamed: the output must not depend on the version of Python.
_PHRASES: Final = {
    "413": "Request Entity Too Large",
    "414": "Request-URI Too Long",
    "416": "Requested Range Not Satisfiable",
    "422": "Unprocessable Entity",
}
COMMON: Final = ("400", "401", "403", "404", "409", "422", "429", "500", "502", "503", "504")
"""Statuses with a class in every package: servers return them, documented or not."""


def error_class(key: str) -> str:
    """Return the error class of a status: ``UnauthorizedError``, ``Http499Error``.

    Those of ``4XX`` and ``default`` are ``Http4xxError`` and ``OtherStatusError``.
    """
    if key == "default":
        return "OtherStatusError"
    words = phrase(key)
    if not words:
        return f"Http{key.lower()}Error"
    name = "".join(word[0].upper() + word[1:] for word in words.replace("-", " ").split())
    return f"{''.join(filter(str.isalpha, name)).removesuffix('Error')}Error"


def phrase(key: str) -> str:
    """Return the reason phrase of a status; empty: it has none, or it is a range."""
    try:
        return _PHRASES.get(key) or HTTPStatus(int(key)).phrase
    except ValueError:
        return ""


ERRORS: Final = frozenset(
    {"ApiStatusError", "PersiumError", "ResponseDecodeError", "ServerError"}
    | {error_class(key) for key in COMMON}
)
"""Names of classes that every package has."""
