"""Statuses with the reason phrases of the standard: those of a server may be any text."""

from __future__ import annotations

from http import HTTPStatus


def status_line(status: int) -> str:
    """Return ``404 Not Found``; the number alone of a status that is not registered."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
