"""Enums that upstream reads rightly: of texts or of whole numbers, with a name for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openapi_python_client.strings import in_double_quote_literal, snake_case

from codegen.read.document import picked

if TYPE_CHECKING:
    from codegen.read.document import Node

VALUES: Final = "x-values"
"""Has the values of an enum that becomes no class: they tell variants apart."""
_TYPES: Final = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}


def alternatives(schema: Node) -> tuple[list[Node], bool]:
    """Return the alternatives of an enum, and whether null is among its values."""
    listed: list[object] = schema["enum"]
    values = list({(type(v).__name__, repr(v)): v for v in listed if v is not None}.values())
    null = None in listed
    described = picked(schema, "description", "example")
    kinds = {_TYPES.get(type(value).__name__, "") for value in values}
    stated = schema.get("type")
    if kinds == {"string"} and stated in {None, "string"} and all(_is_kept(str(v)) for v in values):
        return [{**described, "type": "string", **_named(schema, values)}], null
    if kinds == {"integer"} and stated in {None, "integer", "number"}:
        return [{**described, "type": "integer", **_named(schema, values)}], null
    if stated:
        return [{**described, "type": stated, VALUES: values}] if values else [], null
    if "number" in kinds:
        kinds -= {"integer"}
    return [_of_kind(kind, values, described) for kind in sorted(kinds)], null


def _of_kind(kind: str, values: list[object], described: Node) -> Node:
    """Return the alternative of the values of one type in JSON; no *kind*: they have parts."""
    kinds = {kind, "integer"} if kind == "number" else {kind}
    own = [value for value in values if _TYPES.get(type(value).__name__, "") in kinds]
    return {**described, "type": kind, VALUES: own} if kind else described


def listed_in(lowered: Node) -> list[Any]:
    """Return the values of a member whose enum is no class, null included; none: any."""
    alternatives: list[Node] = lowered.get("oneOf", [lowered])
    values: list[Any] = []
    for each in alternatives:
        known: list[Any] = [None] if each.get("type") == "null" else each.get(VALUES, [])
        if not known:
            return []
        values += known
    return values if values != [None] else []


def _is_kept(value: str) -> bool:
    """Return whether upstream writes *value* into its code without a loss."""
    return in_double_quote_literal(value) == in_double_quote_literal(value + "\u200b") and (
        len(value) == sum(c.isprintable() for c in value)
    )


def _named(schema: Node, values: list[Any]) -> Node:
    """Return the values, and names for them where upstream's own would clash."""
    given = schema.get("x-enum-varnames")
    if not isinstance(given, list) or len(given) != len(schema["enum"]) or None in schema["enum"]:  # pyright: ignore[reportUnknownArgumentType]
        given = None
    names = [str(name) for name in given or [_upstreams(v, i) for i, v in enumerate(values)]]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    fine = [snake_case(name).upper() for name in names]
    distinct = len(set(fine)) == len(fine) and len({n.upper() for n in names}) == len(names)
    if distinct and all(name.isidentifier() for name in fine):
        return {"enum": values} | ({"x-enum-varnames": names} if given else {})
    chosen: list[str] = []
    for i, name in enumerate(fine):
        usable = name if name.isidentifier() else f"VALUE_{i}"
        while usable in chosen:
            usable = f"{usable}_{i}"
        chosen.append(usable)
    return {"enum": values, "x-enum-varnames": chosen}


def _upstreams(value: Any, index: int) -> str:  # noqa: ANN401  # a text or a whole number
    if isinstance(value, int):
        return f"VALUE_NEGATIVE_{-value}" if value < 0 else f"VALUE_{value}"
    return str(value) if value and value[0].isalpha() else f"VALUE_{index}"
