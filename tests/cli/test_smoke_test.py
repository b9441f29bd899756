"""``persium me`` in a pipeline: expectations, waiting, reports."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from persium_ext import errors
from persium_ext.cli import smoke_test
from persium_ext.cli.pipelines import Failure, github, junit
from persium_ext.sandbox import Sandbox

from .conftest import Run

HOSTILE = "a%b\r\n::error::c\x1b[2J]]><x a='\"&\ufffe\U0001f600"


class Time:
    """A clock that only sleeping moves; *during* is called while it sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.during: list[Any] = []

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        for each in self.during:
            each()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time of the command."""
    time = Time()
    monkeypatch.setattr(smoke_test, "time", time)
    return time


@pytest.fixture(autouse=True)
def _quick(environ: dict[str, str], no_jitter: None) -> None:
    """Lead the command to the sandbox, and let its retries not wait."""


def test_expected_caller(run: Run, sandbox: Sandbox) -> None:
    """The expected client and organisation, in any mix of cases, are a success."""
    organisation = sandbox.client.organisation_uuid.upper()

    ran = run("me", "--expect-client-id", sandbox.client_id, "--expect-organisation", organisation)

    assert (ran.code, ran.err) == (0, "")


def test_other_caller(run: Run, sandbox: Sandbox) -> None:
    """Another client or organisation has an exit code of its own, and both are named at once."""
    other = str(uuid4())

    ran = run("me", "--expect-client-id", "b", "--expect-organisation", other, "--wait-for", "9s")

    assert (ran.code, ran.out) == (7, "")
    assert ran.err.splitlines()[0] == (
        f"persium: client_id is {sandbox.client_id}, not b; "
        f"organisation_uuid is {sandbox.client.organisation_uuid}, not {other}"
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "at": "token"},
        {"kind": "refuse", "at": "api"},
        {"kind": "server-error", "at": "token", "status": 503},
        {"kind": "server-error", "at": "getMe", "status": 502},
        {"kind": "throttle", "at": "getMe", "retry_after": 999},
    ],
    ids=lambda fault: " ".join(map(str, fault.values())),
)
def test_waits_until_ready(run: Run, sandbox: Sandbox, time: Time, fault: dict[str, Any]) -> None:
    """While API or token endpoint are not ready the command waits, and prints nothing."""
    sandbox.fault(**fault)
    time.during = [sandbox.clear_faults]

    ran = run("me", "--wait-for", "60s", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["client_id"] == sandbox.client_id
    assert time.now == smoke_test.PAUSE


def test_waits_no_longer(run: Run, sandbox: Sandbox, time: Time) -> None:
    """When the time is over, the last failure is that of the command."""
    sandbox.fault("server-error", at="getMe", status=503)

    ran = run("me", "--wait-for", "5s")

    assert ran.code == 6
    assert time.now == 4


def test_attempt_ends_with_the_time(run: Run, sandbox: Sandbox) -> None:
    """One attempt does not last longer than the whole waiting."""
    sandbox.fault("stall", at="getMe")

    ran = run("me", "--wait-for", "200ms", "--deadline", "60")

    assert ran.code == 6
    assert "deadline of 1 s exceeded" in ran.err


@pytest.mark.parametrize(
    ("operation", "answer", "code"),
    [
        ("requestToken", {"status": 401, "body": {"error": "unauthorized_client"}}, 4),
        ("getMe", {"status": 403}, 5),
        ("getMe", {"body": {}}, 5),
    ],
)
def test_failure_that_stays(
    run: Run, sandbox: Sandbox, time: Time, operation: str, answer: dict[str, Any], code: int
) -> None:
    """What waiting does not change, such as a refused credential, ends the command at once."""
    sandbox.answer(operation, **answer, times=None)

    ran = run("me", "--wait-for", "60s")

    assert (ran.code, time.now) == (code, 0)


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Return true."""
        return True


