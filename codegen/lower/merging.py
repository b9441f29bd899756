"""``allOf``: two schemas as one that fits both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.lower.enums import VALUES

if TYPE_CHECKING:
    from codegen.read.document import Node


class ConflictError(ValueError):
    """No value fits both schemas."""


def merged(first: Node, second: Node) -> Node:
    """Return the schema of the values that fit both; what both describe, *second* describes.

    Raises:
        ConflictError: No value fits both.
    """
    if first["type"] == second["type"] == "object":
        return _objects(first, second)
    if {first["type"], second["type"]} == {"integer", "number"}:
        return {**first, **second, "type": "integer"}
    if first["type"] != second["type"]:
        raise ConflictError(f"{first['type']} and {second['type']}")
    if "enum" in first and "enum" in second:
        return _enums(first, second)
    if first["type"] == "array" and first["items"] and second["items"] not in ({}, first["items"]):
        raise ConflictError("lists of different items")
    if VALUES in first and VALUES in second:
        common = [value for value in first[VALUES] if value in second[VALUES]]
        return {**first, **second, VALUES: common}
    return first | second if second.get("items", True) else second | first


def _objects(first: Node, second: Node) -> Node:
    properties = dict(first["properties"])
    for name, schema in second["properties"].items():
        known = properties.get(name, schema)
        properties[name] = schema if known == schema else {"allOf": [known, schema]}
    made = {
        **first,
        **second,
        "properties": properties,
        "required": list(dict.fromkeys([*first["required"], *second["required"]])),
    }
    if "additionalProperties" in made:
        parts = [part for part in (first, second) if "additionalProperties" in part]
        further = [part["additionalProperties"] for part in parts]
        typed: list[Node] = [schema for schema in further if schema not in (True, False, {})]
        any_ = any(each is not False for each in further)
        made["additionalProperties"] = typed[-1] if typed else any_
    return made


def _enums(first: Node, second: Node) -> Node:
    values = [value for value in first["enum"] if value in second["enum"]]
    if not values:
        raise ConflictError("enums without a common value")
    return {**first, **second, "enum": values} if values != first["enum"] else first | second
