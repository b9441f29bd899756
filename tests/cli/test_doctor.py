"""``persium doctor``, and the origins that ``persium me -v`` shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from persium_ext.sandbox import Sandbox

from .conftest import Run


def test_sandbox(run: Run) -> None:
    """Against a sandbox nothing fails; each check is one line that begins with its state."""
    ran = run("doctor", "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert {line[:9].rstrip() for line in ran.out.splitlines()} == {"ok", "not tried"}
    assert "ok         GET /me: acme-corp-sandbox, " in ran.out


def test_nothing_is_set(run: Run) -> None:
    """Without settings each is a failure, with the code of wrong settings."""
    ran = run("doctor")

    assert ran.code == 2
    assert ran.out.startswith("failed     TOKEN_URL is missing: set TOKEN_URL or ")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "refuse", "at": "token"}, 3),
        ({"kind": "no-expires-in"}, 4),
        ({"kind": "server-error", "at": "getMe"}, 5),
        ({"kind": "throttle", "at": "getMe", "retry_after": 999}, 6),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else str(value),
)
@pytest.mark.usefixtures("environ")
def test_exit_code(run: Run, sandbox: Sandbox, fault: dict[str, Any], code: int) -> None:
    """The exit code is that of the first failure, as another command would have it."""
    sandbox.fault(**fault)

    ran = run("doctor")

    assert ran.code == code
    assert ran.out.count("\nfailed     ") == 1


@pytest.mark.usefixtures("environ")
def test_fix(run: Run, sandbox: Sandbox) -> None:
    """The fix follows the cause, then the section that explains it."""
    sandbox.fault("refuse", at="api")

    lines = run("doctor").out.splitlines()

    [failed] = [number for number, line in enumerate(lines) if line.startswith("failed")]
    assert lines[failed + 1].startswith(f"{'':9}  fix: no server listens there: check")
    assert lines[failed + 2] == f"{'':9}  see: persium explain connection-refused"


def test_json(run: Run, environ: dict[str, str], sandbox: Sandbox) -> None:
    """With ``--json`` there is one object on one line: the same checks and the exit code."""
    sandbox.client.rotate_secret()

    ran = run("doctor", "--json")

    [line] = ran.out.splitlines()
    result = json.loads(line)
    failed = [check for check in result["checks"] if check["state"] == "failed"]
    assert (ran.code, result["exit_code"], [check["name"] for check in failed]) == (4, 4, ["token"])
    assert set(failed[0]) == {"name", "state", "detail", "cause", "fix", "docs_url"}


@pytest.mark.usefixtures("environ")
def test_hostile_text(run: Run, sandbox: Sandbox) -> None:
    """A server can't act on the terminal."""
    sandbox.client.label = "a\x1b[2J\nok"

    out = run("doctor").out

    assert r"a\x1b[2J\x0aok" in out


@pytest.mark.parametrize("words", [["doctor"], ["doctor", "--json"], ["me", "-v"]])
def test_no_secret(run: Run, environ: dict[str, str], sandbox: Sandbox, words: list[str]) -> None:
    """Neither secret nor token is printed, also if the server returns the secret."""
    body = {"error": "invalid_client", "error_description": environ["CLIENT_SECRET"]}
    shown = str(run(*words))
    sandbox.answer("requestToken", status=401, body=body, times=None)
    shown += str(run(*words))

    assert environ["CLIENT_SECRET"] not in shown
    assert "eyJ" not in shown


@pytest.mark.usefixtures("environ")
def test_origins(run: Run, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """``persium me -v`` shows on standard error where the settings come from."""
    monkeypatch.setenv("PERSIUM_CLIENT_ID", sandbox.client_id)

    ran = run("me", "-v", "--json", "--api-base-url", sandbox.api_base_url)

    assert json.loads(ran.out)
    assert ran.err.splitlines() == [
        "persium: TOKEN_URL: from TOKEN_URL",
        "persium: API_BASE_URL: from api_base_url=, in place of API_BASE_URL",
        "persium: CLIENT_ID: from PERSIUM_CLIENT_ID, in place of CLIENT_ID",
        "persium: CLIENT_SECRET: from CLIENT_SECRET",
    ]


def test_origins_of_missing_settings(run: Run) -> None:
    """The origins are shown before the error."""
    lines = run("me", "-v").err.splitlines()

    assert lines[0] == "persium: TOKEN_URL: missing"
    assert lines[4].startswith("persium: TOKEN_URL is missing")
