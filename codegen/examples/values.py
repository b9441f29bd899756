"""Example values, made from a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from codegen.examples.numbers import number
from codegen.examples.strings import string
from codegen.read.document import node, nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from codegen.read.document import Node

Trail = tuple[str, ...]
_ALTERNATIVES: Final = frozenset({"oneOf", "anyOf"})


class NoExampleError(ValueError):
    """No value could be made for a schema; only an ``example`` in the document helps."""


class ExampleMaker:
    """Makes the smallest valid value of a schema (OpenAPI 3.0).

    An object has its required members, and the optional ones that show an example. Where only a
    validator can decide (which of ``oneOf`` alone matches, a difficult ``pattern``), the document
    has to show an example.

    Args:
        resolve: Returns what a node stands for, its ``$ref`` followed.
        left_out: The keyword of members that the value does not have.
    """

    def __init__(self, resolve: Callable[[Node], Node], *, left_out: str = "writeOnly") -> None:
        self._resolve = resolve
        self._left_out = left_out

    def value(self, schema: Node, *, trail: Trail = ()) -> object:
        """Return a value that is valid against *schema*.

        *trail* has the references that led here, so that no schema is nested in itself.

        Raises:
            NoExampleError: No value was found.
        """
        flat = self._flat(schema)
        try:
            return self._value(flat, _further(trail, self._references(schema)))
        except NoExampleError:
            if flat.get("nullable") is True:
                return None
            raise

    def _value(self, schema: Node, trail: Trail) -> object:
        for keyword in ("example", "default"):
            if keyword in schema:
                return schema[keyword]
        if "enum" in schema:
            return schema["enum"][0]
        if alternatives := nodes(schema, "oneOf") or nodes(schema, "anyOf"):
            return self._alternative(schema, alternatives, trail)
        return self._typed(schema, trail)

    def _typed(self, schema: Node, trail: Trail) -> object:
        match schema.get("type", "array" if "items" in schema else "object"):
            case "object":
                return self._object(schema, trail)
            case "array":
                return self._array(schema, trail)
            case "boolean":
                return False
            case "string":
                found: object = string(schema)
            case _:
                found = number(schema)
        if found is None:
            raise NoExampleError(f"no value was found for {schema}")
        return found

    def _flat(self, schema: Node) -> Node:
        """Resolve a schema and merge its ``allOf``; its own keywords take precedence."""
        flat = dict(self._resolve(schema))
        parts = [self._flat(part) for part in flat.pop("allOf", [])]
        for part in parts:
            if len(parts) > 1:
                part.pop("example", None)  # it shows a part, not the whole
            flat = _merged(part, flat)
        return flat

    def _references(self, schema: Node) -> Trail:
        """The ``$ref`` of a schema, and those of the parts of its ``allOf``."""
        own = (schema["$ref"],) if "$ref" in schema else ()
        parts = nodes(self._resolve(schema), "allOf")
        return own + tuple(each for part in parts for each in self._references(part))

    def _alternative(self, schema: Node, alternatives: list[Node], trail: Trail) -> object:
        around = {key: value for key, value in schema.items() if key not in _ALTERNATIVES}
        for alternative in alternatives:
            whole = _merged(self._flat(alternative), around)
            try:
                value = self.value(whole, trail=_further(trail, self._references(alternative)))
            except NoExampleError:
                continue
            if isinstance(value, dict):
                return cast("Node", value) | _discriminator(schema, alternative.get("$ref"))
            return value
        raise NoExampleError(f"no value was found for any of {alternatives}")

    def _object(self, schema: Node, trail: Trail) -> Node:
        members = node(schema, "properties")
        required: list[str] = schema.get("required", [])
        made: Node = {}
        for name in dict.fromkeys([*required, *members]):
            member = self._flat(members.get(name, {}))
            if member.get(self._left_out) is True:
                continue
            if name in required:
                made[name] = self.value(members.get(name, {}), trail=trail)
            elif "example" in member:
                made[name] = member["example"]
        return made

    def _array(self, schema: Node, trail: Trail) -> list[object]:
        least: int = schema.get("minItems", 0)
        if schema.get("maxItems") == 0:
            return []
        try:
            item = self.value(node(schema, "items"), trail=trail)
        except NoExampleError:
            if least == 0:
                return []
            raise
        if schema.get("uniqueItems") is True and least > 1:
            return self._different(schema, least)
        return [item] * max(least, 1)

    def _different(self, schema: Node, count: int) -> list[object]:
        choices: list[object] = self._flat(node(schema, "items")).get("enum", [])
        if len(choices) < count:
            raise NoExampleError(f"{count} different items could not be made for {schema}")
        return choices[:count]


def _further(trail: Trail, references: Trail) -> Trail:
    for reference in references:
        if reference in trail:
            raise NoExampleError(f"{reference} contains itself")
    return trail + references


def _merged(part: Node, schema: Node) -> Node:
    members = node(part, "properties") | node(schema, "properties")
    required: list[Any] = [*part.get("required", []), *schema.get("required", [])]
    merged = part | schema
    if members:
        merged["properties"] = members
    if required:
        merged["required"] = required
    return merged


def _discriminator(schema: Node, reference: str | None) -> Node:
    """The member that names the alternative, where the schema has a discriminator."""
    discriminator = node(schema, "discriminator")
    if not discriminator or reference is None:
        return {}
    mapping = node(discriminator, "mapping").items()  # to references, or to names of schemas
    names = {str(target).rpartition("/")[2]: name for name, target in mapping}
    own = reference.rpartition("/")[2]
    return {discriminator["propertyName"]: names.get(own, own)}
