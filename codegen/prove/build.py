"""Python arguments for the written package, built by its annotations from JSON values."""

from __future__ import annotations

import importlib
import io
import typing
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from codegen.prove.annotated import type_error_in
from codegen.prove.fit import reading
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.naming import alternatives, assign, bag, evaluated, fields, is_model
from codegen.prove.schemas import extra, is_binary
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

_STAMPS: dict[str, tuple[type, Any]] = {
    "date-time": (datetime, datetime.fromisoformat),
    "date": (date, date.fromisoformat),
    "uuid": (UUID, UUID),
}


class BuildError(Exception):
    """The package has no way to pass a value that the document allows."""


class Builder:
    """Builds what a caller would pass, so that the JSON value is what should be sent."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def build(self, annotation: object, value: Any, schema: Node, where: str = "") -> Any:  # noqa: ANN401  # JSON to any type
        """Return the Python value for *value*.

        Raises:
            BuildError: No class or attribute takes it.
        """
        options = alternatives(annotation)
        form = reading(self._schemas, value, schema)
        if is_object(value):
            return self._object(options, value, form, where)
        if is_list(value):
            return self._list(options, value, form, where)
        enums = [o for o in options if isinstance(o, type) and issubclass(o, Enum)]
        for enum in enums:
            if any(value == member.value and type(value) is type(member.value) for member in enum):
                return enum(value)  # True is no 1
        return self._text(options, value, form) if isinstance(value, str) else value

    def _text(self, options: list[Any], value: str, form: Node) -> object:
        stamp = _STAMPS.get(str(form.get("format")))
        if stamp and stamp[0] in options:
            return stamp[1](value)
        if is_binary(form):
            file = importlib.import_module("persium_api.types").File
            if file in options:
                return file(io.BytesIO(value.encode()), "name.bin", "application/octet-stream")
            return value if bytes not in options else value.encode()
        return value

    def _list(self, options: list[Any], value: list[Any], form: Node, where: str) -> list[Any]:
        lists = [o for o in options if typing.get_origin(o) in {list, Sequence}] or [list[Any]]
        error: BuildError | None = None
        for option in lists:
            (item,) = typing.get_args(option)
            try:
                return [
                    self.build(item, inner, node(form, "items"), f"{where}/{index}")
                    for index, inner in enumerate(value)
                ]
            except BuildError as caught:
                error = error or caught
        raise typing.cast("BuildError", error)

    def _object(self, options: list[Any], value: dict[str, Any], form: Node, where: str) -> Any:  # noqa: ANN401  # a model
        models = [option for option in options if is_model(option)]
        if not models:
            return value
        declared = node(form, "properties")
        made: list[Any] = []
        error: BuildError | None = None
        for model in sorted(models, key=lambda model: _rank(model, value, declared)):
            try:
                made.append(self._instance(model, value, form, where))
            except BuildError as caught:
                error = error or caught
            else:
                if len(models) == 1 or not type_error_in(made[-1], model):
                    return made[-1]
        if made:
            return made[0]
        raise typing.cast("BuildError", error)

    def _instance(self, model: type, value: dict[str, Any], form: Node, where: str) -> Any:  # noqa: ANN401  # a model
        own, declared = fields(model), node(form, "properties")
        names = assign(declared, own, described=declared)
        arguments: dict[str, Any] = {}
        loose: dict[str, Any] = {}
        for wire, inner in value.items():
            member, place = declared.get(wire, extra(form) or {}), f"{where}/{pointer(wire)}"
            if wire in names:
                field = own[names[wire]]
                kind = evaluated(field.type, model.__module__)
                arguments[field.alias or field.name] = self.build(kind, inner, member, place)
            elif wire not in declared:
                loose[wire] = self.build(_kind_of_extra(model), inner, member, place)
            elif not self._schemas.one_way(member, "readOnly"):
                raise BuildError(f"{where}/{pointer(wire)}: {model.__name__} has no such member")
        try:
            made = model(**arguments)
        except TypeError as error:
            raise BuildError(f"{where or 'the value'}: {error}") from None
        bag(made).update(loose)
        return made


def _rank(model: type, value: dict[str, Any], declared: Node) -> tuple[int, int, int]:
    own = fields(model)
    names = assign([wire for wire in declared if wire in value], own, described=declared)
    strange = 0
    for wire, name in names.items():
        options = alternatives(evaluated(own[name].type, model.__module__))
        enums = [o for o in options if isinstance(o, type) and issubclass(o, Enum)]
        known = [member.value for enum in enums for member in enum]
        strange += bool(known) and value[wire] not in known
    return strange, -len(names), len(own)


def _kind_of_extra(model: type) -> Any:  # noqa: ANN401  # any type form
    for field in attrs.fields(model):
        if not field.init:
            return typing.get_args(evaluated(field.type, model.__module__))[1]
    return Any
