"""Requests and replies as plain values; ``server`` moves their bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from socket import socket
from typing import TYPE_CHECKING

from .json_values import dump

if TYPE_CHECKING:
    from .wire import Wire

Meeting = Callable[[socket], None]
"""What to do with a connection instead of reading requests."""
Delivery = Callable[["Wire"], None]
"""A way to send a reply that is not the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, read to its end. *path* is as sent, without the query."""

    method: str
    path: str
    query: str
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer; *delivery* sends it otherwise than it should be sent."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    delivery: Delivery | None = None

    @property
    def may_have_body(self) -> bool:
        """False for those that never have one (RFC 9110, section 6.4.1)."""
        return self.status >= 200 and self.status not in {204, 304}


def json_reply(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with JSON."""
    fields = {"Content-Type": "application/json", **(headers or {})}
    return Reply(status=status, headers=fields, body=dump(value))


def plain_error(status: int, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with a status of HTTP's own, and its name."""
    return json_reply(status, {"error": HTTPStatus(status).phrase}, headers)
