"""Classes of requests and responses: one class where they are alike, else two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.document import Node
    from codegen.lower.schemas import SchemaLowering

PREFIX: Final = "#/components/schemas/"


def merge(directions: list[tuple[SchemaLowering, str]]) -> dict[str, Node]:
    """Return the classes of all directions; one that differs from an earlier gets the suffix."""
    schemas: dict[str, Node] = {}
    for lowering, suffix in directions:
        own = lowering.classes
        different = {name for name in own if name in schemas and own[name] != schemas[name]}
        while more := {
            name
            for name in own.keys() & schemas.keys() - different
            if different & {*_references(own[name])}
        }:
            different |= more
        names = {name: _free(f"{name}{suffix}", schemas, own) for name in sorted(different)}
        for schema in own.values():
            rename(schema, names)
        for schema in lowering.uses:
            rename(schema, names)
        schemas |= {names.get(name, name): schema for name, schema in own.items()}
    return schemas


def rename(schema: Node, names: dict[str, str]) -> None:
    """Let the references in *schema* lead to the new names."""
    for each in _referring(schema):
        name = each["$ref"].removeprefix(PREFIX)
        each["$ref"] = f"{PREFIX}{names.get(name, name)}"


def _free(name: str, *taken: dict[str, Node]) -> str:
    while any(name.lower() in {each.lower() for each in some} for some in taken):
        name += "2"
    return name


def _references(schema: Node) -> Iterator[str]:
    return (each["$ref"].removeprefix(PREFIX) for each in _referring(schema))


def _referring(found: object, *, named: bool = False) -> Iterator[Node]:
    if isinstance(found, list):
        for each in cast("list[object]", found):
            yield from _referring(each)
    elif isinstance(found, dict):
        mapping = cast("Node", found)
        if isinstance(mapping.get("$ref"), str):
            yield mapping
        for key, value in mapping.items():
            if named or key not in {"example", "enum"}:
                yield from _referring(value, named=key == "properties" and not named)
