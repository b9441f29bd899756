"""TP-8: the wait before a retry, and the number of retries."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import reference
from reference import CallError, Client

from .mutation import breaks, replaces

WAITS = (
    "api-429-waits-for-retry-after",
    "api-503-waits-for-retry-after",
    "api-503-waits-for-a-date",
    "api-503-waits-for-a-date-of-rfc-850",
    "api-503-waits-for-a-date-of-asctime",
    "api-429-waits-for-the-longest-of-two",
    "token-429-waits-for-retry-after",
    "token-503-waits-for-retry-after",
    "waiting-callers-wait-for-retry-after",
)
_retry_after: list[str | None] = []
"""The Retry-After of each response."""


def _record() -> None:
    @replaces(http.client.HTTPResponse, "read")
    def read(original: Any, self: http.client.HTTPResponse) -> bytes:
        _retry_after.append(self.getheader("Retry-After"))
        return original(self)


def _retry(wait: Callable[[str | None], float | None], tries: int = 2) -> None:
    """Retry after the seconds that *wait* returns for Retry-After; None: do not retry."""
    _record()

    @replaces(reference, "send")
    def send(original: Any, *args: Any) -> Any:
        for left in range(tries, 0, -1):
            response = original(*args)
            pause = wait(_retry_after[-1])
            if response[0] not in {429, 503} or pause is None or left == 1:
                return response
            time.sleep(pause)
        return None


def _seconds(value: str | None, *, default: float | None) -> float | None:
    return float(value) if value and value.isdigit() else default


@breaks("TP-8", *WAITS, "an-hour-is-not-cut-short", wide=True)
def retry_at_once() -> None:
    """A 429 or 503 is retried without a wait."""
    _retry(lambda _: 0.0)


@breaks(
    "TP-8",
    "api-503-waits-for-a-date",
    "api-503-waits-for-a-date-of-rfc-850",
    "api-503-waits-for-a-date-of-asctime",
    "api-429-waits-for-the-longest-of-two",
)
def date_is_not_read() -> None:
    """Everything in Retry-After but a number is taken for 0 s."""

    def wait(value: str | None) -> float | None:
        seconds = _seconds(value, default=0.0)
        return None if seconds and seconds > 10 else seconds

    _retry(wait)


@breaks("TP-8", "api-503-waits-for-a-date-of-rfc-850", "api-503-waits-for-a-date-of-asctime")
def obsolete_dates_are_not_read() -> None:
    """An obsolete form of a date in Retry-After is taken for 0 s."""

    def wait(value: str | None) -> float | None:
        obsolete = re.match(r"\w+day,|\w+ \w+ ", value or "")
        return 0.0 if obsolete else None

    _retry(wait)


@breaks("TP-8", "api-429-waits-for-the-longest-of-two")
def first_of_two_waits() -> None:
    """Of two waits in Retry-After the first is taken."""
    _retry(lambda value: float(value.split(",")[0]) if value and re.match("\\d+,", value) else None)


@breaks("TP-8", "api-429-with-a-unit-for-ever-ends")
def unit_is_dropped() -> None:
    """A Retry-After with a unit asks for no wait, and retries after it have no limit."""
    _retry(lambda value: 0.0 if value and re.fullmatch(r"\d+[a-z]", value) else None, tries=30)


@breaks("TP-8", "api-503-with-a-past-date-for-ever-ends")
def past_dates_do_not_count() -> None:
    """A Retry-After that is past asks for no wait, and retries after it have no limit."""

    def wait(value: str | None) -> float | None:
        date = parsedate_to_datetime(value) if value and value.endswith("GMT") else None
        return 0.0 if date and date.timestamp() < time.time() else None

    _retry(wait, tries=30)


@breaks("TP-8", "an-hour-is-not-cut-short")
def waits_three_seconds_at_most() -> None:
    """A longer Retry-After is reduced to 3 s."""
    _retry(lambda value: min(_seconds(value, default=3.9) or 0.0, 3.0 if value else 3.9))


@breaks("TP-8", "an-hour-is-not-waited-for")
def waits_an_hour() -> None:
    """The client waits for a Retry-After of an hour."""
    _retry(lambda value: _seconds(value, default=None))


@breaks(
    "TP-8",
    "nonsense-in-retry-after",
    "api-503-waits-for-a-date",
    "api-503-waits-for-a-date-of-rfc-850",
    "api-503-waits-for-a-date-of-asctime",
    "api-429-waits-for-the-longest-of-two",
    "api-429-with-a-unit-for-ever-ends",
    "api-503-with-a-past-date-for-ever-ends",
)
def invalid_retry_after_is_an_error() -> None:
    """A Retry-After that is not a number raises an error."""
    _retry(lambda value: min(float(value), 5.0) if value and float(value) < 10 else None)


@breaks("TP-8", "api-503-for-ever-ends", "api-429-for-ever-ends", "token-503-for-ever-ends")
def thirty_tries() -> None:
    """Without Retry-After a request is sent thirty times."""
    _retry(lambda value: 0.05 if value is None else None, tries=30)


@breaks("TP-8", "works-again-after-503", "works-again-after-a-throttled-token")
def breaker_never_closes() -> None:
    """After a 503 every later call fails."""
    failed: list[CallError] = []

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        if failed:
            raise failed[0]
        try:
            return original(self, path)
        except CallError as error:
            if error.status == 503:
                failed.append(error)
            raise
