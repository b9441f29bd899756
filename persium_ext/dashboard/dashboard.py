"""The server of the page: files, state and buttons, on a port of its own."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final, Self
from urllib.parse import parse_qs

from persium_ext.sandbox import FAULTS, Fault, Sandbox
from persium_ext.sandbox.messages import (
    JsonObject,
    Request,
    Response,
    as_object,
    http_error,
    json_response,
)
from persium_ext.sandbox.server import Server

from .timeline import Timeline

_FILES: Final = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_WAIT: Final = 15.0
"""Seconds that a request for a newer state waits at most."""


class Dashboard:
    """A page for *sandbox* on 127.0.0.1; ``with Dashboard(sandbox)`` serves it.

    Only pages of its own origin can press its buttons: other origins, and host names that lead
    here, are refused.

    Args:
        sandbox: What it shows.
        port: Where to listen; 0 chooses a free port.

    Raises:
        OSError: *port* is in use.
    """

    def __init__(self, sandbox: Sandbox, *, port: int = 0) -> None:
        self._sandbox = sandbox
        self._timeline = Timeline()
        self._faults: list[Fault] = []
        self._server = Server(self._respond, port=port)
        self._actions: Mapping[str, Callable[[JsonObject], JsonObject]] = {
            "/revoke": self._revoke,
            "/rotate": self._rotate,
            "/token-life": self._set_token_life,
            "/fault": self._add_fault,
            "/clear-faults": self._clear_faults,
        }
        sandbox.observe(self._timeline.observe)

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._server.open_port()
        return self

    def __exit__(self, *_: object) -> None:
        self._timeline.close()
        self._server.stop()

    def _respond(self, request: Request) -> Response:
        host = f"127.0.0.1:{self._server.server_port}"
        names = {host, host.replace("127.0.0.1", "localhost")}
        if request.headers.get("Host") not in names:
            return http_error(421)
        if request.method == "POST" and request.path in self._actions:
            if request.headers.get("Origin", "").removeprefix("http://") not in names:
                return http_error(403)
            return self._act(request)
        if request.method != "GET":
            return http_error(405)
        if request.path == "/state":
            return self._state(request)
        if request.path not in _FILES:
            return http_error(404)
        name, media_type = _FILES[request.path]
        content = (resources.files("persium_ext.dashboard") / name).read_bytes()
        return Response(status=200, headers={"Content-Type": media_type, **_HEADERS}, body=content)

    def _state(self, request: Request) -> Response:
        known = parse_qs(request.query).get("after", [""])[0]
        if known.isdecimal():
            self._timeline.wait(int(known), seconds=_WAIT)
        sandbox = self._sandbox
        state = self._timeline.state() | {
            "client_id": sandbox.client_id,
            "token_url": sandbox.token_url,
            "api_base_url": sandbox.api_base_url,
            "token_life": sandbox.token_life,
            "kinds": {name: spec.summary for name, spec in FAULTS.items()},
            "faults": [
                {"kind": fault.kind, "at": fault.at, "count": fault.count}
                for fault in self._faults
                if fault.active
            ],
        }
        return json_response(200, state, _HEADERS)

    def _act(self, request: Request) -> Response:
        try:
            given = as_object(json.loads(request.body or b"{}"))
            done = self._actions[request.path](given)
        except (ValueError, LookupError, TypeError) as error:
            problem = str(error.args[0]) if error.args else "wrong"
            return json_response(400, {"error": problem}, _HEADERS)
        self._timeline.touch()
        return json_response(200, done, _HEADERS)

    def _revoke(self, _: JsonObject) -> JsonObject:
        self._sandbox.revoke_tokens()
        return {"done": "All tokens are revoked: the next call of each client gets a 401."}

    def _rotate(self, _: JsonObject) -> JsonObject:
        secret = self._sandbox.client.rotate_secret()
        return {
            "done": "The secret is rotated. Tokens stay valid. The next token request needs:",
            "secret": secret,
        }

    def _set_token_life(self, given: JsonObject) -> JsonObject:
        seconds = given.get("seconds")
        if (
            isinstance(seconds, bool)
            or not isinstance(seconds, int | float)
            or not 0 < seconds < math.inf
        ):
            raise ValueError("the life of a token has to be a number of seconds above 0")
        self._sandbox.token_life = float(seconds)
        return {"done": f"New tokens are valid for {seconds:g} s."}

    def _add_fault(self, given: JsonObject) -> JsonObject:
        kind, at, times = given.get("kind"), given.get("at"), given.get("times")
        if not isinstance(times, int | None):
            raise ValueError("times has to be a whole number")  # noqa: TRY004  # input, not a bug
        fault = self._sandbox.fault(str(kind), at=str(at) if at else None, times=times)
        self._faults = [known for known in self._faults if known.active] + [fault]
        return {"done": f"The fault {fault.kind} is injected."}

    def _clear_faults(self, _: JsonObject) -> JsonObject:
        self._sandbox.clear_faults()
        self._faults.clear()
        return {"done": "All faults are cleared."}
