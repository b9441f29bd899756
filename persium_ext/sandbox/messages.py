"""Requests and responses as plain values, and their JSON; ``server`` moves their bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from typing import cast

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, read to its end. *path* is as sent, without the query."""

    method: str
    path: str
    query: str
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response; *fault*, which takes the connection, sends it in place of the handler."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    fault: Callable[..., None] | None = None

    @property
    def may_have_body(self) -> bool:
        """False for the statuses that never have one (RFC 9110, section 6.4.1)."""
        return self.status >= 200 and self.status not in {204, 304}


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with a JSON body; *headers* may name another media type."""
    fields = dict(headers or {})
    if "content-type" not in {name.lower() for name in fields}:
        fields["Content-Type"] = "application/json"
    return Response(status=status, headers=fields, body=dump(value))


def http_error(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error response whose body has the reason phrase of *status*."""
    return json_response(status, {"error": HTTPStatus(status).phrase}, headers)


def as_object(value: object) -> JsonObject:
    """Return *value* if it is a JSON object, else an empty one."""
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return *value* if it is a JSON array, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def dump(value: object) -> bytes:
    """Return JSON, compact and in UTF-8.

    Raises:
        TypeError: JSON can't represent *value*.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
