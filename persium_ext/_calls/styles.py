"""The styles in which parameters, and members of forms, are written; no I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, cast
from urllib.parse import quote

from persium_api.facade._schema import Parameter
from persium_api.types import Unset

from .json_values import json_of, text_of

_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_NOT_ENCODED: Final = "!$'()*,/:;=?@"
"""Reserved characters (RFC 3986, section 2.2) that no reader of a query takes for a delimiter."""
Value = str | list[str] | dict[str, str]


def _quoted(text: str) -> str:
    return quote(text, safe="")


def value_of(parameter: Parameter, arguments: Mapping[str, Any]) -> Value | None:
    """Return a value as text, a list or an object of texts; None: it is not sent."""
    given = arguments[parameter.argument]
    if isinstance(given, Unset):
        return None
    value = json_of(given, parameter.schema, parameter.argument)
    if parameter.style == "json":
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, list):
        return [_flat(parameter, each) for each in cast("list[object]", value) if each is not None]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return {name: _flat(parameter, each) for name, each in members if each is not None}
    return None if value is None else text_of(value)


def _deep(parameter: Parameter, name: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield what a deepObject consists of: ``filter[a][b]`` and its value; lists repeat it."""
    if isinstance(value, dict):
        for inner, each in cast("dict[str, object]", value).items():
            yield from _deep(parameter, f"{name}[{inner}]", each)
    elif value is not None:
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        yield from ((name, _flat(parameter, each)) for each in items if each is not None)


def _flat(parameter: Parameter, value: object) -> str:
    if isinstance(value, list | dict):
        raise ValueError(f"{parameter.argument}: a list or an object in another can't be written")  # noqa: TRY004
    return text_of(value)


def in_path(parameter: Parameter, value: Value | None) -> str:
    """Return a part of a path, in the style of the parameter."""
    if parameter.style == "matrix":
        return "".join(f";{pair}" for pair in _pairs(parameter, value or "", ","))
    if parameter.style == "label":
        return (
            f".{listed(value or '', '.' if parameter.explode else ',', explode=parameter.explode)}"
        )
    text = listed(value or "", ",", explode=parameter.explode)
    if text in {"", ".", ".."}:
        words = f"{parameter.argument} must not be {text!r}: the request would go to another path"
        raise ValueError(words)
    return text


def in_query(parameter: Parameter, arguments: Mapping[str, Any]) -> list[str]:
    """Return the pairs ``name=value`` of a query, or a form, for a value among *arguments*."""
    given = arguments[parameter.argument]
    if parameter.style == "deepObject" and not isinstance(given, Unset):
        value = json_of(given, parameter.schema, parameter.argument)
        write, pairs = _writer(parameter), _deep(parameter, parameter.name, value)
        return [f"{_quoted(name)}={write(text)}" for name, text in pairs]
    separator = _SEPARATORS.get(parameter.style, ",")
    written = value_of(parameter, arguments)
    return [] if written is None else _pairs(parameter, written, separator)


def _pairs(parameter: Parameter, value: Value, separator: str) -> list[str]:
    """Return ``name=value`` pairs: several of an exploded list or object, none of an empty one."""
    name, write = _quoted(parameter.name), _writer(parameter)
    if parameter.explode and isinstance(value, dict):
        return [f"{_quoted(key)}={write(text)}" for key, text in value.items()]
    if parameter.explode and isinstance(value, list):
        return [f"{name}={write(text)}" for text in value]
    write = write if isinstance(value, str) else _writer(parameter, separator)
    return [f"{name}={listed(value, separator, write=write)}"] if value != [] else []


def _writer(parameter: Parameter, separator: str = "") -> Callable[[str], str]:
    """Return the function that writes the text of a value, or an item between *separator*."""
    safe = _NOT_ENCODED if parameter.allow_reserved else ""
    return partial(quote, safe=safe.replace(separator, "") if separator else safe)


def listed(
    value: Value, separator: str, *, explode: bool = False, write: Callable[[str], str] = _quoted
) -> str:
    """Return a value in one text: ``a,b`` or ``key,a`` or, exploded, ``key=a``."""
    if isinstance(value, str):
        return write(value)
    if isinstance(value, list):
        return separator.join(map(write, value))
    pairs = [(write(key), write(text)) for key, text in value.items()]
    joined = "=" if explode else separator
    return separator.join(f"{key}{joined}{text}" for key, text in pairs)
