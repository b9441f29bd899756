"""A web application without a framework: ``/17`` calls with 17 as input."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from work import call, client

from persium_ext import AsyncPersium

client()  # made before the fork, under --preload
tasks = AsyncPersium()


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Call from a thread."""
    body = json.dumps(call(int(environ["PATH_INFO"][1:]))).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]


async def asgi(scope: dict[str, Any], _: object, send: Callable[..., Awaitable[None]]) -> None:
    """Call from a task."""
    assert scope["type"] == "http"
    options = {"headers": {"X-Input": scope["path"][1:]}}
    me = await tasks.with_options(**options).identity.get_me()
    body = json.dumps((int(me.label), os.getpid())).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
