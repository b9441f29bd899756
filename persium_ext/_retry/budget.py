"""Retry budgets of this process, one for each origin, so that retries don't prolong an outage."""

from __future__ import annotations

from attrs import evolve, frozen

from persium_ext._runtime.fork import lock


@frozen
class RetryBudget:
    """What one origin has left: 500 at first; a retry costs 14 (5 after a 429)."""

    left: int = 500

    def spend(self, *, throttled: bool) -> RetryBudget | None:
        """Pay for one retry; None: not enough is left."""
        cost = 5 if throttled else 14
        return evolve(self, left=self.left - cost) if self.left >= cost else None

    def refill(self) -> RetryBudget:
        """Count one success without a retry: 1 comes back."""
        return evolve(self, left=min(500, self.left + 1))


_FULL = RetryBudget()
_budgets: dict[str, RetryBudget] = {}


def spend(origin: str, *, throttled: bool) -> bool:
    """Pay for one retry at *origin*; False: its budget is exhausted."""
    with lock:
        left = _budgets.get(origin, _FULL).spend(throttled=throttled)
        if left is not None:
            _budgets[origin] = left
        return left is not None


def refill(origin: str) -> None:
    """Count a success without a retry at *origin*."""
    if origin in _budgets:
        with lock:
            _budgets[origin] = _budgets.get(origin, _FULL).refill()


def clear() -> None:
    """Fill every budget, as at the start of the process."""
    with lock:
        _budgets.clear()
