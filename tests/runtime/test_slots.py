"""Connection slots: who has to wait is logged."""

from __future__ import annotations

import logging

import anyio
import pytest

from persium_ext._runtime import slots
from persium_ext._runtime.clock import Deadline, OutOfTimeError


@pytest.fixture(autouse=True)
def _one(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(slots, "MAX_CONCURRENT_REQUESTS", 1)
    caplog.set_level(logging.DEBUG, "persium_ext")


def test_wait_of_a_thread(caplog: pytest.LogCaptureFixture) -> None:
    """The record has the number of connections; a caller that gets one at once has none."""
    several = slots.ThreadSlots()
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
    several = slots.TaskSlots()

    async def main() -> None:
        async with several.of_this_loop():
            assert caplog.records == []
            several.of_this_loop()

    anyio.run(main, backend=backend)

    assert [vars(record)["persium_event"] for record in caplog.records] == ["connection_wait"]
