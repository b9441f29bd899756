"""Subjects, and evidence without one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from persium_conformance.origin import Request
from persium_conformance.scenario import Scenario, Step
from persium_conformance.suite import Report
from persium_conformance.tokens import Token
from persium_conformance.trial import Result, Verdict
from persium_conformance.world import Exchange, Name

ROOT = Path(__file__).parents[2]
SUBJECTS = ROOT / "conformance" / "subjects"
PYTHON = (sys.executable, "-E", "-S")  # starts in half the time
REFERENCE = (*PYTHON, str(SUBJECTS / "reference.py"))
FORM = "application/x-www-form-urlencoded"


def mutant(name: str) -> tuple[str, ...]:
    """The command of a client that breaks a rule."""
    return (*PYTHON, str(SUBJECTS / "mutants.py"), name)


def request_of(
    body: str = "", *, target: str = "/t", method: str = "POST", **headers: str
) -> Request:
    """A request; names of headers with ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method=method, target=target, headers=named, body=body.encode())


def exchange(
    origin: Name,
    number: int = 1,
    *,
    at: float = 0,
    took: float = 0,
    token: int | None = None,
    status: int | None = 200,
    request: Request | None = None,
) -> Exchange:
    """A request that came *at* a time, and its answer."""
    return Exchange(
        origin=origin,
        number=number,
        received=at,
        request=request or request_of(target="/me"),
        token=token,
        status=status,
        answered=at + took,
    )


def token_of(number: int, core: str) -> Token:
    """A token."""
    return Token(number=number, value=f"v.{core}", core=core, issued=0, expires_in=300)


def scenario_of(name: str = "one", *, rule: str = "TP-1", level: str = "must") -> Scenario:
    """A scenario that is never played."""
    return Scenario(id=name, rule=rule, claim="It is so.", level=level, steps=(Step(call=1),))


def report_of(*results: Result) -> Report:
    """What a run says that had these results."""
    return Report(name="a client", results=results, seconds=1.5)


@pytest.fixture
def broken() -> Result:
    """A verdict with words that TAP, XML and JSON each have to escape."""
    return Result(
        scenario=scenario_of("two", rule="TP-5"),
        verdict=Verdict.BROKEN,
        reasons=('expected <1> & "one", saw 2\x1b',),
        timeline=("  0.001 s  1 call(s) start",),
        seconds=0.25,
    )


@pytest.fixture
def speaks(tmp_path: Path) -> Callable[[str], Sequence[str]]:
    """Make a subject of a few lines of Python."""

    def make(program: str) -> Sequence[str]:
        path = tmp_path / "subject.py"
        path.write_text(program, encoding="utf-8")
        return (*PYTHON, str(path))

    return make
