"""Discriminators: which values of the tag lead to which schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from codegen.read.document import node, nodes, picked
from codegen.read.places import mappings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Node

_PREFIX = "#/components/schemas/"


def component(reference: str) -> str:
    """Return the name of the schema that *reference*, or a name in a mapping, leads to."""
    return reference.removeprefix(_PREFIX)


def tag_member(schema: Node, kinds: set[Any], tags: list[str]) -> Node:
    """Return the member with the values *tags*; *schema* and *kinds* (of JSON) are its own."""
    kept = picked(schema, "description", "x-python-name")
    if "integer" in kinds and all(tag.lstrip("-").isdecimal() for tag in tags):
        return {**kept, "type": "integer", "enum": [int(tag) for tag in tags]}
    return {**kept, "type": "string", "enum": tags}


@frozen
class Discriminators:
    """The tags of a document.

    Attributes:
        tags: By schema and member, the values that lead to the schema.
        subtypes: By schema with a discriminator of its own, the schemas derived from it by allOf.
    """

    tags: dict[str, dict[str, list[str]]]
    subtypes: dict[str, list[str]]

    @classmethod
    def of(cls, data: Node, components: dict[str, Node]) -> Discriminators:
        """Find the discriminators of a document."""
        found = cls({}, {})
        for name, schema in components.items():
            if "discriminator" in schema and not _union(schema):
                found.subtypes[name] = [*_derived(name, components)]
                found._add(schema["discriminator"], found.subtypes[name], components)
        for schema in _discriminated(data):
            variants = [component(v["$ref"]) for v in _union(schema) if "$ref" in v]
            found._add(schema["discriminator"], variants, components)
        return found

    def _add(self, discriminator: Node, variants: list[str], components: dict[str, Node]) -> None:
        """Add the tags of *variants*: of the mapping, else of an enum, its name before others."""
        member = discriminator["propertyName"]
        mapping = {tag: component(to) for tag, to in node(discriminator, "mapping").items()}
        for variant in variants:
            own = _values(components.get(variant, {}), member, components)
            own = [variant] if variant in own else own or [variant]
            tags = [tag for tag, to in mapping.items() if to == variant] or own
            known = self.tags.setdefault(variant, {}).setdefault(member, [])
            known.extend(tag for tag in tags if tag not in known)


def _values(schema: Node, member: str, components: dict[str, Node]) -> list[str]:
    """Return the values that *member* may have by an enum, that of allOf included; none: any."""
    if "$ref" in schema:
        return _values(components[component(schema["$ref"])], member, components)
    parts = [_values(part, member, components) for part in nodes(schema, "allOf")]
    stated = [node(node(schema, "properties"), member).get("enum", []), *parts]
    enums = [enum for enum in stated if enum]
    return [value for value in enums[0] if all(value in enum for enum in enums)] if enums else []


def _union(schema: Node) -> list[Node]:
    return [*nodes(schema, "oneOf"), *nodes(schema, "anyOf")]


def _derived(base: str, components: dict[str, Node]) -> Iterator[str]:
    """Yield the schemas that have *base* in their allOf, directly or through others."""
    for name, schema in components.items():
        if {"$ref": f"{_PREFIX}{base}"} in nodes(schema, "allOf"):
            yield name
            yield from _derived(name, components)


def _discriminated(data: Node) -> Iterator[Node]:
    found = (each for _, each in mappings(data))
    return (each for each in found if "discriminator" in each and _union(each))
