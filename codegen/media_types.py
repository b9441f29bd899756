"""Media types of bodies: which are JSON, and which of several is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is JSON (RFC 6839, section 3.1)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def preferred(media_types: Iterable[str]) -> str:
    """Return the first that is JSON, else the first; empty: there is none."""
    names = list(media_types)
    return next((name for name in names if is_json(name)), names[0] if names else "")
