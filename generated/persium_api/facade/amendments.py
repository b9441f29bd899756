"""Changes of the generated models, made when this module is imported; their files are unmodified.

Enums are open: an unknown value becomes a member that equals the value. A member of a model that
is not set remains so when the model is copied or pickled, and its text is ``UNSET``. ``dict(model)``
is its JSON, and pydantic reads and writes models: a path operation of FastAPI may return one.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from .. import models, types

__all__: list[str] = []


def _unknown_text(enum: Any, value: object) -> Any:
    """Make a member that equals *value*; a value of another type stays an error."""
    return _member(str.__new__(enum, value), value) if type(value) is str else None


def _unknown_number(enum: Any, value: object) -> Any:
    """Make a member that equals *value*; a value of another type stays an error."""
    return _member(int.__new__(enum, value), value) if type(value) is int else None


def _member(member: Any, value: object) -> Any:
    member._name_ = f"UNKNOWN_{value}"
    member._value_ = value
    return member


def _open(*enums: type[Enum]) -> None:
    for enum in enums:
        unknown = _unknown_number if issubclass(enum, int) else _unknown_text
        setattr(enum, "_missing_", classmethod(unknown))


def _unset_is_one(_: object) -> str:
    """Pickle ``UNSET`` by its name: models compare by identity with it. It is its text too."""
    return "UNSET"


def _members(model: Any) -> Iterator[tuple[str, Any]]:
    """Iterate over the JSON, as a model of pydantic does: without this, ``dict(model)`` fails."""
    return iter(model.to_dict().items())


def _pydantic_schema(model: Any, _: object, __: object) -> Any:
    """Tell pydantic how a model is read from JSON, and written."""
    from pydantic_core import core_schema

    def read(value: Any) -> Any:
        if isinstance(value, model):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"neither a {model.__name__} nor a JSON object")
        return model.from_dict(value)

    return core_schema.no_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(model.to_dict),
    )


def _json_schema(model: Any, _: object, __: object) -> dict[str, Any]:
    """Describe a model in the document of a program that uses pydantic; only the name is known."""
    return {"title": model.__name__, "type": "object"}


def _convert(*known: type) -> None:
    for model in known:
        setattr(model, "__iter__", _members)
        setattr(model, "__get_pydantic_core_schema__", classmethod(_pydantic_schema))
        setattr(model, "__get_pydantic_json_schema__", classmethod(_json_schema))


_convert(*(each for each in vars(models).values() if hasattr(each, "from_dict")))
_open(
    models.TokenRequestGrantType,
)
setattr(types.Unset, "__reduce__", _unset_is_one)
setattr(types.Unset, "__repr__", _unset_is_one)
