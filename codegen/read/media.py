"""Media types that upstream does not know, as one that it treats alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.read.document import Document, Node

JSON: Final = "application/json"
TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
OPEN: Final = frozenset({"*/*", "application/*"})
_MEDIA_TYPE: Final = re.compile(r"\s*[\w!#$&^.+*-]+/[\w!#$&^.+*-]+\s*(;[ -~]*)?", re.ASCII)
_TEXTS: Final = frozenset(
    {"xml", "yaml", "x-yaml", "javascript", "x-ndjson", "jsonl", "csv", "sql"}
)


def essence(media_type: str) -> str:
    """Return *media_type* in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_valid(media_type: str) -> bool:
    """Return whether *media_type* is one, or a range (RFC 9110, section 8.3.1)."""
    return bool(_MEDIA_TYPE.fullmatch(media_type))


def kind(media_type: str) -> str:
    """Return the media type by which upstream treats *media_type*: JSON, a form, text or bytes."""
    name = essence(media_type)
    subtype = name.partition("/")[2]
    if name in FORMS:
        return name
    if name in {JSON, "text/json", *OPEN} or name.endswith("+json"):
        return JSON
    if name.startswith("text/") or name.endswith("+xml") or subtype in _TEXTS:
        return TEXT
    return BYTES


def preferred(content: Node) -> str:
    """Return the media type that is used; empty: none.

    It is JSON if there is one, rather without a suffix and never a range of media types if one has
    a name; else the first.
    """
    return min(content, key=_rank, default="")


def _rank(name: str) -> tuple[bool, bool, bool]:
    return kind(name) != JSON, kind(name) == JSON and "*" in name, essence(name).endswith("+json")


def used(document: Document, content: Node) -> tuple[str, str]:
    """Return the media type that is used, and its kind: bytes of any text or range are bytes."""
    name = preferred(content)
    found = kind(name) if name else ""
    open_ = found == TEXT or "*" in name
    binary = document.resolve(node(content.get(name, {}), "schema")).get("format") == "binary"
    return name, BYTES if open_ and binary else found


def sent_as(name: str, kind_: str) -> str:
    """Return the media type of a request body: JSON has one, even if a range is documented."""
    return JSON if kind_ == JSON and "*" in name else name.strip()


def concrete(encoding: Node) -> str:
    """Return the first media type of a part that *encoding* names, and not a range of them."""
    names = str(encoding.get("contentType", "")).split(",")
    return next((name.strip() for name in names if "*" not in name), "")
