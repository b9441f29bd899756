"""Each run of a scenario gives a verdict, also with a subject that breaks the protocol."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from persium_conformance import runner, subject
from persium_conformance.cli import main
from persium_conformance.judge import Result, Verdict, judge
from persium_conformance.scenario import Count, Expectation, Outcome, ResponseSpec, Scenario, Step

from .conftest import REFERENCE

SubjectOf = Callable[[str], Sequence[str]]
QUICK = (
    "late-refusal-leaves-the-newer-token",
    "token-redirect-to-another-port",
    "api-redirect-to-another-host",
    "works-again-after-a-broken-call",
    "nothing-in-the-error-of-half-an-answer",
    "token-request-is-a-form",
    "api-503-waits-for-a-date",
    "lower-case-bearer",
)
SILENT = "while input(): pass"
FAILING = """
import json
while True:
    number = json.loads(input())["id"]
    print(json.dumps({"id": number, "ok": False, "stage": "api", "status": 503}), flush=True)
"""


def tried(command: Sequence[str], *steps: Step, **more: Any) -> Result:
    """Run a scenario with these *steps*."""
    made = Scenario(id="one", rule="TP-1", claim="It is so.", steps=steps, **more)
    return judge(made, command)


def test_reference_passes_quick_scenarios(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reference passes each scenario, and the terminal shows one dot for each."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    options = [word for name in QUICK for word in ("--scenario", name)]

    assert main([*options, "--jobs", "4", "--strict", "--", *REFERENCE]) == 0

    out, err = capsys.readouterr()
    assert f"{len(QUICK)}/{len(QUICK)}" in out
    assert err == "." * len(QUICK)


def test_no_result_in_time(subject_of: SubjectOf) -> None:
    """A call that does not end in time is a violation."""
    result = tried(subject_of(SILENT), Step(call=2, patience=0.2))

    assert result.verdict is Verdict.BROKEN
    assert result.reasons == ("step 1: expected 2 result(s) within 0.2 s, saw 0",)


def test_no_result_of_a_background_call(subject_of: SubjectOf) -> None:
    """A background call that does not end in time is a violation of the step that waits for it."""
    result = tried(
        subject_of(SILENT), Step(call=1, background=True, patience=0.2), Step(settle=True)
    )

    assert result.reasons == ("step 2: expected 1 result(s) within 0.2 s, saw 0",)


def test_no_request_in_time(subject_of: SubjectOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that does not reach the API is a violation."""
    monkeypatch.setattr(runner, "ARRIVAL_TIMEOUT", 0.2)

    result = tried(subject_of(SILENT), Step(call=1, background=True), Step(until=1))

    assert result.reasons == ("step 2: expected 1 calls to reach the API, saw fewer",)


def test_unexpected_result(subject_of: SubjectOf) -> None:
    """The accepted results of a call and the observed result are described in words."""
    accepted = (
        Outcome(ok=True),
        Outcome(ok=False, stage="token", status=401),
        Outcome(ok=False, status=9),
    )

    result = tried(subject_of(FAILING), Step(call=1, outcome=accepted))

    assert result.reasons[0] == (
        "step 1: expected success or failure (stage token, status 401) or failure (status 9), "
        "saw failure (stage api, status 503): "
    )


@pytest.mark.parametrize(
    ("program", "patience", "words"),
    [
        pytest.param(FAILING, 60, "saw failure (stage api, status 503): ", id="failures"),
        pytest.param(SILENT, 0.2, "saw no result", id="silence"),
    ],
)
def test_no_recovery(subject_of: SubjectOf, program: str, patience: float, words: str) -> None:
    """A client that does not recover within the time of the scenario is a violation."""
    result = tried(subject_of(program), Step(recover=0.3, patience=patience))

    assert result.verdict is Verdict.BROKEN
    assert result.reasons[0].endswith(words)


