"""One scenario, one subject, one verdict: also for subjects that misbehave."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from persium_conformance import play, subject
from persium_conformance.cli import main
from persium_conformance.scenario import Answer, Count, Expectation, Outcome, Scenario, Step
from persium_conformance.trial import Result, Verdict, judge

from .conftest import REFERENCE

Speaks = Callable[[str], Sequence[str]]
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
    """Play *steps*."""
    made = Scenario(id="one", rule="TP-1", claim="It is so.", steps=steps, **more)
    return judge(made, command)


def test_reference_keeps_what_is_quick(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held answers, redirects, broken connections, dates: the reference passes, with a dot each."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    options = [word for name in QUICK for word in ("--scenario", name)]

    assert main([*options, "--jobs", "4", "--strict", "--", *REFERENCE]) == 0

    out, err = capsys.readouterr()
    assert f"{len(QUICK)}/{len(QUICK)}" in out
    assert err == "." * len(QUICK)


def test_no_outcome_in_time(speaks: Speaks) -> None:
    """A call that never ends is a breach, not a wait for ever."""
    result = tried(speaks(SILENT), Step(call=2, patience=0.2))

    assert result.verdict is Verdict.BROKEN
    assert result.reasons == ("step 1: expected 2 outcome(s) within 0.2 s, saw 0",)


def test_no_outcome_of_a_call_in_the_background(speaks: Speaks) -> None:
    """The same for a call that was not waited for."""
    result = tried(speaks(SILENT), Step(call=1, background=True, patience=0.2), Step(settle=True))

    assert result.reasons == ("step 2: expected 1 outcome(s) within 0.2 s, saw 0",)


def test_no_request_in_time(speaks: Speaks, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that does not reach the API is a breach."""
    monkeypatch.setattr(play, "ARRIVAL", 0.2)

    result = tried(speaks(SILENT), Step(call=1, background=True), Step(until=1))

    assert result.reasons == ("step 2: expected 1 calls to reach the API, saw fewer",)


def test_another_outcome(speaks: Speaks) -> None:
    """What a call may come to is said in words."""
    wanted = (
        Outcome(ok=True),
        Outcome(ok=False, stage="token", status=401),
        Outcome(ok=False, status=9),
    )

    result = tried(speaks(FAILING), Step(call=1, outcome=wanted))

    assert result.reasons[0] == (
        "step 1: expected success or failure (stage token, status 401) or failure (status 9), "
        "saw failure (stage api, status 503): "
    )


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param(FAILING, "saw failure (stage api, status 503): ", id="failures"),
        pytest.param(SILENT, "saw no outcome", id="silence"),
    ],
)
def test_no_recovery(speaks: Speaks, program: str, words: str) -> None:
    """A client that does not find back is a breach, after the time that the scenario gives."""
    result = tried(speaks(program), Step(recover=0.3, patience=0.2))

    assert result.verdict is Verdict.BROKEN
    assert result.reasons[0].endswith(words)


def test_the_end_of_a_subject_is_a_breach(speaks: Speaks) -> None:
    """A subject that crashes fails, and its last words are shown."""
    result = tried(speaks("input(); raise SystemExit('out of order')"), Step(call=1))

    assert result.reasons[0] == (
        "step 1: the subject broke the protocol: it ended with exit code 1; "
        "its standard error ends: out of order"
    )


def test_a_subject_that_does_not_read(speaks: Speaks) -> None:
    """Nor does it hang the judge."""
    program = "import os, time; os.close(0); print(flush=True); time.sleep(0.5)"

    result = tried(speaks(program), Step(pause=0.4), Step(call=1))

    assert result.verdict is Verdict.BROKEN


def test_a_subject_that_does_not_leave_is_killed(
    speaks: Speaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has said until then counts."""
    monkeypatch.setattr(subject, "_PATIENCE", 0.2)

    stubborn = FAILING.replace("while True:", "while True:\n  try:", 1).replace("    ", "     ")
    stubborn += "  except EOFError: time.sleep(60)"

    result = tried(speaks(f"import time\n{stubborn}"), Step(call=1))

    assert result.verdict is Verdict.KEPT


def test_a_slow_machine_decides_nothing() -> None:
    """A complaint about a step that had to be quick and was not is played again, then left open."""
    expect = Expectation(token_requests=Count(least=9))

    late = tried(REFERENCE, Step(call=1, in_time=0.0), expect=expect)
    in_time = tried(REFERENCE, Step(call=1, in_time=60.0), expect=expect)

    assert (late.verdict, in_time.verdict) == (Verdict.UNDECIDED, Verdict.BROKEN)


def test_the_timeline_has_requests() -> None:
    """The timeline has what the token endpoint was asked and what it said."""
    result = tried(REFERENCE, Step(call=1), token_path="/other?x=y")

    assert any("POST /other?x=y: 200" in line for line in result.timeline)


def test_a_should_is_advice() -> None:
    """A breach of a SHOULD is told apart."""
    expect = Expectation(token_requests=Count(least=9))

    result = tried(
        REFERENCE, Step(call=1), expect=expect, level="should", api=(Answer(delay=0.01),)
    )

    assert result.verdict is Verdict.ADVISED


def test_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m persium_conformance`` is the same as the command."""
    monkeypatch.setattr(sys, "argv", ["persium-conformance", "--list"])

    with pytest.raises(SystemExit) as left:
        runpy.run_module("persium_conformance", run_name="__main__")

    assert left.value.code == 0


def test_an_invented_token_is_refused(speaks: Speaks) -> None:
    """A call with a token that was never issued, or without one, is not served."""
    program = """
import http.client, json, os
number = json.loads(input())["id"]
api = http.client.HTTPConnection(os.environ["API_BASE_URL"][7:])
api.request("GET", "/me", headers={"Authorization": "Bearer invented"})
answer = api.getresponse()
answer.read()
print(json.dumps({"id": number, "ok": False, "status": answer.status}))
"""
    expect = Expectation(tokens_used=(1,))

    result = tried(speaks(program), Step(call=1, outcome=(Outcome(status=401),)), expect=expect)

    assert [reason.partition("saw ")[2] for reason in result.reasons] == ["unknown"]
