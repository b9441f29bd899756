"""What the style of a parameter, or of a member of a form, has no notation for (OpenAPI 3.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from codegen.read import media
from codegen.read.document import node
from codegen.read.styles import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node

Member = tuple[str, "Node"]
_PARTS: Final = frozenset({"array", "object"})
_AS_JSON: Final = f"describe its content, as {media.JSON}"
_FIXES: Final = {"path": "use the query", "header": _AS_JSON}


def of_parameter(document: Document, parameter: Node) -> Iterator[str]:
    """Yield what can't be written of *parameter*, and a fix."""
    place, schema = parameter["in"], node(parameter, "schema")
    style = parameter.get("style", "form" if place == "query" else "simple")
    if style == "deepObject":
        yield from _deep(document, schema, _AS_JSON)
    elif style != "json":
        yield from _flat(document, schema, style, place)


def of_form(document: Document, kind: str, content: Node) -> Iterator[str]:
    """Yield what is said of a member of a form of the media type *kind*, and can't be sent."""
    members = dict(_members(document, node(content, "schema")))
    check = _of_part if kind == "multipart/form-data" else _of_field
    for name, encoding in node(content, "encoding").items():
        for words in check(document, encoding, members.get(name, {})):
            yield f"encoding of {name}: {words}"


def _of_part(document: Document, encoding: Node, member: Node) -> Iterator[str]:
    media_type = media.concrete(encoding)
    if "headers" in encoding:
        yield "headers of a part are not supported: remove them"
    elif media_type and media.kind(media_type) != media.JSON:
        found = document.resolve(member)
        if types(document, node(found, "items") or found) & _PARTS:
            yield "an object is sent as JSON: write application/json"


def _of_field(document: Document, encoding: Node, member: Node) -> Iterator[str]:
    stated = styled(encoding)
    style = stated.get("style", "form")
    if style == "deepObject":
        yield from _deep(document, member, f"write contentType: {media.JSON}")
    elif stated and style != "json":
        yield from _flat(document, member, style, "form")
    elif not stated and types(document, member) & _PARTS and media.concrete(encoding):
        yield "an object or a list is sent as JSON: write application/json, or a style"


def _flat(document: Document, schema: Node, style: str, place: str) -> Iterator[str]:
    """Yield the members and items with parts, which a style other than deepObject can't write."""
    words = f"has parts, which style {style} does not write: {{}}".format
    if any(types(document, items) & _PARTS for items in _items(document, schema)):
        yield f"an item {words(_FIXES.get(place, _AS_JSON))}"
    for name, member in _members(document, schema):
        if types(document, member) & _PARTS:
            yield f"member {name} {words(_FIXES.get(place, 'use deepObject'))}"


def _deep(document: Document, schema: Node, fix: str) -> Iterator[str]:
    """Yield what is no object, and the lists of objects or lists at any depth in it."""
    if not types(document, schema) <= {"object"}:
        yield f"style deepObject is for objects: write style form, or {fix}"
    for name in dict.fromkeys(_lists_of_parts(document, schema, "", ())):
        yield f"member {name} has items with parts, which style deepObject does not write: {fix}"


def _lists_of_parts(
    document: Document, schema: Node, where: str, trail: tuple[int, ...]
) -> Iterator[str]:
    for name, member in _members(document, schema):
        found, place = document.resolve(member), f"{where}{name}"
        if any(types(document, items) & _PARTS for items in _items(document, found)):
            yield place
        elif id(found) not in trail:
            yield from _lists_of_parts(document, found, f"{place}.", (*trail, id(found)))


def _items(document: Document, schema: Node) -> Iterator[Node]:
    """Yield the items that *schema* states, itself or in its parts."""
    for found in _itself_and_parts(document, schema):
        if "items" in found:
            yield found["items"]


def _members(document: Document, schema: Node) -> Iterator[Member]:
    """Yield the members that *schema* states, itself or in its parts."""
    for found in _itself_and_parts(document, schema):
        yield from node(found, "properties").items()
        if isinstance(found.get("additionalProperties"), dict):
            yield "of additionalProperties", found["additionalProperties"]


def _itself_and_parts(
    document: Document, schema: Node, trail: tuple[int, ...] = ()
) -> Iterator[Node]:
    found = document.resolve(schema)
    yield found
    for part in _parts(found) if id(found) not in trail else ():
        yield from _itself_and_parts(document, part, (*trail, id(found)))


def _parts(found: Node) -> list[Node]:
    return [part for key in ("allOf", "oneOf", "anyOf") for part in found.get(key, [])]


def types(document: Document, schema: Node) -> set[Any]:
    """Return the types that *schema* states, itself or in its parts."""
    found = document.resolve(schema)
    if "type" in found or "properties" in found:
        return {found.get("type", "object")}
    return {kind for part in _parts(found) for kind in types(document, part)}
