"""Whether values have the types that the annotations of the package promise to type checkers."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.naming import alternatives, evaluated, is_model
from codegen.prove.read import wrong

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS: Final = {int: (int,), float: (int, float)}


def type_error_in(value: object, annotation: object, where: str = "") -> str | None:
    """Return the first place in *value* whose type is not promised; None: there is none."""
    if type(value) in _scalars(annotation):
        return None
    errors: list[str] = []
    for option, kind, inner in _options(annotation):
        error = _type_error(value, option, kind, inner, where)
        if error is None:
            return None
        errors.append(error)
    deeper = (each for each in errors if each.partition(": ")[0] != (where or "the value"))
    names = " or ".join(_name(option) for option, _, _ in _options(annotation))
    return next(deeper, None) or wrong(where, names, value)


@cache
def _scalars(annotation: object) -> frozenset[type]:
    """Return the types without parts, which need no second look."""
    found = [NoneType if each is None else each for each in alternatives(annotation)]
    return frozenset(each for each in found if isinstance(each, type) and not attrs.has(each))


@cache
def _options(annotation: object) -> list[tuple[Any, Any, tuple[Any, ...]]]:
    """Return the members of a union, each with its origin and its arguments."""
    return [(o, typing.get_origin(o) or o, typing.get_args(o)) for o in alternatives(annotation)]


def _type_error(
    value: object,
    option: Any,  # noqa: ANN401  # any type form
    kind: Any,  # noqa: ANN401  # any type form
    inner: tuple[Any, ...],
    where: str,
) -> str | None:
    if inner and kind in {list, Sequence} and is_list(value):
        return _first(where, ((str(index), each, inner[0]) for index, each in enumerate(value)))
    if inner and kind in {dict, Mapping} and is_object(value):
        return _first(where, ((name, each, inner[1]) for name, each in value.items()))
    if typing.is_typeddict(option):
        return _dict_error(value, option, where) if is_object(value) else _other(where)
    if is_model(option) and isinstance(value, option):
        named = _attributes(option).items()
        return _first(where, ((name, getattr(value, name), own) for name, own in named))
    fits = value in inner if kind is Literal else _is_a(value, option)
    return None if fits else _other(where)


def _other(where: str) -> str:
    """Return an error without the value, whose text is long to write: a type of a union may fit."""
    return f"{where or 'the value'}: another type"


def _first(where: str, parts: Iterable[tuple[str, object, object]]) -> str | None:
    found = (type_error_in(each, kind, f"{where}/{pointer(name)}") for name, each, kind in parts)
    return next(filter(None, found), None)


def _is_a(value: object, kind: Any) -> bool:  # noqa: ANN401  # any type form
    if kind in {Any, object}:
        return True
    if kind in _NUMBERS:
        return isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
    if kind is date:  # a datetime is a date, too
        return type(value) is date
    kind = NoneType if kind is None else kind
    return isinstance(kind, type) and isinstance(value, kind)


def _dict_error(value: dict[str, Any], typed: type, where: str) -> str | None:
    members = _members(typed)
    for name, (required, _) in members.items():
        if required and name not in value:
            return f"{where}/{pointer(name)}: expected no such member in {typed.__name__}, seen one"
    for name in value:
        if name not in members:
            return f"{where}/{pointer(name)}: expected a member of {typed.__name__}, seen none"
    return _first(where, ((name, each, members[name][1]) for name, each in value.items()))


@cache
def _members(typed: type) -> dict[str, tuple[bool, Any]]:
    """Return of each member of a ``TypedDict`` whether it is required, and its type."""
    found: dict[str, tuple[bool, Any]] = {}
    for name, hint in typing.get_type_hints(typed, include_extras=True).items():
        optional = typing.get_origin(hint) is typing.NotRequired
        found[name] = (not optional, typing.get_args(hint)[0] if optional else hint)
    return found


@cache
def _attributes(model: type) -> dict[str, Any]:
    return {each.name: evaluated(each.type, model.__module__) for each in attrs.fields(model)}


def _name(option: Any) -> str:  # noqa: ANN401  # any type form
    return str(getattr(option, "__name__", option))


def body_type(error: type) -> Any:  # noqa: ANN401  # any type form
    """Return the type that ``body`` of an error has."""
    getter: Any = next(vars(each)["body"] for each in error.__mro__ if "body" in vars(each)).fget
    return evaluated(getter.__annotations__["return"], getter.__module__)
