"""Decode a success as the type that openapi.yaml gives it, and name what has another; no I/O."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import persium_api.facade.amendments  # pyright: ignore[reportUnusedImport]  # makes enums open
import persium_api.models
from persium_api.facade import Operation
from persium_api.facade.errors import ResponseDecodeError

from persium_ext._http.messages import Response
from persium_ext._text import printable
from persium_ext.errors import TROUBLESHOOTING

from .call import Call
from .error_text import facts
from .outcome import LENIENT, PARSE_ERRORS

T = TypeVar("T")
_FROM_STRING: Final[dict[object, Callable[[str], object]]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
"""Types that JSON has as strings, and how to read them."""


def decode(operation: Operation[T], response: Response, call: Call) -> T:
    """Decode the *response* of *call*.

    An error quotes the response, with the token masked.

    Raises:
        ResponseDecodeError: It is not what openapi.yaml describes; the error names the member.
    """
    try:
        result = operation.parse(client=LENIENT, response=response)
        problem = type_error_in(result, operation.returns)
    except PARSE_ERRORS as error:
        problem = _cause(operation, response, error)
    else:
        if problem is None:
            return cast("T", result)
    masked = call.token.redact if call.token else str
    raise ResponseDecodeError(
        f"{operation.operation_id}: the response is not what openapi.yaml describes: "
        f"{printable(masked(problem))}{facts(call, response.request_id)}",
        operation=operation.operation_id,
        status=response.status_code,
        text=masked(response.text)[:2_000],
        request_id=response.request_id,
        attempts=call.attempts,
        docs_url=f"{TROUBLESHOOTING}#response-decode",
    )


def _cause(operation: Operation[Any], response: Response, error: Exception) -> str:
    """Return why the parser failed: the body is not JSON, or which member is wrong."""
    try:
        body = response.json()
    except ValueError as reason:
        return f"not JSON: {reason}"
    if problem := json_type_error_in(body, operation.returns):
        return problem
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return f"{type(error).__name__}: {error}"


def type_error_in(value: object, expected: Any, where: str = "") -> str | None:  # noqa: ANN401  # any type form
    """Return which part of *value* is not of the type *expected*; None: all of it is.

    The text names the place and the types, never a value.
    """
    kind = get_origin(expected)
    if kind in {Union, types.UnionType}:
        return _type_error_in_union(value, get_args(expected), where)
    if kind is Literal:
        return None if value in get_args(expected) else f"{where} is not one of the known values"
    if kind in {list, dict}:
        return _first(_type_errors_in_items(value, kind, get_args(expected), where))
    if expected is None or expected is types.NoneType:
        return None if value is None else _wrong(value, "null", where)
    if not isinstance(expected, type) or expected.__module__ == "typing":  # Any, BinaryIO
        return None
    if not _is_a(value, expected):
        return _wrong(value, expected.__name__, where)
    if attrs.has(expected):
        return _first(_type_errors_in_members(value, expected, where))
    return None


def json_type_error_in(value: object, expected: Any, where: str = "") -> str | None:  # noqa: ANN401  # any type form
    """Return which member of the JSON *value* the generator could not read as *expected*.

    None: unknown, because the type of each member is right or may be one of several.
    """
    if isinstance(expected, type) and attrs.has(expected):
        if not isinstance(value, dict):
            return _wrong(value, "dict", where)
        members = cast("dict[str, object]", value)
        return _first(
            json_type_error_in(members[name], kind, f"{where}.{name}" if where else name)
            for name, kind in _members(expected).items()
            if name in members
        )
    return _unreadable(value, expected, where) if expected in _FROM_STRING else None


def _unreadable(value: object, expected: type, where: str) -> str | None:
    if not isinstance(value, str):
        return _wrong(value, "str", where)
    try:
        _FROM_STRING[expected](value)
    except ValueError:
        return f"{where} is not a valid {expected.__name__}"
    return None


def _type_error_in_union(value: object, members: tuple[Any, ...], where: str) -> str | None:
    problems = [type_error_in(value, member, where) for member in members]
    if None in problems:
        return None
    for member, problem in zip(members, problems, strict=True):
        if isinstance(member, type) and isinstance(value, member):
            return problem
    names = " or ".join(getattr(member, "__name__", str(member)) for member in members)
    return _wrong(value, names, where)


def _type_errors_in_items(
    value: object, kind: type, types_: tuple[Any, ...], where: str
) -> Iterator[str | None]:
    if not isinstance(value, kind):
        yield _wrong(value, kind.__name__, where)
    elif isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            yield type_error_in(item, types_[1], f"{where}.{key}")
    else:
        for index, item in enumerate(cast("list[object]", value)):
            yield type_error_in(item, types_[0], f"{where}[{index}]")


def _type_errors_in_members(value: object, model: type, where: str) -> Iterator[str | None]:
    for name, expected in _members(model).items():
        yield type_error_in(getattr(value, name), expected, f"{where}.{name}" if where else name)


@cache
def _members(model: type) -> dict[str, Any]:
    hints = get_type_hints(model, localns=vars(persium_api.models))
    return {field.name: hints[field.name] for field in attrs.fields(model)}


def _is_a(value: object, expected: type) -> bool:
    if expected in {int, float} and isinstance(value, bool):
        return False
    return isinstance(value, int | float if expected is float else expected)


def _first(problems: Iterator[str | None]) -> str | None:
    return next((problem for problem in problems if problem), None)


def _wrong(value: object, expected: str, where: str) -> str:
    return f"{where or 'the body'} is {type(value).__name__}, not {expected}"
