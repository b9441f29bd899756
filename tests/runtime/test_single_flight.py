"""Single flight, by itself."""

from __future__ import annotations

import math
import threading
import time

import anyio
import pytest

from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.concurrency import OutOfTimeError, TaskBackend, ThreadBackend
from persium_ext._runtime.single_flight import SingleFlight

NO_LIMIT = Deadline(math.inf)


def test_the_first_leads_and_the_others_follow() -> None:
    """One leader at a time; after the landing the next caller leads."""
    flights: SingleFlight[str] = SingleFlight()

    flight, leads = flights.join(NO_LIMIT)
    again, leads_too = flights.join(NO_LIMIT)
    flights.complete(flight, "done")
    _, leads_next = flights.join(NO_LIMIT)

    assert (leads, leads_too, leads_next) == (True, False, True)
    assert again is flight
    assert flight.result == "done"


def test_a_flight_whose_leader_died_is_replaced() -> None:
    """Work that is not over by its leader's deadline doesn't keep the others for ever."""
    flights: SingleFlight[str] = SingleFlight()
    lost, _ = flights.join(Deadline(time.monotonic() - 1))

    found, leads = flights.join(NO_LIMIT)
    flights.complete(lost, "late")

    assert leads
    assert found is not lost
    assert flights.join(NO_LIMIT) == (found, False)


def test_waiting_for_a_flight_that_has_landed() -> None:
    """Who comes late is woken at once."""
    flights: SingleFlight[str] = SingleFlight()
    flight, _ = flights.join(NO_LIMIT)
    flights.complete(flight, None)

    ThreadBackend().wait(flight, NO_LIMIT)

    assert flight.result is None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_follower_has_a_deadline_of_its_own(backend: str) -> None:
    """It gives up waiting; the flight goes on."""
    flight, _ = SingleFlight[str]().join(NO_LIMIT)

    async def follow() -> None:
        await TaskBackend().wait(flight, Deadline.after(0.01))

    with pytest.raises(OutOfTimeError):
        ThreadBackend().wait(flight, Deadline.after(0.01))
    with pytest.raises(OutOfTimeError):
        anyio.run(follow, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_follower_leaves_an_overdue_flight(backend: str) -> None:
    """When the leader should be back and isn't, the follower looks again, without an error."""
    flight, _ = SingleFlight[str]().join(Deadline.after(0.01))

    async def follow() -> None:
        await TaskBackend().wait(flight, NO_LIMIT)

    ThreadBackend().wait(flight, NO_LIMIT)
    anyio.run(follow, backend=backend)

    assert flight.result is None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_closed_loop_does_not_stop_the_landing(backend: str) -> None:
    """A waiter whose event loop is gone is passed over."""
    flight, _ = SingleFlight[str]().join(NO_LIMIT)

    async def give_up() -> None:
        with anyio.move_on_after(0.01):
            await TaskBackend().wait(flight, NO_LIMIT)

    anyio.run(give_up, backend=backend)
    flight.complete("done")

    assert flight.result == "done"


def test_a_place_on_the_wire_is_waited_for_until_the_deadline(
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
