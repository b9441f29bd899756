"""Every fault that users can simulate: help, checks and pages are made from these functions.

A function's name, docstring and keyword-only arguments are those of the fault.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from .api import unauthorized
from .fault_spec import API, TOKEN, FaultSpec, Stage
from .messages import JsonObject, Request, Response, as_object, http_error, json_response
from .wire import Wire

_PAGE: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Not the response of the API</title></head>"
    b"<body><h1>A page of a proxy</h1></body></html>\n"
)


def refuse(*, seconds: float = math.inf) -> None:  # ``ports`` closes and opens the port
    """The port is closed for `seconds`: connections are refused."""


def reset(wire: Wire) -> None:
    """A TCP reset (RST) is sent instead of the response."""
    wire.reset()


def close(wire: Wire) -> None:
    """The connection is closed without a response."""
    wire.close()


def stall(wire: Wire, *, seconds: float = math.inf) -> None:
    """Nothing is sent for `seconds`; then the response."""
    wire.pause(seconds)
    wire.send(wire.head, wire.body)


def drip_body(wire: Wire, *, interval: float = 1.0) -> None:
    """The body is sent byte by byte, one every `interval` seconds."""
    wire.send(wire.head)
    wire.drip(wire.body, interval=interval)


def html(_: Request, __: Response, *, status: int = 200) -> Response:
    """A page of HTML is sent, as by a proxy."""
    return Response(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=_PAGE)


def server_error(_: Request, __: Response, *, status: int = 500) -> Response:
    """A server error (5xx) is sent."""
    return http_error(status)


def throttle(_: Request, __: Response, *, status: int = 429, retry_after: object = 1) -> Response:
    """429 (or `status`) is sent, with `Retry-After`: seconds, or any text."""
    body = {"error": "slow_down", "error_description": "Too many requests"}
    return json_response(status, body, {"Retry-After": str(retry_after)})


def redirect(request: Request, _: Response, *, status: int = 307, location: str = "") -> Response:
    """A redirect is sent: to `location`, else to `//localhost/elsewhere` at this sandbox's port."""
    port = str(request.headers.get("Host", "")).rpartition(":")[2]
    return Response(
        status=status, headers={"Location": location or f"//localhost:{port}/elsewhere"}
    )


def revoked(_: Request, __: Response) -> Response:
    """The token is refused with 401, as if it had been revoked."""
    return unauthorized("The access token was revoked")


def expires_in(_: Request, response: Response, *, value: object = 0) -> Response:
    """The token's `expires_in` is `value`: any JSON."""
    return _with_members(response, {**_members(response), "expires_in": value})


def no_expires_in(_: Request, response: Response) -> Response:
    """The token response has no `expires_in`."""
    members = _members(response)
    members.pop("expires_in", None)
    return _with_members(response, members)


def _members(response: Response) -> JsonObject:
    try:
        return as_object(json.loads(response.body))
    except ValueError:
        return {}


def _with_members(response: Response, members: JsonObject) -> Response:
    return replace(response, body=json.dumps(members).encode())


_SPECS: Final = (
    FaultSpec(refuse, Stage.PORT),
    *(FaultSpec(act, Stage.CONNECTION) for act in (reset, close, stall, drip_body)),
    *(FaultSpec(act, Stage.RESPONSE) for act in (html, server_error, throttle, redirect)),
    FaultSpec(revoked, Stage.RESPONSE, only=API),
    *(FaultSpec(act, Stage.RESPONSE, only=TOKEN) for act in (expires_in, no_expires_in)),
)
FAULTS: Final[Mapping[str, FaultSpec]] = {spec.name: spec for spec in _SPECS}
