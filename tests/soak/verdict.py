"""The verdict on a soak, as pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from . import census
from .census import Census
from .tally import BLOCKING, GIVEN_UP, RIGHT, Tally

SLOPE: Final = 256.0
"""KiB a minute that memory at rest may grow by: noise of the allocator."""
SPAN: Final = 120.0
"""Seconds that samples have to span to have a slope: the allocator grows by steps of 128 KiB."""
BLOCKS: Final = 2000
"""Memory blocks of Python objects that may be more at the end than after the warm-up."""
MEMORY: Final = 2 * 1024
"""KiB that the process may be larger at the end than after the warm-up: fragmentation."""
OBJECTS: Final = 6
"""Objects of a class that may be more: the last token, the last error."""
USABLE: Final = 4.0
"""Seconds that a token is valid before the 30 that have to remain."""
LED: Final = 10
"""Of so many callers one sends the token request; if cancelled, it has to be repeated."""


@frozen(kw_only=True)
class Sample:
    """Resources between two rounds, *seconds* after the start and after *calls* calls."""

    seconds: float
    calls: int
    census: Census


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares slope of (x, y); 0 for fewer than two x."""
    count = len(points)
    middle = sum(x for x, _ in points) / max(count, 1)
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * y for x, y in points) / spread if spread else 0.0


def memory_slope(samples: Sequence[Sample]) -> float | None:
    """Return KiB a minute over the samples of the second half (caches are full by then).

    None if they span too little time: then only the growth from start to end counts.
    """
    late = samples[len(samples) // 2 :]
    if late[-1].seconds - late[0].seconds < SPAN:
        return None
    return slope([(sample.seconds / 60, float(sample.census.rss)) for sample in late])


def most_token_requests(
    server: Mapping[str, Any], outcomes: Counter[str], *, seconds: float, clients: int
) -> int:
    """Return how many token requests the policy allows for these events."""
    done: Mapping[str, int] = server["done"]
    expired = clients * (seconds / USABLE + 1)  # one for each token
    refused = clients * done.get("revocations", 0) + done.get("401 for a good token", 0)
    children = sum(n for what, n in outcomes.items() if what.startswith("forked"))
    failed = 3 * int(server["token_faults"])  # a response lost, and a token too short to be cached
    abandoned = outcomes[GIVEN_UP] / LED
    blocking = outcomes[BLOCKING]  # it can't wait for a request of the loop that it blocks
    return round(expired + refused + children + failed + abandoned + blocking)


def complaints(  # the keyword arguments explain themselves
    before: Census,
    after: Census,
    samples: Sequence[Sample],
    tally: Tally,
    *,
    requests: int,
    allowed: int,
) -> list[str]:
    """Return what is wrong, in sentences; *before* and *after* are without clients."""
    found = [f"{tally.outcomes[bad]} times {bad}" for bad in tally.bad]
    if after.files != before.files:
        found.append(f"file descriptors: {before.files} before, {after.files} after")
    if after.threads != before.threads:
        names = ", ".join(census.names_of_threads())
        found.append(f"threads: {before.threads} before, {after.threads} after: {names}")
    for name, count in census.grown(before, after, by=OBJECTS).items():
        found.append(f"objects: {count} more of {name}")
    if after.blocks - before.blocks > BLOCKS:
        found.append(f"objects of any class: {after.blocks - before.blocks} more blocks")
    if after.rss - before.rss > MEMORY:
        found.append(f"memory: {after.rss - before.rss} KiB more at the end")
    if (rate := memory_slope(samples)) is not None and rate > SLOPE:
        found.append(f"memory: {rate:.0f} KiB a minute at rest")
    if requests > allowed:
        found.append(f"token requests: {requests}, and {allowed} are allowed")
    if tally.outcomes[RIGHT] * 2 < tally.calls:
        found.append("fewer than half of the calls came through: this was no load")
    return found
