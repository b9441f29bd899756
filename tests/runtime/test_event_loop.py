"""Which event loop runs."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import anyio
import pytest
import trio

from persium_ext._runtime.event_loop import event_loop


def test_trio_comes_first() -> None:
    """In a task of trio it is trio's, with the current task."""

    async def look() -> None:
        running = event_loop()
        assert running.loop is trio.lowlevel.current_trio_token()
        assert running.task is trio.lowlevel.current_task()

    anyio.run(look, backend="trio")


def test_trio_is_there_but_does_not_run() -> None:
    """In a task of asyncio it is asyncio's."""

    async def look() -> None:
        running = event_loop()
        assert running.loop is asyncio.get_running_loop()
        assert running.task is asyncio.current_task()

    asyncio.run(look())


@pytest.mark.parametrize("names", [(), ("current_task",)])
def test_trio_is_being_imported(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread imports trio: its modules are there, and some of their names."""
    module = ModuleType("trio.lowlevel")
    for name in names:
        setattr(module, name, getattr(trio.lowlevel, name))
    monkeypatch.setitem(sys.modules, "trio.lowlevel", module)

    async def look() -> None:
        assert event_loop().loop is asyncio.get_running_loop()

    asyncio.run(look())
