"""Media types that upstream does not know, as one that it treats alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from codegen.document import Node

JSON: Final = "application/json"
TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_TEXTS: Final = frozenset(
    {"xml", "yaml", "x-yaml", "javascript", "x-ndjson", "jsonl", "csv", "sql"}
)


def essence(media_type: str) -> str:
    """Return *media_type* in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def kind(media_type: str) -> str:
    """Return the media type by which upstream treats *media_type*: JSON, a form, text or bytes."""
    name = essence(media_type)
    subtype = name.partition("/")[2]
    if name in FORMS:
        return name
    if name in {JSON, "*/*", "application/*"} or name.endswith("+json"):
        return JSON
    if name.startswith("text/") or name.endswith("+xml") or subtype in _TEXTS:
        return TEXT
    return BYTES


def preferred(content: Node) -> str:
    """Return the media type that is used: JSON if there is one, else the first; empty: none."""
    names = list(content)
    return next((name for name in names if kind(name) == JSON), names[0] if names else "")


def concrete(encoding: Node) -> str:
    """Return the first media type of a part that *encoding* names, and not a range of them."""
    names = str(encoding.get("contentType", "")).split(",")
    return next((name.strip() for name in names if "*" not in name), "")
