"""Runs a program against the sandbox, and compares its output and requests with the expected."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

from interop import calls, steps
from interop.calls import SECRET, Call, me, sandbox_for
from interop.target import Command
from persium_ext.sandbox import Sandbox

_TOKEN_PREFIX: Final = "eyJhbGci"  # noqa: S105  # of the sandbox's tokens
_SECRETS: Final = (SECRET, quote(SECRET), quote_plus(SECRET), quote(SECRET, safe=""), _TOKEN_PREFIX)
_TIMEOUT: Final = 60.0
_NO_PROXY: Final = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def errors(command: Command, work: Path) -> list[str]:
    """Run a program once for each call, and return the errors."""
    found = ((call, error(call, command, work)) for call in calls.CALLS)
    return [f"{call.name}: {message}" for call, message in found if message]


def error(call: Call, command: Command, work: Path) -> str:
    """Run a program for one call; return its error, or an empty string.

    Raises:
        StepError: It can't be started, or exceeds its time.
    """
    with sandbox_for(call) as sandbox:
        settings = {
            **sandbox.environ,
            "API_BASE_URL": f"{sandbox.api_base_url}{call.slash}",
            "CLIENT_SECRET": call.secret,
            **_NO_PROXY,
        }
        done = steps.execute(command, work, environ=settings, timeout=_TIMEOUT)
        if any(secret in done.stdout + done.stderr for secret in _SECRETS):
            return "it printed its secret or its token"
        if done.returncode:
            return f"it exited with {done.returncode}:\n{steps.tail(done)}"
        return _output_error(call, sandbox, done) or _request_error(call, sandbox)


def _output_error(call: Call, sandbox: Sandbox, done: CompletedProcess[str]) -> str:
    expected = call.expected or {"ok": True, "me": me(sandbox)}
    try:
        output: Any = json.loads(done.stdout)
    except ValueError:
        return f"it did not print JSON:\n{steps.tail(done)}"
    if isinstance(output, dict):
        members = cast("dict[str, object]", output)
        output = {name: value for name, value in members.items() if value not in (None, "")}
    return "" if output == expected else f"it printed {output}, expected {expected}"


def _request_error(call: Call, sandbox: Sandbox) -> str:
    expected = [("POST", HTTPStatus.OK), ("GET", call.status)]
    if call.expected and call.expected["stage"] == "token":
        expected = [("POST", HTTPStatus.UNAUTHORIZED)]
    seen = [(exchange.method, exchange.status) for exchange in sandbox.exchanges]
    return "" if seen == expected else f"it sent {seen}, expected {expected}"
