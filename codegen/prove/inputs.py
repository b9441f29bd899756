"""JSON values for calls of an operation: of its parameters, and of its body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attrs import define, evolve, field, frozen

from codegen.prove import styles
from codegen.prove.fit import instant
from codegen.prove.json_values import is_list, is_object
from codegen.prove.media import chosen, has_members, is_json
from codegen.prove.samples import MAX_VALUES, Sampler, told_apart
from codegen.prove.scalars import NoSampleError
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.read.document import Document, Node, Operation

ABSENT: Final = object()
Key = tuple[str, str]
_CLEAR: Final = re.compile(r"[0-9A-Za-z]+|-?[0-9.]+|[0-9a-f-]{36}|[0-9]{4}-[0-9]{2}-[0-9]{2}")


@frozen
class Sample:
    """JSON values for one call: of its parameters by place and name, and of its body.

    *plain*: dicts are passed in place of models. *as_json* are the parameters that are written as
    JSON, which has a notation for everything.
    """

    parameters: dict[Key, Any]
    body: Any = ABSENT
    plain: bool = False
    as_json: frozenset[Key] = frozenset()

    @property
    def values(self) -> list[Any]:
        """All of its values."""
        return [self.body, *self.parameters.values()]

    def is_dict(self, value: Any) -> bool:  # noqa: ANN401  # JSON
        """Return whether *value* is passed as it is: there are dicts in it."""
        parts: list[Any] = value if is_list(value) else []
        return self.plain and (is_object(value) or any(map(self.is_dict, parts)))

    @property
    def may_be_refused(self) -> bool:
        """Whether a parameter, or a member of the body, is null, or a form has no member.

        OpenAPI 3.0 does not say how parts of parts of a parameter are written, either.
        """
        members = list(self.body.values()) if is_object(self.body) else []
        parameters = [v for key, v in self.parameters.items() if key not in self.as_json]
        parted = any(map(_parts, [part for each in parameters for part in _parts(each)]))
        return self.body == {} or None in [*parameters, *members] or parted


@define
class Inputs:
    """What one operation takes.

    Attributes:
        parameters: Its parameters, by place and name.
        media: The media type of its body; JSON where there are several, empty if there is none.
        schema: The schema of its body.
        needs_body: Whether the body is required.
        skipped: What no value could be made for.
        encoding: What the document says of the parts of its body, by name.
    """

    parameters: dict[Key, Node]
    media: str
    schema: Node
    needs_body: bool
    skipped: list[str] = field(factory=list[str])
    encoding: Node = field(factory=dict[str, Any])

    @classmethod
    def of(cls, document: Document, operation: Operation) -> Inputs:
        """Read them from *document*."""
        parameters = {(p["in"], p["name"]): p for p in document.parameters(operation)}
        body = document.resolve(node(operation.node, "requestBody"))
        content = node(body, "content")
        media = chosen(content)
        stated = node(content, media)
        return cls(
            parameters,
            media,
            node(stated, "schema"),
            needs_body=body.get("required") is True,
            encoding=node(stated, "encoding"),
        )

    def samples(self, sampler: Sampler) -> list[Sample]:
        """Return everything set, only what is required, the further values, and plain bodies."""
        columns = {key: self._values(sampler, key) for key in self.parameters}
        columns = told_apart({key: values for key, values in columns.items() if values})
        contents = self._contents(sampler)
        required = [key for key, each in self.parameters.items() if each.get("required")]
        if any(key not in columns for key in required) or (self.needs_body and not contents):
            return []
        rows = min(max([1, *map(len, columns.values()), len(contents)]), MAX_VALUES)
        full = [
            Sample({key: _nth(values, row) for key, values in columns.items()}, _nth(contents, row))
            for row in range(rows)
        ]
        body = _nth(contents, 1) if self.needs_body else ABSENT
        made = [full[0], Sample({key: columns[key][0] for key in required}, body), *full[1:]]
        as_json = {k for k, each in self.parameters.items() if styles.style_of(each)[0] == "json"}
        made = [evolve(each, as_json=frozenset(as_json)) for each in made]
        plain = [evolve(each, plain=True) for each in made]
        return [*made, *(each for each in plain if any(map(each.is_dict, each.values)))]

    def _values(self, sampler: Sampler, key: Key) -> list[Any]:
        parameter = self.parameters[key]
        style, explode = styles.style_of(parameter)
        whole = key[0] == "query" and (explode or style == "deepObject")
        whole = whole or style == "json"
        try:
            found = sampler.values(node(parameter, "schema"))
        except NoSampleError:
            found = []
        found = found if whole else [_without_delimiters(value) for value in found]
        values = [value for value in found if style == "json" or _can_hold(key[0], value)]
        if not values:
            self.skipped.append(f"{key[0]} parameter {key[1]}")
        return values

    def _contents(self, sampler: Sampler) -> list[Any]:
        values = sampler.values_once if is_json(self.media) else sampler.values
        try:
            found = values(self.schema) if self.media else []
        except NoSampleError:
            self.skipped.append("request body")
            return []
        if has_members(self.media):
            return [self._writable(value) for value in found]
        if is_json(self.media):
            return found
        return [value for value in found if isinstance(value, str)]

    def _writable(self, value: Any) -> Any:  # noqa: ANN401  # JSON
        """Return a form without delimiters in the members that are joined by some."""
        joined = {name for name, each in self.encoding.items() if _is_joined(each)}
        return is_object(value) and {
            name: _without_delimiters(inner) if name in joined else inner
            for name, inner in value.items()
        }


def _is_joined(encoding: Node) -> bool:
    style, explode = styles.style_of({"in": "query", **encoding})
    stated = {"style", "explode", "allowReserved"} & encoding.keys()
    return bool(stated) and not explode and style != "deepObject"


def _nth(values: list[Any], row: int) -> Any:  # noqa: ANN401  # JSON
    return values[row % len(values)] if values else ABSENT


def _can_hold(place: str, value: Any) -> bool:  # noqa: ANN401  # JSON
    """Return whether the specification says how *value* is written in *place*."""
    if is_list(value):
        return _can_be_empty(place, value) and all(isinstance(i, str | int | float) for i in value)
    if is_object(value):
        return _can_be_empty(place, value)
    text = styles.text(value)
    if place == "path":
        return value is not None and text not in {"", ".", ".."} and text.isprintable()
    moment = instant(text)
    in_header = text.isascii() and text.isprintable() and not (moment and moment.microsecond)
    return place == "query" or in_header


def _parts(value: Any) -> list[Any]:  # noqa: ANN401  # JSON
    if is_object(value):
        return [*value.values()]
    return value if is_list(value) else []


def _can_be_empty(place: str, value: list[Any] | dict[str, Any]) -> bool:
    return bool(value) or place == "query"


def _without_delimiters(value: Any) -> Any:  # noqa: ANN401  # JSON
    """Leave out items and members that have a delimiter in them, or parts of their own."""
    if is_list(value):
        items = [item for item in value if _is_clear(item)]
        return items * 2 if len(items) == 1 < len(value) else items
    if is_object(value):
        return {name: inner for name, inner in value.items() if _is_clear(inner)}
    return value


def _is_clear(item: object) -> bool:
    plain = isinstance(item, str | int | float)
    return plain and bool(_CLEAR.fullmatch(styles.text(item)) or instant(item))
