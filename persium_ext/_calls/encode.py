"""Write the request of an operation from its arguments (OpenAPI 3.0, "Style Values"); no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from persium_api.facade import Operation
from persium_api.types import Unset

from .encode_body import encode_body
from .json_values import json_of
from .styles import in_path, in_query, listed, value_of

_HTTP_DATES: Final = {
    "date",
    "expires",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "sunset",
}
"""Header fields with a date as in RFC 9110, section 5.6.7."""


def encode(operation: Operation[Any], arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return path with query, and the options of the request (``headers``, ``content`` …).

    Raises:
        ValueError: Names the argument that cannot be written, and the place in it.
    """
    headers = _header_fields(operation, arguments)
    options: dict[str, Any] = {}
    body = operation.body
    if body is not None and not isinstance(arguments["body"], Unset):
        options = encode_body(body, arguments["body"])
        headers.update(options.pop("headers", {}))
    if headers:
        options["headers"] = headers
    return _target(operation, arguments), options


def _target(operation: Operation[Any], arguments: Mapping[str, Any]) -> str:
    """Return path and query of a call with these *arguments*."""
    path, query = operation.path, list[str]()
    for parameter in operation.parameters:
        if parameter.place == "path":
            written = in_path(parameter, value_of(parameter, arguments))
            path = path.replace(f"{{{parameter.name}}}", written)
        elif parameter.place == "query":
            query += in_query(parameter, arguments)
    return f"{path}?{'&'.join(query)}" if query else path


def _header_fields(operation: Operation[Any], arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the header fields of a call with these *arguments*."""
    fields: dict[str, str] = {}
    for parameter in operation.parameters:
        if parameter.place != "header":
            continue
        given = arguments[parameter.argument]
        if isinstance(given, datetime) and parameter.name.lower() in _HTTP_DATES:
            json_of(given, parameter.schema, parameter.argument)  # an error if it has no zone
            fields[parameter.name] = format_datetime(given.astimezone(UTC), usegmt=True)
        elif (value := value_of(parameter, arguments)) is not None:
            fields[parameter.name] = listed(value, ",", explode=parameter.explode, write=str)
    return fields
