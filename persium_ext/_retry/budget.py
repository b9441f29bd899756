"""Retry budgets of this process, one for each origin, so that retries don't prolong an outage."""

from __future__ import annotations

import logging
from typing import Final, NamedTuple

from persium_ext._observation.log import log
from persium_ext._runtime.fork import lock

_EXHAUSTED: Final = "%(origin)s: too many failures, no retries until some calls have succeeded"


class RetryBudget(NamedTuple):
    """What one origin has left: 500 at first; a retry costs 14 (5 after a 429)."""

    left: int = 500

    def spend(self, *, throttled: bool) -> RetryBudget | None:
        """Pay for one retry; None: not enough is left."""
        cost = 5 if throttled else 14
        return self._replace(left=self.left - cost) if self.left >= cost else None

    def refill(self) -> RetryBudget:
        """Count one success without a retry: 1 comes back."""
        return self._replace(left=min(500, self.left + 1))


_FULL = RetryBudget()
reduced: Final[dict[str, RetryBudget]] = {}
"""The budgets of origins that had a retry; those of others are full."""
_exhausted: set[str] = set()
"""The origins whose budget was not enough for the last retry; one warning is logged for each."""


def spend(origin: str, *, throttled: bool) -> bool:
    """Pay for one retry at *origin*; False: its budget is exhausted."""
    with lock:
        left = reduced.get(origin, _FULL).spend(throttled=throttled)
        if left is not None:
            reduced[origin] = left
        newly = left is None and origin not in _exhausted
        (_exhausted.add if left is None else _exhausted.discard)(origin)
    if newly:
        log(logging.WARNING, "budget_exhausted", _EXHAUSTED, origin=origin)
    return left is not None


def refill(origin: str) -> None:
    """Count a success without a retry at *origin*."""
    if origin in reduced:
        with lock:
            reduced[origin] = reduced.get(origin, _FULL).refill()


def clear() -> None:
    """Fill every budget, as at the start of the process."""
    with lock:
        reduced.clear()
        _exhausted.clear()
