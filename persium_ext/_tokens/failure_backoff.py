"""How long a failed token request is answered from memory, to spare the token endpoint; no I/O."""

from __future__ import annotations

import copy
from typing import Final, NamedTuple

from persium_ext._runtime.clock import Instant
from persium_ext._text.printable import utc
from persium_ext.errors import TokenEndpointUnavailable, TokenRefused

from .token_failure import TokenFailure

OUTAGE_BACKOFFS: Final = (5.0, 10.0, 20.0, 30.0)
REFUSED_BACKOFF: Final = 60.0
LONGEST_BACKOFF: Final = 60.0


class FailureBackoff(NamedTuple):
    """A failure that the callers it concerns get until its time is over.

    Attributes:
        failure: The failure.
        since: When it happened.
        delay: For how many seconds callers get it.
        outages: Consecutive failures that were outages.
    """

    failure: TokenFailure
    since: Instant
    delay: float
    outages: int

    @property
    def until(self) -> float:
        """The end of that time, on the steady clock."""
        return self.since.steady + self.delay

    def is_active(self, now: Instant) -> bool:
        """Return whether the failure still counts at *now*."""
        return now.steady < self.until

    def is_over(self, now: Instant) -> bool:
        """Return whether another failure at *now* would be the first of an outage again."""
        return now.steady >= self.until + LONGEST_BACKOFF

    def recall(self) -> TokenFailure:
        """Return the failure as a later caller gets it: the error says that it is remembered."""
        error, wall = copy.copy(self.failure.error), self.since.wall
        since, until = utc(wall), utc(wall + self.delay)
        words = f"remembered from {since} until {until} UTC: no request was sent"
        error.args = (f"{error.args[0]} ({words})",)
        error.attempts = 0
        error.__cause__ = self.failure.error.__cause__
        return self.failure._replace(error=error)


def back_off(
    failure: TokenFailure, *, previous: FailureBackoff | None, now: Instant
) -> FailureBackoff:
    """Remember *failure*: refused credentials for 60 s, an outage for 5, 10, 20, then 30 s."""
    error = failure.error
    if isinstance(error, TokenRefused):
        return FailureBackoff(failure=failure, since=now, delay=REFUSED_BACKOFF, outages=0)
    outages = previous.outages if previous else 0
    delay = OUTAGE_BACKOFFS[min(outages, len(OUTAGE_BACKOFFS) - 1)]
    if isinstance(error, TokenEndpointUnavailable) and error.retry_after is not None:
        delay = max(delay, min(error.retry_after, LONGEST_BACKOFF))
    return FailureBackoff(failure=failure, since=now, delay=delay, outages=outages + 1)
