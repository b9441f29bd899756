"""The connections of a client at the wire: when one is used again, and when it is closed."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from persium_ext._http import pool
from persium_ext._http.pool import Connection, IdleConnections
from tests.support.concurrency import Concurrency, get_me
from tests.support.wire import ME, Seen, Wire, http

KEPT = http(ME, connection=b"keep-alive")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock by which connections grow old, set by hand."""
    time = [0.0]
    monkeypatch.setattr(pool, "steady", lambda: time[0])
    return time


class Transport:
    """Counts how often it is closed."""

    def __init__(self) -> None:
        self._pool = SimpleNamespace(_network_backend=None)
        self.closed = 0

    def close(self) -> None:
        """Count."""
        self.closed += 1


@pytest.mark.parametrize(("process", "closed"), [("the same", 1), ("a child", 0)])
def test_connection_that_nobody_holds(
    monkeypatch: pytest.MonkeyPatch, process: str, closed: int
) -> None:
    """It is closed; in a forked child its lock may be held by a thread that does not exist."""
    transport: Any = Transport()
    connection = Connection(transport, IdleConnections(), "https://a")

    if process == "a child":
        monkeypatch.setattr("os.getpid", lambda: -1)
    del connection

    assert transport.closed == closed


@pytest.mark.parametrize(
    ("method", "seconds", "connections"),
    [("GET", 50.0, 2), ("GET", 60.0, 3), ("POST", 3.0, 2), ("POST", 5.0, 3)],
)
def test_idle_connection(
    concurrency: Concurrency,
    wire: Wire,
    clock: list[float],
    method: str,
    seconds: float,
    connections: int,
) -> None:
    """It is used again while that is safe: longer for a request that can be repeated."""
    wire.api = KEPT
    session = concurrency.session(**wire.settings)
    session.do()

    clock[0] += seconds
    session.do(lambda persium: persium.request(method, "/x"))

    assert wire.connections == connections, "one of them is that of the token"


def test_burst(concurrency: Concurrency, wire: Wire, clock: list[float]) -> None:
    """All of its connections but one are closed by a call that comes 6 s later, which uses that."""
    together = threading.Barrier(30)

    def respond(_: Seen) -> bytes:
        together.wait(30)
        return KEPT

    wire.api = respond
    session = concurrency.session(**wire.settings)
    outcomes = session.outcomes(times=30)
    wire.api = KEPT

    clock[0] += 6.0
    session.do()

    assert [outcome.client_id for outcome in outcomes] == ["me"] * 30
    assert wire.connections == 31, "those of the burst, and that of the token"
    wire.wait_until_closed(30)


def test_close_during_a_call(concurrency: Concurrency, wire: Wire) -> None:
    """The call gets its response; then its connection is closed too."""
    arrived, go_on = threading.Event(), threading.Event()

    def respond(_: Seen) -> bytes:
        arrived.set()
        go_on.wait(30)
        return KEPT

    wire.api = respond
    session = concurrency.session(**wire.settings)
    labels: list[str] = []
    call = threading.Thread(target=lambda: labels.append(session.do(get_me).label))
    call.start()
    arrived.wait(30)

    session.do(lambda persium: persium.close() if concurrency.portal is None else persium.aclose())
    go_on.set()
    call.join(30)

    assert labels == ["A label"]
    wire.wait_until_closed(2)
