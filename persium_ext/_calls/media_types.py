"""Media types (RFC 9110, section 8.3.1); no I/O."""

from __future__ import annotations

from fnmatch import fnmatch


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is JSON (RFC 6839, section 3.1)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def part_type(allowed: str, *, own: str | None = None) -> str | None:
    """Return the media type of a part, one of those *allowed*, which are separated by commas.

    It is the *own* one of a file if that is allowed, or nothing but ranges are; None: unknown.
    """
    names = [name.strip() for name in allowed.split(",") if name.strip()]
    if own and any(fnmatch(own, name) for name in names):
        return own
    return next((name for name in names if "*" not in name), own)
