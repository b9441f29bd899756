"""Media types (RFC 9110, section 8.3.1); no I/O."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Final

_JSON: Final = {"application/json", "text/json"}


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is JSON (RFC 6839, section 3.1)."""
    name = essence(media_type)
    return name in _JSON or name.endswith("+json")


def is_open(media_type: str) -> bool:
    """Return whether *media_type* is a range that JSON is in."""
    return essence(media_type) in {"*/*", "application/*"}


def essence(media_type: str) -> str:
    """Return *media_type* in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def part_type(allowed: str, *, own: str | None = None) -> str | None:
    """Return the media type of a part, one of those *allowed*, which are separated by commas.

    It is the *own* one of a file if that is allowed, or nothing but ranges are; None: unknown.
    """
    names = [name.strip() for name in allowed.split(",") if name.strip()]
    if own and any(fnmatch(own, name) for name in names):
        return own
    return next((name for name in names if "*" not in name), own)
