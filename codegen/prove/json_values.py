"""The types of JSON values, for type checkers, and the names of their places and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Container


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether *value* is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether *value* is a JSON array."""
    return isinstance(value, list)


def pointer(name: str) -> str:
    """Return *name* as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def unused(name: str, members: Container[str]) -> str:
    """Return *name*, longer if one of *members* has it; a hyphen keeps it from names of Python."""
    return unused(f"{name}-", members) if name in members else name