def test_progress(run: Run, sandbox: Sandbox, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows one line that is replaced, and removed at the end."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    sandbox.fault("server-error", at="getMe", status=503)
    time.during = [sandbox.clear_faults]

    assert run("me", "--wait-for", "9s").code == 0

    shown = terminal.getvalue()
    assert shown.startswith("\rwaiting for 9 s: getMe: HTTP 503")
    assert "\n" not in shown
    assert shown.endswith("\r" + " " * 39 + "\r")


def test_json(run: Run) -> None:
    """``--output json`` is ``--json``, for errors too."""
    assert json.loads(run("me", "--output", "json").out)
    assert json.loads(run("me", "--output=json", "--expect-client-id", "b").err)["exit_code"] == 7


def test_junit(run: Run, sandbox: Sandbox) -> None:
    """The report of a success has one test case, with the caller."""
    ran = run("me", "--output", "junit")

    suite = ET.fromstring(ran.out)  # noqa: S314  # our own output
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert sandbox.client_id in str(suite.findtext("testcase/system-out"))


def test_junit_failure(run: Run, sandbox: Sandbox) -> None:
    """The report of a failure has its text; standard error has it too, for the log."""
    ran = run("me", "--output", "junit", "--expect-client-id", "<b>")

    failure = ET.fromstring(ran.out).find("testcase/failure")  # noqa: S314  # our own output
    assert failure is not None
    assert failure.get("message") == f"client_id is {sandbox.client_id}, not <b>"
    assert (ran.code, ran.err.splitlines()[0]) == (7, f"persium: {failure.get('message')}")


@pytest.mark.parametrize("caller", [{}, {"client_id": HOSTILE, HOSTILE: [HOSTILE]}])
@pytest.mark.parametrize("failure", [None, Failure("E", HOSTILE, HOSTILE), Failure("E", "x", None)])
def test_junit_is_well_formed(caller: dict[str, object], failure: Failure | None) -> None:
    """Whatever a server sends, the report is XML in ASCII."""
    report = junit(caller, failure, 0.5)

    assert report.isascii()
    assert ET.fromstring(report).tag == "testsuite"  # noqa: S314  # our own output


def test_github(run: Run, sandbox: Sandbox) -> None:
    """A success is a notice on one line."""
    ran = run("me", "--output", "github")

    assert ran.out.startswith(f"::notice title=persium me::client_id {sandbox.client_id}, ")
    assert ran.out.count("\n") == 1


def test_github_failure(run: Run) -> None:
    """A failure is an error on one line."""
    ran = run("me", "--output", "github", "--expect-client-id", "b")

    assert ran.code == 7
    assert ran.out.startswith("::error title=persium me::client_id is ")


@pytest.mark.parametrize("failure", [None, Failure("E", HOSTILE, None)])
def test_github_is_one_command(failure: Failure | None) -> None:
    """A text can end neither the command nor begin another one, and is decoded as it was."""
    command = github({"label": HOSTILE}, failure, 0.0)

    assert "\n" not in command
    assert "\r" not in command
    assert "a%25b" in command


def test_bug(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is reported without its text, which may be a secret."""

    def broken(_: object) -> None:
        raise ZeroDivisionError("s3cret")

    monkeypatch.setattr(smoke_test, "client", broken)

    ran = run("me", "--output", "junit")

    assert ran.code == 70
    assert "s3cret" not in ran.out + ran.err


def test_secret_is_in_no_report(run: Run, environ: dict[str, str], sandbox: Sandbox) -> None:
    """A server that returns the secret gets it into no report."""
    body = {"error": "unauthorized_client", "error_description": environ["CLIENT_SECRET"]}
    sandbox.answer("requestToken", status=401, body=body, times=None)

    for output in ("junit", "github", "json"):
        ran = run("me", "--output", output)

        assert ran.code == 4
        assert environ["CLIENT_SECRET"] not in ran.out + ran.err


def test_other_errors_stay() -> None:
    """An error of no known kind does not pass by waiting."""
    assert not smoke_test.may_pass(errors.PersiumError("x"))
