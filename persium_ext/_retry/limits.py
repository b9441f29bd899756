"""The limits of one call, and the one place where they decide about its next attempt."""

from __future__ import annotations

import logging
import math
import random
from typing import Final, NamedTuple

from attrs import asdict, evolve

from persium_ext._observation.log import log
from persium_ext._observation.observer import tell
from persium_ext._runtime.clock import Deadline
from persium_ext._text.printable import status_line
from persium_ext.hooks import Hooks, RetryEvent

from . import budget
from .policy import Attempt, RetryPolicy

ATTEMPT_TIME: Final = 10.0
"""Seconds that one network operation may take, in the eyes of others, if its caller sets none."""
REFRESH_TIMEOUT: Final = 5.0
"""Seconds that a refresh ahead of time may delay its caller."""
_RETRY: Final = "%(operation)s: attempt %(attempt)d failed (%(reason)s), next one in %(wait).2f s"


class RequestLimits(NamedTuple):
    """What one call may cost.

    Attributes:
        deadline: Its total time.
        timeout: Seconds for one network operation; None: no limit of its own.
        retry: When to send it again.
        hooks: Who is told about it.
    """

    deadline: Deadline
    timeout: float | None
    retry: RetryPolicy
    hooks: Hooks | None = None

    @property
    def patience(self) -> float:
        """Seconds that a server has to answer now; infinite without a limit."""
        return min(math.inf if self.timeout is None else self.timeout, self.deadline.remaining)

    @property
    def lease(self) -> float:
        """Seconds after which others no longer wait for an attempt: to connect, and to answer."""
        timeout = ATTEMPT_TIME if self.timeout is None else self.timeout
        return min(2 * timeout, self.deadline.remaining)

    def for_refresh(self) -> RequestLimits:
        """Return the limits of a refresh ahead of time: one short attempt, nobody waits for it."""
        return self._replace(
            deadline=self.deadline.earlier(Deadline.after(REFRESH_TIMEOUT).at),
            retry=evolve(self.retry, attempts=1),
        )


def next_delay(
    attempt: Attempt, limits: RequestLimits, *, origin: str, operation: str
) -> float | None:
    """Return the seconds before the next attempt, paid from the budget of *origin*; None: give up.

    A wait that would end after the deadline is not begun. Log and hooks are told of the wait.
    """
    delay = limits.retry.wait(attempt, jitter=random.random())
    if delay is None or delay >= limits.deadline.remaining:
        return None
    if not budget.spend(origin, throttled=attempt.throttled):
        return None
    event = RetryEvent(
        operation=operation,
        origin=origin,
        attempt=attempt.number,
        status=attempt.status,
        wait=delay,
    )
    log(logging.INFO, "retry", _RETRY, **asdict(event), reason=_reason(attempt))
    if limits.hooks is not None:
        tell(limits.hooks.on_retry, event)
    return delay


def _reason(attempt: Attempt) -> str:
    if attempt.reason is not None:
        return attempt.reason
    return "no response" if attempt.status is None else f"HTTP {status_line(attempt.status)}"
