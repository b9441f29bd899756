"""The client under each fault: result, requests, time; then it recovers."""

from __future__ import annotations

import pytest

from persium_ext.sandbox import Sandbox
from persium_ext.sandbox.fault_spec import API, TOKEN, Stage
from tests.support.concurrency import Clock, Concurrency, Session
from tests.support.faults import ALL_FAULTS

from .calls import Note, outcome_of, recovers
from .rows import ROWS, Row


def backends(row: Row) -> list[str]:
    """Where *row* is tried: what the bytes of a response say does not depend on who read them."""
    by_value = ALL_FAULTS[row.fault].stage is Stage.RESPONSE
    return ["sync"] if by_value else ["sync", "asyncio", "trio"]


@pytest.mark.parametrize(
    ("row", "concurrency"),
    [
        pytest.param(row, backend, id=f"{row.name}, {backend}")
        for row in ROWS
        for backend in backends(row)
    ],
    indirect=["concurrency"],
)
@pytest.mark.usefixtures("no_jitter")
def test_fault(
    row: Row, concurrency: Concurrency, sandbox: Sandbox, clock: Clock, note: Note
) -> None:
    """The caller gets the result in the table, no sooner; and the next call succeeds."""
    session = concurrency.session(**row.options)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


def test_connections_that_are_not_kept(session: Session, sandbox: Sandbox) -> None:
    """A server that closes each connection after its response costs no request, and no error."""
    with sandbox.fault(ALL_FAULTS["close-after-response"]) as fault:
        for _ in range(5):
            session.do()

    assert (sandbox.token_requests, sandbox.api_requests, fault.count) == (1, 5, 6)


@pytest.mark.parametrize("kind", ["close", "reset"])
@pytest.mark.usefixtures("no_jitter")
def test_a_kept_connection_ends_under_a_request(
    session: Session, sandbox: Sandbox, kind: str
) -> None:
    """A connection that ends just when it is used again costs one more request."""
    session.do()
    with sandbox.fault(kind, at="api", times=1):
        session.do()

    assert (sandbox.token_requests, sandbox.api_requests) == (1, 3)


def test_every_fault_has_its_rows() -> None:
    """No fault is left out, at either endpoint."""
    tried = {(row.fault, row.at) for row in ROWS}

    assert tried == {
        (spec.name, at)
        for spec in ALL_FAULTS.values()
        for at in (TOKEN, API)
        if spec.only in {None, at}
    }
