"""Parts of the text of an error, made safe to print: those of a server may be any text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

_LONGEST_URL: Final = 200


def printable(text: str, *, limit: int = 300) -> str:
    """Return *text* for a terminal or a log: one line of at most *limit* characters.

    Control characters and those that change the direction of writing become spaces.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:1_000]).split())[:limit]


def shown_url(url: str) -> str:
    """Return *url* without what may be confidential: user name, password, query, fragment."""
    shown = printable(re.sub("//[^/?#]*@", "//", re.split("[?#]", url, maxsplit=1)[0]))
    return shown if len(shown) <= _LONGEST_URL else f"{shown[:_LONGEST_URL]}…"


def facts(attempts: int, request_id: str | None = None) -> str:
    """Return the attempts, if there were several, and the request id: words for a list."""
    known = [f"{attempts} attempts"] if attempts > 1 else []
    if request_id:
        known.append(f"request id {request_id}")
    return ", ".join(known)


def status_line(status: int) -> str:
    """Return ``404 Not Found``, as the standard names it; an unknown status is a number alone."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def repeats_status(text: str, status: int) -> bool:
    """Return whether *text* only repeats *status*: ``Not Found``, ``HTTP 404 Not Found``."""
    return f"HTTP {status_line(status)}".casefold() in {
        start + text.casefold() for start in ("", "http ", f"http {status} ")
    }


def utc(wall: float) -> str:
    """Return the time of day (UTC) of *wall*, seconds since the epoch."""
    return f"{datetime.fromtimestamp(wall, UTC):%H:%M:%S}"
