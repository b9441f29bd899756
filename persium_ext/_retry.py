"""When to try again, and after how long: values in, a value out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from attrs import evolve, field, frozen
from attrs.validators import ge, gt, instance_of
from dateutil.parser import parse as parse_date

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""RFC 9110, section 9.2.2, but TRACE, which no API offers."""
TRANSIENT: Final = frozenset({408, 429, 502, 503, 504})
"""Statuses that may be gone a moment later."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_LONGEST_DATE: Final = 100
_ASKS_TO_WAIT: Final = frozenset({429, 503})


@frozen
class Attempt:
    """One try, and how it ended.

    Attributes:
        number: 1 for the first.
        method: HTTP method, upper case.
        status: HTTP status; None where no answer came.
        unsent: No answer came, and the request surely never reached the server.
        final: No answer came, and another try can't help.
        retry_after: Seconds that the server asked to wait.
        idempotency_key: The request carries an ``Idempotency-Key``.
        replayable: Its body can be sent again.
    """

    number: int
    method: str
    status: int | None = field(default=None, kw_only=True)
    unsent: bool = field(default=False, kw_only=True)
    final: bool = field(default=False, kw_only=True)
    retry_after: float | None = field(default=None, kw_only=True)
    idempotency_key: bool = field(default=False, kw_only=True)
    replayable: bool = field(default=True, kw_only=True)

    @property
    def throttled(self) -> bool:
        """Whether the server said that there were too many requests."""
        return self.status == 429

    @property
    def repeatable(self) -> bool:
        """Whether a second try is safe, and may help."""
        if not self.replayable or self.final:
            return False
        again = self.method in IDEMPOTENT or self.idempotency_key
        if self.status is None:
            return again or self.unsent
        if self.status == 500:
            return self.method in _SAFE
        if self.status not in TRANSIENT:
            return False
        return again or (self.status in _ASKS_TO_WAIT and self.retry_after is not None)


@frozen(kw_only=True)
class RetryPolicy:
    """How often a call is tried again, and how long it waits before.

    The wait is ``Retry-After`` where the server sent one, else a random part ("full jitter") of
    ``base`` seconds, doubled with each attempt up to ``cap``.

    Attributes:
        attempts: Tries in all; 1 switches retries off.
        base: Seconds, before the second try.
        throttled_base: The same after a 429.
        cap: No back-off is longer (seconds).
        longest_retry_after: A server that asks for more seconds gets no second try now.
    """

    attempts: int = field(default=3, validator=[instance_of(int), ge(1)])
    base: float = field(default=0.25, validator=ge(0))
    throttled_base: float = field(default=1.0, validator=ge(0))
    cap: float = field(default=8.0, validator=gt(0))
    longest_retry_after: float = field(default=60.0, validator=ge(0))

    def wait(self, attempt: Attempt, *, jitter: float) -> float | None:
        """Seconds to wait before the next attempt; None: give up. *jitter* is from 0 to 1."""
        if not attempt.repeatable:
            return None
        return self.pause(
            attempt.number,
            throttled=attempt.throttled,
            retry_after=attempt.retry_after,
            jitter=jitter,
        )

    def pause(
        self, number: int, *, throttled: bool, retry_after: float | None, jitter: float
    ) -> float | None:
        """The same for a try whose repetition is known to be safe."""
        if number >= self.attempts:
            return None
        if retry_after is not None:
            return retry_after if retry_after <= self.longest_retry_after else None
        base = self.throttled_base if throttled else self.base
        return jitter * min(self.cap, base * 2.0 ** (number - 1))


@frozen
class RetryBudget:
    """What an origin has left for retries, so that an outage is not made worse by us.

    500 at first; a retry costs 14 (5 after a 429), a clean success gives 1 back.
    """

    left: int = 500

    def spend(self, *, throttled: bool) -> RetryBudget | None:
        """Pay for one retry; None: there is not enough left."""
        cost = 5 if throttled else 14
        return evolve(self, left=self.left - cost) if self.left >= cost else None

    def refill(self) -> RetryBudget:
        """Count one clean success."""
        return evolve(self, left=min(500, self.left + 1))


def retry_after(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Seconds that ``Retry-After`` asks to wait (RFC 9110, section 10.2.3).

    It is a number, or a date: that one is compared with the server's own ``Date``, else with
    *wall* (seconds since the epoch). A date that is past is 0; what can't be read is None.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        date = _seconds_since_epoch(value)
        served = _seconds_since_epoch(headers.get("date", ""))
        return None if date is None else max(0.0, date - (wall if served is None else served))
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_since_epoch(date: str) -> float | None:
    if len(date) > _LONGEST_DATE:
        return None  # to search a header of 100 KiB for a date takes half a second
    try:
        # HTTP dates are GMT; to look at the zone would warn about words that are none
        return parse_date(date, ignoretz=True).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
