"""What a job does with one input, whatever the engine: ``operation`` is yours to change.

An outcome is data, and JSON: the value of an input, or its error. An input that is throttled waits
and is sent again, so a rate limit makes a job slower and does not fail it. A batch whose
worker was lost is run again, and its outcomes are marked as repeated, because some of its calls may
have been made twice: an operation that is not idempotent needs an ``Idempotency-Key``. An input
that ends its worker each time, such as one that needs too much memory, fails in the end, alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import islice
from typing import Any, TypedDict

from persium_ext import ApiStatusError, Persium, TokenEndpointUnavailable

PATIENCE = 900
"""Seconds for which an input waits while the server has too many requests."""
THREADS = 8
"""Calls at once, in a process that runs one task at a time."""
RETRIES = 2
"""How often a batch is run again whose worker was lost, and then each of its inputs alone."""


@cache
def client() -> Persium:
    """Return the client of this process, which its first task makes."""
    return Persium()


class Outcome(TypedDict):
    """Of *value* and *error*, one is None; *repeated*: a worker that had the input was lost."""

    input: str
    value: dict[str, Any] | None
    error: str | None
    repeated: bool


def operation(persium: Persium, one: str) -> dict[str, Any]:
    """Call the API for an input, and return JSON."""
    return persium.with_options(headers={"X-Input": one}).identity.get_me().to_dict()


def outcomes(persium: Persium, batch: Iterable[str]) -> list[Outcome]:
    """Return the outcome of each input, in order."""
    return [outcome(persium, one) for one in batch]


def outcomes_of_threads(batch: Iterable[str]) -> list[Outcome]:
    """Return the same, with the client of this process and several calls at once."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(partial(outcome, client()), batch))


def outcome(persium: Persium, one: str) -> Outcome:
    """Call, and wait and call again while the server has too many requests."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Outcome(input=one, value=operation(persium, one), error=None, repeated=False)
        except Exception as error:  # noqa: BLE001  # an input fails alone, whatever its error
            wait = seconds_to_wait(error)
            if wait is None or time.monotonic() + wait > until:
                return failed(one, error)
        time.sleep(wait)


def failed(one: str, error: BaseException) -> Outcome:
    """Return an error as data; no error of persium contains a secret."""
    reason = f"{type(error).__name__}: {error}"
    return Outcome(input=one, value=None, error=reason, repeated=False)


def marked(found: Iterable[Outcome], *, repeated: bool) -> list[Outcome]:
    """Return outcomes that say whether a worker that had their inputs was lost."""
    return [{**outcome, "repeated": repeated} for outcome in found]


def again(batch: list[str], losses: int) -> Iterator[tuple[list[str], int]]:
    """Yield what to run after one more worker was lost with *batch*, and its number of losses.

    First it is the batch, then each of its inputs alone: an input that ends its worker each time
    takes no other one with it. Nothing is left of such an input in the end: it has failed.
    """
    if losses < RETRIES:
        yield batch, losses + 1
    elif len(batch) > 1:
        yield from (([one], 1) for one in batch)


def seconds_to_wait(error: Exception) -> float | None:
    """Return how long the server asked to wait, a few seconds if it did not; None: no use."""
    throttled = isinstance(error, ApiStatusError) and error.status in {429, 503}
    if not throttled and not isinstance(error, TokenEndpointUnavailable):
        return None
    asked = error.retry_after
    return (1 if asked is None else asked) + random.uniform(0, 2)


def batches_of(inputs: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lists of at most *size* inputs."""
    remaining = iter(inputs)
    while batch := list(islice(remaining, size)):
        yield batch
