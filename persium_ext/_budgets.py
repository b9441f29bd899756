"""The retry budgets of this process, one for each origin."""

from __future__ import annotations

from ._process import lock
from ._retry import RetryBudget

_FULL = RetryBudget()
_budgets: dict[str, RetryBudget] = {}


def spend(origin: str, *, throttled: bool) -> bool:
    """Pay for one retry at *origin*; False: it had too many lately."""
    with lock:
        left = _budgets.get(origin, _FULL).spend(throttled=throttled)
        if left is not None:
            _budgets[origin] = left
        return left is not None


def refill(origin: str) -> None:
    """Count a clean success at *origin*."""
    if origin in _budgets:
        with lock:
            _budgets[origin] = _budgets.get(origin, _FULL).refill()


def clear() -> None:
    """Start over, as after the start of the process."""
    with lock:
        _budgets.clear()