def test_crash_is_a_violation(subject_of: SubjectOf) -> None:
    """A subject that crashes fails, and the end of its standard error is shown."""
    result = tried(subject_of("input(); raise SystemExit('out of order')"), Step(call=1))

    assert result.reasons[0] == (
        "step 1: the subject broke the protocol: it ended with exit code 1; "
        "its standard error ends: out of order"
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("'[' * 100_000", id="deep"),
        pytest.param("'[' * 2_000_000", id="longer than a line may be"),
        pytest.param("""'{"id": 1e999, "ok": true}'""", id="infinite id"),
        pytest.param("'9' * 5_000", id="long number"),
        pytest.param("""'{"id": 1, "ok": true, "body": [1]}'""", id="body"),
        pytest.param("""'{"id": 1, "ok": false, "stage": []}'""", id="stage"),
        pytest.param("""'{"id": 1, "ok": false, "status": [[]]}'""", id="status"),
    ],
)
def test_invalid_line(subject_of: SubjectOf, capfd: pytest.CaptureFixture[str], line: str) -> None:
    """A line that is not of the protocol is a violation, whatever it contains."""
    result = tried(subject_of(f"input(); print({line}, flush=True); input()"), Step(call=1))

    assert result.verdict is Verdict.BROKEN
    assert "standard output contains an invalid line" in result.reasons[0]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["output", "error"])
def test_output_is_bounded(
    subject_of: SubjectOf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A subject that writes without end fails, and is read on, so that it does not block."""
    monkeypatch.setattr(subject, "MAX_OUTPUT", 1_000)
    stream = {"output": "stdout", "error": "stderr"}[name]
    program = f"import sys; input(); print('x' * 200_000, file=sys.{stream}, flush=True); input()"

    result = tried(subject_of(program), Step(call=1))

    assert result.verdict is Verdict.BROKEN
    assert f"standard {name} has more than 1000 bytes" in result.reasons[0]


def test_subject_that_does_not_read(subject_of: SubjectOf) -> None:
    """A subject that closes its standard input fails, and does not block the suite."""
    program = "import os, time; os.close(0); print(flush=True); time.sleep(0.5)"

    result = tried(subject_of(program), Step(pause=0.4), Step(call=1))

    assert result.verdict is Verdict.BROKEN


def test_subject_that_does_not_exit_is_killed(
    subject_of: SubjectOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subject that does not exit is killed, and its results count."""
    monkeypatch.setattr(subject, "_EXIT_TIMEOUT", 0.2)

    stubborn = FAILING.replace("while True:", "while True:\n  try:", 1).replace("    ", "     ")
    stubborn += "  except EOFError: time.sleep(60)"

    result = tried(subject_of(f"import time\n{stubborn}"), Step(call=1))

    assert result.verdict is Verdict.KEPT


def test_slow_machine_is_undecided() -> None:
    """A violation does not count if a step exceeded its time limit in every run."""
    expect = Expectation(token_requests=Count(least=9))

    late = tried(REFERENCE, Step(call=1, in_time=0.0), expect=expect)
    in_time = tried(REFERENCE, Step(call=1, in_time=60.0), expect=expect)

    assert (late.verdict, in_time.verdict) == (Verdict.UNDECIDED, Verdict.BROKEN)


def test_timeline_has_requests() -> None:
    """The timeline contains the token request and the status of its response."""
    result = tried(REFERENCE, Step(call=1), token_path="/other?x=y")

    assert any("POST /other?x=y: 200" in line for line in result.timeline)


def test_broken_should_is_advised() -> None:
    """A violation of a SHOULD has its own verdict."""
    expect = Expectation(token_requests=Count(least=9))

    result = tried(
        REFERENCE, Step(call=1), expect=expect, level="should", api=(ResponseSpec(delay=0.01),)
    )

    assert result.verdict is Verdict.ADVISED


def test_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m persium_conformance`` runs the command."""
    monkeypatch.setattr(sys, "argv", ["persium-conformance", "--list"])

    with pytest.raises(SystemExit) as left:
        runpy.run_module("persium_conformance", run_name="__main__")

    assert left.value.code == 0


def test_invented_token_is_rejected(subject_of: SubjectOf) -> None:
    """The API responds with 401 to a token that was never issued."""
    program = """
import http.client, json, os
number = json.loads(input())["id"]
api = http.client.HTTPConnection(os.environ["API_BASE_URL"][7:])
api.request("GET", "/me", headers={"Authorization": "Bearer invented"})
response = api.getresponse()
response.read()
print(json.dumps({"id": number, "ok": False, "status": response.status}))
"""
    expect = Expectation(tokens_used=(1,))

    result = tried(subject_of(program), Step(call=1, outcome=(Outcome(status=401),)), expect=expect)

    assert [reason.partition("saw ")[2] for reason in result.reasons] == ["unknown"]
