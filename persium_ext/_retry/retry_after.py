"""The ``Retry-After`` header field (RFC 9110, section 10.2.3); no I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from dateutil.parser import parse as parse_date

_LONGEST_DATE: Final = 100


def parse_retry_after(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait; None if it can't be read.

    It is a number, or a date. A date is compared with the response's own ``Date``, else with *wall*
    (seconds since the epoch); one in the past is 0.
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
        return None  # dateutil needs half a second to read a field of 100 KiB
    try:
        # HTTP dates are GMT; dateutil would warn about words that are no time zone
        return parse_date(date, ignoretz=True).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
