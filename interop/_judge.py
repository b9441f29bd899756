"""Run a program against the sandbox, and compare what it says with what the sandbox knows."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

from interop import _steps
from interop._calls import CALLS, SECRET, Call, me, sandbox_for
from interop._target import Command
from persium_ext.sandbox import Sandbox

_TOKENS_BEGIN: Final = "eyJhbGci"  # those of the sandbox do
_SECRETS: Final = (SECRET, quote(SECRET), quote_plus(SECRET), quote(SECRET, safe=""), _TOKENS_BEGIN)
_ENOUGH: Final = 60.0
_NO_PROXY: Final = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def complaints(command: Command, work: Path) -> list[str]:
    """Let a program make every call; return what is wrong with what it says."""
    found = ((call, complaint(call, command, work)) for call in CALLS)
    return [f"{call.name}: {words}" for call, words in found if words]


def count() -> int:
    """Return how many calls a program has to make."""
    return len(CALLS)


def complaint(call: Call, command: Command, work: Path) -> str:
    """Let a program make one call; empty: it is right.

    Raises:
        StepError: It can't be started, or takes for ever.
    """
    with sandbox_for(call) as sandbox:
        settings = {
            **sandbox.environ,
            "API_BASE_URL": f"{sandbox.api_base_url}{call.slash}",
            "CLIENT_SECRET": call.secret,
            **_NO_PROXY,
        }
        done = _steps.execute(command, work, environ=settings, patience=_ENOUGH)
        if any(secret in done.stdout + done.stderr for secret in _SECRETS):
            return "it printed its secret or its token"
        if done.returncode:
            return f"it ended with {done.returncode}:\n{_steps.tail(done)}"
        return _wrong_words(call, sandbox, done) or _wrong_requests(call, sandbox)


def _wrong_words(call: Call, sandbox: Sandbox, done: CompletedProcess[str]) -> str:
    expected = call.said or {"ok": True, "me": me(sandbox)}
    try:
        said: Any = json.loads(done.stdout)
    except ValueError:
        return f"it did not say JSON:\n{_steps.tail(done)}"
    if isinstance(said, dict):
        words = cast("dict[str, object]", said)
        said = {name: word for name, word in words.items() if word not in (None, "")}
    return "" if said == expected else f"it said {said}, which should be {expected}"


def _wrong_requests(call: Call, sandbox: Sandbox) -> str:
    expected = [("POST", HTTPStatus.OK), ("GET", call.status)]
    if call.said and call.said["stage"] == "token":
        expected = [("POST", HTTPStatus.UNAUTHORIZED)]
    seen = [(exchange.method, exchange.status) for exchange in sandbox.exchanges]
    return "" if seen == expected else f"it sent {seen}, which should be {expected}"
