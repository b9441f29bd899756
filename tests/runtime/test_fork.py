"""What a forked child forgets. Real forks are in ``tests/races/test_forks.py``."""

from __future__ import annotations

import math
import threading

import anyio
import pytest

from persium_ext._runtime import fork
from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.concurrency import MAX_CONCURRENT_REQUESTS
from persium_ext._runtime.single_flight import Caller, SingleFlight
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._runtime.threads import ThreadBackend

NO_LIMIT = Deadline(math.inf)
AT_ONCE = Deadline.after(0)


def in_child() -> None:
    """Do what a forked child does first."""
    fork.lock.acquire()  # as the parent did before it forked
    fork.reset_all()


def test_the_lock_is_free() -> None:
    """Another thread can take the lock that the fork held."""
    in_child()
    taken: list[bool] = []

    def take() -> None:
        taken.append(fork.lock.acquire(blocking=False))
        if taken[0]:
            fork.lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()

    assert taken == [True]


def test_the_flight_of_the_parent_is_forgotten() -> None:
    """Its leader is a thread that the child does not have, so the next caller leads."""
    flights: SingleFlight[str] = SingleFlight()
    parents, me = Caller(1), Caller(2)
    flights.join(parents, lease=60)

    in_child()

    assert flights.join(me, lease=60).is_led_by(me)


def test_threads_have_all_connection_slots() -> None:
    """Slots that threads of the parent hold are free in the child."""
    backend = ThreadBackend()
    for _ in range(MAX_CONCURRENT_REQUESTS):
        backend.connection_slot(NO_LIMIT).__enter__()

    in_child()

    with backend.connection_slot(AT_ONCE):
        pass


@pytest.mark.parametrize("name", ["asyncio", "trio"])
def test_tasks_have_all_connection_slots(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for tasks."""
    monkeypatch.setattr("persium_ext._runtime.concurrency.MAX_CONCURRENT_REQUESTS", 1)
    backend, order = TaskBackend(), list[str]()

    async def fork_within_a_request() -> None:
        async with backend.connection_slot(NO_LIMIT):
            in_child()
            async with backend.connection_slot(NO_LIMIT):
                order.append("child")

    anyio.run(fork_within_a_request, backend=name)

    assert order == ["child"]
