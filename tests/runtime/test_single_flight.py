"""Single flight, by itself: who leads, who waits and for how long."""

from __future__ import annotations

import asyncio
import math
import threading
from typing import Any

import anyio
import pytest

from persium_ext._runtime.clock import Deadline, OutOfTimeError
from persium_ext._runtime.concurrency import MAX_CONCURRENT_REQUESTS
from persium_ext._runtime.single_flight import Caller, Flight, SingleFlight
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend

NO_LIMIT = Deadline(math.inf)
ME, OTHER = Caller(1), Caller(2)
LOOP, TASK = asyncio.new_event_loop(), object()
LOOP.close()


@pytest.fixture
def loop() -> Any:
    """An event loop that does not run."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


def flight_of(leader: Caller, *, lease: float = 60) -> Flight[str]:
    """A flight that *leader* has just begun."""
    return SingleFlight[str]().join(leader, lease=lease)


def follow(backend: str, flight: Flight[str], deadline: Deadline) -> None:
    """Wait for *flight* in one of the three concurrency backends."""

    async def wait() -> None:
        await TaskBackend().wait(flight, deadline)

    if backend == "sync":
        ThreadBackend().wait(flight, deadline)
    else:
        anyio.run(wait, backend=backend)


def test_the_first_leads_and_the_others_follow() -> None:
    """One leader at a time; after it has left, the next caller leads."""
    flights: SingleFlight[str] = SingleFlight()

    flight = flights.join(ME, lease=60)
    assert flights.join(OTHER, lease=60) is flight
    assert flight.is_led_by(ME)
    flights.leave(OTHER, None)
    assert flights.in_progress
    flights.leave(ME, "done")

    assert flight.result == "done"
    assert not flights.in_progress
    assert flights.join(OTHER, lease=60).is_led_by(OTHER)


def test_flight_without_progress_is_replaced() -> None:
    """A leader that shows no progress until its lease ends is not waited for any longer."""
    flights: SingleFlight[str] = SingleFlight()
    lost = flights.join(ME, lease=-1)

    found = flights.join(OTHER, lease=60)
    flights.leave(ME, None)

    assert lost.is_lost
    assert found.is_led_by(OTHER)
    assert flights.join(ME, lease=60) is found


def test_progress_extends_the_lease() -> None:
    """So does that of the flight that the leader itself waits for."""
    flights: SingleFlight[str] = SingleFlight()
    flight = flights.join(ME, lease=-1)

    flight.extend(60)
    assert flights.join(OTHER, lease=60) is flight

    flight.extend(-1)
    flight.follows = flight_of(third := Caller(3))
    assert flights.join(OTHER, lease=60) is flight
    del third


def test_a_leader_that_is_gone_ends_its_flight() -> None:
    """Whatever tore it away from its work: who waits is woken, and the next caller leads."""
    flights: SingleFlight[str] = SingleFlight()
    woken: list[str] = []
    leader = Caller(1)
    flight = flights.join(leader, lease=60)
    flight.add_done_callback(lambda: woken.append("follower"))

    del leader

    assert woken == ["follower"]
    assert not flight.is_stopped_by(ME)
    assert flights.join(ME, lease=60).is_led_by(ME)


def test_late_result_counts_if_it_is_good() -> None:
    """The flight that replaced the leader ends with the leader's late result."""
    flights: SingleFlight[str | int] = SingleFlight(str)
    flights.join(ME, lease=-1)
    found = flights.join(OTHER, lease=60)

    flights.leave(ME, 404)
    assert flights.in_progress
    flights.leave(ME, "late")
    flights.leave(OTHER, "second")

    assert found.result == "late"


def test_leader_whose_loop_is_closed_is_replaced() -> None:
    """It never goes on, however long its lease is."""
    flights: SingleFlight[str] = SingleFlight()
    leader = Caller(1, LOOP, TASK)
    flights.join(leader, lease=60)

    assert flights.join(ME, lease=60).is_led_by(ME)


TRIO = object()


