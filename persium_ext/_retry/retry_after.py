"""The ``Retry-After`` header field (RFC 9110, section 10.2.3); no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Final

_DAY: Final = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY_OF_MONTH: Final = "(?:0[1-9]|[12][0-9]|3[01])"
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME: Final = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_YEAR: Final = "[1-9][0-9]{3}"
_DATE: Final = (
    f"{_DAY}, {_DAY_OF_MONTH} {_MONTH} {_YEAR} {_TIME} GMT"
    f"|{_LONG_DAY}, {_DAY_OF_MONTH}-{_MONTH}-[0-9]{{2}} {_TIME} GMT"
    f"|{_DAY} {_MONTH} (?: [1-9]|{_DAY_OF_MONTH}) {_TIME} {_YEAR}"
)
"""The three forms of a date (RFC 9110, section 5.6.7)."""
_MEMBER: Final = rf"(?:^|,)[ \t]*(?:([0-9]+)|({_DATE}))[ \t]*(?=,|\Z)"
_LONGEST: Final = 2**31
"""Seconds; RFC 9111, section 1.2.2, reads larger numbers as this one."""


def parse_retry_after(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait; None if it is absent or invalid.

    It has digits or a date; a field that was sent more than once has several, and the longest wait
    applies. A date is compared with the response's own ``Date``, else with *wall* (seconds since
    the epoch); one in the past is 0.
    """
    value = headers.get("retry-after", "")
    date = headers.get("date", "")
    served = _seconds_since_epoch(date) if re.fullmatch(_DATE, date) else None
    waits = _waits(value, now=wall if served is None else served)
    return max(waits, default=None)


def _waits(value: str, *, now: float) -> Iterator[float]:
    for digits, date in re.findall(_MEMBER, value):
        if digits:
            yield min(float(digits), _LONGEST)
        elif (at := _seconds_since_epoch(date)) is not None:
            yield min(max(0.0, at - now), _LONGEST)


def _seconds_since_epoch(date: str) -> float | None:
    """Return when *date*, which has one of the three forms, is; None if there is no such day."""
    from dateutil.parser import parse  # noqa: PLC0415  # 20 ms, for a date only

    known = date.replace("23:59:60", "23:59:59")  # datetime has no leap seconds
    try:
        return parse(known).replace(tzinfo=UTC).timestamp() + (known != date)
    except ValueError:
        return None
