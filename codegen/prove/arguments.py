"""The arguments of a method: built from JSON values, and compared with its signature."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from codegen.prove import bodies
from codegen.prove.annotated import type_error_in
from codegen.prove.build import BuildError
from codegen.prove.inputs import ABSENT
from codegen.prove.media import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.prove.build import Builder
    from codegen.prove.facade import Argument, Target
    from codegen.prove.inputs import Inputs, Key, Sample
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node


@frozen(slots=False)
class Arguments:
    """Builds the arguments of one method, and compares them with its signature."""

    target: Target
    inputs: Inputs
    schemas: Schemas
    builder: Builder

    def of(self, sample: Sample) -> dict[str, Any]:
        """Return the arguments for *sample*.

        Raises:
            BuildError: The method has no way to pass it.
        """
        made: dict[str, Any] = {}
        for what, argument, value, schema in self._given(sample):
            if sample.is_dict(value):
                made[argument.name] = bodies.sent(self.schemas, value, schema, binary=self._files)
            else:
                made[argument.name] = self._built(what, argument, value, schema)
        return made

    def dicts(self, sample: Sample) -> Iterator[tuple[str, str, Node]]:
        """Yield the dicts of *sample*: what each is, its argument and its schema."""
        for what, argument, value, schema in self._given(sample):
            if sample.is_dict(value):
                yield what, argument.name, schema

    def type_problems(self, sample: Sample, made: dict[str, Any]) -> Iterator[str]:
        """Yield which of the arguments *made* have types that the signature does not have."""
        for what, argument, value, schema in self._given(sample):
            given = made[argument.name]
            if sample.is_dict(value):  # type checkers know declared members only
                given = bodies.sent(self.schemas, value, schema, declared=True, binary=self._files)
            if error := type_error_in(given, argument.annotation):
                yield f"{what}{' as a dict' * sample.is_dict(value)} in Python {error}"

    def _given(self, sample: Sample) -> Iterator[tuple[str, Argument, Any, Node]]:
        for key, value in sample.parameters.items():
            what, schema = _what(key), self.inputs.parameters[key]["schema"]
            yield what, _argument(what, self._names.get(key)), value, schema
        if sample.body is not ABSENT:
            what, schema = "request body", self.inputs.schema
            yield what, _argument(what, self._body), sample.body, schema

    def signature_problems(self, path: str) -> Iterator[str]:
        """Yield which arguments are not as required, or not in the order, that *path* says."""
        for key, parameter in self.inputs.parameters.items():
            if argument := self._names.get(key):
                required = parameter.get("required") is True
                yield from _requirement(_what(key), argument, required=required)
        if self._body:
            yield from _requirement("request body", self._body, required=self.inputs.needs_body)
        order = [name for name in re.findall(r"\{(.+?)\}", path) if ("path", name) in self._names]
        wanted = [self._names["path", name].name for name in dict.fromkeys(order)]
        wanted += ["body"] if self._body else []
        seen = [each.name for each in self.target.arguments.values() if not each.named]
        if seen != wanted:
            yield f"arguments by position: expected {', '.join(wanted)}, seen {', '.join(seen)}"

    @property
    def _files(self) -> bool:
        """Whether texts of the format ``binary`` are bytes."""
        return base(self.inputs.media) == "multipart/form-data"

    @cached_property
    def _names(self) -> dict[Key, Argument]:
        return self.target.of(self.inputs.parameters.values())

    @property
    def _body(self) -> Argument | None:
        return self.target.arguments.get("body") if self.inputs.media else None

    def _built(self, what: str, argument: Argument, value: object, schema: Node) -> object:
        try:
            return self.builder.build(argument.annotation, value, schema)
        except BuildError as error:
            raise BuildError(f"{what} {error}") from None


def _argument(what: str, argument: Argument | None) -> Argument:
    if argument is None:
        raise BuildError(f"{what}: expected an argument, seen none")
    return argument


def _what(key: Key) -> str:
    return f"{key[0]} parameter {key[1]}"


def _requirement(what: str, argument: Argument, *, required: bool) -> Iterator[str]:
    if argument.optional is required:
        words = ("optional", "required")
        yield f"{what} in Python: expected {words[required]}, seen {words[not required]}"
