"""The requests that the sandbox received, without what must stay secret."""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import NamedTuple

from .messages import Request


class Exchange(NamedTuple):
    """A request and its status; no query, header fields or body, for they may hold secrets."""

    method: str
    path: str
    status: int


class Journal:
    """Counts and exchanges; of very many exchanges, the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: deque[Exchange] = deque(maxlen=10_000)
        self._operations: Counter[str] = Counter()

    def received(self, operation: str) -> None:
        """Count a request, before its response is chosen."""
        with self._lock:
            self._operations[operation] += 1

    def responded(self, request: Request, status: int) -> None:
        """Record the status of a response."""
        with self._lock:
            self._exchanges.append(Exchange(request.method, request.path, status))

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges so far, oldest first."""
        with self._lock:
            return list(self._exchanges)

    @property
    def operations(self) -> Counter[str]:
        """How many requests each operation had."""
        with self._lock:
            return Counter(self._operations)
