"""Values for schemas that show no example: the smallest that is valid (OpenAPI 3.0)."""

from __future__ import annotations

from collections.abc import Callable

from ._numbers import number
from ._strings import string
from .json_values import JsonObject, as_list, as_object, is_object

Trail = tuple[object, ...]


class NoExampleError(ValueError):
    """No value was found that fits a schema; an ``example`` in the document mends it."""


class ExampleMaker:
    """Makes values; *resolve* returns what a node stands for, its ``$ref`` followed.

    An object has its required members, and the others that show an example. What only an answer
    can decide (which of ``oneOf`` alone it fits, a difficult ``pattern``) needs an example.
    """

    def __init__(self, resolve: Callable[[object], JsonObject]) -> None:
        self._resolve = resolve

    def value(self, node: object, *, trail: Trail = ()) -> object:
        """Return a value that fits the schema *node*.

        *trail* has the references that led here, so that no schema is built into itself.

        Raises:
            NoExampleError: None was found.
        """
        schema = self._flat(node)
        try:
            return self._value(schema, _further(trail, self._references(node)))
        except NoExampleError:
            if schema.get("nullable") is True:
                return None
            raise

    def absent(self, node: object, name: str, value: object) -> JsonObject:
        """Return how an object of schema *node* says that it has no *name*: *value* is of its kind.

        By silence where it may, else with null where it may, else with an empty value.
        """
        schema = self._flat(node)
        if name not in as_list(schema.get("required")):
            return {}
        member = self._flat(as_object(schema.get("properties")).get(name))
        return {name: None if member.get("nullable") is True else type(value)()}

    def _value(self, schema: JsonObject, trail: Trail) -> object:
        for shown in ("example", "default"):
            if shown in schema:
                return schema[shown]
        if choices := as_list(schema.get("enum")):
            return choices[0]
        if alternatives := as_list(schema.get("oneOf")) or as_list(schema.get("anyOf")):
            return self._alternative(schema, alternatives, trail)
        return self._typed(schema, trail)

    def _typed(self, schema: JsonObject, trail: Trail) -> object:
        match _type(schema):
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
            raise NoExampleError(f"nothing fits {schema}")
        return found

    def _flat(self, node: object) -> JsonObject:
        """Resolve a schema and put the parts of its ``allOf`` into it; its own words win."""
        schema = dict(self._resolve(node))
        parts = [self._flat(part) for part in as_list(schema.pop("allOf", None))]
        for part in parts:
            if len(parts) > 1:
                part.pop("example", None)  # it shows a part, not the whole
            schema = _joined(part, schema)
        return schema

    def _references(self, node: object) -> Trail:
        """What a schema is made of: its ``$ref``, and those of the parts of its ``allOf``."""
        reference = as_object(node).get("$ref")
        parts = as_list(self._resolve(node).get("allOf"))
        found = [each for part in parts for each in self._references(part)]
        return (reference, *found) if reference else tuple(found)

    def _alternative(self, schema: JsonObject, alternatives: list[object], trail: Trail) -> object:
        around = {key: schema[key] for key in schema if key not in {"oneOf", "anyOf"}}
        for alternative in alternatives:
            whole = _joined(self._flat(alternative), around)
            try:
                value = self.value(whole, trail=_further(trail, self._references(alternative)))
            except NoExampleError:
                continue
            name = _named(schema, as_object(alternative).get("$ref"))
            return as_object(value) | name if is_object(value) else value
        raise NoExampleError(f"no alternative fits of {alternatives}")

    def _object(self, schema: JsonObject, trail: Trail) -> JsonObject:
        members = as_object(schema.get("properties"))
        required = as_list(schema.get("required"))
        made = {
            str(name): self.value(members.get(str(name), {}), trail=trail)
            for name in required
            if self._flat(members.get(str(name), {})).get("writeOnly") is not True
        }
        for name, member in members.items():
            flat = self._flat(member)
            if name not in required and "example" in flat and flat.get("writeOnly") is not True:
                made[name] = flat["example"]
        return made

    def _array(self, schema: JsonObject, trail: Trail) -> list[object]:
        least = int(str(schema.get("minItems", 0)))
        if schema.get("maxItems") == 0:
            return []
        try:
            item = self.value(schema.get("items", {}), trail=trail)
        except NoExampleError:
            if least == 0:
                return []
            raise
        if schema.get("uniqueItems") is True and least > 1:
            return self._different(schema, least)
        return [item] * max(least, 1)

    def _different(self, schema: JsonObject, count: int) -> list[object]:
        choices = as_list(self._flat(schema.get("items")).get("enum"))
        if len(choices) < count:
            raise NoExampleError(f"{count} different items are wanted of {schema}")
        return choices[:count]


def _further(trail: Trail, references: Trail) -> Trail:
    for reference in references:
        if reference in trail:
            raise NoExampleError(f"{reference} needs itself")
    return trail + references


def _type(schema: JsonObject) -> object:
    """The type; where none is said, an object is as good as any."""
    return schema.get("type", "array" if "items" in schema else "object")


def _joined(part: JsonObject, schema: JsonObject) -> JsonObject:
    members = as_object(part.get("properties")) | as_object(schema.get("properties"))
    required = [*as_list(part.get("required")), *as_list(schema.get("required"))]
    joined = part | schema
    if members:
        joined["properties"] = members
    if required:
        joined["required"] = required
    return joined


def _named(schema: JsonObject, reference: object) -> JsonObject:
    """The member that says which alternative a value is, if the schema wants one."""
    discriminator = as_object(schema.get("discriminator"))
    name = discriminator.get("propertyName")
    if name is None or reference is None:
        return {}
    for value, target in as_object(discriminator.get("mapping")).items():
        if target == reference:
            return {str(name): value}
    return {str(name): str(reference).rpartition("/")[2]}
