"""The client meets each fault: outcome, requests, seconds; then it recovers."""

from __future__ import annotations

import pytest

from persium_ext.sandbox import FAULTS, Sandbox
from tests.support.concurrency import Clock, Concurrency, Session

from .meeting import Note, outcome_of, recovers
from .rows import ROWS, Row


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
@pytest.mark.usefixtures("no_jitter")
def test_fault(
    row: Row, concurrency: Concurrency, sandbox: Sandbox, clock: Clock, note: Note
) -> None:
    """The caller gets what the table says, no sooner, no later; and the next call succeeds."""
    session = concurrency.session(**row.options)

    outcome_of(row, session, sandbox, note)

    recovers(session, sandbox, clock)


def test_connections_that_are_not_kept(session: Session, sandbox: Sandbox) -> None:
    """A server that closes each connection after its answer costs no request, and no error."""
    with sandbox.fault("close-after-answer") as fault:
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
    """No fault is left out, at either endpoint; those of TLS have a test of their own."""
    met = {(row.fault, row.at) for row in ROWS}
    there_are = {
        (kind.name, at)
        for kind in FAULTS.values()
        for at in ("token", "api")
        if not kind.name.startswith("tls-") and not (kind.token_only and at == "api")
    }

    assert met == there_are
