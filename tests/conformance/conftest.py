"""Subjects, and recorded evidence for tests without a subject."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from persium_conformance.endpoints import Exchange, Origin
from persium_conformance.http_server import Request
from persium_conformance.judge import Result, Verdict
from persium_conformance.scenario import Scenario, Step
from persium_conformance.suite import Report
from persium_conformance.tokens import Token

ROOT = Path(__file__).parents[2]
SUBJECTS = ROOT / "conformance" / "subjects"
PYTHON = (sys.executable, "-E", "-S")  # starts in half the time
REFERENCE = (*PYTHON, str(SUBJECTS / "reference.py"))
FORM = "application/x-www-form-urlencoded"


def mutant(name: str) -> tuple[str, ...]:
    """Return the command of a client that breaks a rule."""
    return (*PYTHON, str(SUBJECTS / "mutants.py"), name)


def request_of(
    body: str = "", *, target: str = "/t", method: str = "POST", **headers: str
) -> Request:
    """Return a request; in the names of *headers*, ``_`` stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method=method, target=target, headers=named, body=body.encode())


def exchange(
    origin: Origin,
    number: int = 1,
    *,
    at: float = 0,
    took: float = 0,
    token: int | None = None,
    status: int | None = 200,
    request: Request | None = None,
) -> Exchange:
    """Return a request that was received *at* a time, and its response."""
    return Exchange(
        origin=origin,
        number=number,
        received=at,
        request=request or request_of(target="/me"),
        token=token,
        status=status,
        responded=at + took,
    )


def token_of(number: int, marker: str) -> Token:
    """Return a token."""
    return Token(number=number, value=f"v.{marker}", marker=marker, issued=0, expires_in=300)


def scenario_of(name: str = "one", *, rule: str = "TP-1", level: str = "must") -> Scenario:
    """Return a scenario that is never run."""
    return Scenario(id=name, rule=rule, claim="It is so.", level=level, steps=(Step(call=1),))


def report_of(*results: Result) -> Report:
    """Return the report of a run with these results."""
    return Report(name="a client", results=results, seconds=1.5)


@pytest.fixture
def broken() -> Result:
    """A verdict whose reason TAP, XML and JSON each must escape."""
    return Result(
        scenario=scenario_of("two", rule="TP-5"),
        verdict=Verdict.BROKEN,
        reasons=('expected <1> & "one", saw 2\x1b',),
        timeline=("  0.001 s  1 call(s) start",),
        seconds=0.25,
    )


@pytest.fixture
def subject_of(tmp_path: Path) -> Callable[[str], Sequence[str]]:
    """Return a function that makes a subject of a few lines of Python."""

    def make(program: str) -> Sequence[str]:
        path = tmp_path / "subject.py"
        path.write_text(program, encoding="utf-8")
        return (*PYTHON, str(path))

    return make
