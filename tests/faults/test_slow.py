"""Faults at their real pace and size: a byte a second, seconds to wait, a gigabyte."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Concurrency
from tests.support.faults import ALL_FAULTS

from .calls import Note, outcome_of, recovers
from .rows import TOO_LATE, TOO_LONG, Options, Row, at_both

pytestmark = pytest.mark.faults

PATIENT: Options = {"timeout": 10, "deadline": 3}
PACED = [
    *at_both("drip-head", *TOO_LATE, options=PATIENT, after=2.9),
    *at_both("drip-body", *TOO_LATE, options=PATIENT, after=2.9),
    *at_both("stall", *TOO_LATE, options=PATIENT, after=2.9),
    *at_both("stall-in-body", *TOO_LATE, options=PATIENT, after=2.9),
    *at_both("throttle", None, None, given={"retry_after": 1, "times": 2}, after=2.0),
    # a date has whole seconds, so up to one of them is lost
    *at_both("throttle-date", None, None, given={"seconds": 2, "times": 1}, after=0.9),
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in PACED])
def test_paced(
    row: Row, concurrency: Concurrency, sandbox: Sandbox, clock: Clock, note: Note
) -> None:
    """The deadline ends a drip of a byte a second; ``Retry-After`` is waited for."""
    session = concurrency.session(**row.options)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


@pytest.mark.parametrize("at", ["api", "token"])
def test_a_short_outage_is_bridged(
    at: str,
    concurrency: Concurrency,
    sandbox: Sandbox,
    clock: Clock,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A port that is opened again within the back-off costs a caller time, and no error."""
    monkeypatch.setattr("random.random", lambda: 1.0)
    row = Row(fault="refuse", at=at, given={"seconds": 0.5}, after=0.7)
    session = concurrency.session()

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


GIGABYTE = [
    (row, most)
    for kind in ("gzip-bomb", "huge-body", "endless-body")
    for row, most in zip(at_both(kind, *TOO_LONG), (250, 25), strict=True)
]


@pytest.mark.parametrize(
    ("row", "most"), [pytest.param(row, most, id=row.name) for row, most in GIGABYTE]
)
def test_memory_is_bounded(
    row: Row, most: int, concurrency: Concurrency, sandbox: Sandbox, note: Note
) -> None:
    """A gigabyte, packed or not, is given up early: the process grows by less than *most* MiB."""
    with sandbox.fault(ALL_FAULTS[row.fault], at=row.at):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.faults.child", concurrency.name],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env=os.environ | sandbox.environ,
        )
    kind, words, seconds, grown = json.loads(ran.stdout)
    requests = sandbox.api_requests if row.at == "api" else sandbox.token_requests
    note(row, f"{kind}: {words}", requests=requests, seconds=seconds, grown=grown)

    assert row.outcome is not None
    assert kind == row.outcome.__name__
    assert "longer than 1" in words
    assert requests == row.requests
    assert grown < most
