"""What a forked child inherits and must leave alone: here it is closed, for the tests go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def of_httpcore(inherited: list[Any]) -> list[Any]:
    """Return the connections of httpcore among what was inherited."""
    pools = [each._transport._pool for each in _kept(inherited)]  # noqa: SLF001  # nothing public shows them
    return [connection for pool in pools for connection in pool.connections]


def close(inherited: list[Any]) -> None:
    """Close the connections of threads."""
    for each in _kept(inherited):
        each.close()
    inherited.clear()


async def aclose(inherited: list[Any]) -> None:
    """Close the connections of tasks of this event loop, and those of threads."""
    for each in _kept(inherited):
        if hasattr(each, "aclose"):
            await each.aclose()
        else:
            each.close()
    inherited.clear()


def _kept(inherited: list[Any]) -> Iterator[Any]:
    for idle in inherited:
        for stack in idle._stacks.values():  # noqa: SLF001  # nothing public shows them
            yield from list(stack)
