"""The alternatives of a schema, and how they combine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen
from openapi_python_client.strings import pascal_case

from codegen.lower import enums
from codegen.lower.merging import ConflictError, merged
from codegen.read.document import Node, node, nodes, picked

if TYPE_CHECKING:
    from collections.abc import Callable

COMPOSING: Final = ("allOf", "oneOf", "anyOf")
_PLAIN: Final = frozenset({"boolean", "integer", "number", "string"})
FALLBACK: Final = "x-fallback"
"""Has the tag of the variants that a class stands for if the document does not have them."""
DESCRIBING: Final = ("description", "example")


@frozen
class Place:
    """Where a schema stands: the name that it gets, and the name that precedes its own."""

    parent: str
    name: str

    def part(self, suffix: str) -> Place:
        """Return the place of a part of the schema: an item, a variant."""
        return evolve(self, name=f"{self.name}_{suffix}")

    @property
    def class_name(self) -> str:
        """The name of a class for the schema."""
        return f"{pascal_case(self.parent)}{pascal_case(self.name)}"


Alternative = tuple[Node, Place]


@frozen
class Flat:
    """The alternatives of a schema, each with its place; *null*: it may be null, too."""

    alternatives: list[Alternative]
    null: bool = False


def own_keywords(
    schema: Node, place: Place, *, items: Node, part: bool, binary: bool
) -> Flat | None:
    """Return what the keywords of *schema* itself allow, without its composition; None: anything.

    *items* is the schema of its items, *part* says whether it is a part of another schema, and
    *binary* whether bytes are bytes, and not text.
    """
    titled = evolve(place, name=schema.get("title") or place.name)
    if "enum" in schema and not _has_parts(schema):
        found, null = enums.alternatives(schema)
        return Flat([(each, titled) for each in found], null)
    kept = picked(schema, "type", "format", *DESCRIBING)
    composed = any(has_variants(schema, key) for key in COMPOSING)
    if _is_object(schema, composed=composed):
        kept |= {"type": "object", **picked(schema, "additionalProperties")}
        kept |= {"properties": dict(node(schema, "properties"))}
        kept["required"] = [*schema.get("required", [])]
        return Flat([(kept, titled)])
    if schema.get("type", "array") == "array" and "items" in schema:
        return Flat([({**kept, "type": "array", "items": items}, place)])
    if "type" not in schema and part and "format" in schema:
        return Flat([(kept, place)])  # the type is another part's
    if "type" not in schema or schema["type"] == "object":
        return None
    if kept.get("format") == "binary" and not binary:
        del kept["format"]
    return Flat([(kept, place)])


def _has_parts(schema: Node) -> bool:
    """Return whether an enum lists objects or lists, which Python's enums can't have."""
    return any(isinstance(value, dict | list) for value in schema["enum"]) and "type" in schema


def _is_object(schema: Node, *, composed: bool) -> bool:
    stated = {"properties", "additionalProperties", "required"} & schema.keys()
    if composed:  # its type alone adds nothing
        return bool(stated) and schema.get("type", "object") == "object"
    return bool(schema.get("type", "object" if stated else "") == "object")


def has_variants(schema: Node, key: str) -> bool:
    """Return whether *schema* has variants; those that only require members are none."""
    described = {"required", "not", "description"}
    return any(variant.keys() - described for variant in nodes(schema, key))


def is_nullable(schema: Node, parts: list[Flat]) -> bool:
    """Return whether *schema*, which consists of *parts*, may be null."""
    if schema.get("nullable") or None in schema.get("enum", []):
        return True
    return "type" not in schema and bool(parts) and all(part.null for part in parts)


def union(
    schema: Node, key: str, place: Place, flat: Callable[[Node, Place], Flat], *, opens: bool
) -> Flat:
    """Return the alternatives of all variants under *key*; it *opens* to others by their tag."""
    found: list[Alternative] = []
    null = False
    for i, variant in enumerate(nodes(schema, key)):
        title = variant.get("title")
        suffix = title if title and title != schema.get("title") else f"type_{i}"
        made = flat(variant, place.part(suffix))
        null = null or made.null
        found += [each for each in made.alternatives if each[0] not in [f for f, _ in found]]
    if "discriminator" in schema and opens:
        found.append(open_variant(schema["discriminator"]["propertyName"], place))
    return Flat(found, null)


def product(parts: list[Flat], place: Place, opened: Callable[[Node], Node]) -> Flat:
    """Return what fits all *parts*; *opened* returns the members of a class.

    Raises:
        ConflictError: Nothing does.
    """
    made = parts[0].alternatives
    for following in parts[1:]:
        found: list[Alternative] = []
        conflicts: list[ConflictError] = []
        several = len(made) > 1 or len(following.alternatives) > 1
        for first, second in [(a, b) for a in made for b in following.alternatives]:
            varying = first if len(made) > 1 else second
            where = _variant_place(varying, place) if several else place
            try:
                found.append((_both(first[0], second[0], opened), where))
            except ConflictError as error:
                conflicts.append(error)
        if not found:
            raise conflicts[0]
        made = found
    return Flat(made)


def _variant_place(variant: Alternative, place: Place) -> Place:
    """Return the place of what is made of *variant*: its own, or beside the class that it is."""
    return place.part(variant[1].name) if "$ref" in variant[0] else variant[1]


def _both(first: Node, second: Node, opened: Callable[[Node], Node]) -> Node:
    if first == second or not second.keys() - set(DESCRIBING):
        return first
    if not first.keys() - set(DESCRIBING):
        return second
    first, second = opened(first), opened(second)
    if "type" not in first or "type" not in second:  # one has a format only
        return {**first, **second}
    if first["type"] == second["type"] == "array":
        kinds = [opened(each["items"]) for each in (first, second)]
        free = [each.get("type") == "object" and not each["properties"] for each in kinds]
        if kinds[0].get("type") == kinds[1].get("type") and any(free):  # one says only: objects
            return {**first, **second, "items": (second if free[0] else first)["items"]}
    return merged(first, second)


def open_variant(tag: str, place: Place) -> Alternative:
    """Return the variant that any object with a *tag* fits."""
    found: dict[str, Any] = {
        "type": "object",
        FALLBACK: tag,
        "description": "A variant that the document does not have.",
        "properties": {tag: {"type": "string"}},
        "required": [tag],
    }
    return found, Place(f"Unknown_{place.parent}", place.name)


def one_list(alternatives: list[Node]) -> list[Node]:
    """Return *alternatives* with one list whose items are those of all lists, where that matters.

    Upstream's ``to_dict`` treats each list as the first kind of list; plain items are left alone.
    """
    lists = [each for each in alternatives if each.get("type") == "array"]
    items = [each for found in lists for each in found["items"].get("oneOf", [found["items"]])]
    if len(lists) < 2 or all(each.get("type") in _PLAIN and "format" not in each for each in items):
        return alternatives
    distinct = [each for i, each in enumerate(items) if each not in items[:i]]
    made: Node = {**lists[0], "items": {"oneOf": distinct} if len(distinct) > 1 else distinct[0]}
    return [made, *(each for each in alternatives if each not in lists)]


def with_default(made: Node, schema: Node) -> Node:
    """Return *made* without the default of *schema*, which its description states instead."""
    if "default" not in schema:
        return made
    words = [made["description"].strip()] if made.get("description") else []
    return {**made, "description": " ".join([*words, f"Default: {schema['default']}."])}
