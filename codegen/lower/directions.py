"""Classes of requests and responses: one class where they are alike, else two."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from codegen.read.places import mappings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.lower.schemas import SchemaLowering
    from codegen.read.document import Node

PREFIX: Final = "#/components/schemas/"


def merge(directions: list[tuple[SchemaLowering, str]]) -> dict[str, Node]:
    """Return the classes of all directions; one that differs from an earlier gets the suffix."""
    schemas: dict[str, Node] = {}
    earlier: list[tuple[dict[str, Node], dict[str, str]]] = []
    for lowering, suffix in directions:
        own = deepcopy(lowering.classes)
        names: dict[str, str] = {}
        for known, given in reversed(earlier):
            names |= {name: given[name] for name in _alike(own, known)}
        for name in own.keys() - names:
            names[name] = _free(f"{name}{suffix}", schemas, own) if name in schemas else name
        for schema in [*lowering.classes.values(), *lowering.uses]:
            rename(schema, names)
        lowering.rename_members(names)
        schemas |= {names[name]: schema for name, schema in lowering.classes.items()}
        earlier.append((own, names))
    return schemas


def _alike(own: dict[str, Node], known: dict[str, Node]) -> set[str]:
    """Return the classes that are the same in both, those they refer to included."""
    alike = {name for name in own if own[name] == known.get(name)}
    while wrong := {name for name in alike if {*_references(own[name])} - alike}:
        alike -= wrong
    return alike


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


def _referring(schema: Node) -> Iterator[Node]:
    return (found for _, found in mappings(schema) if "$ref" in found)
