"""A string that is valid against its schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Node

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
_LONGEST: Final = 40


def string(schema: Node) -> str | None:
    """Return an example of the right format, length and pattern; None: no string was found."""
    known = FORMATS.get(str(schema.get("format")))
    candidates = [known] if known else [*_candidates(schema)]
    return next((text for text in candidates if _fits(schema, text)), None)


def _candidates(schema: Node) -> Iterator[str]:
    """Yield words of the right length, then words of every length for patterns that need one."""
    yield from (_stretched(word, schema) for word in _WORDS)
    yield from ((word * length)[:length] for word in _WORDS for length in range(1, _LONGEST + 1))


def _stretched(word: str, schema: Node) -> str:
    least, most = _bounds(schema)
    repeated = word * -(-least // len(word)) or word
    return repeated[: max(least, min(most, len(word)))]


def _fits(schema: Node, text: str) -> bool:
    least, most = _bounds(schema)
    try:
        matches = re.search(schema.get("pattern", ""), text)
    except re.error:  # of ECMA 262, and not a regular expression of Python
        return False
    return least <= len(text) <= most and matches is not None


def _bounds(schema: Node) -> tuple[int, int]:
    return schema.get("minLength", 0), schema.get("maxLength", 1_000_000)
