"""The decision about the next attempt, and what is logged of it."""

from __future__ import annotations

import logging
import math

import pytest

from persium_ext import RetryPolicy
from persium_ext._retry import budget
from persium_ext._retry.limits import RequestLimits, next_delay
from persium_ext._retry.policy import Attempt
from persium_ext._runtime.clock import Deadline

LIMITS = RequestLimits(deadline=Deadline(math.inf), timeout=1, retry=RetryPolicy())


def delay_after(status: int) -> float | None:
    """Decide after one attempt."""
    attempt = Attempt(1, "GET", status=status, retry_after=3)
    return next_delay(attempt, LIMITS, origin="https://a.example", operation="getMe")


def test_retry_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The record has the operation, the attempt, its status, the wait and the reason."""
    caplog.set_level(logging.INFO, "persium_ext")

    assert delay_after(503) == 3

    [record] = caplog.records
    assert record.levelname == "INFO"
    assert record.getMessage() == (
        "getMe: attempt 1 failed (HTTP 503 Service Unavailable), next one in 3.00 s"
    )
    assert vars(record)["persium_event"] == "retry"
    assert vars(record)["persium_wait"] == 3


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        pytest.param("GET https://a.example/me: Connection refused", "refused", id="known"),
        pytest.param(None, "no response", id="unknown"),
    ],
)
def test_retry_without_a_response(
    reason: str | None, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a status, the record has what failed."""
    caplog.set_level(logging.INFO, "persium_ext")
    attempt = Attempt(1, "GET", reason=reason)

    next_delay(attempt, LIMITS, origin="https://a.example", operation="getMe")

    assert f"{words}), next one in" in caplog.records[0].getMessage()


def test_no_retry(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged of a decision to give up, except an exhausted budget."""
    caplog.set_level(logging.INFO, "persium_ext")
    while budget.spend("https://a.example", throttled=False):
        pass
    caplog.clear()

    assert delay_after(404) is None
    assert delay_after(503) is None
    assert caplog.records == []
