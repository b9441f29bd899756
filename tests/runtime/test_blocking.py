"""Code that is written once, with ``await``, and run in threads too."""

from __future__ import annotations

import asyncio

import pytest

from persium_ext._runtime.blocking import run_blocking, settled


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
