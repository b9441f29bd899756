"""Changes of the generated models, made when this module is imported; their files are unmodified.

Enums are open: an unknown value becomes a member that equals the value. A member of a model that
is not set remains so when the model is copied or pickled, and its text is ``UNSET``.
"""

from __future__ import annotations

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


_open(
    models.TokenRequestGrantType,
)
setattr(types.Unset, "__reduce__", _unset_is_one)
setattr(types.Unset, "__repr__", _unset_is_one)
