"""The budget of an origin: one warning when it is exhausted."""

from __future__ import annotations

import pytest

from persium_ext._retry import budget

ORIGIN = "https://api.example"


def exhaust() -> None:
    """Spend it all, and try once more."""
    while budget.spend(ORIGIN, throttled=False):
        pass


def test_warning(caplog: pytest.LogCaptureFixture) -> None:
    """An operator learns once that retries stopped, not for each call."""
    exhaust()
    exhaust()

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("https://api.example: too many failures, no retries")
    assert vars(record)["persium_origin"] == ORIGIN


def test_warning_of_the_next_outage(caplog: pytest.LogCaptureFixture) -> None:
    """After a retry that was paid, the next exhaustion is news."""
    exhaust()
    for _ in range(14):
        budget.refill(ORIGIN)
    exhaust()

    assert len(caplog.records) == 2
