"""Names and annotations of the written package: which argument or attribute a wire name became."""

from __future__ import annotations

import collections.abc
import datetime  # noqa: ICN001  # the name that annotations have
import importlib
import io
import re
import sys
import types
import typing
import uuid
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from codegen.read.document import Node

_TYPES: Final = "persium_api.types"


def assign(
    wires: Iterable[str],
    names: Iterable[str],
    place: str = "",
    described: Mapping[str, Node] = MappingProxyType({}),
) -> dict[str, str]:
    """Give each of *wires* one of *names*: an equal one, one in snake case, or a renamed one.

    *place* (``query``, ``path``, ``header``) is what the generator appends to a name that two
    places have. *described* may state the name of a wire: its ``x-python-name``.
    """
    stated = tuple((wire, str(each.get("x-python-name"))) for wire, each in described.items())
    return dict(_assigned(tuple(wires), tuple(names), place, stated))


@cache
def _assigned(
    wires: tuple[str, ...],
    names: tuple[str, ...],
    place: str,
    stated: tuple[tuple[str, str], ...],
) -> dict[str, str]:
    left, given = list(names), dict[str, str]()
    rules: list[Callable[[str, str], bool]] = [
        lambda wire, name: (wire, name) in stated,
        lambda wire, name: bool(place) and _plain(name) == _plain(wire) + place,
        lambda wire, name: name == wire,
        lambda wire, name: name == f"{wire}_",
        lambda wire, name: name == _snake(wire),
        lambda wire, name: wire.startswith("_") and _plain(name) == f"field{_plain(wire)}",
        lambda wire, name: _plain(name) == _plain(wire),
        lambda wire, name: name.startswith("field_") and _plain(name) == f"field{_plain(wire)}",
        lambda wire, name: name.startswith(f"{_snake(wire)}_") or name.endswith(f"_{_snake(wire)}"),
    ]
    for rule in rules:
        for wire in wires:
            found = [name for name in left if rule(wire, name)] if wire not in given else []
            if len(found) == 1:
                given[wire] = found[0]
                left.remove(found[0])
    numbered = sorted(left, key=_number)  # alike but for a number, which counts those before
    for wire in wires:
        found = [n for n in numbered if _plain(n).rstrip("0123456789") == _plain(wire)]
        if wire not in given and found:
            given[wire] = found[0]
            numbered.remove(found[0])
    return given


def _number(name: str) -> int:
    return int(re.sub(r".*?(\d*)$", r"\1", name) or 0)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _snake(name: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def fields(model: type) -> dict[str, Any]:
    """Return the attributes that a model declares, without the bag for other members."""
    return _fields(model)


@cache
def _fields(model: Any) -> dict[str, Any]:  # noqa: ANN401  # a class, which type checkers take for unhashable
    return {f.name: f for f in attrs.fields(model) if f.init}


def bag(value: object) -> dict[str, Any]:
    """Return the members of *value* that its model does not declare."""
    return typing.cast("dict[str, Any]", getattr(value, "additional_properties", {}))


def is_model(option: object) -> bool:
    """Return whether an annotation is a generated model."""
    return isinstance(option, type) and attrs.has(option) and option.__module__ != _TYPES


def alternatives(annotation: object) -> list[Any]:
    """Return the members of a union, or the annotation alone."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return [inner for arg in typing.get_args(annotation) for inner in alternatives(arg)]
    return [annotation]


def evaluated(annotation: object, module: str) -> Any:  # noqa: ANN401  # any type form
    """Return the type that an annotation in the text of *module* means."""
    return _type(annotation, sys.modules[module]) if isinstance(annotation, str) else annotation


@cache
def _type(annotation: str, module: types.ModuleType) -> Any:  # noqa: ANN401  # any type form
    space: dict[str, Any] = {name: getattr(typing, name) for name in _exported(typing)}
    space |= {name: getattr(collections.abc, name) for name in _exported(collections.abc)}
    space |= vars(importlib.import_module("persium_api.models"))
    space |= {"datetime": datetime, "UUID": uuid.UUID, "BytesIO": io.BytesIO}
    space |= vars(_types()) | vars(module)
    return eval(annotation, space)  # noqa: S307  # of the package that was just written


def _exported(module: types.ModuleType) -> list[str]:
    return list(module.__all__)


def _types() -> types.ModuleType:
    return importlib.import_module(_TYPES)
