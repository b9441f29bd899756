"""Media types (RFC 9110, section 8.3.1); no I/O."""

from __future__ import annotations


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is JSON (RFC 6839, section 3.1)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
