"""Write values as JSON: models by the names of openapi.yaml, times with their offset; no I/O."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, cast
from uuid import UUID

import attrs
from persium_api.facade import _schemas
from persium_api.facade._schema import ANY, Array, Model, OneOf, Schema
from persium_api.types import Unset

_PLAIN: Final = frozenset({str, int, bool, type(None)})


def json_of(value: object, schema: Schema, where: str) -> object:
    """Return *value* as JSON; *where* is its name in the text of an error.

    A mapping may stand for a model: its keys are names of JSON or of attributes.

    Raises:
        ValueError: It can't be JSON; the text has the place and never the value.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where} is not a finite number: JSON has none other")
        return value
    if isinstance(value, list | tuple):
        items = next((s.items for s in _variants(schema) if isinstance(s, Array)), ANY)
        each = enumerate(cast("list[object]", value))
        return [json_of(item, items, f"{where}[{index}]") for index, item in each]
    if _is_object(value):
        return {
            name: json_of(member, of, f"{where}.{name}")
            for name, member, of in members_of(value, schema, where)
        }
    return _text(value, where)


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping) or attrs.has(type(value))


def members_of(value: object, schema: Schema, where: str) -> Iterator[tuple[str, object, Schema]]:
    """Yield name in JSON, value and schema of each member of an object that is set."""
    known = _schemas.by_class.get(type(value))
    if isinstance(value, Mapping):
        model = next((s for s in _variants(schema) if isinstance(s, Model)), None)
        yield from _members_of_mapping(cast("Mapping[str, object]", value), model)
    elif known is None:
        raise ValueError(f"{where}: {type(value).__name__} can't be written as JSON")
    else:
        members, further = known.contents()
        extra: dict[str, object] = getattr(value, "additional_properties", {})
        declared = {member.name for member in members}
        for name, each in extra.items():
            if name not in declared and not isinstance(each, Unset):
                yield name, each, further or ANY
        for member in members:
            each = getattr(value, member.attribute)
            if not isinstance(each, Unset):
                yield member.name, each, member.schema


def _members_of_mapping(
    value: Mapping[str, object], model: Model | None
) -> Iterator[tuple[str, object, Schema]]:
    members, further = model.contents() if model else ((), ANY)
    by_name = {m.attribute: m for m in members} | {m.name: m for m in members}
    for name, each in value.items():
        if not isinstance(each, Unset):
            member = by_name.get(name)
            yield (
                (member.name, each, member.schema) if member else (str(name), each, further or ANY)
            )


def _variants(schema: Schema) -> list[Schema]:
    if isinstance(schema, OneOf):
        return [inner for variant in schema.variants for inner in _variants(variant)]
    return [schema]


def _text(value: object, where: str) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{where} is a time without an offset: add one, such as tzinfo=UTC")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    kind: Any = type(value)
    raise ValueError(f"{where}: {kind.__name__} can't be written as JSON")
