"""Checks of references: each leads to something of the kind that its place needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from codegen.read.places import children, mapping_of, mappings, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document
    from codegen.read.places import Place

_COMPONENT: Final = re.compile(r"#/components/([^/]+)/[^/]+")
_SECTIONS: Final = {"parameters": "parameters", "responses": "responses"}
_SCHEMAS: Final = frozenset({"schema", "items", "additionalProperties", "not"})
_OF_SCHEMAS: Final = frozenset({"schemas", "properties", "allOf", "oneOf", "anyOf"})


def complaints(document: Document) -> Iterator[str]:
    """Yield every reference that has no right target, and every schema that is part of itself."""
    for place, found in mappings(document.data):
        if "$ref" in found:
            yield from _reference(document, place, found)
        for tag, target in mapping_of(
            mapping_of(found.get("discriminator")).get("mapping")
        ).items():
            full = target if "#" in str(target) else f"#/components/schemas/{target}"
            if not _leads_somewhere(document, full):
                yield f"{words(place)}: discriminator {tag}: {target} is not a schema: fix it"
    for name in mapping_of(mapping_of(document.data.get("components")).get("schemas")):
        reference = f"#/components/schemas/{name}"
        if reference in _parts(document, reference, set()):
            yield (
                f"components schemas {name}: allOf, oneOf or anyOf leads back to {name}, without a "
                "member or list between: remove that part, or move shared members to a third schema"
            )


def _reference(document: Document, place: Place, found: dict[str, Any]) -> Iterator[str]:
    reference = found["$ref"]
    if len(found) > 1:
        yield f"{words(place)}: members beside $ref have no meaning: wrap it in allOf"
    if len(place) == 2 and place[0] == "paths":
        yield f"{words(place)}: $ref of a whole path is not supported: write the path out"
    if not isinstance(reference, str):
        yield f"{words(place)}: $ref {reference} is not text: fix it"
    elif not reference.startswith("#/"):
        yield f"{words(place)}: $ref {reference} leaves the document: move its target in"
    elif not _leads_somewhere(document, reference):
        yield f"{words(place)}: $ref {reference} points at nothing: fix it"
    elif (target := _COMPONENT.fullmatch(reference)) and target[1] != _section(place, target[1]):
        wanted = _section(place, "")
        yield f"{words(place)}: $ref {reference} is not among the {wanted}: refer to one of them"
    elif not target and _section(place, "") == "schemas" and not _is_of_schemas(reference):
        yield f"{words(place)}: $ref {reference} is not a schema: refer to one of the schemas"


def _is_of_schemas(reference: str) -> bool:
    """Return whether *reference* leads to where schemas stand, or into an extension."""
    steps = tuple(reference.removeprefix("#/").split("/"))
    extended = any(step.startswith("x-") for step in steps)
    return extended or _section(steps, "") == "schemas"


def _section(place: Place, default: str) -> str:
    """Return the section of the components that a reference at *place* leads to."""
    *_, before, last = ("", "", *place)
    if last in _SCHEMAS or before in _OF_SCHEMAS:
        return "schemas"
    return "requestBodies" if last == "requestBody" else _SECTIONS.get(before, default)


def _leads_somewhere(document: Document, reference: object) -> bool:
    """Return whether *reference*, directly or through others, has a target."""
    seen: set[object] = set()
    while isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        try:
            target = document.target(reference)
        except (LookupError, TypeError, ValueError):
            return False
        if "$ref" not in mapping_of(target):
            return True
        reference = mapping_of(target)["$ref"]
    return False


def _parts(document: Document, reference: str, seen: set[str]) -> set[str]:
    """Return the references of the schemas that *reference* consists of, or may be."""
    if not _leads_somewhere(document, reference):
        return seen
    target = mapping_of(document.target(reference))
    parts = [part for key in ("allOf", "oneOf", "anyOf") for _, part in children(target.get(key))]
    for part in parts:
        inner = mapping_of(part).get("$ref")
        if isinstance(inner, str) and inner not in seen:
            seen.add(inner)
            _parts(document, inner, seen)
    return seen
