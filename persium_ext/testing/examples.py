"""``example_of``: a model or an error, as openapi.yaml shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

import attrs
from persium_api.facade import Operation

from persium_ext._calls.decode import read
from persium_ext._calls.operations import operations
from persium_ext._http.content import is_json
from persium_ext.errors import PersiumError

from .document import REQUEST, Example, packaged
from .errors import error_example

T = TypeVar("T")


def example_of(kind: type[T], **changes: object) -> T:
    """Return the first example of a model or error in openapi.yaml, with *changes* of attributes.

    Of an error the text stays that of the example. Each call returns an object of its own.

    Raises:
        LookupError: No operation of openapi.yaml shows one.
        TypeError: It has no such attribute.
    """
    found: Any = error_example(kind) if issubclass(kind, PersiumError) else _model(kind)
    for name, value in changes.items():
        if not hasattr(found, name):
            raise TypeError(f"{kind.__name__} has no attribute {name}")
        # the body of an error is a property, whose type each class narrows
        setattr(
            found, "_body" if isinstance(found, PersiumError) and name == "body" else name, value
        )
    return cast("T", found)


def _model(kind: type) -> object:
    for value in values_in(packaged().all, operations()):
        for found in parts_of(value):
            if type(found) is kind:
                return found
    raise LookupError(f"openapi.yaml shows no example of {kind.__name__}: make one yourself")


def values_in(examples: Iterable[Example], known: Mapping[str, Operation[Any]]) -> Iterator[object]:
    """The JSON bodies among *examples*, as values of the types that the document gives them."""
    for example in examples:
        operation = known.get(example.operation)
        if operation is None or not is_json(example.media_type):
            continue
        responses = {**operation.responses, REQUEST: operation.body}
        body = responses.get(example.status)
        if body is not None and body.media_type == example.media_type:
            yield read(example.value, body.schema)


def parts_of(value: object) -> Iterator[object]:
    """*value*, and the values in it."""
    yield value
    parts: Iterable[object] = ()
    if attrs.has(type(value)):
        parts = [getattr(value, each.name) for each in attrs.fields(cast("Any", type(value)))]
    elif isinstance(value, dict):
        parts = cast("dict[str, object]", value).values()
    elif isinstance(value, list):
        parts = cast("list[object]", value)
    for part in parts:
        yield from parts_of(part)
