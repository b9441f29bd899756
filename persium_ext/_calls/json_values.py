"""Write values as JSON: models by the names of openapi.yaml, times with their offset; no I/O."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, cast
from uuid import UUID

import attrs
from persium_api.facade import _schemas
from persium_api.facade._schema import ANY, Array, Schema
from persium_api.types import Unset

from .mappings import members_of_mapping, schemas_of, variants

_PLAIN: Final = frozenset({str, int, bool, type(None)})


def json_of(value: object, schema: Schema, where: str) -> object:
    """Return *value* as JSON; *where* is its name in the text of an error.

    A mapping may stand for a model: its keys are names of JSON or of attributes.

    Raises:
        ValueError: It can't be JSON, or a mapping is not the model; the text has the place and
            never the value.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where} is not a finite number: JSON has none other")
        return value
    if is_list(value):
        items = next((s.items for s in variants(schema) if isinstance(s, Array)), ANY)
        each = enumerate(cast("Sequence[object]", value))
        return [json_of(item, items, f"{where}[{index}]") for index, item in each]
    if isinstance(value, Mapping):
        return _of_mapping(cast("Mapping[object, object]", value), schema, where)
    if attrs.has(type(value)):
        return _object(value, schema, where)
    return _text(value, where)


def text_of(value: object) -> str:
    """Return a scalar of JSON as text: ``true``, ``1.5``, ``2026-01-31``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_list(value: object) -> bool:
    """Return whether *value* is a list in JSON."""
    return isinstance(value, Sequence) and not isinstance(
        value, str | bytes | bytearray | memoryview
    )


def _of_mapping(value: Mapping[object, object], schema: Schema, where: str) -> object:
    """Return a mapping as the first schema writes it that can; else the error of the best one."""
    problems: list[ValueError] = []
    for each in schemas_of(value, schema):
        try:
            return _object(value, each, where)
        except ValueError as error:
            problems.append(error)
    raise problems[0]


def _object(value: object, schema: Schema, where: str) -> object:
    return {
        name: json_of(member, of, f"{where}.{name}")
        for name, member, of in members_of(value, schema, where)
    }


def members_of(value: object, schema: Schema, where: str) -> Iterator[tuple[str, object, Schema]]:
    """Yield name in JSON, value and schema of each member of an object that is set."""
    known = _schemas.by_class.get(type(value))
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        yield from members_of_mapping(mapping, schemas_of(mapping, schema)[0], where)
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
