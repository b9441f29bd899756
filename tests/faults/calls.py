"""One call under a fault, compared with its row of the table."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from persium_ext import PersiumError
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock, Session
from tests.support.faults import ALL_FAULTS

from .rows import Row

Note = Callable[..., None]


def outcome_of(row: Row, session: Session, sandbox: Sandbox, note: Note) -> Any:
    """Call under the fault of *row*; note the result, compare it with the row, and return it."""
    if row.at == "api":
        session.do(lambda client: client.access_token())
    with _in_force(row, sandbox):
        start = time.monotonic()
        (outcome,) = session.outcomes(times=1)
        seconds = time.monotonic() - start
    requests = sandbox.api_requests if row.at == "api" else sandbox.token_requests
    note(row, outcome, requests=requests, seconds=seconds)

    assert row.outcome is type(outcome) if row.outcome else outcome.client_id == sandbox.client_id
    assert re.search(row.words, str(outcome).partition("\n")[0])
    assert requests == row.requests + row.retried
    assert seconds >= row.after
    assert "/elsewhere" not in {exchange.path for exchange in sandbox.exchanges}
    if isinstance(outcome, PersiumError):
        assert outcome.attempts == (row.attempts or row.requests)
    return outcome


def recovers(session: Session, sandbox: Sandbox, clock: Clock) -> None:
    """Check that the next call succeeds: after the back-off, if no token could be obtained."""
    clock.advance(61)  # no back-off is longer
    patient = session.client.with_options(timeout=10, deadline=60)
    assert session.do(client=patient).client_id == sandbox.client_id


def _in_force(row: Row, sandbox: Sandbox) -> AbstractContextManager[object]:
    """The fault of *row*; none where the fault is outside the sandbox."""
    if row.fault not in ALL_FAULTS:
        return nullcontext()
    return sandbox.fault(ALL_FAULTS[row.fault], at=row.at, **row.given)
