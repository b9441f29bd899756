"""What values of a schema are in JSON: strings, objects and so on; no I/O."""

from __future__ import annotations

from typing import Final

from persium_api.facade._schema import Array, Choice, Model, OneOf, Schema

from .scalars import KINDS, MismatchError, wrong

_OF_SCALARS: Final = {
    "any": frozenset(KINDS.values()),
    "binary": frozenset({"bytes"}),
    "boolean": frozenset({"a boolean"}),
    "integer": frozenset({"a number"}),
    "null": frozenset({"null"}),
    "number": frozenset({"a number"}),
}


def kinds(schema: Schema) -> frozenset[str]:
    """Return what values of *schema* may be in JSON."""
    match schema:
        case Array():
            return frozenset({"a list"})
        case Model():
            return frozenset({"an object"})
        case OneOf():
            return frozenset[str]().union(*map(kinds, schema.variants))
        case Choice():
            return frozenset({"a number" if issubclass(schema.enum, int) else "a string"})
        case _:
            return _OF_SCALARS.get(schema.name, frozenset({"a string"}))


def unfit(
    value: object, variants: tuple[Schema, ...], problems: list[MismatchError]
) -> MismatchError:
    """Return the error of a value that fits no variant."""
    names = " or ".join(dict.fromkeys(_name(variant) for variant in variants))
    if not problems:
        return wrong(value, names)
    reasons = "; ".join(dict.fromkeys(map(str, problems)))
    return MismatchError(f"is none of {names}: {reasons}")


def _name(schema: Schema) -> str:
    return schema.model.__name__ if isinstance(schema, Model) else min(kinds(schema))
