"""What threads and tasks have in common: code that is written once, and the wait for a slot."""

from __future__ import annotations

import asyncio
import logging

import anyio
import pytest

from persium_ext._runtime import concurrency
from persium_ext._runtime.clock import Deadline, OutOfTimeError
from persium_ext._runtime.concurrency import run_blocking, settled
from persium_ext._runtime.tasks import TaskSlots
from persium_ext._runtime.threads import ThreadSlots


@pytest.fixture(autouse=True)
def _one(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(concurrency, "MAX_CONCURRENT_REQUESTS", 1)
    caplog.set_level(logging.DEBUG, "persium_ext")


def test_wait_of_a_thread(caplog: pytest.LogCaptureFixture) -> None:
    """The record has the number of connections; a caller that gets one at once has none."""
    several = ThreadSlots()
    slot = several.take(Deadline.after(30))
    assert caplog.records == []

    with pytest.raises(OutOfTimeError):
        several.take(Deadline.after(0.01))

    [record] = caplog.records
    assert record.getMessage().startswith("all 1 connections of the client are in use")
    assert vars(record)["persium_event"] == "connection_wait"
    del slot


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_wait_of_a_task(caplog: pytest.LogCaptureFixture, backend: str) -> None:
    """A task that has to wait is logged as a thread is."""
    several = TaskSlots()

    async def main() -> None:
        async with several.of_this_loop():
            assert caplog.records == []
            several.of_this_loop()

    anyio.run(main, backend=backend)

    assert [vars(record)["persium_event"] for record in caplog.records] == ["connection_wait"]


async def double(number: int) -> int:
    """Await what is there already."""
    return 2 * await settled(number)


async def triple(number: int) -> int:
    """Await another coroutine."""
    doubled: int = await settled(double(number))
    return number + doubled


async def fail(number: int) -> int:
    """Raise what went wrong."""
    raise LookupError(number)


def test_values_and_awaitables_settle() -> None:
    """Both become the value; in a thread and in a task."""
    assert run_blocking(triple, 2) == 6
    assert asyncio.run(triple(2)) == 6


def test_exceptions_leave_as_they_are() -> None:
    """A thread gets the exception that the code raised."""
    with pytest.raises(LookupError, match="7"):
        run_blocking(fail, 7)


def test_code_that_suspends_is_an_error() -> None:
    """Nothing would ever resume it in a thread."""
    with pytest.raises(RuntimeError, match="has to block"):
        run_blocking(asyncio.sleep, 0)
