"""TP-8: how a client waits and when it gives up."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from typing import Any

import reference
from reference import CallError, Client

from ._mutation import breaks, instead

WAITS = (
    "api-429-waits-for-retry-after",
    "api-503-waits-for-retry-after",
    "api-503-waits-for-a-date",
    "token-429-waits-for-retry-after",
    "token-503-waits-for-retry-after",
    "waiting-callers-wait-for-retry-after",
)
_told: list[str | None] = []
"""What Retry-After was, in the last answer that had a 429 or 503."""


def _listen() -> None:
    @instead(http.client.HTTPResponse, "read")
    def read(original: Any, self: http.client.HTTPResponse) -> bytes:
        _told.append(self.getheader("Retry-After"))
        return original(self)


def _retry(wait: Callable[[str | None], float | None], tries: int = 2) -> None:
    """Try again after what *wait* says of Retry-After; None: don't."""
    _listen()

    @instead(reference, "send")
    def send(original: Any, *args: Any) -> Any:
        for left in range(tries, 0, -1):
            answer = original(*args)
            pause = wait(_told[-1])
            if answer[0] not in {429, 503} or pause is None or left == 1:
                return answer
            time.sleep(pause)
        return None


def _seconds(told: str | None, *, default: float | None) -> float | None:
    return float(told) if told and told.isdigit() else default


@breaks("TP-8", *WAITS, "an-hour-is-not-cut-short", wide=True)
def retry_at_once() -> None:
    """A 429 or 503 is tried again without a pause."""
    _retry(lambda _: 0.0)


@breaks("TP-8", "api-503-waits-for-a-date")
def date_is_not_read() -> None:
    """A date in Retry-After is taken for no time at all."""

    def wait(told: str | None) -> float | None:
        seconds = _seconds(told, default=0.0)
        return None if seconds and seconds > 10 else seconds

    _retry(wait)


@breaks("TP-8", "an-hour-is-not-cut-short")
def waits_three_seconds_at_most() -> None:
    """A longer Retry-After is cut short."""
    _retry(lambda told: min(_seconds(told, default=3.9) or 0.0, 3.0 if told else 3.9))


@breaks("TP-8", "an-hour-is-not-waited-for")
def waits_an_hour() -> None:
    """A Retry-After of an hour is waited for."""
    _retry(lambda told: _seconds(told, default=None))


@breaks("TP-8", "nonsense-in-retry-after", "api-503-waits-for-a-date")
def nonsense_is_fatal() -> None:
    """A Retry-After that is no number ends the call with an error about that."""
    _retry(lambda told: min(float(told), 5.0) if told and float(told) < 10 else None)


@breaks("TP-8", "api-503-for-ever-ends", "api-429-for-ever-ends", "token-503-for-ever-ends")
def thirty_tries() -> None:
    """Without Retry-After there are thirty tries."""
    _retry(lambda told: 0.05 if told is None else None, tries=30)


@breaks("TP-8", "works-again-after-503", "works-again-after-a-throttled-token")
def breaker_never_closes() -> None:
    """After a 503 no call is made any more."""
    failed: list[CallError] = []

    @instead(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        if failed:
            raise failed[0]
        try:
            return original(self, path)
        except CallError as error:
            if error.status == 503:
                failed.append(error)
            raise
