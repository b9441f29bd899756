"""A string that fits its schema."""

from __future__ import annotations

import re
from typing import Final

from .json_values import JsonObject

FORMATS: Final = {
    "byte": "ZXhhbXBsZQ==",
    "date": "2026-01-31",
    "date-time": "2026-01-31T09:30:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "09:30:00Z",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
}
_WORDS: Final = ("example", "EXAMPLE", "Example", "1234567890", "a1", "A1", "a-1", "+1234567890")


def string(schema: JsonObject) -> str | None:
    """Return an example of the right format, length and pattern; None: none was found."""
    known = FORMATS.get(str(schema.get("format")))
    candidates = [known] if known else [_stretched(word, schema) for word in _WORDS]
    return next((text for text in candidates if _fits(schema, text)), None)


def _stretched(word: str, schema: JsonObject) -> str:
    least, most = _bounds(schema)
    repeated = word * -(-least // len(word)) or word
    return repeated[: max(least, min(most, len(word)))]


def _fits(schema: JsonObject, text: str) -> bool:
    least, most = _bounds(schema)
    return (
        least <= len(text) <= most and re.search(str(schema.get("pattern", "")), text) is not None
    )


def _bounds(schema: JsonObject) -> tuple[int, int]:
    return int(str(schema.get("minLength", 0))), int(str(schema.get("maxLength", 1_000_000)))
