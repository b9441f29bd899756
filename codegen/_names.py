"""Names: how the document's become Python's, and which are taken."""

from __future__ import annotations

from typing import Final

from openapi_python_client.strings import ClassName, PythonIdentifier

PREFIX: Final = "field_"
RESERVED_NAMES: Final = frozenset(
    {"access_token", "aclose", "close", "generated", "request", "settings", "with_options"}
)
"""Attributes of ``persium_ext``'s clients, which a namespace must not hide."""


def python_name(name: str) -> str:
    """Return what upstream calls the operation, tag or parameter *name*."""
    return str(PythonIdentifier(name, PREFIX))


def namespace_class(tag: str) -> str:
    """Name the class of a tag's operations so that a model of the tag's name can stand beside."""
    return f"{ClassName(tag, PREFIX)}Operations"
