"""Each failure has its exit code, and one line that explains it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from persium_ext import errors
from persium_ext.cli import main
from persium_ext.cli.exit_codes import MEANINGS, ExitCode, exit_code, table
from persium_ext.cli.run import COMMANDS
from persium_ext.sandbox import Sandbox
from tests.support.values import UNDOCUMENTED_STATUS
from tests.support.wire import unused_origin

from .conftest import Run

SECRET = "s3cret"
FACTS = {"status", "request_id", "attempts", "retry_after", "url"}
HOUR = {"Retry-After": "3600"}


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize(
    ("operation", "answer", "name", "code"),
    [
        pytest.param(
            "requestToken",
            {"status": 401, "body": {"error": "unauthorized_client"}},
            "TokenRefused",
            4,
            id="token refused",
        ),
        pytest.param("requestToken", {"body": {}}, "TokenResponseInvalid", 4, id="no token"),
        pytest.param(
            "requestToken",
            {"status": 429, "headers": HOUR},
            "TokenEndpointUnavailable",
            6,
            id="token request throttled",
        ),
        pytest.param(
            "requestToken",
            {"status": 503, "headers": HOUR},
            "TokenEndpointUnavailable",
            6,
            id="token endpoint overloaded",
        ),
        pytest.param("getMe", {"status": 401}, "UnauthorizedError", 5, id="second 401"),
        pytest.param(
            "getMe", {"status": UNDOCUMENTED_STATUS}, "ApiStatusError", 5, id="not documented"
        ),
        pytest.param("getMe", {"body": {}}, "ResponseDecodeError", 5, id="not as documented"),
        pytest.param(
            "getMe", {"status": 429, "headers": HOUR}, "TooManyRequestsError", 6, id="throttled"
        ),
        pytest.param(
            "getMe", {"status": 503, "headers": HOUR}, "ServiceUnavailableError", 6, id="overloaded"
        ),
    ],
)
def test_failed_call(
    run: Run, sandbox: Sandbox, operation: str, answer: dict[str, Any], *, name: str, code: int
) -> None:
    """With ``--json`` the error is one object, with the same code as the process."""
    sandbox.answer(operation, **answer, times=None)

    ran = run("me", "--json")

    error = json.loads(ran.err)
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.code == error["exit_code"] == code
    assert error["error"] == name
    assert error["message"]
    assert set(error) == {"error", "message", "hint", "exit_code", *FACTS}
    assert error["status"] == answer.get("status", 200)
    assert error["url"] in {sandbox.token_url, f"{sandbox.api_base_url}/me"}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("TOKEN_URL", "TokenEndpointUnavailable", id="token endpoint"),
        pytest.param("API_BASE_URL", "ApiConnectionError", id="API"),
    ],
)
@pytest.mark.usefixtures("environ")
def test_unreachable(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, error: str) -> None:
    """Where nobody listens, the code is 3."""
    monkeypatch.setenv(name, unused_origin())

    ran = run("me", "--json")

    assert (ran.code, json.loads(ran.err)["error"]) == (3, error)


@pytest.mark.usefixtures("environ")
def test_deadline(run: Run, sandbox: Sandbox) -> None:
    """A call that takes too long as a whole has code 6."""
    sandbox.api_delay = 30

    ran = run("me", "--json", "--deadline", "0.3")

    assert (ran.code, json.loads(ran.err)["error"]) == (6, "DeadlineExceeded")


def test_settings(run: Run) -> None:
    """Without settings the code is 2; the line names each of them, the hint leads to help."""
    ran = run("me")

    message, hint = ran.err.splitlines()
    assert ran.code == 2
    assert message.startswith("persium: ")
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET"):
        assert name in message
    assert "; see https://" in hint


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(errors.TokenEndpointUnavailable("x", status=500), 3, id="token endpoint 500"),
        pytest.param(errors.TokenError("x"), 4, id="any other token error"),
        pytest.param(errors.ApiTimeoutError("x"), 3, id="timeout"),
        pytest.param(errors.ApiStatusError("x", operation="o", status=500), 5, id="API 500"),
        pytest.param(errors.PersiumError("x"), 70, id="an error without a code"),
        pytest.param(ValueError("x"), 70, id="an error that is not ours"),
    ],
)
def test_exit_code(error: Exception, code: int) -> None:
    """The code depends on the error's class, and on its status where the API is busy."""
    assert exit_code(error) == code


def test_every_code_is_explained(run: Run) -> None:
    """The help has all exit codes."""
    assert set(MEANINGS) == set(ExitCode)
    assert table() in run("--help").out


def test_page_has_the_same_codes() -> None:
    """The page about the command line explains the codes in the same words."""
    page = Path(__file__).parents[2] / "docs" / "cli.md"
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert {int(code): words for code, words in rows} == MEANINGS


class TestBug:
    """An error that nobody foresaw."""

    @pytest.fixture(autouse=True)
    def _bug(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def me(_: object) -> None:
            hidden = SECRET
            try:
                int(hidden)
            except ValueError as error:
                raise ZeroDivisionError(f"about {hidden}") from error

        monkeypatch.setitem(COMMANDS, "me", me)

    def test_line(self, run: Run) -> None:
        """The code is 70; the words, which may hold anything, are not repeated."""
        ran = run("me")

        assert ran.code == 70
        assert ran.err.splitlines() == [
            "persium: unexpected ZeroDivisionError: this is a bug in persium, please report it",
            "hint: PERSIUM_DEBUG=1 shows where it happened",
        ]

    def test_trace(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """The lines of code are shown when asked for, the cause first, and no value."""
        monkeypatch.setenv("PERSIUM_DEBUG", "1")

        ran = run("me")

        lines = ran.err.splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert lines.index("ValueError") < lines.index("led to") < lines.index("ZeroDivisionError")
        assert "    int(hidden)" in lines
        assert lines[-2].startswith("persium: unexpected ZeroDivisionError")
        assert SECRET not in ran.err

    def test_json(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """With ``--json`` the traceback is a member of the one object."""
        without = json.loads(run("me", "--json").err)
        monkeypatch.setenv("PERSIUM_DEBUG", "1")
        traced = json.loads(run("me", "--json").err)

        assert without["exit_code"] == 70
        assert traced.pop("traceback").startswith("Traceback")
        assert traced == without


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command without a word."""

    def me(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "me", me)

    assert run("me") == (130, "", "")


class Full(io.StringIO):
    """A stream without room."""

    def write(self, text: str) -> int:
        """Fail."""
        raise OSError(28, f"no room for {len(text)} characters")


def test_output_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that can't be written is neither a success nor a bug."""
    monkeypatch.setattr("sys.stdout", Full())

    assert main(["me", "--sandbox"]) == 141


def test_error_output_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the explanation can't be written either, the code still tells."""
    monkeypatch.setattr("sys.stderr", Full())

    assert main(["me"]) == 2
