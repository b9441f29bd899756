"""Threads that do everything at once: also the test for a CPython without a global lock.

``make free-threaded-test`` runs it there, so it takes nothing but pytest and trio.
"""

from __future__ import annotations

import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import anyio
import pytest

from persium_ext import AsyncPersium, Persium, PersiumError
from persium_ext._retry import budget
from persium_ext._runtime.clock import Deadline
from persium_ext._runtime.single_flight import Caller, SingleFlight
from persium_ext._runtime.threads import ThreadBackend
from persium_ext._text.secret import Secret
from persium_ext._tokens.cache import TokenCache
from persium_ext.sandbox import Sandbox
from tests.support.values import SETTINGS

from .echo import echo, wrong_bodies

THREADS = 16


@pytest.fixture(autouse=True)
def _restless() -> Any:
    """Let threads take turns a thousand times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any], *, threads: int = THREADS) -> list[Any]:
    """Do *work* in many threads that start together; their results, in order."""
    barrier = threading.Barrier(threads)

    def one(number: int) -> Any:
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def test_cold_starts(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Again and again all threads find an empty cache: one token each time."""
    rounds = 20
    for _ in range(rounds):
        with Persium(**settings, share_token=False) as persium:
            at_once(partial(_ask, persium))

    assert sandbox.token_requests == rounds


def _ask(persium: Persium, _: int) -> object:
    return persium.access_token()


def test_clients_that_are_made_at_once(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """One client for each thread, blocking or not: one token, and as many answers as calls."""

    async def awaiting() -> str:
        async with AsyncPersium(**settings) as persium:
            return (await persium.identity.get_me()).client_id

    def call(number: int) -> str:
        if number % 3:
            return anyio.run(awaiting, backend=["asyncio", "trio"][number % 2])
        with Persium(**settings) as persium:
            return persium.identity.get_me().client_id

    assert at_once(call) == [sandbox.client_id] * THREADS
    assert sandbox.token_requests == 1


def test_tokens_that_are_revoked_all_the_time(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Each revocation costs one renewal at most, and no call."""
    revocations = 10
    over = threading.Event()

    def revoke() -> None:
        for _ in range(revocations):
            sandbox.revoke_tokens()
            over.wait(0.03)
        over.set()

    def call(number: int) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        if number == 0:
            revoke()
        while not over.is_set():
            try:
                outcomes[persium.identity.get_me().client_id] += 1
            except PersiumError as error:  # a second 401: revoked again meanwhile
                outcomes[type(error).__name__] += 1
        return outcomes

    with Persium(**settings) as persium:
        outcomes = sum(at_once(call, threads=8), Counter[str]())

    assert set(outcomes) <= {sandbox.client_id, "UnauthorizedError"}
    assert outcomes[sandbox.client_id]
    assert sandbox.token_requests <= 1 + revocations


def test_flights_that_take_off_and_land_at_once() -> None:
    """Every wait ends, and no flight has two leaders."""
    flights: SingleFlight[int] = SingleFlight()
    leading: list[int] = []
    most: list[int] = []

    def fly(number: int) -> int:
        led = 0
        for turn in range(200):
            me = Caller(number)
            flight = flights.join(me, lease=30)
            if not flight.is_led_by(me):
                ThreadBackend().wait(flight, Deadline.after(30))
                continue
            leading.append(number)
            most.append(len(leading))
            leading.remove(number)
            led += 1
            flights.leave(me, None if turn % 3 else turn)
        return led

    assert sum(at_once(fly)) == len(most)
    assert max(most) == 1


def test_a_cache_and_a_budget_that_all_use() -> None:
    """One entry for each secret, and nothing of the budget is spent twice."""
    cache = TokenCache()

    def use(number: int) -> list[object]:
        numbers = list(range(100))
        random.Random(number).shuffle(numbers)  # each in an order of its own
        entries = {n: cache.entry(SETTINGS, Secret(str(n))) for n in numbers}
        spent = sum(budget.spend("o", throttled=False) for _ in range(10))
        return [spent, *(entries[n] for n in sorted(entries))]

    spent, *columns = zip(*at_once(use), strict=True)

    assert sum(spent) == 500 // 14
    assert [len(set(column)) for column in columns] == [1] * 100


def test_every_body_is_for_its_caller() -> None:
    """Threads that share connections don't get each other's answers."""
    with echo() as arguments, Persium(**arguments) as persium:
        assert wrong_bodies(persium, "thread", calls=800, threads=8) == 0


@pytest.mark.races
def test_every_body_of_ten_thousand_is_for_its_caller() -> None:
    """The same with 10,000 calls."""
    with echo() as arguments, Persium(**arguments) as persium:
        assert wrong_bodies(persium, "thread", calls=10_000, threads=16) == 0