@pytest.mark.parametrize(
    ("leader", "caller", "stopped"),
    [
        pytest.param(Caller(1), Caller(2), False, id="threads"),
        pytest.param(Caller(1), Caller(1), True, id="log handler"),
        pytest.param(Caller(1, LOOP, TASK), Caller(1), True, id="blocks the loop"),
        pytest.param(Caller(1), Caller(1, LOOP, TASK), True, id="loop in a secret function"),
        pytest.param(Caller(1, LOOP, TASK), Caller(2), False, id="loop in another thread"),
        pytest.param(Caller(1, LOOP, TASK), Caller(1, LOOP, object()), False, id="tasks"),
        pytest.param(Caller(1, LOOP, TASK), Caller(1, LOOP, TASK), True, id="same task"),
        pytest.param(Caller(1, TRIO, TASK), Caller(1, object(), TASK), True, id="trio in trio"),
        pytest.param(Caller(1, LOOP, TASK), Caller(1, TRIO, object()), False, id="trio as guest"),
    ],
)
def test_leader_that_its_caller_stops(leader: Caller, caller: Caller, *, stopped: bool) -> None:
    """A caller does not wait for a leader that can't run while the caller waits."""
    assert flight_of(leader).is_stopped_by(caller) == stopped
    above = flight_of(OTHER)
    above.follows = flight_of(leader)
    assert above.is_stopped_by(caller) == (stopped or caller.thread == OTHER.thread)


def test_a_loop_inside_a_loop(loop: Any) -> None:
    """A second loop of asyncio in the thread of the first stops it."""
    outer = Caller(1, loop, TASK)
    assert flight_of(outer).is_stopped_by(Caller(1, LOOP, object()))


def test_waiting_for_a_flight_that_is_complete() -> None:
    """Who comes late is woken at once."""
    flights: SingleFlight[str] = SingleFlight()
    flight = flights.join(ME, lease=math.inf)
    flights.leave(ME, None)

    ThreadBackend().wait(flight, NO_LIMIT)

    assert flight.result is None


@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
@pytest.mark.parametrize("lease", [60, math.inf])
def test_a_follower_has_a_deadline_of_its_own(backend: str, lease: float) -> None:
    """It gives up waiting and leaves nothing behind; the flight goes on."""
    flight = flight_of(ME, lease=lease)

    with pytest.raises(OutOfTimeError):
        follow(backend, flight, Deadline.after(0.01))
    callbacks: Any = flight._callbacks  # noqa: SLF001  # nothing public counts them
    assert callbacks == set()


@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_a_follower_leaves_an_overdue_flight(backend: str) -> None:
    """At the end of an extended lease the follower looks again, without an error."""
    flight = flight_of(ME, lease=0.01)
    extend = threading.Timer(0.001, flight.extend, (0.02,))
    extend.start()

    follow(backend, flight, NO_LIMIT)

    extend.join()
    assert flight.result is None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_waiter_whose_loop_is_gone_is_passed_over(backend: str) -> None:
    """A result reaches the others although a waiter's event loop is closed."""
    flight = flight_of(ME)
    reached: list[str] = []

    left: list[Any] = []
    add = flight.add_done_callback

    def keep(callback: Any) -> None:
        left.append(callback)
        add(callback)

    flight.add_done_callback = keep  # type: ignore[method-assign]
    with pytest.raises(OutOfTimeError):
        follow(backend, flight, Deadline.after(0.01))
    for callback in left:
        callback()
    add(lambda: reached.append("other"))
    flight.complete("done")

    assert len(left) == 1
    assert (flight.result, reached) == ("done", ["other"])


def test_a_connection_slot_is_waited_for_until_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When all places are taken, a thread waits its turn, or gives up in time."""
    monkeypatch.setattr("persium_ext._runtime.concurrency.MAX_CONCURRENT_REQUESTS", 1)
    backend = ThreadBackend()

    with backend.connection_slot(NO_LIMIT):
        with pytest.raises(OutOfTimeError), backend.connection_slot(Deadline.after(0.01)):
            pytest.fail("there was only one place")
        waiting = threading.Thread(target=lambda: backend.connection_slot(NO_LIMIT).__enter__())
        waiting.start()
    waiting.join(60)

    assert not waiting.is_alive()


def test_no_time_left_at_the_start() -> None:
    """A deadline that is over admits nothing."""
    with pytest.raises(OutOfTimeError), ThreadBackend().within(Deadline(0)):
        pytest.fail("there was no time")


def test_a_slot_whose_holder_was_interrupted_is_free_again() -> None:
    """An exception between taking a slot and the block that uses it loses none."""
    backend = ThreadBackend()

    for _ in range(MAX_CONCURRENT_REQUESTS):
        held: Any = backend.connection_slot(NO_LIMIT)
        held.__enter__()
        del held  # as a frame that an exception ends

    with backend.connection_slot(Deadline(0)):
        pass


def test_slots_end_with_their_client() -> None:
    """Slots do not keep the client alive, and one that comes back late is no error."""
    backend = ThreadBackend()
    with backend.connection_slot(NO_LIMIT):
        backend.reset()
