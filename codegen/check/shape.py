"""Checks that a document is OpenAPI 3.0; the other rules rely on its shape."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from codegen.check import references, validity
from codegen.read.document import verify_version
from codegen.read.places import Index, children, mapping_of, mappings, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document
    from codegen.read.places import Place

_PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%/-]|\{[\w.$@-]+\})*")


def complaints(document: Document) -> list[str]:
    """Return every place with a wrong key, path or reference; if there is none, what is not valid.

    Raises:
        DocumentError: The version is not OpenAPI 3.0.
    """
    verify_version(document.data.get("openapi"))
    found = [
        *_keys(document.data, ()),
        *references.complaints(document),
        *_paths(document),
        *_lists(document),
    ]
    return found or [*validity.complaints(document)]


def _keys(found: object, place: Place) -> Iterator[str]:
    """Find keys that YAML reads as numbers or the like: ``200:``."""
    for key, value in children(found):
        if not isinstance(key, (str, Index)):
            yield f"{words(place)}: the key {key!r} is not text: put it in quotes"
        yield from _keys(value, (*place, str(key)))


def _paths(document: Document) -> Iterator[str]:
    """Find paths that the generated code, where they are format strings, would not send as text."""
    for path in mapping_of(document.data.get("paths")):
        if not str(path).startswith(("/", "x-")):
            yield f"paths {path!r}: start it with /"
        elif not (_PATH.fullmatch(str(path)) or str(path).startswith("x-")):
            yield f"paths {path!r}: use URL characters; braces are for {{parameters}} only"
        names = re.findall(r"\{(.+?)\}", str(path))
        for name in [name for name, times in Counter(names).items() if times > 1]:
            yield f"paths {path!r}: has {{{name}}} twice: give each part a parameter of its own"


def _lists(document: Document) -> Iterator[str]:
    for place, found in mappings(document.data):
        if found.get("type") == "array" and "items" not in found:
            yield f"{words(place)}: a list without items: add `items: {{}}`, or their schema"
