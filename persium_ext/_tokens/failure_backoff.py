"""How long a failed token request is answered from memory, to spare the token endpoint; no I/O."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from persium_ext._runtime.clock import Instant
from persium_ext.errors import TokenEndpointUnavailable, TokenError, TokenRefused

OUTAGE_BACKOFFS: Final = (5.0, 10.0, 20.0, 30.0)
REFUSED_BACKOFF: Final = 60.0
LONGEST_BACKOFF: Final = 60.0


@frozen(kw_only=True)
class FailureBackoff:
    """A failure that every caller gets until its time is over.

    Attributes:
        error: The failure.
        until: On the steady clock.
        outages: Consecutive failures that were outages.
    """

    error: TokenError
    until: float
    outages: int

    def is_active(self, now: Instant) -> bool:
        """Return whether the failure still counts at *now*."""
        return now.steady < self.until


def back_off(error: TokenError, *, previous: FailureBackoff | None, now: Instant) -> FailureBackoff:
    """Remember *error*: refused credentials for 60 s, an outage for 5, 10, 20, then 30 s."""
    if isinstance(error, TokenRefused):
        return FailureBackoff(error=error, until=now.steady + REFUSED_BACKOFF, outages=0)
    outages = previous.outages if previous else 0
    delay = OUTAGE_BACKOFFS[min(outages, len(OUTAGE_BACKOFFS) - 1)]
    if isinstance(error, TokenEndpointUnavailable) and error.retry_after is not None:
        delay = max(delay, min(error.retry_after, LONGEST_BACKOFF))
    return FailureBackoff(error=error, until=now.steady + delay, outages=outages + 1)
