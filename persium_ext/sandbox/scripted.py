"""Responses that a test has prepared."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from itertools import chain, repeat

from .messages import Response, dump


class Script:
    """Prepared responses for each operation, first in, first out."""

    def __init__(self) -> None:
        self._prepared: dict[str, Iterator[Response]] = {}
        self._lock = threading.Lock()

    def add(self, operation: str, response: Response, *, times: int | None) -> None:
        """Prepare *response* for the next *times* requests; None: for all of them."""
        more = repeat(response) if times is None else repeat(response, times)
        with self._lock:
            self._prepared[operation] = chain(self._prepared.get(operation, ()), more)

    def clear(self) -> None:
        """Forget every prepared response."""
        with self._lock:
            self._prepared.clear()

    def take(self, operation: str) -> Response | None:
        """Return the next prepared response, if there is one."""
        with self._lock:
            return next(self._prepared.get(operation, iter(())), None)


def scripted_response(status: int, headers: Mapping[str, str] | None, body: object) -> Response:
    """Make a response: bytes are sent as they are, None is no body, all else becomes JSON.

    Raises:
        TypeError: JSON can't represent *body*.
    """
    fields = dict(headers or {})
    if body is None or isinstance(body, bytes):
        return Response(status=status, headers=fields, body=body or b"")
    if "content-type" not in {name.lower() for name in fields}:
        fields["Content-Type"] = "application/json"
    return Response(status=status, headers=fields, body=dump(body))
