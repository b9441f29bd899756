"""What a job does with one input, whatever the engine: ``operation`` is yours to change.

An outcome is data, and JSON: the value of an input, or its error. An input that is throttled waits
and is sent again, so a rate limit makes a job slower and does not fail it. An engine repeats inputs
whose worker was killed: an operation that is not idempotent needs an ``Idempotency-Key``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypedDict

from persium_ext import ApiStatusError, Persium, TokenEndpointUnavailable

PATIENCE = 900
"""Seconds for which an input waits while the server has too many requests."""


@cache
def client() -> Persium:
    """Return the client of this process, which its first task makes."""
    return Persium()


class Outcome(TypedDict):
    """Of *value* and *error*, one is None."""

    input: str
    value: dict[str, Any] | None
    error: str | None


def operation(persium: Persium, one: str) -> dict[str, Any]:
    """Call the API for an input, and return JSON."""
    return persium.with_options(headers={"X-Input": one}).identity.get_me().to_dict()


def outcomes(persium: Persium, batch: Iterable[str]) -> list[Outcome]:
    """Return the outcome of each input, in order."""
    return [outcome(persium, one) for one in batch]


def outcome(persium: Persium, one: str) -> Outcome:
    """Call, and wait and call again while the server has too many requests."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Outcome(input=one, value=operation(persium, one), error=None)
        except Exception as error:  # noqa: BLE001  # an input fails alone, whatever its error
            wait = seconds_to_wait(error)
            if wait is None or time.monotonic() + wait > until:
                return failed(one, error)
        time.sleep(wait)


def failed(one: str, error: BaseException) -> Outcome:
    """Return an error as data; no error of persium contains a secret."""
    return Outcome(input=one, value=None, error=f"{type(error).__name__}: {error}")


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
