"""Idle connections: which is taken next, and which are closed; pure values and a set clock."""

from __future__ import annotations

import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persium_ext._http import pool as module
from persium_ext._http.pool import FRESH, LONGEST_IDLE, SURPLUS_IDLE, IdleConnections

ORIGIN = "https://a"


class Open:
    """A connection that is open."""

    origin = ORIGIN
    since = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The steady clock, set by hand."""
    seconds = [1000.0]
    monkeypatch.setattr(module, "steady", lambda: seconds[0])
    return seconds


def given(idle: IdleConnections[Open], number: int) -> list[Open]:
    """Give back *number* connections, and return them."""
    made = [Open() for _ in range(number)]
    for connection in made:
        idle.give(connection)
    return made


@pytest.mark.usefixtures("clock")
def test_used_last_is_taken_first() -> None:
    """So the others grow old."""
    idle = IdleConnections[Open]()
    first, second = given(idle, 2)

    taken = [idle.take(ORIGIN, "GET") for _ in range(3)]

    assert taken == [second, first, None]


@pytest.mark.parametrize(
    ("method", "age", "used"),
    [
        pytest.param("GET", LONGEST_IDLE, True, id="GET"),
        pytest.param("GET", LONGEST_IDLE + 1, False, id="GET, too late"),
        pytest.param("POST", FRESH, True, id="POST"),
        pytest.param("POST", FRESH + 1, False, id="POST, too late"),
        pytest.param("PUT", FRESH + 1, False, id="PUT, too late"),
    ],
)
def test_age(clock: list[float], method: str, age: float, *, used: bool) -> None:
    """A request that may not be sent twice is not sent when the server may close."""
    idle = IdleConnections[Open]()
    [connection] = given(idle, 1)

    clock[0] += age

    assert (idle.take(ORIGIN, method) is connection) is used
    assert (idle.take(ORIGIN, "GET") is connection) is (not used and age <= LONGEST_IDLE)


def test_suspended_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that a machine was suspended counts, which the monotonic clock leaves out."""
    since_boot = {7: 1000.0}
    monkeypatch.setattr("persium_ext._runtime.clock._BOOT_TIME", 7)
    monkeypatch.setattr(time, "clock_gettime", since_boot.__getitem__, raising=False)
    idle = IdleConnections[Open]()
    given(idle, 1)

    since_boot[7] += LONGEST_IDLE + 1

    assert idle.take(ORIGIN, "GET") is None


@pytest.mark.parametrize(("age", "closed"), [(SURPLUS_IDLE, 0), (SURPLUS_IDLE + 1, 3)])
def test_connections_of_a_burst(clock: list[float], age: float, closed: int) -> None:
    """Those that a later burst leaves over are closed, the oldest first, and none that it uses."""
    idle = IdleConnections[Open]()
    made = given(idle, 5)

    clock[0] += age
    taken = [idle.take(ORIGIN, "GET") for _ in range(2)]

    assert taken == [made[4], made[3]]
    assert list(idle.surplus(ORIGIN)) == made[:closed]
    assert list(idle.surplus(ORIGIN)) == []


def test_oldest_go_although_a_new_one_came(clock: list[float]) -> None:
    """The age of each counts, not that of the one that was used last."""
    idle = IdleConnections[Open]()
    made = given(idle, 3)
    clock[0] += SURPLUS_IDLE + 1
    given(idle, 1)

    assert list(idle.surplus(ORIGIN)) == made


def test_none_is_kept_where_none_shall_be(clock: list[float]) -> None:
    """Every one is closed at once; so are those that come back to a client that was closed."""
    del clock
    never, closed = IdleConnections[Open](keep=False), IdleConnections[Open]()
    [first] = given(closed, 1)

    assert not never.give(Open())
    assert list(closed.close()) == [first]
    assert not closed.give(Open())
    with pytest.raises(RuntimeError, match="this client is closed"):
        closed.take(ORIGIN, "GET")


@pytest.mark.usefixtures("clock")
def test_each_server_has_its_own() -> None:
    """A connection serves requests to its own server only; a client closes those to all."""
    idle = IdleConnections[Open]()
    [first] = given(idle, 1)
    other = Open()
    other.origin = "https://b"
    idle.give(other)

    assert idle.take("https://b", "GET") is other
    idle.give(other)
    assert list(idle.close()) == [first, other]


class Machine(RuleBasedStateMachine):
    """Calls that take connections, give them back or lose them, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(module, "steady", lambda: self.time)
        self.idle = IdleConnections[Open]()
        self.resting: dict[Open, float] = {}
        self.busy: list[Open] = []

    def teardown(self) -> None:
        """Set the clock going again."""
        self.patch.undo()

    @rule(seconds=st.floats(0, 70))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds

    @rule(method=st.sampled_from(["GET", "HEAD", "POST", "PUT"]))
    def take(self, method: str) -> None:
        """Take one: the youngest, if it is young enough."""
        connection = self.idle.take(ORIGIN, method)
        limit = LONGEST_IDLE if method in {"GET", "HEAD"} else FRESH
        youngest = max(self.resting.values(), default=-1000.0)
        assert (connection is None) is (self.time - youngest > limit)
        if connection is not None:
            assert self.resting.pop(connection) == youngest
        self.busy.append(connection or Open())

    @precondition(lambda self: self.busy)
    @rule(data=st.data())
    def give(self, data: st.DataObject) -> None:
        """Give one back; what is closed then is old."""
        connection = self.busy.pop(data.draw(st.integers(0, len(self.busy) - 1)))
        for surplus in self.idle.surplus(ORIGIN):
            assert self.time - self.resting.pop(surplus) > SURPLUS_IDLE
        assert self.idle.give(connection)
        self.resting[connection] = self.time

    @precondition(lambda self: self.busy)
    @rule()
    def lose(self) -> None:
        """A request failed: its connection does not come back."""
        self.busy.pop()

    @invariant()
    def no_connection_has_two_users(self) -> None:
        """What one call uses is neither idle nor another call's."""
        assert len(set(self.busy)) == len(self.busy)
        assert not self.resting.keys() & set(self.busy)


test_calls_share_connections = Machine.TestCase
test_calls_share_connections.settings = settings(max_examples=25)
